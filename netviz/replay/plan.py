"""The plan: a Network as namespaces, devices, addresses, routes, neighbours, sysctls and rules, by replay's own ids.

Pure: it names what `build` will do and what `script` prints. Model names stay on this side; what reaches a program are
ids made here and computed addresses.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from netviz.replay.names import hardware_address
from netviz.replay.plan_rules import RuleText, rule_texts
from netviz.replay.plan_sysctl import device_sysctls, space_sysctls
from simulator.linux.device import Device, DeviceKind
from simulator.linux.netns import Netns
from simulator.linux.network import Network
from simulator.linux.route import Route, RouteKind
from simulator.linux.socket import Socket
from simulator.packet.headers import IPAddress

Words = tuple[str, ...]
ZERO_MAC = "00:00:00:00:00:00"
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.")
MAX_DEVICE_NAME = 15
USUAL_MTU, TUNNEL_MTU = 1500, 1450
"""What a new device has here (drivers/net/vxlan/vxlan_core.c: the lower device's, less the outer headers)."""


class Space(msgspec.Struct):
    """One namespace: `id` on the kernel's side, `name` on the model's. Commands are words of `ip` and `bridge`; `late`
    are for when all stands: MTUs, links that are down."""

    id: str
    name: str
    devices: dict[str, str] = {}
    sysctl: Sequence[tuple[str, str]] = ()
    device_sysctl: Sequence[tuple[str, str]] = ()
    links: Sequence[Words] = ()
    addresses: Sequence[Words] = ()
    routes: Sequence[Words] = ()
    neighbors: Sequence[Words] = ()
    bridge: Sequence[Words] = ()
    rules: Sequence[RuleText] = ()
    accounts: Sequence[str] = ()
    listening: Sequence[Socket] = ()
    any_port: bool = False
    owner: str = ""
    warm: Sequence[IPAddress] = ()
    forget: Sequence[Words] = ()
    late: Sequence[Words] = ()


class Plan(msgspec.Struct):
    """Everything that is built. `cables` are pairs of veth ends, made before the namespaces' own links."""

    spaces: dict[str, Space]
    wires: Space
    cables: Sequence[Words]
    hardware: Mapping[str, str]
    cold: bool = False

    @property
    def own_addresses(self) -> set[str]:
        """The addresses that machines and pods have."""
        lines = (words for space in self.spaces.values() for words in space.addresses)
        return {words[2].partition("/")[0] for words in lines}

    @property
    def all_spaces(self) -> list[Space]:
        return [self.wires, *self.spaces.values()]


def make_plan(network: Network, names: Sequence[str], prefix: str, named: bool = False) -> Plan:
    """The plan for the namespaces called `names`; `named` keeps comments in rules (a script's reader wants them)."""
    return _Planner(network, names, prefix, named).plan()


class _Planner:
    def __init__(self, network: Network, names: Sequence[str], prefix: str, named: bool) -> None:
        self.network = network
        self.hosts = {name: network.netns(name) for name in names}
        self.prefix = prefix
        self.named = named
        self.cold = network.cold
        self.ids = {name: f"{prefix}{number}" for number, name in enumerate(names, 1)}
        self.hardware: dict[str, str] = {}
        self.devices: dict[str, dict[str, str]] = {}
        for netns in self.hosts.values():
            self._number(netns)
        self.six = any(a.version == 6 and not a.is_loopback for a in self._addresses())

    def _number(self, netns: Netns) -> None:
        """Real device names and hardware addresses; the name of a pod's veth is the plugin's to draw, so ours too."""
        found = self.devices[netns.name] = {}
        for device in netns.devices.values():
            if device.kind is not DeviceKind.LOOPBACK:
                self.hardware[device.mac] = hardware_address(len(self.hardware) + 1)
            plain = len(device.name) <= MAX_DEVICE_NAME and PLAIN.issuperset(device.name)
            found[device.name] = device.name if plain else f"veth{len(found)}"

    def _addresses(self) -> Iterator[IPAddress]:
        return (a.ip for netns in self.hosts.values() for d in netns.devices.values() for a in d.addresses)

    def plan(self) -> Plan:
        wires = Space(f"{self.prefix}wires", "the wires", sysctl=space_sysctls({}, six=False))
        cables = [*self._plug_in(wires), *self._pairs()]
        everybody = list(dict.fromkeys(a for a in self._addresses() if not a.is_loopback))
        spaces = {name: self._space(netns, everybody) for name, netns in self.hosts.items()}
        kernels = {real: model for model, real in self.hardware.items()} | {ZERO_MAC: "zero"}
        return Plan(spaces, wires, cables, kernels, self.cold)

    def _plug_in(self, wires: Space) -> Iterator[Words]:
        """A bridge for every wire, and a cable from it to every machine; who is where is told, not learnt."""
        links: list[Words] = []
        fdb: list[Words] = []
        cut: list[Words] = []
        wire = {name: f"wire{number}" for number, name in enumerate(self.network.segments)}
        for name in wire.values():
            links.append(("link", "add", name, "type", "bridge", "mcast_snooping", "0"))
            links.append(("link", "set", name, "up"))
        ends = [(netns, d) for netns in self.hosts.values() for d in netns.devices.values() if d.segment is not None]
        for count, (netns, device) in enumerate(ends, 1):
            assert device.segment is not None
            port = f"port{count}"
            yield self._cable(port, wires.id, (), self._real(netns, device), self.ids[netns.name], device.mac)
            links.append(("link", "set", port, "master", wire[device.segment], "up"))
            fdb.append(("fdb", "replace", self.hardware[device.mac], "dev", port, "master", "static"))
            if device.mac not in self.network.segments[device.segment].ports:
                cut.append(("link", "set", port, "down"))
        wires.links, wires.bridge, wires.late = links, fdb, cut

    def _cable(self, one: str, space: str, mac: Words, other: str, there: str, peer_mac: str) -> Words:
        peer = ("peer", "name", other, "address", self.hardware[peer_mac], "netns", there)
        return ("link", "add", one, "netns", space, *mac, "type", "veth", *peer)

    def _pairs(self) -> Iterator[Words]:
        for netns in self.hosts.values():
            for device in netns.devices.values():
                if device.peer is None or (netns.name, device.name) > device.peer:
                    continue
                host, name = device.peer
                if host in self.hosts:
                    own = ("address", self.hardware[device.mac])
                    far = self.hosts[host].devices[name].mac
                    yield self._cable(self._real(netns, device), self.ids[netns.name], own, self.devices[host][name],
                                      self.ids[host], far)  # fmt: skip

    def _real(self, netns: Netns, device: Device) -> str:
        return self.devices[netns.name][device.name]

    def _space(self, netns: Netns, everybody: Sequence[IPAddress]) -> Space:
        names = self.devices[netns.name]
        entries = list(self._neighbors(netns, everybody))
        return Space(
            id=self.ids[netns.name],
            name=netns.name,
            devices={real: model for model, real in names.items()},
            sysctl=space_sysctls(netns.sysctl, self.six),
            device_sysctl=device_sysctls(netns.sysctl, names, self.six),
            links=list(self._links(netns)),
            addresses=list(self._device_addresses(netns)),
            routes=[self._route(netns, r) for r in sorted(netns.routes, key=_on_link_first) if not r.kernel],
            neighbors=[words for words, _ in entries],
            bridge=list(self._bridge(netns)),
            rules=rule_texts(netns, names, self.named),
            accounts=_accounts(netns),
            listening=netns.sockets.listening,
            any_port=netns.sockets.any_port,
            owner=netns.sockets.owner,
            warm=[address for _, address in entries if address is not None],
            forget=list(self._forget(netns)),
            late=list(self._late(netns)),
        )

    def _links(self, netns: Netns) -> Iterator[Words]:
        yield ("link", "set", "lo", "up")
        ordered = sorted(netns.devices.values(), key=lambda d: (d.kind is DeviceKind.VXLAN, d.master is not None))
        for device in ordered:
            name, mac = self._real(netns, device), self.hardware.get(device.mac, "")
            if device.kind is DeviceKind.LOOPBACK:
                continue
            if device.kind is DeviceKind.BRIDGE:
                yield ("link", "add", name, "address", mac, "type", "bridge", "mcast_snooping", "0")
            if device.vtep is not None:
                below = next(d for d in netns.devices.values() if device.vtep.local in {a.ip for a in d.addresses})
                yield ("link", "add", name, "address", mac, "type", "vxlan", "id", str(device.vtep.vni), "local",
                       str(device.vtep.local), "dev", self._real(netns, below), "dstport", str(device.vtep.port),
                       "nolearning")  # fmt: skip
            master = ("master", self._real(netns, netns.devices[device.master])) if device.master else ()
            yield ("link", "set", name, *master, "up")

    def _late(self, netns: Netns) -> Iterator[Words]:
        """A tunnel's device is made while the one below it still has its usual MTU, as flannel did."""
        for device in netns.devices.values():
            usual = TUNNEL_MTU if device.kind is DeviceKind.VXLAN else USUAL_MTU
            if device.kind is not DeviceKind.LOOPBACK and device.mtu != usual:
                yield ("link", "set", self._real(netns, device), "mtu", str(device.mtu))
        for device in netns.devices.values():
            if not device.up:
                yield ("link", "set", self._real(netns, device), "down")

    def _device_addresses(self, netns: Netns) -> Iterator[Words]:
        routes = list(netns.routes)
        for device in netns.devices.values():
            for address in device.addresses:
                if not address.ip.is_loopback:
                    flags: Words = ("nodad",) if address.version == 6 else ()
                    if not any(r.kernel and r.device == device.name and address.ip in r.destination for r in routes):
                        flags += ("noprefixroute",)
                    yield ("address", "add", str(address), "dev", self._real(netns, device), *flags)

    def _route(self, netns: Netns, route: Route) -> Words:
        if route.kind is RouteKind.BLACKHOLE or route.device is None:
            return ("route", "add", "blackhole", str(route.destination))
        words: Words = ("route", "add", str(route.destination))
        if route.gateway is not None:
            words += ("via", str(route.gateway))
        words += ("dev", self.devices[netns.name][route.device])
        if route.source is not None:
            words += ("src", str(route.source))
        if route.scope:
            words += ("scope", route.scope)
        # IPv6 refuses a gateway while the cable's other end is not up; that it is on the link is what it would find.
        later = route.gateway is not None and route.gateway.version == 6
        return (*words, "onlink") if route.onlink or later else words

    def _neighbors(self, netns: Netns, everybody: Sequence[IPAddress]) -> Iterator[tuple[Words, IPAddress | None]]:
        """What ARP would have found, as lasting entries; those behind a bridge are used once (br_netfilter looks for
        the header that the first use leaves in the entry)."""
        for device in netns.devices.values():
            if device.kind is DeviceKind.LOOPBACK or device.master is not None:
                continue
            for address in (a for a in everybody if netns.local_device(a) is None):
                found = netns.neighbors(device.name, address)
                asked = self.cold or (netns.asks_anew is not None and netns.asks_anew(device.name, address))
                if found is not None and found.mac in self.hardware and (found.permanent or not asked):
                    words = ("neighbor", "replace", str(address), "lladdr", self.hardware[found.mac], "nud",
                             "permanent", "dev", self._real(netns, device))  # fmt: skip
                    yield words, address if device.kind is DeviceKind.BRIDGE else None

    def _forget(self, netns: Netns) -> Iterator[Words]:
        """What puts learnt entries out of mind, so that each packet finds everybody cold."""
        if self.cold:
            yield ("neighbor", "flush", "all")
            for device in netns.devices.values():
                if device.kind is DeviceKind.BRIDGE:
                    yield ("link", "set", self._real(netns, device), "type", "bridge", "fdb_flush")

    def _bridge(self, netns: Netns) -> Iterator[Words]:
        for device in netns.devices.values():
            if device.master is not None:
                name = self._real(netns, device)
                yield ("link", "set", "dev", name, "hairpin", "on" if device.hairpin else "off")
            if device.vtep is not None:
                for mac, address in device.vtep.fdb.items():
                    if mac != device.mac and mac in self.hardware:
                        yield ("fdb", "append", self.hardware[mac], "dev", self._real(netns, device), "dst",
                               str(address), "self", "permanent")  # fmt: skip
        for bridge in netns.fdb.values() if not self.cold else ():
            for mac, port in bridge.items():
                if mac in self.hardware and port in netns.devices:
                    yield ("fdb", "replace", self.hardware[mac], "dev", self.devices[netns.name][port], "master",
                           "static")  # fmt: skip


def _on_link_first(route: Route) -> bool:
    """A gateway is accepted only where a route to it is there already. net/ipv4/fib_semantics.c:fib_check_nh()"""
    return route.gateway is not None


def _accounts(netns: Netns) -> list[str]:
    """The counters that `-m nfacct` names; the kernel wants them to be there before the rule."""
    from simulator.linux.iptables import NfAcct

    rules = (
        rule
        for tables in netns.tables.values()
        for table in tables.tables.values()
        for name in table.chains
        for rule in table.chains[name].rules
    )
    return sorted({match.name for rule in rules for match in rule.matches if isinstance(match, NfAcct)})
