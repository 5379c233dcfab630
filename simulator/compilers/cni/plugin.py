"""What a CNI plugin for a pod's main device does, whichever it is. The modules of PLUGINS are such plugins."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from simulator.cluster.model import Node, Pod
from simulator.linux.device import Device
from simulator.linux.neighbor import Neighbor
from simulator.linux.route import Route, RoutingTable
from simulator.packet.headers import IPAddress


class Plugin(Protocol):
    """Which devices and routes a pod gets, which its node gets for it, and who answers for which address there."""

    def shared_devices(self, node: Node) -> tuple[Device, ...]:
        """What a node has once for all its pods."""

    def host_end(self, pod: Pod, node: Node, hairpin: bool) -> Device:
        """The node's end of a pod's veth."""

    def host_routes(self, node: Node, pods: Iterable[Pod]) -> list[Route]:
        """A node's way to its own pods."""

    def fdb(self, pods: Iterable[Pod]) -> Mapping[str, Mapping[str, str]]:
        """What bridges know, where there are any."""

    def host_neighbor(self, device: str, address: IPAddress, pod: Pod) -> Neighbor | None:
        """What a node's ARP for the address of one of its pods finds by a device."""

    def pod_devices(self, pod: Pod, node: Node) -> tuple[Device, ...]:
        """What `ip link` shows in a pod."""

    def pod_routes(self, pod: Pod, node: Node) -> RoutingTable:
        """What `ip route` shows in a pod."""

    def pod_neighbor(self, device: str, address: IPAddress, pod: Pod, node: Node, other: Pod | None) -> Neighbor | None:
        """What a pod's ARP finds; `other` is the pod of the same node that has the address, if one has."""
