"""Faults about kernels: what a broken cluster's machines and pods hold instead of what the programs wrote there.

Each is what a command would do: `ip link set DEV down`, `ip link set DEV mtu N`, `ip route del`, `ip neighbor del`,
`bridge fdb del`, `bridge link set DEV hairpin off`, `sysctl -w`, `iptables -t raw -I PREROUTING ... -j DROP`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from ipaddress import ip_address, ip_network

from msgspec.structs import replace

from simulator.cluster.cluster import Cluster
from simulator.cluster.faults import FaultError, Found, near_names
from simulator.cluster.model import Node
from simulator.compilers.fidelity import MODELLED, Trust
from simulator.compilers.kube_proxy.proxy import KubeProxy
from simulator.compilers.underlay import CONTROL_PLANE, INTERNET, ROUTER
from simulator.linux.device import Device, DeviceKind
from simulator.linux.iptables import Chain, Drop, IpProtocol, L4Ports, Rule, Table, Tables
from simulator.linux.neighbor import Neighbor, NeighborLookup
from simulator.linux.netfilter import base_chains, running_order
from simulator.linux.netns import AsksAnew, Netns
from simulator.linux.network import Segment
from simulator.linux.route import Route, RouteKind, RoutingTable
from simulator.linux.socket import Sockets
from simulator.origin import Origins
from simulator.packet.headers import IPAddress, IPNetwork, Protocol
from simulator.steps import Step

KUBE_PROXY = "kube-proxy"
UNPLUGGED = ("node-cut", "node-lost")
MACHINES = (ROUTER, INTERNET, CONTROL_PLANE)
LEAST_MTU_OF_IPV6 = 1280
"""A device with less has no IPv6 at all. net/ipv6/addrconf.c:addrconf_notify()"""
Build = Callable[[str], Netns]


class Flushed(KubeProxy):
    """A kube-proxy that has left nothing behind."""

    def write(self, node: Node, tables: Tables) -> None:
        return


class Breaker:
    """Breaks namespaces as they are built. `build` makes them as they would be."""

    def __init__(self, cluster: Cluster, build: Build) -> None:
        self._cluster = cluster
        self._build = build
        self._faults: dict[str, list[Found]] = {}
        for found in cluster.faults:
            if found.host in MACHINES or found.host in cluster.nodes or found.host in cluster.pods:
                self._faults.setdefault(found.host, []).append(found)

    def of(self, host: str, *kinds: str) -> list[Found]:
        return [f for f in self._faults.get(host, ()) if f.fault.kind in kinds]

    def _all(self) -> Iterator[Found]:
        return (found for faults in self._faults.values() for found in faults)

    def check(self) -> None:
        """FaultError for a device, a route or an entry that is not there."""
        for found in self._all():
            check = _INSIDE.get(found.fault.kind)
            if check is not None:
                check(found, self._whole(found))

    def _whole(self, found: Found) -> Netns:
        try:
            return self._build(found.host)
        except KeyError:
            hint = "Name a machine, or a pod with a network of its own that is running."
            raise FaultError("unknown-fault-target", f"{found.fault}: {found.host} has no network.", hint) from None

    def netns(self, name: str) -> Netns:
        """A namespace with everything that is broken in it."""
        netns = self._build(name)
        devices = {d.name: d for d in self._devices(netns)}
        netns = replace(netns, devices=devices, routes=self._routes(netns, devices), altered=self._altered(netns),
                        asks_anew=self._asks_anew(netns, devices), _local=None)  # fmt: skip
        for found in self._faults.get(name, ()):
            change = _CHANGES.get(found.fault.kind)
            if change is not None:
                netns = change(netns, found)
        return netns

    def _altered(self, netns: Netns) -> dict[str, Origins]:
        """What is not as it was in a namespace, by the words that the kernel's functions look it up with."""
        found: dict[str, Origins] = {}
        for one in self._faults.get(netns.name, ()):
            for key in _keys(one, netns):
                found[key] = (*found.get(key, ()), *one.fault.origins)
        for device in netns.devices.values():
            why = self._why_no_carrier(netns, device)
            if why is not None:
                found[f"link {device.name}"] = (*found.get(f"link {device.name}", ()), *why.fault.origins)
        return found

    def _devices(self, netns: Netns) -> Iterator[Device]:
        down = {f.what for f in self.of(netns.name, "link-cut")}
        mtu = {f.what: int(f.fault.value) for f in self.of(netns.name, "mtu")}
        smooth = self._without_hairpin(netns)
        for device in netns.devices.values():
            own = mtu.get(device.name) or _auto_mtu(netns, device, mtu)
            up = device.name not in down
            six = up and own >= LEAST_MTU_OF_IPV6
            addresses = device.addresses if six else tuple(a for a in device.addresses if a.version == 4)
            yield replace(device, mtu=own, up=up, carrier=self._why_no_carrier(netns, device) is None,
                          addresses=addresses, hairpin=device.hairpin and device.name not in smooth)  # fmt: skip

    def _without_hairpin(self, netns: Netns) -> set[str]:
        if self.of(netns.name, "hairpin-off"):
            return set(netns.devices)
        return {d.name for d in netns.devices.values() if d.peer and self.of(d.peer[0], "hairpin-off")}

    def _why_no_carrier(self, netns: Netns, device: Device) -> Found | None:
        """What took the carrier away: the machine's cable, or the other end of a veth that was set down."""
        if device.kind is DeviceKind.PHYSICAL:
            return next(iter(self.of(netns.name, *UNPLUGGED)), None)
        if device.peer is None:
            return None
        host, name = device.peer
        return next((f for f in self.of(host, "link-cut") if f.what == name), None)

    def _routes(self, netns: Netns, devices: Mapping[str, Device]) -> RoutingTable:
        """Routes by a device that is down are gone (fib_frontend.c:fib_disable_ip()); forgotten ones, too."""
        gone = {found.what: found for found in self.of(netns.name, "link-cut")}
        narrow = self.of(netns.name, "mtu")
        forgotten = {_destination(f.what): f for f in self.of(netns.name, "route-forgotten")}
        if not gone and not narrow and not forgotten:
            return netns.routes
        kept: list[Route] = []
        lost: list[Route] = []
        for route in netns.routes:
            why = gone.get(route.device or "") or _forgotten(forgotten, route)
            if why is None and route.device and route.destination.version == 6:
                small = devices[route.device].mtu < LEAST_MTU_OF_IPV6
                why = narrow[0] if small and narrow else None
            if why is None:
                kept.append(route)
            else:
                lost.append(replace(route, origins=(*why.fault.origins, *route.origins)))
        return RoutingTable(kept, lost=lost)

    def _asks_anew(self, netns: Netns, devices: Mapping[str, Device]) -> AsksAnew | None:
        """What was learnt by a device goes with its carrier. net/core/neighbour.c:neigh_carrier_down()"""
        forgotten = {ip_address(f.what) for f in self.of(netns.name, "neighbor-forgotten")}
        deaf = {device.name for device in devices.values() if not device.carrier}
        silent = self._silent
        if not forgotten and not silent and not deaf:
            return None
        return lambda device, address: device in deaf or address in forgotten or address in silent

    @cached_property
    def _silent(self) -> frozenset[IPAddress]:
        """Addresses whose owner cannot be heard: who knew them finds out, and asks for them anew."""
        found: list[IPAddress] = []
        for one in self._all():
            if one.fault.kind in UNPLUGGED:
                found += self._cluster.nodes[one.host].addresses
            elif one.fault.kind == "link-cut":
                netns = self._build(one.host)
                found += self._behind(netns, netns.devices[one.what]) if one.what in netns.devices else []
        return frozenset(found)

    def _behind(self, netns: Netns, device: Device) -> list[IPAddress]:
        found = [a.ip for a in device.addresses]
        if device.kind is DeviceKind.BRIDGE:
            found += [a for port in netns.devices.values() if port.master == device.name for a in self._of_peer(port)]
        return found + self._of_peer(device)

    def _of_peer(self, port: Device) -> list[IPAddress]:
        pod = self._cluster.pods.get(port.peer[0]) if port.peer else None
        return list(pod.ips) if pod is not None else []

    def segments(self, segments: Mapping[str, Segment]) -> dict[str, Segment]:
        """The wires without the machines that are unplugged, or whose device is down."""
        return {
            name: Segment(name, {mac: port for mac, port in segment.ports.items() if not self._off(*port)})
            for name, segment in segments.items()
        }

    def _off(self, host: str, device: str) -> bool:
        return bool(self.of(host, *UNPLUGGED)) or any(f.what == device for f in self.of(host, "link-cut"))

    def trust(self, usual: Callable[[Step, Netns], Trust]) -> Callable[[Step, Netns], Trust]:
        """Nothing that happens on a broken machine was held against one."""

        def trusted(step: Step, netns: Netns) -> Trust:
            return MODELLED if step.host in self._faults or step.netns in self._faults else usual(step, netns)

        return trusted

    def proxy(self, node: str, usual: KubeProxy, before: KubeProxy) -> KubeProxy:
        """Who writes a node's rules: kube-proxy, or what it left behind."""
        if self.of(node, "proxy-flushed"):
            return Flushed(self._cluster)
        return before if self.of(node, "proxy-stopped") else usual


