"""What the API server refuses in Gateways and routes, one rule of the specification each."""

from collections.abc import Callable

import pytest

from simulator.cluster.cluster import Cluster

ClusterOf = Callable[..., Cluster]

DOOR = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door}
spec: {gatewayClassName: any, listeners: [LISTENER]}
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: door}]
  hostnames: [HOST]
  rules:
  - RULE
"""
HTTP = "{name: http, port: 80, protocol: HTTP}"
PREFIX = "matches: [{path: {type: PathPrefix, value: /a}}]"


def refused(cluster: Cluster) -> list[str]:
    return [p.message for p in cluster.problems if p.id == "gateway-api-refused"]


def filters(*found: str) -> str:
    return f"filters: [{', '.join(found)}]"


REDIRECT = "{type: RequestRedirect, requestRedirect: {scheme: https}}"
REWRITE = "{type: URLRewrite, urlRewrite: {hostname: a.example}}"
CUT = "{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}"
HEADER = "{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (f"{{{filters(REDIRECT)}, backendRefs: [{{name: web, port: 80}}]}}", "can't have backendRefs"),
        (f"{{{filters(REDIRECT, REWRITE)}}}", "exclude each other"),
        (f"{{{filters(HEADER, HEADER)}}}", "RequestHeaderModifier is there twice"),
        (f"{{{filters(CUT)}, matches: [{{path: {{type: Exact, value: /a}}}}]}}", "exactly one match"),
        (f"{{{filters(CUT)}, matches: [{{path: {{value: /a}}}}, {{path: {{value: /b}}}}]}}", "exactly one match"),
        ("{matches: [{path: {type: Exact, value: a}}]}", "does not start with /"),
        ("{matches: [{path: {value: /a//b}}]}", 'has //'),
        ("{matches: [{path: {value: /a/..}}]}", "a dot at its end"),
        ("{timeouts: {request: 1s, backendRequest: 2s}}", "backendRequest is longer"),
    ],
)  # fmt: skip
def test_rules_that_contradict_themselves(cluster_of: ClusterOf, rule: str, said: str) -> None:
    (message,) = refused(cluster_of(DOOR.replace("LISTENER", HTTP), ROUTE.replace("RULE", rule)))
    assert said in message


@pytest.mark.parametrize(
    "rule",
    [
        f"{{{filters(CUT)}, {PREFIX}}}",
        f"{{{filters(CUT)}}}",  # no match is PathPrefix /
        f"{{{filters(REDIRECT, HEADER)}}}",
        "{matches: [{path: {type: RegularExpression, value: 'a//b'}}]}",
        "{timeouts: {request: 2s, backendRequest: 2s}}",
    ],
)
def test_rules_that_are_taken(cluster_of: ClusterOf, rule: str) -> None:
    assert refused(cluster_of(DOOR.replace("LISTENER", HTTP), ROUTE.replace("RULE", rule))) == []


@pytest.mark.parametrize("host", ["192.0.2.1", '"a.*.example"'])
def test_a_hostname_is_a_name(cluster_of: ClusterOf, host: str) -> None:
    text = ROUTE.replace("HOST", host).replace("RULE", "{}")
    assert len(refused(cluster_of(DOOR.replace("LISTENER", HTTP), text))) == 1


@pytest.mark.parametrize(
    ("listener", "said"),
    [
        ("{name: a, port: 80, protocol: HTTP, tls: {mode: Terminate}}", "has no tls"),
        ("{name: a, port: 443, protocol: HTTPS, tls: {mode: Passthrough}}", "opens the TLS itself"),
        ("{name: a, port: 22, protocol: TCP, hostname: a.example}", "has no hostname"),
        ("{name: a, port: 443, protocol: TLS}", "says nothing of tls"),
        ("{name: a, port: 80, protocol: HTTP, hostname: 192.0.2.1}", "is no name"),
    ],
)
def test_listeners_that_contradict_themselves(cluster_of: ClusterOf, listener: str, said: str) -> None:
    (message,) = refused(cluster_of(DOOR.replace("LISTENER", listener)))
    assert said in message
