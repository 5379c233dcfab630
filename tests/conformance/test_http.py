"""HTTP routing: the cases of the Gateway API's, the Ingress working group's and ingress-nginx's own suites, in process."""

import importlib.util
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from simulator.analysis.http_request import Question, exchange
from simulator.chance import Random
from simulator.cli.request import as_json
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.cluster.http.status_model import Condition
from simulator.manifests import SourceFile, read_manifests

ENDPOINTS_NOT_RECORDED = "gwapi-httproute-service-types"
"""The suite fills two EndpointSlices while it runs; the manifests that are recorded have none of their endpoints (and the
recorded answer names a third Service, which selects the same pods)."""
NOT_ANSWERED = {
    "the suite's own backend, httpbun, is not among the manifests": (
        "annotations-canary-05", "annotations-canary-06", "annotations-canary-10", "annotations-canary-14",
        "annotations-canary-18", "annotations-canary-22", "annotations-canary-24", "annotations-snippet-01",
    ),
    "it is asked over TLS, which the request does not say": (
        "annotations-authtls-05-s1", "annotations-authtls-05-s2", "annotations-proxyssl-02", "annotations-proxyssl-03",
        "annotations-proxyssl-04", "settings-listen-nondefault-ports-03",
    ),
    "a program outside decides": (
        "annotations-auth-31", "annotations-auth-32", "settings-global-external-auth-01",
        "settings-global-external-auth-12",
    ),
    "ModSecurity is not modelled": (
        "annotations-modsecurity-modsecurity-07", "annotations-modsecurity-modsecurity-12",
    ),
    "the controller's flags change its ports": ("settings-listen-nondefault-ports-01",),
    "the client has an address of the suite's cluster": ("settings-global-access-block-01",),
    "the recorded backend is the one without endpoints, not the default one": ("annotations-default-backend-01",),
}  # fmt: skip


@pytest.fixture(scope="module")
def cases(shared: Path) -> Path:
    return shared / "conformance" / "http" / "public"


@pytest.fixture(scope="module")
def checker(shared: Path) -> ModuleType:
    """The checker itself compares: it is the contract."""
    spec = importlib.util.spec_from_file_location("check_http", shared / "conformance" / "http" / "check_http.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def every(cases: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((cases / "cases").glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def cluster_of(cases: Path, manifests: tuple[str, ...]) -> Cluster:
    files = [SourceFile(name, (cases / name).read_bytes()) for name in manifests]
    return build_cluster(read_manifests(files))


def asked(checker: ModuleType, case: dict[str, Any], request: dict[str, Any]) -> Question:
    via, tls = request["via"], request.get("tls") or {}
    ways = {
        "Gateway": f"gateway/{via.get('namespace')}/{via.get('name')}:{via.get('port')}",
        "Ingress": "ingress",
    }
    return Question(
        checker.url_of(request),
        request.get("method") or "GET",
        tuple((request.get("headers") or {}).items()),
        ways[via["kind"]],
        tls.get("sni"),
        tuple((request.get("backend_response_headers") or {}).items()),
        config=tuple((case.get("controller_config") or {}).items()),
    )


def answer(cases: Path, checker: ModuleType, case: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    cluster = cluster_of(cases, tuple(case["manifests"]))
    return as_json(exchange(cluster, asked(checker, case, request), Random(0).choose))


def wrong(cases: Path, checker: ModuleType, case: dict[str, Any]) -> list[str]:
    return [
        f"{case['id']} #{request['index']}: {said}"
        for request in case["requests"]
        for said in checker.compare(case, request, answer(cases, checker, case, request))
    ]


def test_requests_through_gateways_go_where_the_suite_says(cases: Path, checker: ModuleType) -> None:
    told = [c for c in every(cases) if c["kind"] == "gateway"]
    assert told
    assert not [said for c in told if c["id"] != ENDPOINTS_NOT_RECORDED for said in wrong(cases, checker, c)]


def test_a_slice_without_endpoints_gets_no_requests(cases: Path, checker: ModuleType) -> None:
    (case,) = [c for c in every(cases) if c["id"] == ENDPOINTS_NOT_RECORDED]
    by_path = {r["path"]: answer(cases, checker, case, r)["status"] for r in case["requests"]}
    assert by_path == {"/headless": 200, "/manual-endpointslices": 503, "/headless-manual-endpointslices": 503}


def test_requests_through_ingresses_go_where_the_suites_say(cases: Path, checker: ModuleType) -> None:
    told = [c for c in every(cases) if c["kind"] == "ingress" and c["portable"]]
    assert told
    assert not [said for c in told for said in wrong(cases, checker, c)]


def test_requests_by_annotations_go_where_ingress_nginx_says(cases: Path, checker: ModuleType) -> None:
    left_out = {f"nginx-{name}" for names in NOT_ANSWERED.values() for name in names}
    told = [c for c in every(cases) if c["kind"] == "ingress" and not c["portable"]]
    assert left_out <= {c["id"] for c in told}
    assert not [said for c in told if c["id"] not in left_out for said in wrong(cases, checker, c)]


def test_the_status_of_routes_and_gateways_is_what_the_suite_says(cases: Path) -> None:
    for case in every(cases):
        if case["kind"] != "gateway":
            continue
        cluster = cluster_of(cases, tuple(case["manifests"]))
        for wanted in case.get("conditions", ()):
            assert holds(cluster, wanted), (case["id"], wanted)


def holds(cluster: Cluster, wanted: dict[str, Any]) -> bool:
    if wanted["type"] == "AttachedRoutes":
        served = cluster.web.status.served[wanted["object"]]
        return [len(one.attached) for one in served] == [int(wanted["status"])] * len(served)
    found = [c for c in cluster.web.status.conditions if is_meant(c, wanted)]
    return bool(found) and all(c.status is (wanted["status"] == "True") for c in found)


def is_meant(condition: Condition, wanted: dict[str, Any]) -> bool:
    about = condition.object
    kind = getattr(about, "kind", type(about).__name__)
    same = (kind, about.key, condition.type) == (wanted["kind"], wanted["object"], wanted["type"])
    parent = wanted.get("parent") in (None, condition.parent)
    return same and parent and (not wanted.get("reason") or condition.reason == wanted["reason"])
