"""Two connections: the client's to the proxy, the proxy's own to the backend, and what each side sees of the other."""

import pytest

from simulator.analysis.ask import ask, world_of
from simulator.cluster import build_cluster
from simulator.cluster.addons import with_addons
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.packet.headers import Tcp
from simulator.steps import Outcome, Step, StepKind
from simulator.trace.model import Leg, LegKind, Trace
from simulator.trace.tracing import branches, trace

SHOP = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http:
      paths:
      - {path: /cart, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /old, pathType: Prefix, backend: {service: {name: gone, port: {number: 80}}}}
      - {path: /deaf, pathType: Prefix, backend: {service: {name: deaf, port: {number: 80}}}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: deaf}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 9090}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: client}, spec: {containers: [{name: c, image: i}]}}
"""
SPLIT = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door}
spec:
  gatewayClassName: any
  listeners: [{name: http, port: 8000, protocol: HTTP, hostname: door.example}, {name: raw, port: 5432, protocol: TCP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: split}
spec:
  parentRefs: [{name: door, sectionName: http}]
  rules: [{backendRefs: [{name: web, port: 80, weight: 9}, {name: gone, port: 80, weight: 1}]}]
---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata: {name: db}
spec:
  parentRefs: [{name: door, sectionName: raw}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
""" + SHOP.partition("---\n")[2]


def world(text: str, source: str, target: str):
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    extended = with_addons(cluster)
    flow = ask(extended, source, target, by_dns=True).flow
    there = world_of(cluster, extended, flow)
    return there, compile_network(there), flow


def asked(url: str, source: str = "internet", text: str = SHOP) -> Trace:
    _, network, flow = world(text, source, url)
    return trace(network, flow)


def of_kind(found: Trace, kind: LegKind) -> list[Leg]:
    return [leg for leg in found.legs if leg.kind is kind]


def proxy_steps(found: Trace) -> list[Step]:
    return [step for leg in found.legs for step in leg.steps if step.kind is StepKind.PROXY]


def test_the_proxy_opens_a_connection_of_its_own_between_the_request_and_the_answer() -> None:
    found = asked("http://shop.example/cart")
    kinds = [leg.kind.value for leg in found.legs]
    assert kinds == ["request", "reply", "ack", "data", "proxied", "reply", "ack", "data", "data", "data"]
    assert (found.disposition, found.status) == (Outcome.DELIVERED, 200)
    assert found.legs[-1].packet.payload == "HTTP 200"


def test_the_backend_sees_the_proxy_and_never_the_client() -> None:
    found = asked("http://shop.example/cart")
    (own,) = of_kind(found, LegKind.PROXIED)
    last = own.steps[-1]
    assert last.netns == "default/web"
    assert str(last.packet.ip.src) == str(own.packet.ip.src)
    assert "198.51.100.7" not in {str(step.packet.ip.src) for step in own.steps if step.kind is not StepKind.PROXY}
    assert isinstance(last.packet.l4, Tcp)
    assert last.packet.l4.dport == 8080


def test_the_proxy_goes_to_the_endpoint_and_not_to_the_cluster_ip() -> None:
    there, network, flow = world(SHOP, "internet", "http://shop.example/cart")
    (own,) = of_kind(trace(network, flow), LegKind.PROXIED)
    assert own.packet.ip.dst == there.pods["default/web"].ips[0]
    assert not [step for step in own.steps if step.kind is StepKind.NAT]


def test_the_decision_names_the_rule_those_before_it_and_the_lines_behind_them() -> None:
    found = asked("http://shop.example/cart")
    decision, back = proxy_steps(found)
    assert decision.text.id == "proxy.forward"
    assert decision.matched is not None
    assert decision.matched.text.startswith("Ingress default/shop, rule 1, path /cart")
    lines = [SHOP.splitlines()[(o.line or 0) - 1] for o in decision.origins if o.object == "Ingress default/shop"]
    assert any("path: /cart" in line for line in lines)
    assert back.text.id == "proxy.back"
    assert decision.narration is not None
    assert "default/web" in decision.narration.plain


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/old", 503)])
def test_what_the_proxy_answers_by_itself_needs_no_second_connection(path: str, status: int) -> None:
    found = asked(f"http://shop.example{path}")
    assert not of_kind(found, LegKind.PROXIED)
    assert found.status == status
    assert [step.text.id for step in proxy_steps(found)] == ["proxy.answer"]
    assert found.legs[-1].packet.payload == f"HTTP {status}"