def _auto_mtu(netns: Netns, device: Device, mtu: Mapping[str, int]) -> int:
    """A bridge follows its smallest port. net/bridge/br_if.c:br_mtu_auto_adjust()"""
    if device.kind is not DeviceKind.BRIDGE:
        return device.mtu
    ports = [d.name for d in netns.devices.values() if d.master == device.name]
    return min([device.mtu, *(mtu[name] for name in ports if name in mtu)])


def _destination(text: str) -> IPNetwork | str:
    return text if text == "default" else ip_network(text, strict=False)


def _forgotten(forgotten: Mapping[IPNetwork | str, Found], route: Route) -> Found | None:
    if route.destination.prefixlen == 0 and route.kind is RouteKind.UNICAST and "default" in forgotten:
        return forgotten["default"]
    return forgotten.get(route.destination)


def _keys(found: Found, netns: Netns) -> Iterable[str]:
    kind, what = found.fault.kind, found.what
    plain = {"link-cut": "link", "mtu": "mtu", "fdb-forgotten": "fdb", "neighbor-forgotten": "neighbor",
             "sysctl-off": "sysctl", "sysctl-on": "sysctl", "port-blocked": "firewall"}  # fmt: skip
    if kind in plain:
        return (f"{plain[kind]} {what}",)
    if kind == "hairpin-off":
        return tuple(f"hairpin {name}" for name in netns.devices)
    return ("conntrack",) if kind == "conntrack-full" else ()


