"""The underlay: the machines' own network. Nodes on their wires, a router between the wires, the internet behind it.

What a data centre or a cloud provides; nothing of it is in manifests, all of it is in the profile.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Interface, IPv6Interface, ip_interface, ip_network

import msgspec

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Node
from simulator.compilers.balancers import relay_sockets
from simulator.linux.device import Device, DeviceKind, Interface
from simulator.linux.iptables import Comment, Masquerade, OutInterface, Rule, Tables, base_tables
from simulator.linux.neighbor import Neighbor, NeighborLookup
from simulator.linux.netfilter import base_chains, running_order
from simulator.linux.netns import Netns
from simulator.linux.network import Segment
from simulator.linux.route import Route, RouteKind, RoutingTable
from simulator.linux.socket import Socket, Sockets
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

ROUTER, INTERNET, CONTROL_PLANE = "router", "internet", "cp"
SUBNET_LENGTH = {4: 24, 6: 64}
"""A node address outside of the profile's underlay is taken to be in a subnet of this length."""

LOOPBACK = Device(
    "lo", DeviceKind.LOOPBACK, "zero", (IPv4Interface("127.0.0.1/8"), IPv6Interface("::1/128")), mtu=65536
)
DEFAULT = {4: ip_network("0.0.0.0/0"), 6: ip_network("::/0")}
INTERNET_SEGMENT = "internet"
KUBE_APISERVER_PORT = 6443
INTERNET_PORT = 8081


class Wire(msgspec.Struct, frozen=True):
    """One L2 segment of the underlay: its subnets (one a family) and the router's device and addresses on it."""

    segment: str
    subnets: tuple[IPNetwork, ...]
    router_device: str
    router_addresses: tuple[Interface, ...]

    def gateway(self, version: int) -> IPAddress | None:
        return next((a.ip for a in self.router_addresses if a.version == version), None)


class Underlay:
    """Which machine is on which wire."""

    def __init__(self, cluster: Cluster) -> None:
        self.profile = cluster.profile
        self.nodes = cluster.nodes
        self.balancers = relay_sockets(cluster)
        taken = {a for node in self.nodes.values() for a in node.addresses}
        self.own_control_plane = self.profile.control_plane_address not in taken
        self.wires = _wires(cluster, taken)
        self._by_address = {a: node.name for node in self.nodes.values() for a in node.addresses}
        self._wire_of = {name: self._find(node.addresses) for name, node in self.nodes.items()}
        self._pod_routes: dict[str, RoutingTable] = {}

    def _find(self, addresses: Iterable[IPAddress]) -> Wire:
        for address in addresses:
            for wire in self.wires:
                if any(address in subnet for subnet in wire.subnets if subnet.version == address.version):
                    return wire
        return self.wires[0]

    def wire_of(self, node: str) -> Wire:
        return self._wire_of[node]

    def segments(self) -> dict[str, Segment]:
        """Every wire with the machines that are plugged into it."""
        ports: dict[str, dict[str, tuple[str, str]]] = {w.segment: {} for w in self.wires}
        for wire in self.wires:
            ports[wire.segment][mac(ROUTER, wire.router_device)] = (ROUTER, wire.router_device)
        for name in self.nodes:
            ports[self.wire_of(name).segment][mac(name, "eth0")] = (name, "eth0")
        if self.own_control_plane:
            ports[self.wires[0].segment][mac(CONTROL_PLANE, "eth0")] = (CONTROL_PLANE, "eth0")
        ports[INTERNET_SEGMENT] = {
            mac(ROUTER, "eth1"): (ROUTER, "eth1"),
            mac(INTERNET, "eth0"): (INTERNET, "eth0"),
        }
        return {name: Segment(name, members) for name, members in ports.items()}

    def eth0(self, node: Node) -> Device:
        """A node's own device, with its addresses."""
        wire = self.wire_of(node.name)
        addresses = tuple(_on(wire, a) for a in node.addresses)
        return Device("eth0", DeviceKind.PHYSICAL, mac(node.name, "eth0"), addresses, segment=wire.segment,
                      origins=node.origin("status", "addresses"))  # fmt: skip

    def machine_on(self, wire: Wire, address: IPAddress) -> str | None:
        """The MAC address of the machine with an address on a wire."""
        if any(address == a.ip for a in wire.router_addresses):
            return mac(ROUTER, wire.router_device)
        if wire is self.wires[0] and self.own_control_plane and address == self.profile.control_plane_address:
            return mac(CONTROL_PLANE, "eth0")
        owner = self.node_of(address)
        return mac(owner, "eth0") if owner and self.wire_of(owner) is wire else None

    def node_of(self, address: IPAddress) -> str | None:
        return self._by_address.get(address)

    def pod_routes(self, wire: Wire) -> RoutingTable:
        """host-gw, the same for all machines of a wire: a node's pods are behind that node, or behind the router
        where the node is on another wire.

        flannel, pkg/backend/hostgw
        """
        found = self._pod_routes.get(wire.segment)
        if found is None:
            found = self._pod_routes[wire.segment] = RoutingTable(
                route for node in self.nodes.values() for route in self._routes_to(node, wire)
            )
        return found

    def _routes_to(self, node: Node, wire: Wire) -> Iterator[Route]:
        for cidr in node.pod_cidrs:
            near = self.wire_of(node.name) is wire
            own = next((a for a in node.addresses if a.version == cidr.version), None)
            gateway = own if near else wire.gateway(cidr.version)
            if gateway is not None:
                yield Route(cidr, "eth0", gateway=gateway, origins=node.origin("spec", "podCIDR"))


