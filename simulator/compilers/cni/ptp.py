"""CNI plugin ptp: a veth for every pod and a route to it on the node; no bridge. What kindnet (and so kind) uses.

The pod would answer ARP for its whole subnet, so the plugin takes the subnet's route away from eth0 and sends all but
the gateway through the gateway, which is the node's end of the same veth. Every pod's veth has that one address.
containernetworking/plugins, plugins/main/ptp/ptp.go
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_interface, ip_network

from simulator.cluster.model import Node, Pod
from simulator.compilers.cni.veth import gateway, own_range, pod_devices, veth_name
from simulator.compilers.underlay import DEFAULT, mac
from simulator.linux.device import Device, DeviceKind
from simulator.linux.neighbor import Neighbor
from simulator.linux.route import Route, RoutingTable
from simulator.packet.headers import IPAddress

__all__ = [
    "fdb",
    "host_end",
    "host_neighbor",
    "host_routes",
    "pod_devices",
    "pod_neighbor",
    "pod_routes",
    "shared_devices",
]


def shared_devices(node: Node) -> tuple[Device, ...]:
    """None: every pod has its own veth, and that is all."""
    return ()


def host_end(pod: Pod, node: Node, hairpin: bool) -> Device:
    """The gateway's address stands on it alone (/32, /128). setupHostVeth()"""
    name = veth_name(pod)
    cidrs = [cidr for ip in pod.ips if (cidr := own_range(ip, node)) is not None]
    addresses = tuple(ip_interface(gateway(cidr)) for cidr in cidrs)
    return Device(name, DeviceKind.VETH, mac(node.name, name), addresses, peer=(pod.key, "eth0"), origins=pod.origin())


def host_routes(node: Node, pods: Iterable[Pod]) -> list[Route]:
    """One a pod: `10.244.1.2 dev veth... scope host`. pkg/ip/route_linux.go:AddHostRoute()

    The second of two pods with one address gets none: that its route exists already is no error to the plugin.
    """
    return [
        Route(ip_network(ip), veth_name(pod), scope="host" if ip.version == 4 else "", origins=pod.origin())
        for pod in pods
        for ip in pod.ips
    ]


def fdb(pods: Iterable[Pod]) -> Mapping[str, Mapping[str, str]]:
    return {}


def host_neighbor(device: str, address: IPAddress, pod: Pod) -> Neighbor | None:
    """Behind a veth there is its pod and nobody else."""
    return Neighbor(address, device, mac(pod.key, "eth0")) if device == veth_name(pod) else None


def pod_routes(pod: Pod, node: Node) -> RoutingTable:
    """Everything goes to the gateway, the own subnet included. setupContainerVeth(), pkg/ipam: ConfigureIface()"""
    return RoutingTable(route for ip in pod.ips for route in _routes_of(ip, node))


def _routes_of(ip: IPAddress, node: Node) -> Iterator[Route]:
    cidr = own_range(ip, node)
    if cidr is None:
        return
    via, origins = gateway(cidr), node.origin("spec", "podCIDR")
    yield Route(DEFAULT[ip.version], "eth0", gateway=via, origins=origins)
    if ip in cidr:
        yield Route(cidr, "eth0", gateway=via, source=ip, origins=origins)
    yield Route(ip_network(via), "eth0", source=ip, scope="link" if ip.version == 4 else "", origins=origins)


def pod_neighbor(device: str, address: IPAddress, pod: Pod, node: Node, other: Pod | None) -> Neighbor | None:
    """Only the gateway is there, at the other end of the veth; the node answers for no other address."""
    if any(address == gateway(cidr) for cidr in node.pod_cidrs):
        return Neighbor(address, device, mac(node.name, veth_name(pod)))
    return None