def _forget_neighbor(netns: Netns, found: Found) -> Netns:
    """What ARP finds is asked for again; what a program wrote (flannel: PERMANENT) is gone."""
    address, known = ip_address(found.what), netns.neighbors

    def neighbors(device: str, wanted: IPAddress) -> Neighbor | None:
        entry = known(device, wanted)
        return None if entry is not None and entry.permanent and wanted == address else entry

    lookup: NeighborLookup = neighbors
    return replace(netns, neighbors=lookup)


def _forget_fdb(netns: Netns, found: Found) -> Netns:
    """A VXLAN device's entries were written by a program; a bridge is made to learn its own again."""
    devices = {
        name: d if d.vtep is None else replace(d, vtep=replace(d.vtep, fdb=_without(d.vtep.fdb, found.what)))
        for name, d in netns.devices.items()
    }
    return replace(netns, devices=devices)


def _without(fdb: Mapping[str, IPAddress], mac: str) -> dict[str, IPAddress]:
    return {known: remote for known, remote in fdb.items() if known != mac}


def _sysctl(netns: Netns, found: Found) -> Netns:
    value = "1" if found.fault.kind == "sysctl-on" else "0"
    return replace(netns, sysctl={**netns.sysctl, found.what: value})


def _conntrack_full(netns: Netns, found: Found) -> Netns:
    return replace(netns, conntrack_full=True)


