"""Giving out addresses and node ports: pods by node (host-local IPAM), Services and node ports for the whole cluster.

Pods get the next free address of their node. Services and node ports get a number that comes from their name, so that
adding one does not change the others.
"""

from collections.abc import Iterator
from ipaddress import ip_network
from zlib import crc32

from simulator.packet.headers import IPAddress, IPNetwork

FIRST_POD = 2
"""The network's own address and the bridge's are not for pods. plugins/ipam/host-local/backend/allocator/range.go"""

NODE_PORTS = range(30000, 32768)
"""--service-node-port-range"""
NODE_PORTS_BY_HAND = 86
"""The first of the range are left to those who choose their own. pkg/apis/core: service-node-port static subrange"""

KUBERNETES, DNS = 1, 10
"""The numbers that the API server's and the DNS Service have in the service CIDR."""
LARGEST_SPAN = 1 << 16


class PodAddresses:
    """host-local of every node."""

    def __init__(self) -> None:
        self._taken: set[IPAddress] = set()
        self._next: dict[IPNetwork, int] = {}

    def reserve(self, address: IPAddress) -> None:
        self._taken.add(address)

    def allocate(self, cidr: IPNetwork) -> IPAddress | None:
        """The next free address of a node's range; None where it is spent."""
        last = cidr.num_addresses - (1 if cidr.version == 4 else 0)
        base = int(cidr.network_address)
        offset = self._next.get(cidr, FIRST_POD)
        kind = type(cidr.network_address)
        while offset < last:
            address = kind(base + offset)
            offset += 1
            if address not in self._taken:
                self._next[cidr] = offset
                self._taken.add(address)
                return address
        self._next[cidr] = offset
        return None


class ServiceAddresses:
    """The cluster IPs of one range. pkg/registry/core/service/ipallocator"""

    def __init__(self, cidr: IPNetwork) -> None:
        self.cidr = cidr
        self._taken = {self.kubernetes, cidr[min(DNS, cidr.num_addresses - 1)]}

    @property
    def kubernetes(self) -> IPAddress:
        return self.cidr[KUBERNETES]

    def reserve(self, address: IPAddress) -> None:
        self._taken.add(address)

    def allocate(self, key: str) -> IPAddress | None:
        """An address for a Service that has chosen none, above the part that is left to those who choose."""
        size = self.cidr.num_addresses - (1 if self.cidr.version == 4 else 0)
        by_hand = min(max(16, size // 16), 256) if size > 32 else DNS
        base, kind = int(self.cidr.network_address), type(self.cidr.network_address)
        for offset in _from_name(key, by_hand, min(size, LARGEST_SPAN)):
            address = kind(base + offset)
            if address not in self._taken:
                self._taken.add(address)
                return address
        for offset in range(1, min(by_hand, size)):
            if self._take(kind(base + offset)):
                return kind(base + offset)
        return None

    def _take(self, address: IPAddress) -> bool:
        free = address not in self._taken
        self._taken.add(address)
        return free


class NodePorts:
    """pkg/registry/core/service/portallocator"""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def reserve(self, port: int) -> None:
        self._taken.add(port)

    def allocate(self, key: str) -> int | None:
        """A node port for a Service port that has chosen none."""
        for port in _from_name(key, NODE_PORTS.start + NODE_PORTS_BY_HAND, NODE_PORTS.stop):
            if port not in self._taken:
                self._taken.add(port)
                return port
        return next((port for port in NODE_PORTS if port not in self._taken), None)


def _from_name(key: str, first: int, end: int) -> Iterator[int]:
    """Every number from first to end, starting at one that comes from the name."""
    span = end - first
    if span <= 0:
        return
    start = crc32(key.encode()) % span
    yield from (first + (start + step) % span for step in range(span))


def node_cidrs(cidr: IPNetwork) -> Iterator[IPNetwork]:
    """The ranges of worker 1, 2, ...: /24, or /64 in IPv6; smaller where the cluster's own range is small."""
    usual = 24 if cidr.version == 4 else 64
    length = max(usual, cidr.prefixlen + 2)
    if length > cidr.max_prefixlen - 2:
        return
    size = 1 << (cidr.max_prefixlen - length)
    base = int(cidr.network_address)
    for number in range(1, 1 << (length - cidr.prefixlen)):
        yield type(cidr)((base + number * size, length))


LOOPBACK = 127
LAST_UNICAST = 223
LINK_LOCAL = {4: ip_network("169.254.0.0/16"), 6: ip_network("fe80::/10")}
NOBODYS = "it is not the address of one machine"
LOCALHOST = "it is a loopback address, everybody's own"


def why_unusable(address: IPAddress) -> str:
    """Why no machine can be reached by an address, "" where one can. include/linux/in.h, include/net/ipv6.h"""
    number = int(address)
    if address in LINK_LOCAL[address.version]:
        return "it is link-local, and never routed"
    if address.version == 4:
        first = number >> 24
        return LOCALHOST if first == LOOPBACK else NOBODYS if first == 0 or first > LAST_UNICAST else ""
    return LOCALHOST if number == 1 else NOBODYS if number == 0 or number >> 120 == 0xFF else ""
