"""The veth of a pod: one end is its eth0, the other stays on the node.

containernetworking/plugins, pkg/ip/link_linux.go:SetupVeth()
"""

from ipaddress import ip_interface

from simulator.cluster.model import Node, Pod
from simulator.compilers.underlay import LOOPBACK, mac
from simulator.linux.device import Device, DeviceKind, Interface
from simulator.packet.headers import IPAddress, IPNetwork


def gateway(cidr: IPNetwork) -> IPAddress:
    """host-local's default: the first address of the range. plugins/ipam/host-local/backend/allocator/range.go"""
    return cidr[1]


def veth_name(pod: Pod) -> str:
    """The plugin draws a random name (veth1a2b3c4d); ours says whose it is."""
    return f"veth@{pod.key}"


def pod_end(pod: Pod, node: Node, mtu: int = 1500) -> Device:
    addresses = tuple(_interface(ip, node) for ip in pod.ips)
    return Device("eth0", DeviceKind.VETH, mac(pod.key, "eth0"), addresses, peer=(node.name, veth_name(pod)), mtu=mtu,
                  origins=pod.origin())  # fmt: skip


def pod_devices(pod: Pod, node: Node) -> tuple[Device, ...]:
    return (LOOPBACK, pod_end(pod, node))


def own_range(ip: IPAddress, node: Node) -> IPNetwork | None:
    """The node's range of an address's family, whether or not the address is in it."""
    return next((cidr for cidr in node.pod_cidrs if cidr.version == ip.version), None)


def _interface(ip: IPAddress, node: Node) -> Interface:
    """An address with the length of its range; one that is in none stands alone."""
    cidr = own_range(ip, node)
    return ip_interface(f"{ip}/{cidr.prefixlen if cidr is not None and ip in cidr else ip.max_prefixlen}")