def mac(netns: str, device: str) -> str:
    return f"{netns}:{device}"


def _on(wire: Wire, address: IPAddress) -> Interface:
    """An address with the length of the subnet that it is in."""
    length = next((s.prefixlen for s in wire.subnets if s.version == address.version and address in s),
                  address.max_prefixlen)  # fmt: skip
    return ip_interface(f"{address}/{length}")


def _wires(cluster: Cluster, taken: set[IPAddress]) -> tuple[Wire, ...]:
    """The profile's own subnet first, then one for the other subnets; those that one node has addresses in share it."""
    profile = cluster.profile
    groups: list[list[IPNetwork]] = [[profile.underlay]]
    for node in cluster.nodes.values():
        own = [_subnet(profile.underlay, address) for address in node.addresses]
        joined = next((group for group in groups if not set(group).isdisjoint(own)), None)
        if joined is None:
            groups.append(joined := [])
        joined += [subnet for subnet in dict.fromkeys(own) if not any(subnet in group for group in groups)]
    wires = [_wire("underlay", tuple(groups[0]), "eth0", profile.router_address, taken)]
    for index, subnets in enumerate((group for group in groups[1:] if group), 2):
        wires.append(_wire(f"underlay-{index}", tuple(subnets), f"eth{index}", None, taken))
    return tuple(wires)


def _subnet(underlay: IPNetwork, address: IPAddress) -> IPNetwork:
    """The subnet that a machine's address is in."""
    if address.version == underlay.version and address in underlay:
        return underlay
    return ip_network(f"{address}/{SUBNET_LENGTH[address.version]}", strict=False)


def _wire(
    name: str, subnets: tuple[IPNetwork, ...], device: str, router: IPAddress | None, taken: set[IPAddress]
) -> Wire:
    addresses: list[Interface] = []
    for subnet in subnets:
        if router is not None and router.version == subnet.version and router in subnet:
            chosen = router
        else:
            chosen = next(subnet[i] for i in (1, -2, *range(2, 250)) if subnet[i] not in taken)
        addresses.append(ip_interface(f"{chosen}/{subnet.prefixlen}"))
    return Wire(name, subnets, device, tuple(addresses))


def connected(device: Device) -> list[Route]:
    """The routes that the kernel makes for a device's addresses. fib_frontend.c:fib_add_ifaddr()"""
    return [
        Route(a.network, device.name, source=a.ip, kernel=True)
        for a in device.addresses
        if a.network.prefixlen < a.max_prefixlen
    ]


