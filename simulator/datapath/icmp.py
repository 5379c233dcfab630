"""ICMP: the errors that a kernel sends back, and echo.

net/ipv4/icmp.c, net/ipv6/icmp.c
"""

import msgspec

from simulator.datapath.route import ip_route_output
from simulator.datapath.session import PathMtu
from simulator.datapath.skb import Skb
from simulator.datapath.walk import Spawned, Walk, step
from simulator.linux.conntrack import Direction, tuple_of
from simulator.linux.netns import Netns
from simulator.packet.headers import Icmp, Ip, IPAddress, Protocol, Quoted
from simulator.packet.packet import Load, Packet
from simulator.steps import Cause, Disposition, Layer, StateChange, StepKind, Steps

DEFAULT_TTL = 64


class Error(msgspec.Struct, frozen=True):
    """An ICMP error: its name, (type, code) in the families that know it, and the errno that it means to a client.

    net/ipv4/icmp.c:icmp_err_convert[], net/ipv6/icmp.c:icmpv6_err_convert()
    """

    name: str
    v4: tuple[int, int] | None
    v6: tuple[int, int] | None
    errno: str


PORT_UNREACHABLE = Error("port unreachable", (3, 3), (1, 4), "ECONNREFUSED")
HOST_UNREACHABLE = Error("host unreachable", (3, 1), (1, 3), "EHOSTUNREACH")
NET_UNREACHABLE = Error("network unreachable", (3, 0), (1, 0), "ENETUNREACH")
PROTOCOL_UNREACHABLE = Error("protocol unreachable", (3, 2), None, "ENOPROTOOPT")
NET_PROHIBITED = Error("network prohibited", (3, 9), None, "ENETUNREACH")
HOST_PROHIBITED = Error("host prohibited", (3, 10), None, "EHOSTUNREACH")
PROHIBITED = Error("administratively prohibited", (3, 13), None, "EHOSTUNREACH")
PROHIBITED_6 = Error("administratively prohibited", None, (1, 1), "EACCES")
TOO_BIG = Error("packet too big", (3, 4), (2, 0), "EMSGSIZE")
TIME_EXCEEDED = Error("time exceeded", (11, 0), (3, 0), "EHOSTUNREACH")
ERRORS = (
    PORT_UNREACHABLE, HOST_UNREACHABLE, NET_UNREACHABLE, PROTOCOL_UNREACHABLE, NET_PROHIBITED, HOST_PROHIBITED,
    PROHIBITED, PROHIBITED_6, TIME_EXCEEDED, TOO_BIG,
)  # fmt: skip

REJECT_WITH = {
    "icmp-port-unreachable": PORT_UNREACHABLE,
    "icmp-host-unreachable": HOST_UNREACHABLE,
    "icmp-net-unreachable": NET_UNREACHABLE,
    "icmp-proto-unreachable": PROTOCOL_UNREACHABLE,
    "icmp-net-prohibited": NET_PROHIBITED,
    "icmp-host-prohibited": HOST_PROHIBITED,
    "icmp-admin-prohibited": PROHIBITED,
    "icmp6-port-unreachable": PORT_UNREACHABLE,
    "icmp6-addr-unreachable": HOST_UNREACHABLE,
    "icmp6-no-route": NET_UNREACHABLE,
    "icmp6-adm-prohibited": PROHIBITED_6,
}
"""extensions/libipt_REJECT.c, libip6t_REJECT.c of iptables"""


def error_of(icmp: Icmp, version: int) -> Error | None:
    """The error that an ICMP header speaks of, None for echo and the like."""
    return next((e for e in ERRORS if (e.v4 if version == 4 else e.v6) == (icmp.type, icmp.code)), None)


