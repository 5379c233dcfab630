"""Why a proxy answered with an error, with the line to blame and what would mend it."""

import pytest

from simulator.analysis.ask import ask, world_of
from simulator.analysis.why import explained
from simulator.analysis.why_http import answered_well
from simulator.cluster import build_cluster
from simulator.cluster.addons import with_addons
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import StepKind
from simulator.trace.model import Trace
from simulator.trace.tracing import trace

SHOP = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http:
      paths:
      - {path: /cart, pathType: Exact, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /typo, pathType: Exact, backend: {service: {name: wep, port: {number: 80}}}}
      - {path: /deaf, pathType: Exact, backend: {service: {name: deaf, port: {number: 80}}}}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: deaf}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 9090}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}}
"""


ROUTE = """\
{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: gw},
 spec: {gatewayClassName: nobodys, listeners: [{name: http, port: 80, protocol: HTTP}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: gw}]
  hostnames: [shop.example]
  rules:
  - backendRefs:
    - {name: wep, port: 80}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
"""


def asked(path: str, text: str = SHOP) -> Trace:
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    world = with_addons(cluster)
    flow = ask(world, "internet", f"http://shop.example{path}", by_dns=True).flow
    there = world_of(cluster, world, flow)
    return explained(there, trace(compile_network(there), flow))


def test_an_answer_that_was_wanted_needs_no_explanation() -> None:
    found = asked("/cart")
    assert answered_well(found)
    assert found.explanation is None


def test_the_remedy_is_that_of_the_line_to_blame_though_others_have_problems_too() -> None:
    """The Gateway has no GatewayClass, which is told by `check`; the route is what leads nowhere."""
    found = asked("/", ROUTE).explanation
    assert found is not None
    assert (found.code, found.line, found.fix) == ("http-500", 12, "Did you mean web?")


@pytest.mark.parametrize(
    ("path", "code", "words", "line", "fix"),
    [
        ("/typo", "http-503", "There is no Service default/wep", "path: /typo", "Did you mean web?"),
        (
            "/nothing",
            "http-404",
            "No rule of the proxy is for this request",
            "rules:",
            "the path /nothing is not exactly /cart",
        ),
        ("/deaf", "port-not-declared", "could not reach its backend", "name: web,", "8080"),
    ],
)
def test_an_error_has_its_line_and_its_remedy(path: str, code: str, words: str, line: str, fix: str) -> None:
    found = asked(path)
    assert not answered_well(found)
    why = found.explanation
    assert why is not None
    assert why.code == code
    assert words in why.message
    assert line in SHOP.splitlines()[(why.line or 0) - 1]
    assert fix in (why.fix or "")


TLS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  tls: [{hosts: [shop.example], secretName: shop-tls}]
  rules:
  - host: shop.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
"""
SECRET = """---
{apiVersion: v1, kind: Secret, metadata: {name: shop-tls}, type: kubernetes.io/tls, data: {tls.crt: "eA==", tls.key: "eA=="}}
"""
DOOR = """---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door}
spec:
  gatewayClassName: any
  listeners:
  - {name: open, port: 443, protocol: HTTPS, hostname: shop.example, tls: {certificateRefs: [{name: shop-tls}]}}
  - {name: sealed, port: 443, protocol: TLS, hostname: sealed.example, tls: {mode: Passthrough}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec: {parentRefs: [{name: door, sectionName: open}], rules: [{backendRefs: [{name: web, port: 80}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: sealed}
spec:
  parentRefs: [{name: door, sectionName: sealed}]
  hostnames: [sealed.example]
  rules: [{backendRefs: [{name: web, port: 80}]}]
"""


def shakes_hands(text, target):
    """The texts of the proxy's steps, and the trace with its explanation."""
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    world = with_addons(cluster)
    flow = ask(world, "internet", target).flow
    found = explained(world, trace(compile_network(world), flow))
    steps = [step for leg in found.legs for step in leg.steps if step.kind is StepKind.PROXY]
    return [step.text.id for step in steps], steps[0].narration, found


def test_the_name_in_the_handshake_chooses_the_certificate():
    ids, told, found = shakes_hands(TLS + SECRET, "https://shop.example/")
    assert ids == ["proxy.tls", "proxy.forward", "proxy.back"]
    assert "certificate of Secret default/shop-tls" in told.plain
    assert (found.status, found.explanation) == (200, None)


def test_a_secret_that_is_not_there_is_told_at_its_name():
    ids, _, found = shakes_hands(TLS, "https://shop.example/")
    assert ids[0] == "proxy.tls-own"
    assert (found.explanation.code, found.explanation.field) == ("tls-secret-missing", "spec.tls[0].secretName")


def test_a_connection_without_tls_has_no_handshake():
    assert "proxy.tls" not in shakes_hands(TLS + SECRET, "http://shop.example/")[0]


def test_what_is_passed_through_stays_closed():
    services = TLS[TLS.index("---") :]
    ids, told, _ = shakes_hands(services + SECRET + DOOR, "https://sealed.example/")
    assert ids[0] == "proxy.tls-through"
    assert "stays encrypted" in told.plain


def test_a_name_that_no_listener_is_for_ends_the_connection_with_words():
    services = TLS[TLS.index("---") :]
    ids, _, found = shakes_hands(services + SECRET + DOOR, "https://203.0.113.10/")
    assert ids == ["proxy.hang-up"]
    assert found.explanation.code == "proxy-hangs-up"
    assert "has a certificate for" in found.explanation.message


def test_who_is_sent_on_to_tls_is_told_where_to_ask_next():
    ids, told, found = shakes_hands(TLS + SECRET, "http://shop.example/cart?a=b")
    assert ids == ["proxy.answer"]
    assert "sends the client on to https://shop.example/cart?a=b: 308" in told.plain
    assert (found.status, found.explanation.code) == (308, "http-308")
    assert found.explanation.field == "spec.tls"
    assert found.explanation.fix == ""
