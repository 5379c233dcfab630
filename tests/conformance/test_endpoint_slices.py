"""Every recorded scenario: the EndpointSlices are those of the real endpointslice controller (1.36.2)."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.cluster import build_cluster
from simulator.cluster.objects import objects
from simulator.manifests import SourceFile, read_manifests

pytestmark = pytest.mark.oracle

RECORDED = Path(__file__).resolve().parents[3] / "shared/conformance/oracle/public"
SCENARIOS = sorted(path.parent for path in RECORDED.glob("*/scenario.yaml"))

Slice = dict[str, Any]


def test_the_recordings_are_here(shared: Path) -> None:
    assert len(SCENARIOS) >= 36


def told(piece: Slice) -> str:
    """What a slice says, apart from its made-up name and from order."""
    metadata = piece["metadata"]
    ports = [{k: port.get(k) for k in ("name", "port", "protocol", "appProtocol")} for port in piece.get("ports") or []]
    endpoints = [
        {k: endpoint.get(k) for k in ("addresses", "conditions", "nodeName", "zone", "hints")}
        | {"target": (endpoint.get("targetRef") or {}).get("name")}
        for endpoint in piece.get("endpoints") or []
    ]
    service = metadata["labels"]["kubernetes.io/service-name"]
    key = [
        metadata["namespace"],
        service,
        piece["addressType"],
        sorted(map(dumped, ports)),
        sorted(map(dumped, endpoints)),
    ]
    return dumped(key)


def dumped(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def computed(text: str) -> list[Slice]:
    return objects(build_cluster(read_manifests([SourceFile("scenario.yaml", text.encode())])), "EndpointSlice")


def recorded(text: str) -> list[Slice]:
    return [document for document in yaml.safe_load_all(text) if document]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_slices_are_those_of_the_real_controller(scenario: Path) -> None:
    mine = computed((scenario / "scenario.yaml").read_text())
    real = recorded((scenario / "expected/endpointslices.yaml").read_text())
    assert sorted(map(told, mine)) == sorted(map(told, real))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_labels_of_slices_are_those_of_the_real_controller(scenario: Path) -> None:
    mine = computed((scenario / "scenario.yaml").read_text())
    real = recorded((scenario / "expected/endpointslices.yaml").read_text())
    assert sorted(dumped(p["metadata"]["labels"]) for p in mine) == sorted(
        dumped(p["metadata"]["labels"]) for p in real
    )


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_the_order_of_documents_does_not_matter(scenario: Path) -> None:
    text = (scenario / "scenario.yaml").read_text()
    backwards = "\n---\n".join(reversed(text.split("\n---\n")))
    assert sorted(map(told, computed(backwards))) == sorted(map(told, computed(text)))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_names_and_addresses_mean_nothing(scenario: Path) -> None:
    text = (scenario / "scenario.yaml").read_text()
    real = (scenario / "expected/endpointslices.yaml").read_text()
    assert sorted(map(told, computed(renamed(text)))) == sorted(map(told, recorded(renamed(real))))


def renamed(text: str) -> str:
    """Other nodes, other ranges for pods and Services, another order of names."""
    for old, new in (
        ("node-a", "worker-z"),
        ("node-b", "east.b"),
        ("10.244.", "172.30."),
        ("zone-1", "north"),
        ("10.96.", "10.99."),
    ):
        text = text.replace(old, new)
    return text
