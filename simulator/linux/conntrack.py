"""Connection tracking: what `conntrack -L` shows."""

from enum import Enum

import msgspec

from simulator.packet.headers import L4, Icmp, Ip, IPAddress, Protocol
from simulator.packet.packet import Packet

ICMP_REPLY = {8: 0, 13: 14, 15: 16, 17: 18, 128: 129}
"""Request type to answer type (net/netfilter/nf_conntrack_proto_icmp.c, icmpv6: invmap)."""

PROTOCOL_NUMBER = {
    Protocol.TCP: 6, Protocol.UDP: 17, Protocol.SCTP: 132, Protocol.ICMP: 1, Protocol.ICMPV6: 58,
}  # fmt: skip


class Tuple(msgspec.Struct, frozen=True):
    """One direction of a connection. For ICMP `sport` is the identifier and `dport` type * 256 + code."""

    src: IPAddress
    dst: IPAddress
    protocol: Protocol
    sport: int
    dport: int

    def inverted(self) -> "Tuple":
        """The tuple of the answer. net/netfilter/nf_conntrack_core.c:nf_ct_invert_tuple()"""
        if self.protocol in (Protocol.ICMP, Protocol.ICMPV6):
            kind, code = divmod(self.dport, 256)
            answer = ICMP_REPLY.get(kind)
            if answer is None:
                answer = next((q for q, a in ICMP_REPLY.items() if a == kind), kind)
            return Tuple(self.dst, self.src, self.protocol, self.sport, answer * 256 + code)
        return Tuple(self.dst, self.src, self.protocol, self.dport, self.sport)

    def __str__(self) -> str:
        if self.protocol in (Protocol.ICMP, Protocol.ICMPV6):
            kind, code = divmod(self.dport, 256)
            return f"src={self.src} dst={self.dst} type={kind} code={code} id={self.sport}"
        return f"src={self.src} dst={self.dst} sport={self.sport} dport={self.dport}"


def tuple_of(ip: Ip, l4: L4) -> Tuple:
    """The tuple of a packet (nf_ct_get_tuple)."""
    if isinstance(l4, Icmp):
        return Tuple(ip.src, ip.dst, ip.protocol, l4.ident or 0, l4.type * 256 + l4.code)
    return Tuple(ip.src, ip.dst, ip.protocol, l4.sport, l4.dport)


def packet_tuple(packet: Packet) -> Tuple:
    return tuple_of(packet.ip, packet.transport)


class Direction(Enum):
    ORIGINAL = "original"
    REPLY = "reply"


class CtState(Enum):
    """What `-m conntrack --ctstate` calls a packet's relation to its connection."""

    NEW = "NEW"
    ESTABLISHED = "ESTABLISHED"
    RELATED = "RELATED"
    INVALID = "INVALID"


class CtEntry:
    """One connection: the tuple as it came and the tuple that an answer will have. NAT is the difference of the two.

    `state` is the protocol's own (SYN_SENT, ...; None for UDP and ICMP).
    """

    def __init__(self, original: Tuple) -> None:
        self.original = original
        self.reply = original.inverted()
        self.state: str | None = None
        self.confirmed = False
        self.seen_reply = False
        self.assured = False
        self.source_nat = False
        self.destination_nat = False
        self.source_nat_done = False
        self.destination_nat_done = False
        self.dead = False

    @property
    def flags(self) -> tuple[str, ...]:
        """As conntrack prints them in brackets."""
        if self.assured:
            return ("ASSURED",)
        return () if self.seen_reply else ("UNREPLIED",)

    def tuple(self, direction: Direction) -> Tuple:
        return self.original if direction is Direction.ORIGINAL else self.reply

    @property
    def key(self) -> str:
        """The same for as long as the entry lives."""
        return f"{self.original.protocol.keyword} {self.original}"

    def __str__(self) -> str:
        protocol = self.original.protocol
        words = [f"{protocol.keyword:<8} {PROTOCOL_NUMBER[protocol]}", self.state or "", str(self.original)]
        words += ["" if self.seen_reply else "[UNREPLIED]", str(self.reply), "[ASSURED]" if self.assured else ""]
        return " ".join(w for w in words if w)


class Conntrack:
    """The table of one network namespace: confirmed entries by the tuples of both directions."""

    def __init__(self) -> None:
        self._by_tuple: dict[Tuple, tuple[CtEntry, Direction]] = {}
        self.entries: list[CtEntry] = []

    def find(self, wanted: Tuple) -> tuple[CtEntry, Direction] | None:
        return self._by_tuple.get(wanted)

    def confirm(self, entry: CtEntry) -> None:
        entry.confirmed = True
        self._by_tuple[entry.original] = (entry, Direction.ORIGINAL)
        self._by_tuple[entry.reply] = (entry, Direction.REPLY)
        self.entries.append(entry)

    def kill(self, entry: CtEntry) -> None:
        """net/netfilter/nf_conntrack_core.c:nf_ct_kill()"""
        entry.dead = True
        if entry.confirmed:
            del self._by_tuple[entry.original]
            del self._by_tuple[entry.reply]
            self.entries.remove(entry)
