"""Which routes are attached to which listeners, and the reasons that controllers give for the others."""

from collections.abc import Callable

import pytest

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.hostnames import common, intersection
from simulator.diagnostics import Problem

ClusterOf = Callable[..., Cluster]
ProblemOf = Callable[..., Problem]

CLASS = (
    "{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: any}, spec: {controllerName: x/y}}"
)
WEB = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}"
SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: cert}, data: {tls.crt: eA==, tls.key: eA==}}"


def gateway(*listeners: str, more: str = "") -> str:
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: door}}
spec:
  gatewayClassName: any
  {more}
  listeners: [{", ".join(listeners)}]
"""


def route(hostnames: str = "[]", parent: str = "{name: door}", backend: str = "{name: web, port: 80}", space: str = "default",
          kind: str = "HTTPRoute") -> str:  # fmt: skip
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: {kind}
metadata: {{name: shop, namespace: {space}}}
spec:
  parentRefs: [{parent}]
  hostnames: {hostnames}
  rules:
  - backendRefs:
    - {backend}
"""


def conditions(cluster: Cluster, kind: str) -> dict[str, tuple[bool, str]]:
    found = cluster.web.status.conditions
    return {c.type: (c.status, c.reason) for c in found if c.object.ref.startswith(f"{kind} ")}


@pytest.mark.parametrize(
    ("listener", "told", "reason"),
    [
        ("{name: http, port: 80, protocol: HTTP}", route(), "Accepted"),
        ("{name: http, port: 80, protocol: HTTP}", route(parent="{name: door, sectionName: https}"), "NoMatchingParent"),
        ("{name: http, port: 80, protocol: HTTP}", route(parent="{name: door, port: 81}"), "NoMatchingParent"),
        ("{name: tcp, port: 80, protocol: TCP}", route(), "NotAllowedByListeners"),
        ("{name: http, port: 80, protocol: HTTP}",
         route(parent="{name: door, namespace: default}", space="other"), "NotAllowedByListeners"),
        ("{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}",
         route(parent="{name: door, namespace: default}", space="other"), "Accepted"),
        ("{name: http, port: 80, protocol: HTTP, hostname: a.example}", route("[b.example]"), "NoMatchingListenerHostname"),
        ("{name: http, port: 80, protocol: HTTP, hostname: '*.example'}", route("[a.b.example]"), "Accepted"),
    ],
)  # fmt: skip
def test_a_route_is_accepted_or_the_hurdle_is_named(
    cluster_of: ClusterOf, listener: str, told: str, reason: str
) -> None:
    accepted = conditions(cluster_of(CLASS, WEB, gateway(listener), told), "HTTPRoute")["Accepted"]
    assert accepted == (reason == "Accepted", reason)


HTTP = "{name: http, port: 80, protocol: HTTP}"


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        ("{name: web, port: 80}", "ResolvedRefs"),
        ("{name: webb, port: 80}", "BackendNotFound"),
        ("{name: web, port: 8080}", "BackendNotFound"),
        ("{name: web}", "UnsupportedValue"),
        ("{name: web, port: 80, kind: Bucket, group: example.com}", "InvalidKind"),
        ("{name: web, port: 80, namespace: other}", "RefNotPermitted"),
    ],
)
def test_a_backend_is_found_or_what_is_wrong_with_it_is_named(cluster_of: ClusterOf, backend: str, reason: str) -> None:
    resolved = conditions(cluster_of(CLASS, WEB, gateway(HTTP), route(backend=backend)), "HTTPRoute")["ResolvedRefs"]
    assert resolved == (reason == "ResolvedRefs", reason)


GRANT = """
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: grant, namespace: other}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: FROM}]
  to: [{group: "", kind: Service, name: NAME}]
"""


