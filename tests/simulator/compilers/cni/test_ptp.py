"""The CNI plugin ptp: what `ip address`, `ip route` and `ip neighbor` show with it, on a node and in a pod."""

from ipaddress import ip_address

import pytest

from simulator.analysis.ask import parse_flow
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.linux.device import DeviceKind
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Cause, Outcome, StepKind
from simulator.trace.model import Trace
from simulator.trace.tracing import trace

NODE = """
apiVersion: v1
kind: Node
metadata: {{name: {name}}}
spec: {{podCIDRs: [10.244.{number}.0/24, "fd00:10:244:{number}::/64"]}}
status: {{addresses: [{{type: InternalIP, address: 192.168.56.1{number}}}, {{type: InternalIP, address: "fd00:56::1{number}"}}]}}
---
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec: {{nodeName: node-a, containers: [{{name: main, image: web}}]}}
status: {{podIPs: [{{ip: 10.244.1.{number}}}, {{ip: "fd00:10:244:1::{number}"}}]}}
---
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: two}
spec:
  clusterIPs: [10.96.0.20, "fd00:10:96::20"]
  ipFamilyPolicy: RequireDualStack
  selector: {app: two}
  ports: [{port: 80, targetPort: 8080}]
"""
MANIFESTS = (
    NODE.format(name="node-a", number=1)
    + NODE.format(name="node-b", number=2)
    + POD.format(name="one", number=20)
    + POD.format(name="two", number=21)
)


def network(**settings: str) -> Network:
    manifests = read_manifests([SourceFile("all.yaml", MANIFESTS.encode())])
    return compile_network(build_cluster(manifests, {"cni": "ptp", **settings}))


def test_there_is_no_bridge_and_no_veth_has_a_master() -> None:
    node = network().netns("node-a")
    assert [d.name for d in node.devices.values()] == ["lo", "eth0", "veth@default/one", "veth@default/two"]
    assert all(d.kind is not DeviceKind.BRIDGE and d.master is None for d in node.devices.values())
    assert node.fdb == {}


@pytest.mark.parametrize("pod", ["one", "two"])
def test_every_veth_has_the_gateways_address_alone(pod: str) -> None:
    addresses = network().netns("node-a").devices[f"veth@default/{pod}"].addresses
    assert [str(a) for a in addresses] == ["10.244.1.1/32", "fd00:10:244:1::1/128"]


def test_a_node_has_a_route_to_each_of_its_pods_and_none_to_its_range() -> None:
    assert [str(route) for route in network().netns("node-a").routes] == [
        "default via 192.168.56.1 dev eth0",
        "default via fd00:56::1 dev eth0",
        "10.244.1.20 dev veth@default/one scope host",
        "fd00:10:244:1::20 dev veth@default/one",
        "10.244.1.21 dev veth@default/two scope host",
        "fd00:10:244:1::21 dev veth@default/two",
        "192.168.56.0/24 dev eth0 proto kernel scope link src 192.168.56.11",
        "fd00:56::/64 dev eth0 proto kernel scope link src fd00:56::11",
        "10.244.2.0/24 via 192.168.56.12 dev eth0",
        "fd00:10:244:2::/64 via fd00:56::12 dev eth0",
    ]


@pytest.mark.parametrize("overlay", ["host-gw", "vxlan"])
def test_an_address_of_the_own_range_that_no_pod_has_goes_the_default_way(overlay: str) -> None:
    routes = network(overlay=overlay).netns("node-a").routes
    assert str(routes.lookup(ip_address("10.244.1.99"))) == "default via 192.168.56.1 dev eth0"


def test_a_pod_sends_everything_to_the_gateway_its_own_subnet_too() -> None:
    assert [str(route) for route in network().netns("default/one").routes] == [
        "default via 10.244.1.1 dev eth0",
        "10.244.1.0/24 via 10.244.1.1 dev eth0 src 10.244.1.20",
        "10.244.1.1 dev eth0 scope link src 10.244.1.20",
        "default via fd00:10:244:1::1 dev eth0",
        "fd00:10:244:1::/64 via fd00:10:244:1::1 dev eth0 src fd00:10:244:1::20",
        "fd00:10:244:1::1 dev eth0 src fd00:10:244:1::20",
    ]


