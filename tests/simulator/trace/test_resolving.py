"""Names before connections: every question and answer is a packet through the DNS Service, like any other."""

import pytest

from simulator.analysis.ask import ask
from simulator.analysis.why import explain
from simulator.cluster import build_cluster
from simulator.cluster.addons import with_dns
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.packet.headers import Protocol
from simulator.steps import Cause, Outcome, StepKind
from simulator.trace.model import LegKind, Trace
from simulator.trace.tracing import branches, trace

SHOP = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 5432, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: nobody, namespace: shop}
spec: {clusterIP: None, selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {type: ExternalName, externalName: api.example.com}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop}
spec: {nodeName: node-b, containers: [{name: c, image: "IMAGE"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: on-host, namespace: shop}
spec: {nodeName: node-b, hostNetwork: true, containers: [{name: c, image: nginx}]}
"""
NO_SERVER = """
---
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec:
  clusterIP: 10.96.0.10
  selector: {k8s-app: kube-dns}
  ports: [{name: dns, port: 53, protocol: UDP}]
"""


def world(text: str = SHOP, **settings: str) -> Cluster:
    return with_dns(build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]), settings))


def asked(target: str, source: str = "shop/client", cluster: Cluster | None = None, protocol: str = "TCP") -> Trace:
    cluster = cluster or world()
    return trace(compile_network(cluster), ask(cluster, source, target, protocol, by_dns=True).flow)


def tried(found: Trace) -> list[str]:
    """The names that were asked for, A records only."""
    steps = [s for leg in found.legs for s in leg.steps if s.text.id == "resolve.ask"]
    return [s.text.params["name"] for s in steps if s.text.params["type"] == "A"]


def test_two_questions_two_answers_and_then_the_connection() -> None:
    found = asked("web:80")
    assert [leg.kind.value for leg in found.legs[:6]] == ["dns", "dns", "dns", "dns", "request", "reply"]
    questions = [leg.packet for leg in found.legs[:2]]
    assert [(str(p.ip.dst), p.dport, p.ip.protocol) for p in questions] == [("10.96.0.10", 53, Protocol.UDP)] * 2
    assert questions[0].sport == questions[1].sport, "A and AAAA go out by one socket"
    assert found.disposition is Outcome.DELIVERED
    assert str(found.legs[4].packet.ip.dst) == str(found.flow.address)


def test_a_question_is_translated_like_any_packet_to_a_service() -> None:
    found = asked("web:80")
    nat = next(s for s in found.legs[0].steps if s.kind is StepKind.NAT)
    assert nat.changes[0].old == "10.96.0.10"
    assert found.legs[0].steps[-1].netns == "kube-system/coredns"


def test_the_answer_names_the_lines_of_the_service() -> None:
    found = asked("web:80")
    answer = next(s for leg in found.legs for s in leg.steps if s.text.id == "resolve.answer")
    assert [(o.object, o.file) for o in answer.origins] == [("Service shop/web", "shop.yaml")]


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("web:80", ["web.shop.svc.cluster.local"]),
        ("web.shop:80", ["web.shop.shop.svc.cluster.local", "web.shop.svc.cluster.local"]),
        (
            "web.shop.svc.cluster.local:80",
            [
                "web.shop.svc.cluster.local.shop.svc.cluster.local",
                "web.shop.svc.cluster.local.svc.cluster.local",
                "web.shop.svc.cluster.local.cluster.local",
                "web.shop.svc.cluster.local",
            ],
        ),
        ("web.shop.svc.cluster.local.:80", ["web.shop.svc.cluster.local"]),
    ],
)
def test_the_search_list_is_walked_as_ndots_says(target: str, names: list[str]) -> None:
    assert tried(asked(target)) == names


def test_a_name_that_nobody_knows_ends_without_a_packet_of_its_own() -> None:
    cluster = world()
    found = asked("wbe:80", cluster=cluster)
    assert (found.disposition, found.cause) == (Outcome.NXDOMAIN, Cause.NO_SUCH_NAME)
    assert {leg.kind for leg in found.legs} == {LegKind.DNS}
    why = explain(cluster, found)
    assert why is not None
    assert (why.code, why.fix) == ("no-such-name", "Did you mean web?")


def test_a_headless_name_is_its_pods_and_chance_puts_one_first() -> None:
    cluster = world()
    flow = ask(cluster, "shop/client", "db:8080", by_dns=True).flow
    found = branches(compile_network(cluster), flow)
    assert sorted((b.picks, b.probability) for b in found) == [(("shop/web-0",), 0.5), (("shop/web-1",), 0.5)]
    assert {b.trace.server for b in found} == {"shop/web-0", "shop/web-1"}


def test_a_headless_service_with_nobody_ready_has_no_name() -> None:
    cluster = world()
    why = explain(cluster, asked("nobody:80", cluster=cluster))
    assert why is not None
    assert (why.code, why.object, why.field) == ("headless-without-endpoints", "Service shop/nobody", "spec.selector")


def test_an_alias_leads_out_of_the_cluster() -> None:
    found = asked("api:443")
    assert found.disposition is Outcome.DELIVERED
    assert found.server == "internet"
    assert any(s.text.id == "resolve.forwarded" for leg in found.legs for s in leg.steps)


def test_without_a_server_behind_the_dns_service_nothing_begins() -> None:
    cluster = world(SHOP + NO_SERVER)
    found = asked("web:80", cluster=cluster)
    assert (found.disposition, found.cause) == (Outcome.REJECTED, Cause.RULE_REJECT)
    why = explain(cluster, found)
    assert why is not None
    assert (why.object, why.code) == ("Service kube-system/kube-dns", "selector-matches-nothing")


def test_a_pod_on_the_machines_network_asks_the_machines_resolver() -> None:
    found = asked("web:80", source="shop/on-host")
    assert {str(leg.packet.ip.dst) for leg in found.legs[:1]} == {"192.168.56.1"}
    assert found.disposition is Outcome.NXDOMAIN


def test_musl_gives_up_where_glibc_goes_on() -> None:
    many_dots = "a.b.c.d.e.shop:80"
    glibc = asked(many_dots)
    musl = asked(many_dots, cluster=world(SHOP.replace("IMAGE", "alpine:3")))
    assert (len(tried(glibc)), len(tried(musl))) == (4, 1)


def test_addresses_need_no_resolver() -> None:
    assert all(leg.kind is not LegKind.DNS for leg in asked("10.96.0.1:443").legs)


def test_without_add_ons_nobody_answers() -> None:
    cluster = world(addons="none")
    assert "kube-system/coredns" not in cluster.pods
