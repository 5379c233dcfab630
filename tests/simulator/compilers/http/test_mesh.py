"""Routes whose parent is a Service: whose routes count for which client."""

import pytest

from simulator.analysis.flow_error import FlowError
from simulator.analysis.http_request import Exchange, Question, exchange
from simulator.chance import Random
from simulator.cluster import build_cluster
from simulator.manifests import SourceFile, read_manifests


def service(name: str, namespace: str = "shop") -> str:
    return f"""
---
{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: {namespace}}}, spec: {{selector: {{app: {name}}}, ports: [{{name: a, port: 80}}, {{name: b, port: 81}}]}}}}
---
{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {namespace}, labels: {{app: {name}}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}
"""


def route(namespace: str, to: str, value: str, port: str = "") -> str:
    return f"""
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: r-{value}, namespace: {namespace}}}
spec:
  parentRefs: [{{group: "", kind: Service, namespace: shop, name: web{port}}}]
  rules:
  - filters: [{{type: ResponseHeaderModifier, responseHeaderModifier: {{set: [{{name: X-By, value: {value}}}]}}}}]
    backendRefs: [{{namespace: shop, name: {to}, port: 80}}]
"""


BASE = service("web") + service("next") + service("client", "other")


def ask(text: str, source: str = "shop/client", url: str = "http://web.shop/") -> Exchange:
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    return exchange(cluster, Question(url, via="mesh", source=source), Random(0).choose)


def by(answer: Exchange) -> tuple[str | None, str | None]:
    assert answer.response is not None
    upstream = answer.decision.upstream
    return (upstream.name if upstream else None, answer.response.headers.get("X-By"))


def test_without_routes_a_service_answers_as_always() -> None:
    assert by(ask(BASE)) == ("shop/web", None)


def test_a_producers_route_counts_for_everybody_and_a_consumers_for_its_own_namespace() -> None:
    both = BASE + route("shop", "next", "producer") + route("other", "web", "consumer")
    assert by(ask(both, "shop/client")) == ("shop/next", "producer")
    assert by(ask(both, "other/client")) == ("shop/web", "consumer")


def test_a_consumers_route_may_use_the_service_that_it_is_for_and_no_other_without_a_grant() -> None:
    assert by(ask(BASE + route("other", "web", "own"), "other/client"))[0] == "shop/web"
    answer = ask(BASE + route("other", "next", "foreign"), "other/client")
    assert answer.response is not None
    assert answer.response.status == 500


def test_a_route_for_one_port_leaves_the_others_alone() -> None:
    text = BASE + route("shop", "next", "producer", ", port: 81")
    assert by(ask(text)) == ("shop/web", None)
    assert by(ask(text, url="http://web.shop:81/")) == ("shop/next", "producer")


@pytest.mark.parametrize(
    ("source", "host"), [("shop/x", "web"), ("other/x", "web.shop"), ("other/x", "web.shop.svc.cluster.local")]
)
def test_a_service_is_found_by_the_names_that_a_pod_knows(source: str, host: str) -> None:
    assert by(ask(BASE, source, f"http://{host}/"))[0] == "shop/web"


@pytest.mark.parametrize(
    ("source", "url", "code"),
    [
        ("", "http://web/", "unknown-pod"),
        ("nowhere/x", "http://web/", "unknown-pod"),
        ("shop/x", "http://wep/", "unknown-service"),
        ("shop/x", "http://web:82/", "bad-port"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(source: str, url: str, code: str) -> None:
    with pytest.raises(FlowError) as wrong:
        ask(BASE, source, url)
    assert wrong.value.code == code
