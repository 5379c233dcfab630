"""Frames: the bytes that a packet socket saw, in the oracle's terms (simulator/trace/wire.py), and whose they are.

Every packet of a flow carries the flow's token where no NAT reaches: a TCP SYN its sequence number, a datagram its
payload, an INIT its tag. So many flows can be under way at once.
"""

import struct
from ipaddress import IPv4Address, IPv6Address
from typing import Any

Json = dict[str, Any]

TOKEN_STEP = 1 << 12
REQUEST, REPLY = "request", "reply"
MAGIC = b"NVZ"
VXLAN_PORT = 8472
IPV4, IPV6 = 0x0800, 0x86DD
ICMP, TCP, UDP, ICMPV6, SCTP = 1, 6, 17, 58, 132
PROTOCOLS = {ICMP: "ICMP", TCP: "TCP", UDP: "UDP", ICMPV6: "ICMPv6", SCTP: "SCTP"}
CHUNKS = {1: "INIT", 2: "INIT-ACK", 6: "ABORT"}
ECHO = {(ICMP, 8): REQUEST, (ICMP, 0): REPLY, (ICMPV6, 128): REQUEST, (ICMPV6, 129): REPLY}
LATER_FRAGMENT, LATER_FRAGMENT_6 = 0x1FFF, 0xFFF8
FRAGMENT_HEADER = 44
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TOO_BIG = ((3, 4), (2, 0))
"""Of the errors about an answer only those count that have it sent again, in smaller pieces."""
_FLAGS = {SYN: "S", SYN | ACK: "SA", RST: "R", RST | ACK: "AR"}


def mark(token: int, reply: bool = False, size: int = 0) -> bytes:
    """The payload that tells whose packet this is, and which way it goes; filled up to `size` bytes."""
    return (MAGIC + (b"!" if reply else b"?") + struct.pack("!I", token)).ljust(size, b".")


def marked(payload: bytes) -> tuple[int, str] | None:
    """(token, direction) of a payload."""
    if len(payload) < 8 or not payload.startswith(MAGIC):
        return None
    return struct.unpack_from("!I", payload, 4)[0], REQUEST if payload[3:4] == b"?" else REPLY


class Frame:
    """What was read of one frame: `token` and `direction` say which flow's it is, `told` the headers."""

    __slots__ = ("direction", "token", "told", "tunnel")

    def __init__(self, token: int, direction: str, told: Json, tunnel: Json | None) -> None:
        self.token = token
        self.direction = direction
        self.told = told
        self.tunnel = tunnel


def read_frame(data: bytes) -> Frame | None:
    """The frame's headers, None where it belongs to no flow (ARP, later packets of a connection, chatter); of a packet
    in fragments the first one's."""
    kind = struct.unpack_from("!H", data, 12)[0] if len(data) >= 34 else 0
    found = _read_ip(data, 14, kind)
    if found is None:
        return None
    ip, protocol, at = found
    if protocol == UDP and struct.unpack_from("!H", data, at + 2)[0] == VXLAN_PORT:
        return _read_tunnel(data, ip, at)
    read = _read_l4(data, at, protocol)
    if read is None:
        return None
    token, direction, l4 = read
    return Frame(token, direction, ip | l4 | _ethernet(data), None)


def _ethernet(data: bytes) -> Json:
    return {"smac": data[6:12].hex(":"), "dmac": data[:6].hex(":")}


def _read_tunnel(data: bytes, ip: Json, at: int) -> Frame | None:
    """RFC 7348: UDP (8 bytes), VXLAN (8 bytes), the inner frame."""
    inner = read_frame(data[at + 16 :])
    if inner is None:
        return None
    outer = {key: ip[key] for key in ("src", "dst", "ttl")} | _ethernet(data)
    outer |= {"dport": VXLAN_PORT, "vni": int.from_bytes(data[at + 12 : at + 15], "big")}
    return Frame(inner.token, inner.direction, inner.told, outer)


