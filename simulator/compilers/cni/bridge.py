"""CNI plugin bridge (isGateway): a veth for every pod, all plugged into cni0.

containernetworking/plugins, plugins/main/bridge/bridge.go
"""

from ipaddress import ip_interface, ip_network

from simulator.cluster.model import Node, Pod
from simulator.compilers.underlay import DEFAULT, LOOPBACK, connected, mac
from simulator.linux.device import Device, DeviceKind, Interface
from simulator.linux.route import Route, RoutingTable
from simulator.packet.headers import IPAddress, IPNetwork

BRIDGE = "cni0"


def gateway(cidr: IPNetwork) -> IPAddress:
    """The bridge's own address: the first of the node's range (host-local's default)."""
    return cidr[1]


def bridge_device(node: Node, mtu: int = 1500) -> Device:
    addresses = tuple(ip_interface(f"{gateway(c)}/{c.prefixlen}") for c in node.pod_cidrs)
    return Device(BRIDGE, DeviceKind.BRIDGE, mac(node.name, BRIDGE), addresses, mtu=mtu,
                  origins=node.origin("spec", "podCIDR"))  # fmt: skip


def veth_name(pod: Pod) -> str:
    """The plugin draws a random name (veth1a2b3c4d); ours says whose it is."""
    return f"veth@{pod.key}"


def host_end(pod: Pod, hairpin: bool, mtu: int = 1500) -> Device:
    assert pod.node is not None
    name = veth_name(pod)
    return Device(name, DeviceKind.VETH, mac(pod.node, name), master=BRIDGE, peer=(pod.key, "eth0"), hairpin=hairpin,
                  mtu=mtu, origins=pod.origin())  # fmt: skip


def pod_end(pod: Pod, node: Node, mtu: int = 1500) -> Device:
    assert pod.node is not None
    addresses = tuple(_interface(ip, node) for ip in pod.ips)
    return Device("eth0", DeviceKind.VETH, mac(pod.key, "eth0"), addresses, peer=(pod.node, veth_name(pod)), mtu=mtu,
                  origins=pod.origin())  # fmt: skip


def _interface(ip: IPAddress, node: Node) -> Interface:
    length = next((c.prefixlen for c in node.pod_cidrs if c.version == ip.version and ip in c), ip.max_prefixlen)
    return ip_interface(f"{ip}/{length}")


def pod_devices(pod: Pod, node: Node, mtu: int = 1500) -> tuple[Device, ...]:
    return (LOOPBACK, pod_end(pod, node, mtu))


def pod_routes(pod: Pod, node: Node) -> RoutingTable:
    """Everything but the own subnet goes to the bridge. An address outside the node's range has only that way."""
    eth0 = pod_end(pod, node)
    routes = connected(eth0)
    for ip in pod.ips:
        cidr = next((c for c in node.pod_cidrs if c.version == ip.version), None)
        if cidr is not None:
            if ip not in cidr:
                routes.append(Route(ip_network(gateway(cidr)), "eth0"))
            routes.append(
                Route(DEFAULT[ip.version], "eth0", gateway=gateway(cidr), origins=node.origin("spec", "podCIDR"))
            )
    return RoutingTable(routes)
