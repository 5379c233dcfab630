"""What TCP and SCTP count with: numbers that make sense inside a connection, so that a reader can follow its stream."""

from collections.abc import Iterator

import msgspec

from simulator.packet.headers import Icmp, Ip, IPAddress, Sctp, Tcp
from simulator.packet.packet import Packet
from simulator.packet.wire import Numbers, payload_of
from simulator.steps import Disposition
from simulator.trace.model import Leg, Trace

_ARRIVED = (Disposition.DELIVERED, Disposition.REFUSED)
_CLIENT, _SERVER = 0, 1
_APART = 1_000_000

Ends = tuple[IPAddress, int, IPAddress, int]


class Connection(msgspec.Struct):
    """By side: the number that it began with, the one that it sends next, and the one that it expects."""

    first: list[int]
    sent: list[int]
    expected: list[int]


def numbered(trace: Trace) -> Iterator[tuple[Leg, Numbers, Numbers]]:
    """Each leg with the numbers of its packet, and those of the packet that it quotes."""
    known: dict[Ends, tuple[Connection, int]] = {}
    for index, leg in enumerate(trace.legs):
        packet = leg.packet
        if _opens(packet):
            _remember(known, leg, index)
        quoted = packet.l4.quoted if isinstance(packet.l4, Icmp) else None
        about = _found(known, quoted.ip, quoted.l4) if quoted else None
        told = Numbers(about[0].first[about[1]], 0) if about else Numbers()
        found = _found(known, packet.ip, packet.l4)
        yield leg, _next(found, leg) if found else Numbers(), told


def _found(known: dict[Ends, tuple[Connection, int]], ip: Ip, l4: object) -> tuple[Connection, int] | None:
    ends = _ends(ip, l4)
    return known.get(ends) if ends else None


def _opens(packet: Packet) -> bool:
    l4 = packet.l4
    return (isinstance(l4, Tcp) and l4.flags == "S") or (isinstance(l4, Sctp) and l4.chunk == "INIT")


def _remember(known: dict[Ends, tuple[Connection, int]], leg: Leg, index: int) -> None:
    """A connection by every pair of ends that it has on its way, so that answers find it as the client or server."""
    first = [_APART * (2 * index + 1), _APART * (2 * index + 2)]
    connection = Connection(first, list(first), [0, 0])
    for packet in (leg.packet, *(_inmost(step.packet) for step in leg.steps)):
        ends = _ends(packet.ip, packet.l4)
        if ends is not None:
            known[ends] = connection, _CLIENT
            known[ends[2], ends[3], ends[0], ends[1]] = connection, _SERVER


def _inmost(packet: Packet) -> Packet:
    return packet if packet.vxlan is None else packet.vxlan.inner


def _ends(ip: Ip, l4: object) -> Ends | None:
    return (ip.src, l4.sport, ip.dst, l4.dport) if isinstance(l4, Tcp | Sctp) else None


def _next(found: tuple[Connection, int], leg: Leg) -> Numbers:
    connection, side = found
    l4 = leg.packet.l4
    if not isinstance(l4, Tcp):
        return Numbers(connection.first[side], connection.first[1 - side])
    fresh = connection.sent[side] == connection.first[side]
    seq = 0 if l4.flags == "AR" and fresh else connection.sent[side]
    told = Numbers(seq, connection.expected[side])
    if "R" not in l4.flags:
        connection.sent[side] += ("S" in l4.flags) + ("F" in l4.flags) + len(payload_of(leg.packet))
    if leg.disposition in _ARRIVED:
        connection.expected[1 - side] = connection.sent[side]
    return told
