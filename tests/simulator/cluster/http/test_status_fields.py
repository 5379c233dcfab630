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


POLICY = """
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: NAME}
spec:
  targetRefs: [{group: "", kind: Service, name: web}]
  validation: {hostname: web.example, CA}
"""
TO_WEB = ROUTE.replace("gone", "web")
WEB = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}"
SYSTEM, LOST = "wellKnownCACertificates: System", "caCertificateRefs: [{group: '', kind: ConfigMap, name: lost}]"


def policy(name: str, ca: str) -> str:
    return POLICY.replace("NAME", name).replace("CA}", f"{ca}}}")


def test_a_class_is_accepted_by_its_controller(cluster_of: ClusterOf) -> None:
    assert told(status(cluster_of(GATEWAY), "GatewayClass")["conditions"]) == {"Accepted": ("True", "Accepted")}


def test_a_tls_policy_is_told_by_each_gateway_that_leads_to_its_service(cluster_of: ClusterOf) -> None:
    (ancestor,) = status(cluster_of(GATEWAY, TO_WEB, WEB, policy("one", SYSTEM)), "BackendTLSPolicy")["ancestors"]
    assert ancestor["ancestorRef"]["name"] == "door"
    assert told(ancestor["conditions"])["Accepted"] == ("True", "Accepted")
    (ancestor,) = status(cluster_of(GATEWAY, TO_WEB, WEB, policy("one", LOST)), "BackendTLSPolicy")["ancestors"]
    assert told(ancestor["conditions"]) == {
        "Accepted": ("False", "NoValidCACertificate"), "ResolvedRefs": ("False", "InvalidCACertificateRef"),
    }  # fmt: skip


def test_of_two_tls_policies_for_a_service_the_later_one_is_in_conflict(cluster_of: ClusterOf) -> None:
    cluster = cluster_of(GATEWAY, TO_WEB, WEB, policy("one", SYSTEM), policy("two", SYSTEM))
    one, two = (found["status"]["ancestors"][0] for found in objects(cluster, "BackendTLSPolicy"))
    assert told(one["conditions"])["Accepted"] == ("True", "Accepted")
    assert told(two["conditions"])["Accepted"] == ("False", "Conflicted")


def test_a_gateway_without_listeners_is_not_accepted(cluster_of: ClusterOf) -> None:
    bare = GATEWAY.partition("  listeners:")[0] + "  listeners: []"
    assert told(status(cluster_of(bare), "Gateway")["conditions"])["Accepted"] == ("False", "ListenersNotValid")
