"""Connection tracking: which connection a packet belongs to, and how far that connection has come.

net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_tcp.c, nf_conntrack_proto_icmp.c
"""

from simulator.datapath.skb import Skb
from simulator.datapath.walk import Walk, step
from simulator.linux.conntrack import CtEntry, CtState, Direction, packet_tuple, tuple_of
from simulator.linux.netns import Netns
from simulator.packet.headers import Icmp, Protocol, Sctp, Tcp
from simulator.steps import Cause, Disposition, Hook, Layer, StateChange, StepKind, Steps

ICMP_ERRORS = {Protocol.ICMP: {3, 4, 5, 11, 12}, Protocol.ICMPV6: {1, 2, 3, 4}}
ICMP_BEGINS = {Protocol.ICMP: {8, 13, 15, 17}, Protocol.ICMPV6: {128, 139}}
"""Questions: only they begin something. nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c: valid_new[]"""
_IN = "net/netfilter/nf_conntrack_core.c:nf_conntrack_in()"

# Keyed by (direction is original, kind of segment), then by the state so far. Left out: the packet is INVALID.
# net/netfilter/nf_conntrack_proto_tcp.c:tcp_conntracks
TCP_STATES: dict[tuple[bool, str], dict[str | None, str]] = {
    (True, "S"): {None: "SYN_SENT", "SYN_SENT": "SYN_SENT", "TIME_WAIT": "SYN_SENT", "CLOSE": "SYN_SENT"},
    (False, "SA"): {"SYN_SENT": "SYN_RECV", "SYN_RECV": "SYN_RECV"},
    (True, "A"): {
        None: "ESTABLISHED",
        "SYN_RECV": "ESTABLISHED",
        "ESTABLISHED": "ESTABLISHED",
        "CLOSE_WAIT": "CLOSE_WAIT",
        "FIN_WAIT": "TIME_WAIT",
    },
    (False, "A"): {
        "SYN_RECV": "SYN_RECV",
        "ESTABLISHED": "ESTABLISHED",
        "FIN_WAIT": "CLOSE_WAIT",
        "CLOSE_WAIT": "CLOSE_WAIT",
    },
    (True, "R"): dict.fromkeys(("SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT"), "CLOSE"),
    (False, "R"): dict.fromkeys(("SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT"), "CLOSE"),
}

# net/netfilter/nf_conntrack_proto_sctp.c:sctp_conntracks, as far as an association's first exchange goes.
SCTP_STATES: dict[tuple[bool, str], dict[str | None, str]] = {
    (True, "INIT"): {None: "CLOSED", "CLOSED": "CLOSED", "COOKIE_WAIT": "COOKIE_WAIT"},
    (False, "INIT-ACK"): {"CLOSED": "COOKIE_WAIT", "COOKIE_WAIT": "COOKIE_WAIT"},
    (False, "ABORT"): {"CLOSED": "CLOSED", "COOKIE_WAIT": "CLOSED"},
    (True, "DATA"): {"COOKIE_WAIT": "COOKIE_WAIT"},
    (False, "DATA"): {"COOKIE_WAIT": "COOKIE_WAIT"},
}


def is_icmp_error(skb: Skb) -> bool:
    l4 = skb.packet.l4
    return isinstance(l4, Icmp) and l4.type in ICMP_ERRORS[skb.packet.ip.protocol]


def nf_conntrack_in(walk: Walk, netns: Netns, hook: Hook, skb: Skb) -> Steps[bool]:
    """Find or begin the connection of a packet that this namespace has not seen yet. False: no room for another one."""
    if skb.ct is not None or skb.state is not None:
        return True  # seen before, as on the loopback
    if is_icmp_error(skb):
        yield from _related(walk, netns, hook, skb)
        return True
    found = walk.session.conntrack(netns).find(packet_tuple(skb.packet))
    if found is None and netns.conntrack_full:
        yield from _table_full(walk, netns, hook, skb)
        return False
    yield from _tracked(walk, netns, hook, skb, found)
    return True


def _table_full(walk: Walk, netns: Netns, hook: Hook, skb: Skb) -> Steps[None]:
    """Says "nf_conntrack: table full, dropping packet" in the log. nf_conntrack_core.c:__nf_conntrack_alloc()"""
    cause = Cause.CONNTRACK_FULL
    yield step(netns, skb, StepKind.DROP, Layer.TRANSPORT, "conntrack.full",
               "net/netfilter/nf_conntrack_core.c:__nf_conntrack_alloc()", {"host": netns.host}, hook=hook,
               cause=cause, origins=netns.why("conntrack"))  # fmt: skip
    walk.end(Disposition.DROPPED, netns, skb, cause)


