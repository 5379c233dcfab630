"""flannel's VXLAN backend: flannel.1 on every node, and static entries towards every other node.

flannel-io/flannel, pkg/backend/vxlan
"""

from collections.abc import Iterator
from ipaddress import ip_interface

from msgspec.structs import replace

from simulator.cluster.model import Node
from simulator.compilers.underlay import Underlay, mac
from simulator.linux.device import Device, DeviceKind, Vtep
from simulator.linux.neighbor import Neighbor, NeighborLookup
from simulator.linux.route import Route, RoutingTable
from simulator.packet.headers import IPAddress, IPNetwork

DEVICE, VNI, PORT, MTU = "flannel.1", 1, 8472, 1450


def _first(node: Node) -> tuple[IPNetwork, IPAddress] | None:
    """The IPv4 range of a node's pods and the node's own IPv4 address."""
    cidr = next((c for c in node.pod_cidrs if c.version == 4), None)
    address = next((a for a in node.addresses if a.version == 4), None)
    return (cidr, address) if cidr is not None and address is not None else None


def fitted(device: Device) -> Device:
    """flannel tells the CNI plugin its own MTU ("mtu" of the delegate), so that pods leave room for the outer headers.

    pkg/subnet/subnet.go:WriteSubnetFile() FLANNEL_MTU, plugins/meta/flannel
    """
    ours = device.kind in (DeviceKind.VETH, DeviceKind.BRIDGE)
    return replace(device, mtu=MTU) if ours else device


class Flannel:
    """What flanneld writes on all nodes of a cluster; shared between nodes, for all but the own is the same."""

    def __init__(self, underlay: Underlay) -> None:
        peers = [(node, found) for node in underlay.nodes.values() if (found := _first(node))]
        self._fdb = {mac(node.name, DEVICE): address for node, (_, address) in peers}
        self._routes = RoutingTable(route for node, (cidr, _) in peers for route in _route(node, cidr))
        self._neighbors = {cidr[0]: mac(node.name, DEVICE) for node, (cidr, _) in peers}

    def device(self, node: Node) -> Device | None:
        """flannel.1, with the first address of the node's range."""
        found = _first(node)
        if found is None:
            return None
        cidr, local = found
        return Device(DEVICE, DeviceKind.VXLAN, mac(node.name, DEVICE), (ip_interface(f"{cidr[0]}/32"),), mtu=MTU,
                      vtep=Vtep(VNI, PORT, local, self._fdb), origins=node.origin("spec", "podCIDR"))  # fmt: skip

    def routes(self) -> RoutingTable:
        return self._routes

    def neighbors(self, otherwise: NeighborLookup) -> NeighborLookup:
        """The permanent entries of flannel.1 before what ARP finds elsewhere."""

        def lookup(device: str, address: IPAddress) -> Neighbor | None:
            if device != DEVICE:
                return otherwise(device, address)
            found = self._neighbors.get(address)
            return Neighbor(address, device, found, permanent=True) if found else None

        return lookup


def _route(node: Node, cidr: IPNetwork) -> Iterator[Route]:
    yield Route(cidr, DEVICE, gateway=cidr[0], onlink=True, origins=node.origin("spec", "podCIDR"))