def _without_proxy(netns: Netns, found: Found) -> Netns:
    """Its health checks are closed with it; in nftables mode its table is its own, and goes when it is flushed."""
    listening = tuple(s for s in netns.sockets.listening if s.owner != KUBE_PROXY)
    kept = netns.sockets
    sockets = Sockets(listening, kept.owner, kept.any_port, kept.missing, kept.origins)
    if found.fault.kind == "proxy-stopped":
        return replace(netns, sockets=sockets)
    tables = {key: table for key, table in netns.nftables.items() if table.name != KUBE_PROXY}
    hooks = tuple(hook for hook in netns.hooks if not (hook.nftables and hook.table == KUBE_PROXY))
    return replace(netns, sockets=sockets, nftables=tables, hooks=hooks)


def _no_icmp(netns: Netns, found: Found) -> Netns:
    origins = found.fault.origins
    rules = {4: Rule((IpProtocol(Protocol.ICMP),), Drop(), origins),
             6: Rule((IpProtocol(Protocol.ICMPV6),), Drop(), origins)}  # fmt: skip
    return _with_rules(netns, rules, ("PREROUTING", "OUTPUT"))


def _no_port(netns: Netns, found: Found) -> Netns:
    number, _, word = found.what.partition("/")
    protocol, port = Protocol(word), int(number)
    rule = Rule((IpProtocol(protocol), L4Ports(protocol, dports=(port, port))), Drop(), found.fault.origins)
    return _with_rules(netns, {4: rule, 6: rule}, ("PREROUTING",))


def _with_rules(netns: Netns, rules: Mapping[int, Rule], chains: Iterable[str]) -> Netns:
    """Rules in the raw table, which is asked first and is nobody else's here."""
    tables = {**netns.tables}
    for family in netns.tables or (4,):
        there = tables.get(family, Tables(family, {}))
        raw = there.tables["raw"].chains if "raw" in there.tables else {}
        own = {name: Chain(name, (*(raw[name].rules if name in raw else ()), rules[family]), "ACCEPT")
               for name in chains}  # fmt: skip
        tables[family] = Tables(family, {"raw": Table("raw", {**raw, **own}), **_but(there, "raw")})
    others = [hook for hook in netns.hooks if hook.table != "raw"]
    added = [hook for family in tables for hook in base_chains(tables[family]) if hook.table == "raw"]
    return replace(netns, tables=tables, hooks=running_order([*others[::-1], *added]))


def _but(tables: Tables, name: str) -> dict[str, Table]:
    return {known: table for known, table in tables.tables.items() if known != name}


_CHANGES: dict[str, Callable[[Netns, Found], Netns]] = {
    "neighbor-forgotten": _forget_neighbor,
    "fdb-forgotten": _forget_fdb,
    "sysctl-off": _sysctl,
    "sysctl-on": _sysctl,
    "conntrack-full": _conntrack_full,
    "proxy-stopped": _without_proxy,
    "proxy-flushed": _without_proxy,
    "icmp-filtered": _no_icmp,
    "port-blocked": _no_port,
}


def _missing(found: Found, what: str, known: Iterable[str]) -> FaultError:
    message = f'{found.fault}: {found.host} has no {what} "{found.what}".'
    return FaultError("unknown-fault-target", message, near_names(found.what, tuple(known)))


def _has_device(found: Found, netns: Netns) -> None:
    if found.what not in netns.devices:
        raise _missing(found, "device", netns.devices)


def _has_route(found: Found, netns: Netns) -> None:
    wanted = {_destination(found.what): found}
    if not any(_forgotten(wanted, route) for route in netns.routes):
        names = ("default" if r.destination.prefixlen == 0 else str(r.destination) for r in netns.routes)
        raise _missing(found, "route to", dict.fromkeys(names))


def _has_fdb(found: Found, netns: Netns) -> None:
    known = {mac for table in netns.fdb.values() for mac in table}
    known |= {mac for d in netns.devices.values() if d.vtep is not None for mac in d.vtep.fdb}
    if found.what not in known:
        raise _missing(found, "FDB entry for", known)


_INSIDE: dict[str, Callable[[Found, Netns], None]] = {
    "link-cut": _has_device,
    "mtu": _has_device,
    "route-forgotten": _has_route,
    "fdb-forgotten": _has_fdb,
}
