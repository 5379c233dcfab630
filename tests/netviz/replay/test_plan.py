"""The plan holds the whole network, and no word of a manifest."""

import re

import pytest

from netviz.replay.names import namespaces
from netviz.replay.plan import Plan, make_plan
from simulator.cluster.breaking import broken
from simulator.cluster.faults import parse_faults
from simulator.compilers import compile_network
from tests.netviz.replay.conftest import SHOP, cluster_of

COMPUTED = re.compile(r"[a-z0-9.:/_-]+")


def plan_of(**settings: str) -> Plan:
    cluster = cluster_of(SHOP, **settings)
    return make_plan(compile_network(cluster), namespaces(cluster), "t-")


def test_every_machine_and_pod_has_a_namespace_of_its_own() -> None:
    plan = plan_of()
    assert list(plan.spaces) == ["router", "internet", "cp", "node-a", "node-b", "shop/client", "shop/web"]
    assert len({space.id for space in plan.all_spaces}) == 8


def test_a_pod_is_plugged_in_by_one_cable() -> None:
    plan = plan_of()
    node, pod = plan.spaces["node-b"], plan.spaces["shop/web"]
    ours = [words for words in plan.cables if pod.id in words]
    assert len(ours) == 1
    assert node.id in ours[0]
    assert node.devices[ours[0][2] if ours[0][4] == node.id else ours[0][ours[0].index("name") + 1]] == "veth@shop/web"


def test_addresses_routes_and_neighbours_are_those_of_the_model() -> None:
    node = plan_of().spaces["node-a"]
    assert ("address", "add", "10.244.1.1/24", "dev", "cni0") in node.addresses
    assert ("route", "add", "10.244.2.0/24", "via", "192.168.56.12", "dev", "eth0") in node.routes
    assert any(words[2] == "192.168.56.12" and "permanent" in words for words in node.neighbors)
    assert [str(address) for address in node.warm] == ["10.244.1.2"]


def test_cold_neighbours_are_left_to_arp() -> None:
    plan = plan_of(neighbors="cold", overlay="vxlan")
    node = plan.spaces["node-a"]
    assert not plan.spaces["shop/client"].neighbors
    assert [words[-1] for words in node.neighbors] == ["flannel.1"], "what flannel wrote stays"
    assert not node.warm
    assert ("link", "set", "cni0", "type", "bridge", "fdb_flush") in node.forget


def test_the_tunnel_knows_its_peers() -> None:
    node = plan_of(overlay="vxlan").spaces["node-a"]
    assert any("vxlan" in words and "8472" in words for words in node.links)
    assert [words[6] for words in node.bridge if words[:2] == ("fdb", "append")] == ["192.168.56.12"]


def test_sysctls_of_a_node_are_the_models() -> None:
    node = dict(plan_of(**{"sysctl__net.ipv4.conf.all.rp_filter": "1"}).spaces["node-a"].sysctl)
    assert node["net.ipv4.conf.all.rp_filter"] == "1"
    assert node["net.ipv4.ip_forward"] == "1"
    assert node["net.bridge.bridge-nf-call-iptables"] == "1"


@pytest.mark.parametrize("proxy", ["iptables", "nftables"])
def test_no_name_of_a_manifest_reaches_a_program(proxy: str) -> None:
    text = SHOP.replace("shop", "zanzibar").replace("name: web", "name: quagga").replace("name: client", "name: okapi")
    cluster = cluster_of(text, proxy=proxy)
    plan = make_plan(compile_network(cluster), namespaces(cluster), "t-")
    words = [word for space in plan.all_spaces for part in (space.links, space.addresses, space.routes, space.neighbors,
             space.bridge) for line in part for word in line]  # fmt: skip
    words += [word for line in plan.cables for word in line]
    assert all(COMPUTED.fullmatch(word) for word in words)
    everything = " ".join([*words, *(rules.text for space in plan.spaces.values() for rules in space.rules)])
    assert not re.search("zanzibar|quagga|okapi", everything)


BALANCED = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
status: {loadBalancer: {ingress: [{ip: 203.0.113.10, ipMode: Proxy}]}}
"""


def test_a_balancer_outside_has_its_address_on_the_router() -> None:
    plan = make_plan(compile_network(cluster_of(BALANCED)), ["router"], "t-")
    assert ("address", "add", "203.0.113.10/32", "dev", "lo", "noprefixroute") in plan.spaces["router"].addresses


def test_what_is_broken_is_broken_once_all_stands() -> None:
    cluster = broken(
        cluster_of(SHOP), parse_faults(["link-cut:node-a/cni0", "mtu:node-b/eth0=1400", "node-cut:node-b"])
    )
    plan = make_plan(compile_network(cluster), namespaces(cluster), "t-")
    assert plan.spaces["node-a"].late == [("link", "set", "cni0", "down")]
    assert plan.spaces["node-b"].late == [("link", "set", "eth0", "mtu", "1400")]
    assert [words[3] for words in plan.wires.late] == ["down"], "the cable of node-b"
    assert not any(words[2] == "192.168.56.12" for words in plan.spaces["node-a"].neighbors), "nobody hears it"
