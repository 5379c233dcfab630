"""What is wired to what: segments, ways along cables, and what alone connects whom."""

import pytest

from netviz.elements import graph_of
from netviz.topology import Topology
from simulator import build_cluster, compile_network, read_manifests
from simulator.manifests import SourceFile

NODE = """\
apiVersion: v1
kind: Node
metadata: {{name: {name}}}
spec: {{podCIDR: 10.244.{n}.0/24}}
status: {{addresses: [{{type: InternalIP, address: 192.168.56.1{n}}}]}}
---
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec: {{nodeName: {node}, hostNetwork: {host}, containers: [{{name: main, image: app}}]}}
---
"""
PODS = (("one", "left", "false"), ("two", "left", "false"), ("three", "right", "false"), ("agent", "right", "true"))


def topology_of(**settings: str) -> Topology:
    text = "".join(NODE.format(name=name, n=n) for n, name in enumerate(("left", "right"), 1))
    text += "".join(POD.format(name=name, node=node, host=host) for name, node, host in PODS)
    cluster = build_cluster(read_manifests([SourceFile("a.yaml", text.encode())]), settings)
    return Topology(graph_of(cluster, compile_network(cluster), (), 0, ""))


@pytest.fixture
def bridged() -> Topology:
    return topology_of()


def test_pods_of_one_bridge_share_a_segment(bridged: Topology) -> None:
    hosts, pods = bridged.on_segment_with("pod:default/one")
    assert (hosts, [pod.name for pod in pods]) == (["node:left"], ["two"])


def test_machines_share_the_wire_and_so_does_a_pod_on_the_host_network(bridged: Topology) -> None:
    hosts, pods = bridged.on_segment_with("node:left/eth0")
    assert {"node:left", "node:right", "host:router"} <= set(hosts)
    assert not pods
    assert "node:left" in bridged.on_segment_with("pod:default/agent")[0]


def test_without_a_bridge_nobody_hears_the_frames_of_a_pod() -> None:
    routed = topology_of(cni="ptp")
    assert routed.on_segment_with("pod:default/one") == ([], [])


def test_the_way_along_cables_leads_through_bridges_and_the_wire(bridged: Topology) -> None:
    assert bridged.path("pod:default/one", "pod:default/three") == [
        "pod:default/one", "pod:default/one/eth0", "node:left/cni0", "node:left", "node:left/eth0", "segment:underlay",
        "node:right/eth0", "node:right", "node:right/cni0", "pod:default/three/eth0", "pod:default/three",
    ]  # fmt: skip


def test_there_is_no_way_to_what_does_not_exist(bridged: Topology) -> None:
    assert bridged.path("pod:default/one", "pod:default/nobody") == []


def test_a_nodes_one_cable_alone_connects_it_and_its_pods(bridged: Topology) -> None:
    found = {each.id: each for each in bridged.bottlenecks()}
    assert found["node:left/eth0"].hosts == ("node:left",)
    assert found["node:left/eth0"].pods == 2
    assert "node:left" not in found


def test_a_pod_hangs_on_wire_node_and_bridge(bridged: Topology) -> None:
    assert bridged.alone_connects("pod:default/one")[-3:] == [
        "node:left/eth0",
        "node:left/cni0",
        "pod:default/one/eth0",
    ]
    assert bridged.alone_connects("host:router") == []
