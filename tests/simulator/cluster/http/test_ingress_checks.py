"""What `netviz check` says of Ingresses, by line; and how Ingresses of old are read."""

from collections.abc import Callable

import pytest

from simulator.cluster.cluster import Cluster
from simulator.diagnostics import Level, Problem

ClusterOf = Callable[..., Cluster]
ProblemOf = Callable[..., Problem]
WEB = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}]}}"
CLASS = """
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: "DEFAULT"}}
spec: {controller: k8s.io/ingress-nginx}
"""


def ingress(name: str = "shop", spec: str = "", backend: str = "{service: {name: web, port: {number: 80}}}") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}}}
spec:
  {spec or "ingressClassName: nginx"}
  rules:
  - host: shop.example
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {backend}
"""


def of(default: bool) -> str:
    return CLASS.replace("DEFAULT", "true" if default else "false")


@pytest.mark.parametrize(
    ("id_", "documents", "line"),
    [
        ("unknown-ingress-class", [of(False), ingress(spec="ingressClassName: ngnix")], "ingressClassName: ngnix"),
        ("ingress-without-class", [of(False), ingress(spec="x: y")], "spec:"),
        ("backend-not-found", [of(True), ingress(backend="{service: {name: weg, port: {number: 80}}}")], "backend: {"),
        ("backend-not-found", [of(True), ingress(backend="{service: {name: web, port: {number: 81}}}")], "backend: {"),
        ("backend-not-found", [of(True), ingress(backend="{service: {name: web, port: {name: web}}}")], "backend: {"),
        ("ingress-resource-backend", [of(True), ingress(backend="{resource: {kind: Bucket, name: b}}")], "backend: {"),
        ("tls-secret-missing", [of(True), ingress(spec="tls: [{hosts: [shop.example], secretName: cert}]")], "tls: ["),
        ("ingress-conflict", [of(True), ingress("a"), ingress("b")], "- path: /"),
    ],
)
def test_what_is_wrong_has_its_line(problem_of: ProblemOf, id_: str, documents: list[str], line: str) -> None:
    problem = problem_of(id_, WEB, *documents)
    text = "\n---\n".join([WEB, *documents]).splitlines()
    assert line in text[(problem.line or 0) - 1]
    assert problem.hint


def test_a_misspelt_class_and_service_get_the_name_that_was_meant(problem_of: ProblemOf) -> None:
    told = problem_of("unknown-ingress-class", of(False), WEB, ingress(spec="ingressClassName: ngnix"))
    assert told.hint == "Did you mean nginx?"
    weg = ingress(backend="{service: {name: weg, port: {number: 80}}}")
    assert problem_of("backend-not-found", of(True), WEB, weg).hint == "Did you mean web?"


def test_the_class_is_the_field_or_the_old_annotation_or_the_default(cluster_of: ClusterOf) -> None:
    old = ingress(spec="x: y").replace("{name: shop}", "{name: shop, annotations: {kubernetes.io/ingress.class: old}}")
    assert cluster_of(of(True), WEB, old).web.ingresses["default/shop"].class_name == "old"
    assert cluster_of(of(True), WEB, ingress(spec="x: y")).web.ingresses["default/shop"].class_name == "nginx"
    assert cluster_of(of(False), WEB, ingress(spec="x: y")).web.ingresses["default/shop"].class_name is None


OLD = """
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: old}
spec:
  backend: {serviceName: web, servicePort: http}
  rules:
  - http:
      paths:
      - path: /x
        backend: {serviceName: web, servicePort: 80}
"""


def test_an_ingress_of_old_is_read_and_explained(cluster_of: ClusterOf, problem_of: ProblemOf) -> None:
    found = cluster_of(WEB, OLD).web.ingresses["default/old"]
    assert found.default is not None
    assert (found.default.service, found.default.port) == ("web", "http")
    (path,) = found.rules[0].paths
    assert path.backend is not None
    assert (path.value, path.kind, path.backend.port) == ("/x", "ImplementationSpecific", 80)
    told = problem_of("ingress-converted", WEB, OLD)
    assert told.level is Level.INFO
    assert "service.name and service.port" in told.message


def test_an_action_in_an_annotation_is_no_missing_service(cluster_of: ClusterOf) -> None:
    action = ingress(backend="{service: {name: ssl-redirect, port: {name: use-annotation}}}")
    assert not [p for p in cluster_of(of(True), action).problems if p.id == "backend-not-found"]


def test_a_sound_ingress_has_no_problems(cluster_of: ClusterOf) -> None:
    backed = WEB.replace("spec: {", "spec: {selector: {app: web}, ")
    pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}"
    assert not cluster_of(backed, pod, of(True), ingress()).problems


@pytest.mark.parametrize(
    "spec",
    ["rules: 5", "rules: [5, {http: {paths: {}}}]", "defaultBackend: [1]", "tls: {a: b}", "rules: [{host: 7}]",
     "rules: [{http: {paths: [{path: [], backend: {service: 8}}]}}]"],
)  # fmt: skip
def test_fields_of_the_wrong_type_are_told_and_left_out(cluster_of: ClusterOf, spec: str) -> None:
    bad = f"{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: bad}}, spec: {{{spec}}}}}"
    assert any(p.id == "wrong-type" for p in cluster_of(bad).problems)
