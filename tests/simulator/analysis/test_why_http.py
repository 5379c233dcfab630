"""Why a proxy answered with an error, with the line to blame and what would mend it."""

import pytest

from simulator.analysis.ask import ask, world_of
from simulator.analysis.why import explained
from simulator.analysis.why_http import answered_well
from simulator.cluster import build_cluster
from simulator.cluster.addons import with_addons
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
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


def asked(path: str) -> Trace:
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", SHOP.encode())]))
    world = with_addons(cluster)
    flow = ask(world, "internet", f"http://shop.example{path}", by_dns=True).flow
    there = world_of(cluster, world, flow)
    return explained(there, trace(compile_network(there), flow))


def test_an_answer_that_was_wanted_needs_no_explanation() -> None:
    found = asked("/cart")
    assert answered_well(found)
    assert found.explanation is None


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