def test_a_pod_has_its_address_with_the_length_of_the_range() -> None:
    addresses = network().netns("default/one").devices["eth0"].addresses
    assert [str(a) for a in addresses] == ["10.244.1.20/24", "fd00:10:244:1::20/64"]


def test_behind_a_veth_there_is_its_own_pod_and_nobody_else() -> None:
    neighbors = network().netns("node-a").neighbors
    found = neighbors("veth@default/one", ip_address("10.244.1.20"))
    assert found is not None
    assert found.mac == "default/one:eth0"
    assert neighbors("veth@default/one", ip_address("10.244.1.21")) is None


def test_a_pod_knows_the_gateway_by_its_own_veth_and_nobody_else() -> None:
    neighbors = network().netns("default/two").neighbors
    found = neighbors("eth0", ip_address("fd00:10:244:1::1"))
    assert found is not None
    assert found.mac == "node-a:veth@default/two"
    assert neighbors("eth0", ip_address("10.244.1.20")) is None


def trace_to(target: str, source: str = "default/one", **settings: str) -> Trace:
    manifests = read_manifests([SourceFile("all.yaml", (MANIFESTS + SERVICE).encode())])
    cluster = build_cluster(manifests, settings)
    return trace(compile_network(cluster), parse_flow(cluster, source, target, "TCP"), 0)


def hops(found: Trace) -> int:
    """By how much the time to live of the first packet has fallen when it arrives."""
    return found.legs[0].steps[0].packet.ip.ttl - found.legs[0].steps[-1].packet.ip.ttl


@pytest.mark.parametrize(("cni", "spent"), [("bridge", 0), ("ptp", 1)])
def test_between_two_pods_of_a_node_a_bridge_spends_no_time_to_live_and_routing_does(cni: str, spent: int) -> None:
    found = trace_to("two:80", cni=cni)
    assert found.disposition is Outcome.DELIVERED
    assert hops(found) == spent


@pytest.mark.parametrize(("cni", "bridged"), [("bridge", True), ("ptp", False)])
def test_only_a_bridge_decides_by_hardware_address(cni: str, bridged: bool) -> None:
    kinds = {step.kind for leg in trace_to("two:80", cni=cni).legs for step in leg.steps}
    assert (StepKind.BRIDGE in kinds) is bridged


@pytest.mark.parametrize(("cni", "outcome"), [("bridge", Outcome.TIMEOUT), ("ptp", Outcome.DELIVERED)])
def test_without_br_netfilter_a_service_on_the_same_node_fails_by_the_bridge_only(cni: str, outcome: Outcome) -> None:
    off = {"sysctl.net.bridge.bridge-nf-call-iptables": "0"}
    assert trace_to("two:80", cni=cni, **off).disposition is outcome


@pytest.mark.parametrize(("cni", "outcome"), [("bridge", Outcome.TIMEOUT), ("ptp", Outcome.DELIVERED)])
def test_without_hairpin_mode_a_pod_cannot_ask_itself_by_the_bridge_only(cni: str, outcome: Outcome) -> None:
    found = trace_to("two:80", source="default/two", cni=cni, **{"cni.hairpinMode": "false"})
    assert found.disposition is outcome


@pytest.mark.parametrize("target", ["10.96.0.20:80", "[fd00:10:96::20]:80"])
def test_masquerade_takes_the_gateways_address_from_the_veth_that_the_packet_leaves_by(target: str) -> None:
    asked = trace_to(target, source="node-a", cni="ptp").legs[0]
    last = asked.steps[-1].packet.ip
    assert str(last.src) in ("10.244.1.1", "fd00:10:244:1::1")


def test_an_unused_address_of_a_nodes_range_goes_round_in_circles_until_its_time_is_up() -> None:
    found = trace_to("10.244.1.99:80", cni="ptp")
    assert found.cause is Cause.TTL_EXPIRED
