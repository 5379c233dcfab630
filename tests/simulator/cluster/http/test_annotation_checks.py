"""ingress-nginx's annotations: misspelt ones, those that are not modelled, those on another controller's Ingress."""

from collections.abc import Callable

import pytest

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.annotation_checks import LEFT_OUT, MODELLED, TUNING

ClusterOf = Callable[..., Cluster]

CLASS = "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: web}, spec: {controller: CONTROLLER}}"
INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/NAME: "x"
spec: {ingressClassName: web}
"""


def told(cluster: Cluster) -> list[tuple[str, int | None]]:
    return [(p.id, p.line) for p in cluster.problems if p.id.startswith("ingress-annotation")]


@pytest.mark.parametrize(
    ("controller", "name", "said"),
    [
        ("k8s.io/ingress-nginx", "rewrite-target", []),
        ("k8s.io/ingress-nginx", "proxy-body-size", []),
        ("k8s.io/ingress-nginx", "rewrite-traget", [("ingress-annotation-unknown", 9)]),
        ("k8s.io/ingress-nginx", "auth-url", [("ingress-annotation-left-out", 9)]),
        ("traefik.io/ingress-controller", "ssl-redirect", [("ingress-annotation-passed-by", 9)]),
    ],
)
def test_an_annotation_that_does_nothing_is_told_by_line(
    cluster_of: ClusterOf, controller: str, name: str, said: list[tuple[str, int]]
) -> None:
    assert told(cluster_of(CLASS.replace("CONTROLLER", controller), INGRESS.replace("NAME", name))) == said


def test_the_nearest_name_is_the_hint(cluster_of: ClusterOf) -> None:
    cluster = cluster_of(CLASS.replace("CONTROLLER", "k8s.io/ingress-nginx"), INGRESS.replace("NAME", "canary-wait"))
    (problem,) = [p for p in cluster.problems if p.id == "ingress-annotation-unknown"]
    assert problem.hint == "Did you mean nginx.ingress.kubernetes.io/canary-weight?"


def test_whoever_annotates_for_ingress_nginx_is_taken_to_have_it(cluster_of: ClusterOf) -> None:
    assert told(cluster_of(INGRESS.replace("NAME", "ssl-redirect"))) == []


def test_an_annotation_is_in_one_list_only() -> None:
    assert not MODELLED & TUNING
    assert not (MODELLED | TUNING) & set(LEFT_OUT)


def path(name: str, value: str, kind: str = "Prefix", annotation: str = "") -> str:
    backend = "{service: {name: web, port: {number: 80}}}"
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, annotations: {{{annotation}}}}}
spec:
  ingressClassName: nginx
  rules: [{{host: a.example, http: {{paths: [{{path: "{value}", pathType: {kind}, backend: {backend}}}]}}}}]
"""


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        ("/api(/|$)(.*)", "Prefix", 1),
        ("/api(/|$)(.*)", "ImplementationSpecific", 0),
        ("/a-b_c.d~e/", "Exact", 0),
        ("/a*", "Exact", 1),
    ],
)
def test_a_pattern_is_only_read_where_the_type_leaves_it_to_the_controller(
    cluster_of: ClusterOf, value: str, kind: str, told: int
) -> None:
    problems = cluster_of(path("shop", value, kind)).problems
    assert len([p for p in problems if p.id == "ingress-path-pattern"]) == told


@pytest.mark.parametrize(("main", "told"), [("/a", 0), ("/b", 1)])
def test_a_canary_needs_a_main_ingress_with_its_host_and_path(cluster_of: ClusterOf, main: str, told: int) -> None:
    canary = path("canary", "/a", annotation='nginx.ingress.kubernetes.io/canary: "true"')
    problems = cluster_of(path("shop", main), canary).problems
    assert len([p for p in problems if p.id == "ingress-canary-alone"]) == told
