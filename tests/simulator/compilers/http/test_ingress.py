"""Ingresses compiled for their controllers: precedence, default backends, and what classes do differently."""

import pytest

from simulator.analysis.http_request import Exchange, Question, exchange
from simulator.chance import Random
from simulator.cluster import build_cluster
from simulator.cluster.http.owners import controllers
from simulator.compilers.http.ingress import ingress_table
from simulator.manifests import SourceFile, read_manifests
from simulator.programs.matching import host_rank

CONTROLLER = {"nginx": "k8s.io/ingress-nginx", "gce": "k8s.io/ingress-gce", "traefik": "traefik.io/ingress-controller"}


def service(name: str) -> str:
    return f"""
---
{{apiVersion: v1, kind: Service, metadata: {{name: {name}}}, spec: {{selector: {{app: {name}}}, ports: [{{name: http, port: 80}}]}}}}
---
{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: {name}}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}
"""


def ingress_class(name: str) -> str:
    return f"""
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {{name: {name}}}
spec: {{controller: {CONTROLLER.get(name, "example.com/other")}}}
"""


def ingress(*paths: str, name: str = "shop", kind: str = "nginx", host: str = "shop.example", more: str = "",
            annotations: str = "") -> str:  # fmt: skip
    entries = []
    for entry in paths:
        path, type_, to = entry.split()
        entries.append(
            f"{{path: {path!r}, pathType: {type_}, backend: {{service: {{name: {to}, port: {{name: http}}}}}}}}"
        )
    prefix = "nginx.ingress.kubernetes.io/"
    told = ", ".join(f"{prefix}{a}" for a in annotations.split("; ") if a)
    return f"""
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, annotations: {{{told}}}}}
spec:
  ingressClassName: {kind}
  {more}
  rules:
  - host: "{host}"
    http: {{paths: [{", ".join(entries)}]}}
"""


WEB, API, OLD = service("web"), service("api"), service("old")


def ask(
    text: str, path: str = "/", host: str = "shop.example", scheme: str = "http", seed: int = 0, **more
) -> Exchange:  # fmt: skip
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    return exchange(cluster, Question(f"{scheme}://{host}{path}", via="ingress", **more), Random(seed).choose)


def to(answer: Exchange) -> object:
    """The Service that answers, or the status of the proxy's own answer."""
    if answer.decision.target is not None and answer.decision.upstream is not None:
        return answer.decision.upstream.name.removeprefix("default/")
    assert answer.response is not None
    return answer.response.status


EVERY = ["nginx", "gce", "traefik", "other"]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize(
    ("path", "service"),
    [("/a", "web"), ("/a/", "api"), ("/a/b", "api"), ("/ab", 404), ("/A", 404), ("/a/b/c/d", "old"), ("/x", 404)],
)
def test_exact_comes_before_prefix_and_the_longer_prefix_first(kind: str, path: str, service: object) -> None:
    service = "api" if (kind, path) == ("traefik", "/ab") else service  # strictPrefixMatching is off by default
    rules = ingress("/a Prefix api", "/a Exact web", "/a/b/c Prefix old", kind=kind)
    assert to(ask(ingress_class(kind) + WEB + API + OLD + rules, path)) == service


@pytest.mark.parametrize(
    ("kind", "value", "path", "service"),
    [
        ("nginx", "/foo", "/foobar", "web"),  # a plain nginx location: any text that starts so
        ("traefik", "/foo", "/foobar", "web"),
        ("other", "/foo", "/foobar", 404),
        ("other", "/foo", "/foo/bar", "web"),
        ("gce", "/foo", "/foo", "web"),  # exact, unless it ends with a star
        ("gce", "/foo", "/foo/bar", 404),
        ("gce", "/foo/*", "/foo/bar", "web"),
        ("gce", "/*", "/anything", "web"),
    ],
)
def test_implementation_specific_is_every_controllers_own(kind: str, value: str, path: str, service: object) -> None:
    text = ingress_class(kind) + WEB + ingress(f"{value} ImplementationSpecific web", kind=kind)
    assert to(ask(text, path)) == service


@pytest.mark.parametrize(("kind", "found"), [("nginx", 404), ("gce", 404), ("traefik", "api"), ("other", 404)])
def test_what_a_host_has_no_path_for_only_traefik_asks_elsewhere(kind: str, found: object) -> None:
    text = ingress_class(kind) + WEB + API + ingress("/a Prefix web", kind=kind)
    text += ingress("/ Prefix api", name="all", kind=kind, host="*.example")
    assert to(ask(text, "/b")) == found