def router_netns(underlay: Underlay) -> Netns:
    """Reaches every pod through its node; knows nothing of Services; whatever else comes is thrown away.

    It stands for the load balancers outside that are proxies, and has their addresses.
    """
    fronts = dict.fromkeys(one.address for one in underlay.balancers if one.address is not None)
    own = tuple(ip_interface(f"{address}/{address.max_prefixlen}") for address in fronts)
    devices = [msgspec.structs.replace(LOOPBACK, addresses=(*LOOPBACK.addresses, *own))]
    routes: list[Route] = []
    for wire in underlay.wires:
        device = Device(wire.router_device, DeviceKind.PHYSICAL, mac(ROUTER, wire.router_device),
                        wire.router_addresses, segment=wire.segment)  # fmt: skip
        devices.append(device)
        routes += connected(device)
    outside = ip_interface(f"{_internet_gateway(underlay)}/24")
    eth1 = Device("eth1", DeviceKind.PHYSICAL, mac(ROUTER, "eth1"), (outside,), segment=INTERNET_SEGMENT)
    devices.append(eth1)
    routes += connected(eth1)
    for node in underlay.nodes.values():
        for cidr in node.pod_cidrs:
            address = next((a for a in node.addresses if a.version == cidr.version), None)
            if address is not None:
                routes.append(Route(cidr, underlay.wire_of(node.name).router_device, gateway=address,
                                    origins=node.origin("spec", "podCIDR")))  # fmt: skip
    routes += [Route(whole, None, kind=RouteKind.BLACKHOLE) for whole in DEFAULT.values()]

    def neighbors(device: str, address: IPAddress) -> Neighbor | None:
        if device == "eth1":
            found = mac(INTERNET, "eth0") if address == underlay.profile.internet_address else None
        else:
            wire = next(w for w in underlay.wires if w.router_device == device)
            found = underlay.machine_on(wire, address)
        return Neighbor(address, device, found) if found else None

    sysctl = {"net.ipv4.ip_forward": "1", "net.ipv6.conf.all.forwarding": "1"}
    tables = {4: _gateway_tables()} if underlay.profile.router_masquerade else {}
    return Netns(ROUTER, ROUTER, "host:router", {d.name: d for d in devices}, RoutingTable(routes), neighbors,
                 Sockets(underlay.balancers, ROUTER), sysctl, tables=tables, conntrack=bool(tables),
                 hooks=running_order(hook for one in tables.values() for hook in base_chains(one)))  # fmt: skip


def _gateway_tables() -> Tables:
    """What a gateway to the internet has: whatever leaves by eth1 gets its address there. Clouds and homes do it."""
    tables = base_tables(4)
    chain = tables.tables["nat"].chains["POSTROUTING"]
    chain.rules = (Rule((OutInterface("eth1"), Comment("nodes to the internet")), Masquerade()),)
    return tables


def _internet_gateway(underlay: Underlay) -> IPAddress:
    """The router's own address outside: the first of the client's /24 that the client does not have."""
    client = underlay.profile.internet_address
    subnet = ip_network(f"{client}/24", strict=False)
    return next(a for a in (subnet[1], subnet[2]) if a != client)


def internet_netns(underlay: Underlay) -> Netns:
    """The client outside, and a server for those who call it."""
    client, gateway = underlay.profile.internet_address, _internet_gateway(underlay)
    eth0 = Device("eth0", DeviceKind.PHYSICAL, mac(INTERNET, "eth0"), (ip_interface(f"{client}/24"),),
                  segment=INTERNET_SEGMENT)  # fmt: skip
    routes = [*connected(eth0), Route(DEFAULT[4], "eth0", gateway=gateway)]

    def neighbors(device: str, address: IPAddress) -> Neighbor | None:
        return Neighbor(address, device, mac(ROUTER, "eth1")) if address == gateway else None

    sockets = Sockets((Socket(Protocol.TCP, None, INTERNET_PORT, INTERNET),), INTERNET)
    return Netns(INTERNET, INTERNET, "host:internet", {"lo": LOOPBACK, "eth0": eth0}, RoutingTable(routes), neighbors,
                 sockets)  # fmt: skip


def control_plane_netns(underlay: Underlay) -> Netns:
    """The machine of kube-apiserver, where the upload has no Node for it: no kube-proxy, no pods."""
    wire = underlay.wires[0]
    address = underlay.profile.control_plane_address
    eth0 = Device("eth0", DeviceKind.PHYSICAL, mac(CONTROL_PLANE, "eth0"), (_on(wire, address),), segment=wire.segment)
    routes = [*connected(eth0), *default_routes(wire, (address,))]
    sockets = Sockets((Socket(Protocol.TCP, None, KUBE_APISERVER_PORT, "kube-apiserver", greets=False),), CONTROL_PLANE)
    return Netns(CONTROL_PLANE, CONTROL_PLANE, "node:cp", {"lo": LOOPBACK, "eth0": eth0},
                 RoutingTable(routes, underlay.pod_routes(wire)), wire_neighbors(underlay, wire), sockets)  # fmt: skip


def default_routes(wire: Wire, addresses: tuple[IPAddress, ...]) -> list[Route]:
    """The way out of the subnet, in every family that the machine speaks."""
    versions = dict.fromkeys(a.version for a in addresses)
    gateways = ((v, wire.gateway(v)) for v in versions)
    return [Route(DEFAULT[v], "eth0", gateway=g) for v, g in gateways if g is not None]


def wire_neighbors(underlay: Underlay, wire: Wire) -> NeighborLookup:
    """What ARP finds on a wire by eth0."""

    def neighbors(device: str, address: IPAddress) -> Neighbor | None:
        found = underlay.machine_on(wire, address) if device == "eth0" else None
        return Neighbor(address, device, found) if found else None

    return neighbors