def _tracked(walk: Walk, netns: Netns, hook: Hook, skb: Skb, found: tuple[CtEntry, Direction] | None) -> Steps[None]:
    """The packet of a known connection, or the first of a new one."""
    if found is None:
        entry, direction = CtEntry(packet_tuple(skb.packet)), Direction.ORIGINAL
    else:
        entry, direction = found
    if not _advance(walk, netns, skb, entry, direction):
        skb.state = CtState.INVALID
        yield step(netns, skb, StepKind.CONNTRACK, Layer.TRANSPORT, "conntrack.invalid", _IN, hook=hook)
        return
    skb.ct, skb.direction = entry, direction
    replied = entry.seen_reply or direction is Direction.REPLY
    skb.state = CtState.ESTABLISHED if replied else CtState.NEW
    if direction is Direction.REPLY:
        entry.seen_reply = True
    if found is None:
        params = {"proto": entry.original.protocol.value, "tuple": entry.original}
        change = StateChange("conntrack", "created", str(entry), entry.key)
        yield step(
            netns, skb, StepKind.CONNTRACK, Layer.TRANSPORT, "conntrack.new", _IN, params, hook=hook, state=(change,)
        )
        return
    params = {
        "proto": entry.original.protocol.value,
        "state": entry.state or skb.state.value,
        "direction": direction.value,
        "tuple": entry.tuple(direction),
    }
    change = StateChange("conntrack", "removed" if entry.dead else "used", str(entry), entry.key)
    yield step(
        netns, skb, StepKind.CONNTRACK, Layer.TRANSPORT, "conntrack.found", _IN, params, hook=hook, state=(change,)
    )


def _related(walk: Walk, netns: Netns, hook: Hook, skb: Skb) -> Steps[None]:
    """An ICMP error belongs to the connection of the packet that it quotes.

    net/netfilter/nf_conntrack_proto_icmp.c:nf_conntrack_inet_error()
    """
    l4 = skb.packet.l4
    quoted = l4.quoted if isinstance(l4, Icmp) else None
    found = walk.session.conntrack(netns).find(tuple_of(quoted.ip, quoted.l4).inverted()) if quoted else None
    if found is None:
        skb.state = CtState.INVALID
        yield step(netns, skb, StepKind.CONNTRACK, Layer.TRANSPORT, "conntrack.invalid", _IN, hook=hook)
        return
    skb.ct, skb.direction = found
    skb.state = CtState.RELATED
    change = StateChange("conntrack", "used", str(skb.ct), skb.ct.key)
    yield step(
        netns,
        skb,
        StepKind.CONNTRACK,
        Layer.TRANSPORT,
        "conntrack.related",
        "net/netfilter/nf_conntrack_proto_icmp.c:nf_conntrack_inet_error()",
        {"tuple": skb.ct.original},
        hook=hook,
        state=(change,),
    )


def _advance(walk: Walk, netns: Netns, skb: Skb, entry: CtEntry, direction: Direction) -> bool:
    """Move the protocol's own state on; False for a packet that does not fit it."""
    l4 = skb.packet.l4
    if isinstance(l4, Icmp) and not entry.confirmed and l4.type not in ICMP_BEGINS[skb.packet.ip.protocol]:
        return False
    if isinstance(l4, Tcp):
        return _advance_tcp(walk, netns, l4, entry, direction)
    if isinstance(l4, Sctp):
        new = SCTP_STATES.get((direction is Direction.ORIGINAL, l4.chunk), {}).get(entry.state)
        if new is None:
            return False
        entry.state = new
    return True


def _advance_tcp(walk: Walk, netns: Netns, tcp: Tcp, entry: CtEntry, direction: Direction) -> bool:
    segment = next(k for k, there in (("R", "R" in tcp.flags), ("SA", tcp.flags == "SA"), ("S", "S" in tcp.flags),
                                      ("A", True)) if there)  # fmt: skip
    old = entry.state
    new = (
        TCP_STATES[(direction is Direction.ORIGINAL, segment)].get(old)
        if ((direction is Direction.ORIGINAL, segment) in TCP_STATES)
        else None
    )
    if new is None:
        return False
    entry.state = new
    if segment == "R" and not entry.seen_reply:
        # A connection whose only answer is a reset was never one: the entry goes at once.
        if entry.confirmed:
            walk.session.conntrack(netns).kill(entry)
        return True
    if entry.seen_reply and new == "ESTABLISHED" and old in ("SYN_RECV", "ESTABLISHED"):
        entry.assured = True
    return True


def nf_conntrack_confirm(walk: Walk, netns: Netns, hook: Hook, skb: Skb) -> Steps[None]:
    """The packet is leaving or has arrived: its new connection is entered for good."""
    entry = skb.ct
    if entry is None or entry.confirmed or entry.dead or skb.direction is Direction.REPLY:
        return
    walk.session.conntrack(netns).confirm(entry)
    yield step(
        netns,
        skb,
        StepKind.CONNTRACK,
        Layer.TRANSPORT,
        "conntrack.confirmed",
        "net/netfilter/nf_conntrack_core.c:__nf_conntrack_confirm()",
        {"tuple": entry.reply},
        hook=hook,
        state=(StateChange("conntrack", "confirmed", str(entry), entry.key),),
    )