DEFAULT = "defaultBackend: {service: {name: old, port: {number: 80}}}"


def test_the_default_backend_takes_what_no_rule_matches() -> None:
    text = ingress_class("other") + WEB + OLD + ingress("/a Prefix web", kind="other", more=DEFAULT)
    assert to(ask(text, "/b")) == "old"
    assert to(ask(text, "/", host="elsewhere.example")) == "old"


def test_the_older_ingress_keeps_a_path() -> None:
    first = ingress("/ Prefix web", name="zzz").replace(
        "{name: zzz", "{name: zzz, creationTimestamp: '2020-01-01T00:00:00Z'"
    )
    assert to(ask(ingress_class("nginx") + WEB + API + ingress("/ Prefix api", name="aaa") + first)) == "web"


def test_a_class_that_is_not_there_serves_nothing_beside_one_that_is() -> None:
    text = ingress_class("nginx") + WEB + ingress("/ Prefix web", kind="else")
    assert to(ask(text)) == 404
    alone = ask(WEB + ingress("/ Prefix web", kind="else"))
    assert to(alone) == "web"
    assert alone.assumptions


NOBODY = WEB.rpartition("---")[0]


@pytest.mark.parametrize("path", ["/ Prefix gone", "/ Prefix web"])
def test_a_service_that_is_missing_or_has_nobody_is_503(path: str) -> None:
    assert to(ask(ingress_class("nginx") + NOBODY + ingress(path))) == 503


def test_a_wildcard_is_for_one_label_and_an_exact_host_comes_first() -> None:
    text = ingress_class("nginx") + WEB + API + ingress("/ Prefix web", host="*.example")
    text += ingress("/ Prefix api", name="exact", host="a.example")
    found = [to(ask(text, host=host)) for host in ("a.example", "b.example", "a.b.example", "example")]
    assert found == ["api", "web", 404, 404]


def test_servers_are_sorted_by_their_host_whatever_the_order_of_documents() -> None:
    text = ingress_class("nginx") + ingress("/ Prefix web", host="*.b") + ingress("/ Prefix web", name="x", host="a.b")
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    (controller,) = controllers(cluster)
    hosts = [one.host for one in ingress_table(cluster, controller).listeners]
    assert hosts == sorted(hosts, key=host_rank)
    assert set(hosts) == {"a.b", "*.b", ""}


def google(*ingresses: str) -> str:
    return ingress_class("gce") + WEB + API + "".join(ingresses)


def test_in_googles_cloud_each_ingress_is_a_load_balancer_of_its_own() -> None:
    text = google(
        ingress("/a Exact web", kind="gce"), ingress("/b Exact api", name="other", kind="gce", host="other.example")
    )
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    assert [len(one.ingresses) for one in controllers(cluster)] == [1, 1]
    assert len({one.label for one in controllers(cluster)}) == 2
    assert to(ask(text, "/b", host="other.example")) == "api"


def test_two_ingresses_of_one_host_share_it_but_not_in_googles_cloud() -> None:
    def two(kind: str) -> str:
        both = ingress("/a Exact web", kind=kind) + ingress("/b Exact api", name="younger", kind=kind)
        return ingress_class(kind) + WEB + API + both

    assert to(ask(two("nginx"), "/b")) == "api"
    assert to(ask(two("gce"), "/b")) == 404


@pytest.mark.parametrize(
    ("more", "annotation", "ports"),
    [
        ("", "", {80}),
        ("tls: [{secretName: cert}]", "", {80, 443}),
        ("tls: [{secretName: cert}]", "kubernetes.io/ingress.allow-http: 'false'", {443}),
        ("", "networking.gke.io/managed-certificates: shop", {80, 443}),
    ],
)
def test_googles_load_balancers_open_what_they_are_told_to(more: str, annotation: str, ports: set[int]) -> None:
    text = google(
        ingress("/ Prefix web", kind="gce", more=more).replace("annotations: {}", f"annotations: {{{annotation}}}")
    )
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    (controller,) = controllers(cluster)
    assert {one.port for one in ingress_table(cluster, controller).listeners} == ports