@pytest.mark.parametrize(("source", "name", "granted"), [("default", "web", True), ("elsewhere", "web", False), ("default", "db", False)])  # fmt: skip
def test_a_grant_is_for_one_namespace_and_the_name_it_says(cluster_of, source: str, name: str, granted: bool) -> None:
    other = WEB.replace("name: web}", "name: web, namespace: other}")
    grant = GRANT.replace("FROM", source).replace("NAME", name)
    cluster = cluster_of(CLASS, other, grant, gateway(HTTP), route(backend="{name: web, namespace: other, port: 80}"))
    assert conditions(cluster, "HTTPRoute")["ResolvedRefs"][0] is granted


@pytest.mark.parametrize(
    ("tls", "documents", "reason"),
    [
        ("{certificateRefs: [{name: cert}]}", [SECRET], "ResolvedRefs"),
        ("{certificateRefs: [{name: cert}]}", [], "InvalidCertificateRef"),
        ("{certificateRefs: [{name: cert}]}", [SECRET.replace(", tls.key: eA==", "")], "InvalidCertificateRef"),
        ("{certificateRefs: [{name: cert, kind: ConfigMap}]}", [], "InvalidCertificateRef"),
        ("{certificateRefs: [{name: cert, namespace: other}]}", [], "RefNotPermitted"),
        ("{}", [], "InvalidCertificateRef"),
    ],
)
def test_a_listener_that_opens_tls_needs_its_certificate(
    cluster_of, tls: str, documents: list[str], reason: str
) -> None:
    listener = f"{{name: https, port: 443, protocol: HTTPS, tls: {tls}}}"
    told = conditions(cluster_of(CLASS, *documents, gateway(listener)), "Gateway")
    assert told["ResolvedRefs"] == (reason == "ResolvedRefs", reason)
    assert told["Programmed"][0] is (reason == "ResolvedRefs")


def test_listeners_that_cannot_be_told_apart_are_in_conflict(cluster_of: ClusterOf, problem_of: ProblemOf) -> None:
    both = gateway("{name: a, port: 80, protocol: HTTP}", "{name: b, port: 80, protocol: TCP}")
    cluster = cluster_of(CLASS, both)
    reasons = [c.reason for c in cluster.web.status.conditions if c.type == "Conflicted"]
    assert reasons == ["ProtocolConflict", "ProtocolConflict"]
    twins = gateway(
        "{name: a, port: 80, protocol: HTTP, hostname: a.b}", "{name: b, port: 80, protocol: HTTP, hostname: a.c}"
    )
    assert not any(c.reason == "HostnameConflict" for c in cluster_of(CLASS, twins).web.status.conditions)


LISTENER_SET = """
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: more}
spec:
  parentRef: {name: door}
  listeners: [{name: extra, port: 80, protocol: HTTP, hostname: extra.example}]
"""


def test_a_listener_set_joins_only_where_the_gateway_lets_it(cluster_of, problem_of) -> None:
    to_set = route(parent="{kind: ListenerSet, name: more}")
    opened = cluster_of(
        CLASS, WEB, gateway(HTTP, more="allowedListeners: {namespaces: {from: Same}}"), LISTENER_SET, to_set
    )
    assert [len(one.attached) for one in opened.web.status.served["default/door"]] == [0, 1]
    closed = cluster_of(CLASS, WEB, gateway(HTTP), LISTENER_SET, to_set)
    assert len(closed.web.status.served["default/door"]) == 1
    assert problem_of("listener-set-not-allowed", CLASS, gateway(HTTP), LISTENER_SET).line is not None


@pytest.mark.parametrize(
    ("id_", "documents", "field", "words"),
    [
        ("unknown-gateway-class", [gateway(HTTP)], "gatewayClassName", "There is no GatewayClass any"),
        ("route-parent-unknown", [WEB, route()], "parentRefs", "There is no Gateway default/door"),
        ("backend-not-found", [CLASS, WEB, gateway(HTTP), route(backend="{name: wev, port: 80}")], "- {name: wev",
         "Requests for it get 500"),
        ("route-hostname-unmatched",
         [CLASS, WEB, gateway("{name: h, port: 80, protocol: HTTP, hostname: a.b}"), route("[c.d]")], "hostnames: [c.d]",
         "(c.d) are not among"),
    ],
)  # fmt: skip
def test_check_names_the_line(problem_of: ProblemOf, id_: str, documents: list[str], field: str, words: str) -> None:
    problem = problem_of(id_, *documents)
    text = "\n---\n".join(documents).splitlines()
    assert field in text[(problem.line or 0) - 1]
    assert words in problem.message
    assert problem.hint


