"""The door of the engine: a few names, each loaded when it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

import simulator
from simulator import SourceFile, build_cluster, compile_network, parse_flow, read_manifests, trace_flow
from simulator.steps import Outcome

REPOSITORY = Path(__file__).resolve().parents[1]
TWO_PODS = b"""
{apiVersion: v1, kind: Pod, metadata: {name: client}, spec: {containers: [{name: main, image: client}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: main, image: web, ports: [{containerPort: 8080}]}]}
"""


def test_a_trace_needs_nothing_but_what_the_door_has() -> None:
    cluster = build_cluster(read_manifests([SourceFile("pods.yaml", TWO_PODS)]))
    found = trace_flow(compile_network(cluster), parse_flow(cluster, "default/client", "web:8080"))
    assert found.disposition is Outcome.DELIVERED


def test_opening_the_door_loads_nothing() -> None:
    code = "import sys; before = set(sys.modules); import simulator; print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert {name.partition(".")[0] for name in loaded.stdout.split()} <= {"simulator", *sys.stdlib_module_names}
    assert [name for name in loaded.stdout.split() if name.startswith("simulator.")] == []


@pytest.mark.parametrize("name", simulator.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(simulator, name) is not None
    assert name in dir(simulator)


def test_a_name_that_is_not_there_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        simulator.nothing  # noqa: B018
