"""Questions about the way, held against what iptables mode does with a ClusterIP whose pod is on the other node."""

import pytest

from netviz.labs.model import Ask, FlowSpec
from netviz.labs.questions import answer, candidates
from netviz.labs.world import NotAsked, World

MANIFESTS = """\
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-a, containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {nodeName: node-b, containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.50, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""
CALL = FlowSpec("call", "default/client", "10.96.0.50:80", "TCP", 0, None, 1)
BY_NAME = FlowSpec("name", "default/client", "www.example.com:80", "TCP", 0, None, 1)


@pytest.fixture(scope="module")
def world() -> World:
    return World({"all.yaml": MANIFESTS}, {})


@pytest.fixture(scope="module")
def enveloped() -> World:
    return World({"all.yaml": MANIFESTS}, {"overlay": "vxlan"})


def asked(world: World, name: str, subject: str | None = None, flow: FlowSpec = CALL, **arguments: str) -> str:
    return answer(world, Ask(name, subject, arguments, 1), flow).words


@pytest.mark.parametrize(
    ("name", "subject", "arguments", "expected"),
    [
        ("header", "ip.dst", {"at": "default/client/eth0"}, "10.96.0.50"),
        ("header", "ip.dst", {"at": "node-a/eth0"}, "10.244.2.2"),
        ("header", "ip.src", {"at": "default/web/eth0"}, "10.244.1.2"),
        ("header", "dport", {"at": "default/web/eth0"}, "8080"),
        ("header", "ip.ttl", {"at": "default/web/eth0"}, "62"),
        ("header", "ip.src", {"at": "default/client/eth0", "leg": "reply"}, "10.96.0.50"),
        ("header", "eth.dst", {"at": "default/client/eth0"}, "node-a:cni0"),
        ("changes", "ip.dst", {}, "node-a PREROUTING"),
        ("changes", "ip.src", {}, "nowhere"),
        ("changes", "ip.src", {"leg": "reply"}, "node-a POSTROUTING"),
        ("next", "node-a/eth0", {}, "node-b/eth0"),
        ("next", "default/client/eth0", {}, "node-a/veth@default/client"),
        ("passes", "node-b/eth0", {}, "yes"),
        ("passes", "router", {}, "no"),
        ("ends", None, {}, "default/web/eth0"),
        ("conntrack", "original.dst", {"at": "node-a"}, "10.96.0.50"),
        ("conntrack", "reply.src", {"at": "node-a"}, "10.244.2.2"),
        ("conntrack", "reply.sport", {"at": "node-a"}, "8080"),
        ("count", "translations", {"leg": "request"}, "1"),
        ("count", "forwards", {"leg": "request"}, "2"),
        ("count", "machines", {}, "2"),
        ("count", "connections", {}, "1"),
    ],
)
def test_on_the_way(world: World, name: str, subject: str | None, arguments: dict[str, str], expected: str) -> None:
    assert asked(world, name, subject, **arguments) == expected


def test_the_chain_that_decided(world: World) -> None:
    assert asked(world, "chain", "node-a PREROUTING").startswith("KUBE-SEP-")


def test_an_envelope_has_a_packet_inside(enveloped: World) -> None:
    assert asked(enveloped, "header", "dport", at="node-a/eth0") == "8472"
    assert asked(enveloped, "header", "ip.src", at="node-a/eth0") == "192.168.56.11"
    assert asked(enveloped, "header", "inner.ip.src", at="node-a/eth0") == "10.244.1.2"
    assert asked(enveloped, "header", "inner.ip.ttl", at="node-a/eth0") == "63"


def test_the_search_list_is_walked_before_a_name_is_taken_as_it_is(world: World) -> None:
    assert asked(world, "count", "dns-names", BY_NAME) == "4"
    assert asked(world, "count", "dns-queries", BY_NAME) == "8"


def test_a_place_that_the_packet_never_sees_cannot_be_asked_about(world: World) -> None:
    with pytest.raises(NotAsked, match="never comes to router"):
        asked(world, "header", "ip.src", at="router")


def test_wrong_answers_come_from_the_trace(world: World) -> None:
    found = answer(world, Ask("header", "ip.src", {"at": "default/web/eth0"}, 1), CALL)
    others = candidates(found, 3, frozenset())
    assert len(set(others)) == 3
    assert found.words not in others
    assert "10.96.0.50" in others