def test_two_routes_that_want_the_same_requests_are_told_at_the_younger_one(problem_of: ProblemOf) -> None:
    first, second = (route(backend="{name: web, port: 80}").replace("name: shop", f"name: {n}") for n in ("a", "b"))
    told = problem_of("route-conflict", CLASS, WEB, gateway(HTTP), second, first)
    assert told.object == "HTTPRoute default/b"
    assert "HTTPRoute default/a wants the same requests" in told.message


def test_routes_that_differ_in_a_header_are_no_double(cluster_of: ClusterOf) -> None:
    matched = "  - matches: [{headers: [{name: x, value: VALUE}]}]\n    backendRefs:"
    both = [
        route().replace("name: shop", f"name: {n}").replace("  - backendRefs:", matched.replace("VALUE", n))
        for n in "ab"
    ]
    assert not [p for p in cluster_of(CLASS, WEB, gateway(HTTP), *both).problems if p.id == "route-conflict"]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("", "a.b", "a.b"),
        ("*.b", "a.b", "a.b"),
        ("a.b", "*.b", "a.b"),
        ("*.b", "*.a.b", "*.a.b"),
        ("*.b", "b", None),
        ("a.b", "c.b", None),
        ("*.a.b", "*.c.b", None),
        ("*.b", "*.b", "*.b"),
    ],
)
def test_of_two_names_the_narrower_remains(one: str, other: str, both: str | None) -> None:
    assert common(one, other) == both
    assert common(other, one) == both


def test_a_route_without_names_answers_the_listeners() -> None:
    assert intersection("a.b", ()) == ("a.b",)
    assert intersection("*.b", ("a.b", "x.y")) == ("a.b",)
    assert intersection("a.b", ("x.y",)) == ()


def grpc(name: str, hostname: str, created: str = "") -> str:
    age = f", creationTimestamp: '{created}'" if created else ""
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {{name: {name}{age}}}
spec: {{parentRefs: [{{name: door}}], hostnames: [{hostname}], rules: [{{}}]}}
"""


@pytest.mark.parametrize(
    ("name", "hostname", "created", "http", "rpc"),
    [
        ("zoo", "a.example", "", "Accepted", "RouteConflict"),  # by name: shop comes first
        ("ant", "a.example", "", "RouteConflict", "Accepted"),
        ("zoo", "a.example", "2020-01-01T00:00:00Z", "RouteConflict", "Accepted"),  # the older one
        ("zoo", "'*.example'", "", "Accepted", "RouteConflict"),
        ("zoo", "b.example", "", "Accepted", "Accepted"),
    ],
)
def test_a_name_on_a_listener_is_for_http_or_for_grpc(
    cluster_of: ClusterOf, name: str, hostname: str, created: str, http: str, rpc: str
) -> None:
    cluster = cluster_of(CLASS, WEB, gateway(HTTP), route("[a.example]"), grpc(name, hostname, created))
    found = {kind: conditions(cluster, kind)["Accepted"] for kind in ("HTTPRoute", "GRPCRoute")}
    assert found == {"HTTPRoute": (http == "Accepted", http), "GRPCRoute": (rpc == "Accepted", rpc)}


def test_a_listener_of_an_extensions_protocol_is_not_opened(cluster_of: ClusterOf) -> None:
    cluster = cluster_of(CLASS, gateway("{name: quic, port: 80, protocol: example.com/quic}"))
    found = conditions(cluster, "Gateway")
    assert found["Accepted"] == (False, "UnsupportedProtocol")
    assert found["Programmed"] == (False, "Invalid")
    assert "listener-protocol" in [p.id for p in cluster.problems]
