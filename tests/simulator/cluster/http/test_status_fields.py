"""The status of Gateways and routes, as `kubectl get -o yaml` would show it."""

from collections.abc import Callable
from typing import Any

from simulator.cluster.cluster import Cluster
from simulator.cluster.objects import objects

ClusterOf = Callable[..., Cluster]

GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: any}
spec: {controllerName: example.com/gateway}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door}
spec:
  gatewayClassName: any
  listeners: [{name: a, port: 80, protocol: HTTP, hostname: a.example}, {name: b, port: 443, protocol: HTTPS}]
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: door, sectionName: a}, {name: door, sectionName: zzz}, {name: elsewhere}]
  rules: [{backendRefs: [{name: gone, port: 80}]}]
"""


def status(cluster: Cluster, kind: str) -> Any:
    (found,) = objects(cluster, kind)
    return found["status"]


def told(conditions: list[dict[str, str]]) -> dict[str, tuple[str, str]]:
    return {c["type"]: (c["status"], c["reason"]) for c in conditions}


def test_a_route_has_an_entry_for_each_parent_that_is_there(cluster_of: ClusterOf) -> None:
    first, second = status(cluster_of(GATEWAY, ROUTE), "HTTPRoute")["parents"]
    assert first["controllerName"] == "example.com/gateway"
    assert first["parentRef"]["sectionName"] == "a"
    assert told(first["conditions"]) == {"Accepted": ("True", "Accepted"), "ResolvedRefs": ("False", "BackendNotFound")}
    assert told(second["conditions"])["Accepted"] == ("False", "NoMatchingParent")
    assert "message" in second["conditions"][0]


def test_a_gateway_counts_its_routes_and_says_what_is_wrong_with_its_listeners(cluster_of: ClusterOf) -> None:
    found = status(cluster_of(GATEWAY, ROUTE), "Gateway")
    assert told(found["conditions"]) == {"Accepted": ("True", "Accepted"), "Programmed": ("True", "Programmed")}
    a, b = found["listeners"]
    assert (a["attachedRoutes"], b["attachedRoutes"]) == (1, 0)
    assert [kind["kind"] for kind in a["supportedKinds"]] == ["HTTPRoute", "GRPCRoute"]
    assert told(b["conditions"])["ResolvedRefs"] == ("False", "InvalidCertificateRef")
    assert told(b["conditions"])["Programmed"][0] == "False"


def test_a_status_that_was_written_stays(cluster_of: ClusterOf) -> None:
    written = ROUTE + "status: {parents: []}\n"
    assert status(cluster_of(GATEWAY, written), "HTTPRoute") == {"parents": []}


def test_a_listener_set_that_may_not_join_says_so(cluster_of: ClusterOf) -> None:
    joining = """
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: more}
spec: {parentRef: {name: door}, listeners: [{name: c, port: 81, protocol: HTTP}]}
"""
    found = told(status(cluster_of(GATEWAY, joining), "ListenerSet")["conditions"])
    assert found == {"Accepted": ("False", "NotAllowed"), "Programmed": ("False", "Invalid")}
