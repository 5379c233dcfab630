"""flannel's VXLAN backend, where a node has no part in it."""

from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from tests.simulator.cluster.contradictory import NODE_B, node


def test_a_node_without_an_ipv4_range_has_no_tunnel_and_no_way_into_one() -> None:
    text = "---\n".join([node("node-a", "192.168.56.11", "fd00:10:244:1::/64"), NODE_B])
    cluster = build_cluster(read_manifests([SourceFile("all.yaml", text.encode())]), {"overlay": "vxlan"})
    node_a = compile_network(cluster).netns("node-a")
    assert "flannel.1" not in node_a.devices
    assert {route.device for route in node_a.routes} <= set(node_a.devices)
