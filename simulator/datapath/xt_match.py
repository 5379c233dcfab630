"""iptables matches: whether a rule speaks about a packet, and if not, which of its words does not fit.

net/netfilter/xt_*.c, net/ipv4/netfilter/ip_tables.c:ip_packet_match()
"""

from collections.abc import Callable

import msgspec

from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.linux import iptables
from simulator.linux.conntrack import CtState, packet_tuple
from simulator.linux.netns import Netns
from simulator.packet.headers import Icmp, IPAddress
from simulator.steps import StateChange


class Context(msgspec.Struct):
    """What a match may look at. `in_device` and `out_device` are empty where the hook has none."""

    session: Session
    netns: Netns
    skb: Skb
    in_device: str
    out_device: str


def _interface(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("+") else name == pattern


def _source(match: iptables.Source, c: Context) -> bool:
    return (c.skb.packet.ip.src in match.network) != match.invert


def _destination(match: iptables.Destination, c: Context) -> bool:
    return (c.skb.packet.ip.dst in match.network) != match.invert


def _in_interface(match: iptables.InInterface, c: Context) -> bool:
    return _interface(c.in_device, match.name) != match.invert


def _out_interface(match: iptables.OutInterface, c: Context) -> bool:
    return _interface(c.out_device, match.name) != match.invert


def _protocol(match: iptables.IpProtocol, c: Context) -> bool:
    return (c.skb.packet.ip.protocol is match.protocol) != match.invert


def _within(port: int | None, ports: tuple[int, int] | None, invert: bool) -> bool:
    if ports is None:
        return True
    return port is not None and (ports[0] <= port <= ports[1]) != invert


def _l4_ports(match: iptables.L4Ports, c: Context) -> bool:
    packet = c.skb.packet
    if packet.ip.protocol is not match.protocol or isinstance(packet.l4, Icmp):
        return False
    return _within(packet.sport, match.sports, match.invert_sports) and _within(
        packet.dport, match.dports, match.invert_dports
    )


def _multiport(match: iptables.Multiport, c: Context) -> bool:
    port = c.skb.packet.dport
    return port is not None and any(low <= port <= high for low, high in match.dports) != match.invert


def ct_states(skb: Skb) -> set[str]:
    """The words of --ctstate that are true of a packet (xt_conntrack.c:conntrack_mt())."""
    if skb.ct is None:
        return {"INVALID" if skb.state is CtState.INVALID else "UNTRACKED"}
    words = {skb.state.value} if skb.state else set()
    if skb.ct.source_nat:
        words.add("SNAT")
    if skb.ct.destination_nat:
        words.add("DNAT")
    return words


def _ct_state(match: iptables.CtStateMatch, c: Context) -> bool:
    return (not ct_states(c.skb).isdisjoint(match.states)) != match.invert


def _mark(match: iptables.MarkMatch, c: Context) -> bool:
    return (c.skb.packet.mark & match.mask == match.value) != match.invert


def _addr_type(match: iptables.AddrType, c: Context) -> bool:
    """xt_addrtype.c: only LOCAL and UNICAST are ever asked for by the programs modelled here."""
    packet = c.skb.packet
    for wanted, address, invert in (
        (match.src_type, packet.ip.src, match.invert_src),
        (match.dst_type, packet.ip.dst, match.invert_dst),
    ):
        if wanted is not None:
            kind = "LOCAL" if c.netns.local_device(address) is not None else "UNICAST"
            if (kind == wanted) == invert:
                return False
    return True


def _recent(match: iptables.Recent, c: Context) -> bool:
    """xt_recent.c; time stands still in a session, so an entry never grows too old."""
    seen = c.session.recent.setdefault((c.netns.name, match.name), set())
    address = c.skb.packet.ip.src if match.source_side else c.skb.packet.ip.dst
    there = address in seen
    if match.action == "set":
        seen.add(address)
        c.session.note(_affinity(match, address, "updated" if there else "created"), match.seconds)
        return True
    if match.action == "remove":
        seen.discard(address)
    if there:
        c.session.note(_affinity(match, address, "removed" if match.action == "remove" else "used"), match.seconds)
    return there


def _affinity(match: iptables.Recent, address: IPAddress, event: str) -> StateChange:
    """As /proc/net/xt_recent/NAME begins the entry; `seconds` is how old the rule lets it be."""
    age = f", seconds: {match.seconds}" if match.seconds else ""
    return StateChange("affinity", event, f"{match.name}: src={address}{age}", f"{match.name} {address}")


def _phys_dev(match: iptables.PhysDev, c: Context) -> bool:
    bridged = c.skb.bridge is not None and c.skb.bridge.forwarded
    return bridged == match.is_bridged


def _cgroup(match: iptables.Cgroup, c: Context) -> bool:
    """xt_cgroup.c:cgroup_mt_v2(): a packet of a local socket; what comes from elsewhere has none yet."""
    asked = c.skb.ct.original.inverted() if c.skb.ct is not None else packet_tuple(c.skb.packet).inverted()
    connection = c.session.connection(c.netns, asked)
    program = connection.program if connection is not None and connection.opener else None
    return (program is not None and program == match.path.removeprefix(iptables.PODS)) != match.invert


def _always(match: object, c: Context) -> bool:
    return True


_MATCHERS: dict[type, Callable[..., bool]] = {
    iptables.Source: _source,
    iptables.Destination: _destination,
    iptables.InInterface: _in_interface,
    iptables.OutInterface: _out_interface,
    iptables.IpProtocol: _protocol,
    iptables.L4Ports: _l4_ports,
    iptables.Multiport: _multiport,
    iptables.CtStateMatch: _ct_state,
    iptables.MarkMatch: _mark,
    iptables.AddrType: _addr_type,
    iptables.Recent: _recent,
    iptables.PhysDev: _phys_dev,
    iptables.Cgroup: _cgroup,
    iptables.Comment: _always,
    iptables.NfAcct: _always,
    iptables.Statistic: _always,  # chance is settled by the chain, which sees all the options
}


def first_failed(rule: iptables.Rule, context: Context) -> iptables.Match | None:
    """The first match of a rule that does not hold, None when all do. Matches are tried in order, as in the kernel."""
    for match in rule.matches:
        if not _MATCHERS[type(match)](match, context):
            return match
    return None
