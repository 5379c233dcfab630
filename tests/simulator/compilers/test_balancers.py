"""Load balancers that are proxies (ipMode: Proxy): two connections, a choice of the node, the same way for everybody."""

from collections import Counter

import pytest

from simulator.analysis.ask import ask
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Outcome
from simulator.trace.model import LegKind, Trace
from simulator.trace.tracing import branches, trace

MANIFESTS = """
{apiVersion: v1, kind: Pod, metadata: {name: client}, spec: {containers: [{name: c, image: i}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: LoadBalancer
  externalTrafficPolicy: POLICY
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
status: {loadBalancer: {ingress: [{ip: 203.0.113.5, ipMode: MODE}]}}
"""


def cluster_of(mode: str = "Proxy", policy: str = "Cluster", text: str = MANIFESTS) -> Cluster:
    written = text.replace("MODE", mode).replace("POLICY", policy)
    return build_cluster(read_manifests([SourceFile("shop.yaml", written.encode())]), {"nodes": "3"})


def called(cluster: Cluster, source: str, picks: tuple[int, ...] = ()) -> Trace:
    return trace(compile_network(cluster), ask(cluster, source, "203.0.113.5:80").flow, picks=picks)


def own_connection(found: Trace):
    return next(leg for leg in found.legs if leg.kind is LegKind.PROXIED)


@pytest.mark.parametrize("source", ["internet", "default/client", "node-a"])
@pytest.mark.parametrize(("pick", "address"), [(0, "192.168.56.11"), (2, "192.168.56.13")])
def test_the_balancer_calls_the_node_port_of_a_node_that_it_draws(source: str, pick: int, address: str) -> None:
    cluster = cluster_of()
    found = called(cluster, source, (pick,))
    assert [o.pick for o in found.choices[0].options] == ["node-a", "node-b", "node-c"]
    own = own_connection(found).packet
    assert (str(own.ip.src), str(own.ip.dst)) == ("192.168.56.1", address)
    assert own.dport == cluster.services["default/web"].ports[0].node_port
    assert found.disposition is Outcome.DELIVERED


def test_every_node_has_the_same_chance() -> None:
    cluster = cluster_of()
    found = branches(compile_network(cluster), ask(cluster, "internet", "web:80").flow)
    assert [round(b.probability, 3) for b in found] == [0.333, 0.333, 0.333]


def test_with_policy_local_only_a_node_with_a_pod_is_called() -> None:
    cluster = cluster_of(policy="Local")
    found = called(cluster, "default/client")
    assert not found.choices
    home = cluster.nodes[cluster.pods["default/web-0"].node or ""]
    assert own_connection(found).packet.ip.dst in home.addresses


def test_kube_proxy_takes_a_vip_before_it_leaves_the_node_but_not_a_proxys_address() -> None:
    def machines(mode: str) -> Counter[str]:
        return Counter(s.netns for s in called(cluster_of(mode), "default/client").legs[0].steps)

    assert machines("VIP")["router"] == 0
    assert machines("Proxy")["router"] > 0


def test_a_port_that_the_service_does_not_have_is_refused_by_the_balancer() -> None:
    cluster = cluster_of()
    found = trace(compile_network(cluster), ask(cluster, "internet", "203.0.113.5:81").flow)
    assert found.disposition is Outcome.REFUSED


def test_where_a_node_was_named_for_the_packet_the_balancer_is_left_out() -> None:
    from msgspec.structs import replace

    cluster = cluster_of()
    flow = replace(ask(cluster, "internet", "203.0.113.5:80").flow, via="node-b")
    first = trace(compile_network(cluster), flow).legs[0]
    assert "node-b" in {step.netns for step in first.steps}


def test_an_address_that_a_node_has_is_the_nodes_own() -> None:
    cluster = cluster_of(text=MANIFESTS.replace("203.0.113.5", "192.168.56.12"))
    found = trace(compile_network(cluster), ask(cluster, "internet", "192.168.56.12:80").flow)
    assert found.legs[0].steps[-1].netns == "node-b"
    assert found.disposition is Outcome.REFUSED


@pytest.mark.parametrize("source", ["internet", "default/client"])
def test_why_the_balancers_own_connection_came_to_nothing_is_told(source: str) -> None:
    from simulator.analysis.why import explained

    cluster = cluster_of(text=MANIFESTS.replace("selector: {app: web}", "selector: {app: wbe}"))
    found = explained(cluster, called(cluster, source)).explanation
    assert found is not None
    assert found.message.startswith("LoadBalancer default/web took the connection, but its own to node-")
    assert "wbe" in found.message


INGRESS = """
---
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}, spec: {controller: k8s.io/ingress-nginx}}
---
apiVersion: v1
kind: Pod
metadata: {name: door, labels: {app: door}}
spec: {containers: [{name: c, image: registry.k8s.io/ingress-nginx/controller, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: door}
spec: {type: LoadBalancer, selector: {app: door}, ports: [{port: 80}]}
status: {loadBalancer: {ingress: [{ip: 203.0.113.7, ipMode: Proxy}]}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""


def test_an_ingress_controller_behind_it_reads_what_the_client_has_asked_for() -> None:
    cluster = cluster_of(text=MANIFESTS + INGRESS)
    found = trace(compile_network(cluster), ask(cluster, "internet", "http://shop.example/").flow)
    told = [step.text.id for leg in found.legs for step in leg.steps if step.text.id.startswith("proxy.")]
    assert told == ["proxy.forward", "proxy.forward", "proxy.back", "proxy.back"]
    assert found.status == 200