def icmp_send(walk: Walk, netns: Netns, skb: Skb, error: Error, mtu: int | None = None) -> None:
    """Send word back to the source of a packet that could not go on; `mtu`: the size that could.

    The sender is the address that the packet was for, if that is this host; else the one that speaks to its source.
    net/ipv4/icmp.c:__icmp_send()
    """
    packet = skb.packet
    if isinstance(packet.l4, Icmp) and error_of(packet.l4, packet.ip.version) is not None:
        return  # never an error about an error (RFC 1122)
    way = ip_route_output(walk.session, netns, packet.ip.src)
    if isinstance(way, Cause):
        return
    own = skb.dst is not None and skb.dst.local
    source: IPAddress | None = packet.ip.dst if own else way.source
    if source is None:
        return
    v6 = packet.ip.version == 6
    header = error.v6 if v6 else error.v4
    assert header is not None, "an error of the packet's own family"
    kind, code = header
    protocol = Protocol.ICMPV6 if v6 else Protocol.ICMP
    answer = Packet(
        ip=Ip(source, packet.ip.src, DEFAULT_TTL, protocol),
        l4=Icmp(kind, code, quoted=Quoted(packet.ip, packet.transport), mtu=mtu),
    )
    back = Direction.REPLY if skb.direction is Direction.ORIGINAL else Direction.ORIGINAL
    walk.spawned.append(Spawned(netns.name, answer, StepKind.ICMP, skb.ct, back))


MIN_PMTU = {4: 552, 6: 1280}
"""net.ipv4.route.min_pmtu; RFC 8200: every link carries 1280 bytes."""


def _update_pmtu(walk: Walk, netns: Netns, destination: IPAddress, mtu: int) -> StateChange:
    """The route to that destination is an exception from now on. Nobody is believed who says that less than the
    smallest MTU fits: such a path is not told of by DF, but left to routers to fragment for (`ip route` says "lock").

    net/ipv4/route.c:__ip_rt_update_pmtu(), net/ipv6/route.c:__ip6_rt_update_pmtu()
    """
    least = MIN_PMTU[destination.version]
    known = PathMtu(max(mtu, least), locked=mtu < least and destination.version == 4)
    walk.session.pmtu[netns.name, destination] = known
    told = f"{destination} mtu {'lock ' if known.locked else ''}{known.mtu}"
    return StateChange("pmtu", "created", told, str(destination))


def icmp_rcv(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """net/ipv4/icmp.c:icmp_rcv()"""
    packet, l4 = skb.packet, skb.packet.l4
    assert isinstance(l4, Icmp)
    error = error_of(l4, packet.ip.version)
    function = "net/ipv4/icmp.c:icmp_rcv()"
    if error is not None:
        quoted = l4.quoted
        known = quoted is not None and walk.session.connection(netns, tuple_of(quoted.ip, quoted.l4).inverted())
        text = "deliver.error" if known else "drop.unknown-connection"
        kind = StepKind.DELIVER if known else StepKind.DROP
        cause = None if known else Cause.UNKNOWN_CONNECTION
        params = {"owner": netns.name, "name": f"{error.name} ({error.errno})"}
        learnt: tuple[StateChange, ...] = ()
        if known and quoted is not None and l4.mtu is not None:
            learnt = (_update_pmtu(walk, netns, quoted.ip.dst, l4.mtu),)
            text, params = "deliver.too-big", params | {"mtu": str(l4.mtu), "dst": str(quoted.ip.dst)}
        yield step(netns, skb, kind, Layer.TRANSPORT, text, function, params, cause=cause, state=learnt)
        walk.end(Disposition.DELIVERED if known else Disposition.DROPPED, netns, skb, cause)
    elif l4.type in (8, 128):
        yield step(netns, skb, StepKind.DELIVER, Layer.NETWORK, "deliver.echo", "net/ipv4/icmp.c:icmp_echo()",
                   {"owner": netns.name})  # fmt: skip
        answer = msgspec.structs.replace(l4, type=0 if l4.type == 8 else 129)
        load = Load(packet.load.size, df=False) if packet.load is not None else None  # icmp_sk: IP_PMTUDISC_DONT
        reply = Packet(ip=Ip(packet.ip.dst, packet.ip.src, DEFAULT_TTL, packet.ip.protocol), l4=answer, load=load)
        walk.spawned.append(Spawned(netns.name, reply, StepKind.SOCKET))
        walk.end(Disposition.DELIVERED, netns, skb)
    else:
        yield step(netns, skb, StepKind.DELIVER, Layer.NETWORK, "deliver.client", function, {"owner": netns.name,
                   "flags": "echo reply"})  # fmt: skip
        walk.end(Disposition.DELIVERED, netns, skb)
