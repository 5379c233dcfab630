"""Gateways compiled to tables: the order of rules is the specification's precedence."""

import pytest

from simulator.cluster import build_cluster
from simulator.compilers.http.gateway import gateway_table
from simulator.manifests import SourceFile, read_manifests
from simulator.programs.routes import Listener, PathMatch, Table

BASE = """
{apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: {name: any}, spec: {controllerName: x/y}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web-0, labels: {app: web}}, spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door}
spec:
  gatewayClassName: any
  listeners: [{name: http, port: 80, protocol: HTTP}]
"""


def route(name: str, rules: str, kind: str = "HTTPRoute", extra: str = "", created: str = "") -> str:
    stamp = f", creationTimestamp: '{created}'" if created else ""
    return f"""
---
apiVersion: gateway.networking.k8s.io/v1
kind: {kind}
metadata: {{name: {name}{stamp}}}
spec: {{parentRefs: [{{name: door}}], {extra} rules: [{rules}]}}
"""


def compiled(*routes: str) -> Table:
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", (BASE + "".join(routes)).encode())]))
    return gateway_table(cluster, cluster.web.gateways["default/door"])


def http(table: Table) -> Listener:
    (listener,) = table.listeners
    return listener


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{path: {type: Exact, value: /a}}", "{path: {value: /a/b/c}}"),
        ("{path: {value: /a/b}}", "{path: {value: /a}}"),
        (
            "{path: {value: /a}, method: GET}",
            "{path: {value: /a}, headers: [{name: x, value: y}, {name: z, value: y}]}",
        ),
        ("{headers: [{name: a, value: b}, {name: c, value: d}]}", "{headers: [{name: a, value: b}]}"),
        ("{headers: [{name: a, value: b}]}", "{queryParams: [{name: a, value: b}, {name: c, value: d}]}"),
        ("{queryParams: [{name: a, value: b}, {name: c, value: d}]}", "{queryParams: [{name: a, value: b}]}"),
    ],
)
def test_the_more_specific_match_comes_first_however_it_is_written(first: str, second: str) -> None:
    for order in ((first, second), (second, first)):
        rules = http(compiled(route("r", ", ".join(f"{{matches: [{m}]}}" for m in order)))).rules
        assert rules[0].match == http(compiled(route("r", f"{{matches: [{first}]}}"))).rules[0].match


def test_of_equal_matches_the_older_route_then_the_name_then_the_place_decides() -> None:
    two = "{name: one}, {name: two}"
    rules = http(
        compiled(
            route("b", two), route("a", two), route("z", two, created="2020-01-01T00:00:00Z")
        )
    ).rules  # fmt: skip
    assert [rule.name for rule in rules] == [
        f'HTTPRoute default/{name}, rule {n} "{word}"' for name in "zab" for n, word in ((1, "one"), (2, "two"))
    ]


def test_a_longer_hostname_counts_more_than_a_longer_path() -> None:
    rules = http(
        compiled(
            route("a", "{matches: [{path: {value: /long/path}}]}", extra="hostnames: ['*.example'],"),
            route("b", "{}", extra="hostnames: [shop.example, '*.b.example'],"),
        )
    ).rules
    assert [rule.host for rule in rules] == ["shop.example", "*.b.example", "*.example"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("{service: a.B, method: C}", "Exact /a.B/C"),
        ("{service: a.B}", "PathPrefix /a.B"),
        ("{method: C}", "RegularExpression /[^/]+/C"),
        ("{type: RegularExpression, service: 'a\\..*', method: C}", r"RegularExpression /a\..*/C"),
    ],
)
def test_a_grpc_method_is_a_path(method: str, path: str) -> None:
    (rule,) = http(compiled(route("r", f"{{matches: [{{method: {method}}}]}}", "GRPCRoute"))).rules
    match = rule.match.path
    assert isinstance(match, PathMatch)
    assert f"{match.kind.value} {match.value}" == path


def test_a_backend_is_the_endpoints_behind_its_service() -> None:
    (rule,) = http(compiled(route("r", "{backendRefs: [{name: web, port: 80, weight: 3}]}"))).rules
    (backend,) = rule.backends
    assert backend.weight == 3
    (target,) = backend.upstream.targets
    assert (target.pod, target.port, target.refuses) == ("default/web-0", 8080, False)


def test_every_rule_points_at_its_line() -> None:
    text = BASE + route("r", "{backendRefs: [{name: web, port: 80}]}")
    (rule,) = http(compiled(route("r", "{backendRefs: [{name: web, port: 80}]}"))).rules
    (origin,) = rule.origins
    assert origin.object == "HTTPRoute default/r"
    assert "rules: [{backendRefs" in text.splitlines()[(origin.line or 0) - 1]


def test_a_reference_that_leads_nowhere_is_a_fault_for_its_share() -> None:
    (rule,) = http(compiled(route("r", "{backendRefs: [{name: web, port: 80}, {name: gone, port: 80}]}"))).rules
    faults = [b.upstream.fault.reason if b.upstream.fault else None for b in rule.backends]
    assert faults == [None, "BackendNotFound"]
