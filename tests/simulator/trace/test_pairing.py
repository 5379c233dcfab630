"""Which translation a step takes back: told by the namespace and the connection, not by where it stands."""

import pytest

from simulator.analysis.ask import ask
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Step
from simulator.trace.model import LegKind, Trace
from simulator.trace.tracing import trace

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-a, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node-b, containers: [{name: c, image: c, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: gone}
spec: {ports: [{port: 80, protocol: UDP}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: gone-1, labels: {kubernetes.io/service-name: gone}}
addressType: IPv4
ports: [{port: 9, protocol: UDP}]
endpoints: [{addresses: [10.244.2.99]}]
"""


def follow(source: str, target: str, protocol: str = "TCP", **settings: str) -> Trace:
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", SHOP.encode())]), {"addons": "none", **settings})
    return trace(compile_network(cluster), ask(cluster, source, target, protocol).flow)


def pairs(found: Trace, leg: int) -> list[tuple[str, str]]:
    """(what takes back, what is taken back) of a leg's steps."""
    everything: list[Step] = [step for one in found.legs for step in one.steps]
    return [(s.text.id, everything[s.undoes].text.id) for s in found.legs[leg].steps if s.undoes is not None]


@pytest.mark.parametrize("proxy", ["iptables", "nftables"])
def test_an_answer_takes_back_first_the_source_then_the_destination(proxy: str) -> None:
    found = follow("internet", "192.168.56.11:30080", proxy=proxy)
    assert [leg.kind for leg in found.legs][:2] == [LegKind.REQUEST, LegKind.REPLY]
    assert pairs(found, 0) == []
    assert pairs(found, 1) == [("nat.undo-snat", "nat.masquerade"), ("nat.undo-dnat", "nat.dnat")]


def test_data_in_the_same_direction_repeat_a_translation_and_take_nothing_back() -> None:
    found = follow("client", "web:80")
    data = [n for n, leg in enumerate(found.legs) if leg.kind is LegKind.DATA]
    assert pairs(found, data[0]) == []
    assert pairs(found, data[1]) == [("nat.undo-dnat", "nat.dnat")]


def test_an_error_gets_back_the_addresses_that_it_is_about() -> None:
    found = follow("client", "gone:80", "UDP")
    assert found.legs[1].kind is LegKind.ICMP_ERROR
    assert pairs(found, 1) == [("icmp.translated", "nat.dnat")]


def test_without_a_translation_nothing_is_taken_back() -> None:
    found = follow("client", "10.244.2.2:8080")
    assert not [step for leg in found.legs for step in leg.steps if step.undoes is not None]