def test_a_backend_that_refuses_is_seen_on_the_wire_and_becomes_502() -> None:
    found = asked("http://shop.example/deaf")
    (own,) = of_kind(found, LegKind.PROXIED)
    assert own.disposition.value == "refused"
    assert found.status == 502
    assert proxy_steps(found)[-1].text.id == "proxy.failed"


def test_a_pod_asks_dns_first_and_gets_the_fronts_address() -> None:
    found = asked("http://shop.example/cart", "default/client")
    assert of_kind(found, LegKind.DNS)
    (request,) = of_kind(found, LegKind.REQUEST)
    assert str(request.packet.ip.dst) == "203.0.113.10"
    assert found.status == 200


def test_weights_are_choices_of_the_trace() -> None:
    _, network, flow = world(SPLIT, "internet", "http://door.example:8000/")
    ways = branches(network, flow)
    by_status = {s: sum(w.probability for w in ways if w.trace.status == s) for s in (200, 500)}
    assert by_status == {200: pytest.approx(0.9), 500: pytest.approx(0.1)}
    assert all(way.trace.choices for way in ways)


def test_plain_bytes_are_passed_on_without_a_status() -> None:
    _, network, flow = world(SPLIT, "internet", "http://door.example:8000/")
    found = trace(network, type(flow)("internet", "203.0.113.10:5432", flow.address, 5432, balancer=flow.balancer))
    assert of_kind(found, LegKind.PROXIED)
    assert (found.disposition, found.status) == (Outcome.DELIVERED, None)


def test_a_proxy_that_is_its_own_backend_comes_to_an_end() -> None:
    loop = (
        SHOP.replace("name: web, port: {number: 80}", "name: edge, port: {number: 80}")
        + """
---
{apiVersion: v1, kind: Service, metadata: {name: edge}, spec: {selector: {app: edge}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: edge, labels: {app: edge}}, spec: {containers: [{name: c, image: registry.k8s.io/ingress-nginx/controller}]}}
"""
    )
    loop = loop.replace(
        "metadata: {name: edge}, spec: {selector", "metadata: {name: edge}, spec: {type: LoadBalancer, selector"
    )
    found = asked("http://shop.example/cart", text=loop)
    assert len(of_kind(found, LegKind.PROXIED)) == 1
    assert found.status == 200


def test_a_connection_that_is_not_read_is_taken_whatever_the_url_says() -> None:
    found = asked("http://door.example:5432/x", text=SPLIT)
    forward, back = proxy_steps(found)
    assert forward.narration is not None
    assert (
        forward.narration.plain == "default/door-proxy takes the connection, and opens one of its own to default/web."
    )
    assert forward.matched is not None
    assert forward.matched.text == "TCPRoute default/db, rule 1: every connection"
    assert (back.text.params["raw"], found.status) == ("yes", None)
    assert found.disposition is Outcome.DELIVERED


ITSELF = """---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {gateway.networking.k8s.io/gateway-name: door}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: own, labels: {gateway.networking.k8s.io/gateway-name: door}}
spec: {containers: [{name: c, image: i}]}
"""


def test_a_proxy_that_hands_connections_to_itself_comes_to_an_end() -> None:
    text = SPLIT.partition("---\n{apiVersion: v1")[0].replace("port: 5432", "port: 80") + ITSELF
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    found = trace(compile_network(cluster), ask(cluster, "node-a", "default/web:80").flow)
    assert 1 < len(of_kind(found, LegKind.PROXIED)) < 10
