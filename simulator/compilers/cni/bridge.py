"""CNI plugin bridge (isGateway): a veth for every pod, all plugged into cni0.

containernetworking/plugins, plugins/main/bridge/bridge.go
"""

from collections.abc import Iterable, Mapping
from ipaddress import ip_interface, ip_network

from simulator.cluster.model import Node, Pod
from simulator.compilers.cni.veth import gateway, own_range, pod_devices, pod_end, veth_name
from simulator.compilers.underlay import DEFAULT, connected, mac
from simulator.linux.device import Device, DeviceKind
from simulator.linux.neighbor import Neighbor
from simulator.linux.route import Route, RoutingTable
from simulator.packet.headers import IPAddress

__all__ = [
    "BRIDGE",
    "fdb",
    "host_end",
    "host_neighbor",
    "host_routes",
    "pod_devices",
    "pod_neighbor",
    "pod_routes",
    "shared_devices",
]

BRIDGE = "cni0"


def shared_devices(node: Node) -> tuple[Device, ...]:
    """cni0, with the gateway's addresses."""
    addresses = tuple(ip_interface(f"{gateway(c)}/{c.prefixlen}") for c in node.pod_cidrs)
    origins = node.origin("spec", "podCIDR")
    return (Device(BRIDGE, DeviceKind.BRIDGE, mac(node.name, BRIDGE), addresses, origins=origins),)


def host_end(pod: Pod, node: Node, hairpin: bool) -> Device:
    """A port of cni0."""
    name = veth_name(pod)
    return Device(name, DeviceKind.VETH, mac(node.name, name), master=BRIDGE, peer=(pod.key, "eth0"), hairpin=hairpin,
                  origins=pod.origin())  # fmt: skip


def host_routes(node: Node, pods: Iterable[Pod]) -> list[Route]:
    """The whole range is behind cni0."""
    return [route for device in shared_devices(node) for route in connected(device)]


def fdb(pods: Iterable[Pod]) -> Mapping[str, Mapping[str, str]]:
    return {BRIDGE: {mac(pod.key, "eth0"): veth_name(pod) for pod in pods}}


def host_neighbor(device: str, address: IPAddress, pod: Pod) -> Neighbor | None:
    return Neighbor(address, device, mac(pod.key, "eth0")) if device == BRIDGE else None


def pod_routes(pod: Pod, node: Node) -> RoutingTable:
    """Everything but the own subnet goes to the bridge. An address outside the node's range has only that way."""
    routes = connected(pod_end(pod, node))
    for ip in pod.ips:
        cidr = own_range(ip, node)
        if cidr is not None:
            if ip not in cidr:
                routes.append(Route(ip_network(gateway(cidr)), "eth0"))
            routes.append(
                Route(DEFAULT[ip.version], "eth0", gateway=gateway(cidr), origins=node.origin("spec", "podCIDR"))
            )
    return RoutingTable(routes)


def pod_neighbor(device: str, address: IPAddress, pod: Pod, node: Node, other: Pod | None) -> Neighbor | None:
    """The gateway is cni0 itself; other pods of the node answer for themselves."""
    if any(address == gateway(cidr) for cidr in node.pod_cidrs):
        return Neighbor(address, device, mac(node.name, BRIDGE))
    return Neighbor(address, device, mac(other.key, "eth0")) if other else None