def _read_ip(data: bytes, at: int, kind: int) -> tuple[Json, int, int] | None:
    """(headers, protocol, where the next header begins)."""
    if kind == IPV4 and len(data) >= at + 28:
        if struct.unpack_from("!H", data, at + 6)[0] & LATER_FRAGMENT:
            return None
        ends = [str(IPv4Address(data[place : place + 4])) for place in (at + 12, at + 16)]
        protocol, ttl, after = data[at + 9], data[at + 8], at + (data[at] & 15) * 4
    elif kind == IPV6 and len(data) >= at + 48:
        ends = [str(IPv6Address(data[place : place + 16])) for place in (at + 8, at + 24)]
        protocol, ttl, after = data[at + 6], data[at + 7], at + 40
        if protocol == FRAGMENT_HEADER:
            if struct.unpack_from("!H", data, after + 2)[0] & LATER_FRAGMENT_6:
                return None
            protocol, after = data[after], after + 8
    else:
        return None
    if protocol not in PROTOCOLS:
        return None
    return {"src": ends[0], "dst": ends[1], "proto": PROTOCOLS[protocol], "ttl": ttl}, protocol, after


def _read_l4(data: bytes, at: int, protocol: int) -> tuple[int, str, Json] | None:
    if protocol in (ICMP, ICMPV6):
        return _read_icmp(data, at, protocol)
    if len(data) < at + 8:
        return None
    sport, dport = struct.unpack_from("!HH", data, at)
    ports: Json = {"sport": sport, "dport": dport}
    if protocol == TCP:
        whose = _read_tcp(data, at)
        return None if whose is None else (whose[0], whose[1], ports | {"flags": whose[2]})
    if protocol == SCTP:
        chunk = CHUNKS.get(data[at + 12]) if len(data) >= at + 16 else None
        if chunk is None or (chunk == "INIT" and len(data) < at + 20):
            return None
        tag = struct.unpack_from("!I", data, at + 16 if chunk == "INIT" else at + 4)[0]
        return tag, REQUEST if chunk == "INIT" else REPLY, ports | {"chunk": chunk}
    found = marked(data[at + 8 :])
    return None if found is None else (*found, ports)


def _read_tcp(data: bytes, at: int) -> tuple[int, str, str] | None:
    """A SYN by its own number, its answer by the number that it acknowledges. (token, direction, flags)"""
    if len(data) < at + 20:
        return None
    sequence, acknowledged = struct.unpack_from("!II", data, at + 4)
    flags = data[at + 13] & (FIN | SYN | RST | PSH | ACK)
    if flags == SYN:
        return sequence, REQUEST, "S"
    if flags == SYN | ACK or (flags == RST | ACK and sequence == 0):
        return (acknowledged - 1) & 0xFFFFFFFF, REPLY, _FLAGS[flags]
    return None


def _read_icmp(data: bytes, at: int, protocol: int) -> tuple[int, str, Json] | None:
    if len(data) < at + 8:
        return None
    kind, code = data[at], data[at + 1]
    told: Json = {"icmp": {"type": kind, "code": code}}
    direction = ECHO.get((protocol, kind))
    if direction is not None:
        found = marked(data[at + 8 :])
        return None if found is None else (found[0], direction, told)
    quoted = _read_quoted(data, at + 8, protocol)
    if quoted is None or (quoted[2] == REPLY and (kind, code) not in TOO_BIG):
        return None
    told["icmp"] |= {"inner": quoted[1], "about": quoted[2]}
    return quoted[0], REPLY, told


def _read_quoted(data: bytes, at: int, protocol: int) -> tuple[int, Json, str] | None:
    """The start of a packet inside an error about it: (token, its headers, which way it went)."""
    found = _read_ip(data, at, IPV4 if protocol == ICMP else IPV6)
    if found is None:
        return None
    ip, inner, after = found
    told: Json = {key: ip[key] for key in ("src", "dst", "proto")}
    if inner == TCP and len(data) < after + 20:
        sport, dport, sequence = struct.unpack_from("!HHI", data, after)
        return sequence, told | {"sport": sport, "dport": dport}, REQUEST
    read = _read_l4(data, after, inner)
    if read is None:
        return None
    ports = {key: read[2][key] for key in ("sport", "dport") if key in read[2]}
    return read[0], told | ports, read[1]
