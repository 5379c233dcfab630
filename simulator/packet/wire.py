"""Packets as bytes: what a packet socket on the device would have read.

RFC 826 (ARP), 791 and 8200 (IP), 9293 (TCP), 768 (UDP), 9260 (SCTP), 792 and 4443 (ICMP), 4861 (neighbour discovery),
7348 (VXLAN). What the model leaves open is always the same: a MAC address follows from its device's name.
"""

import struct
from hashlib import sha256

import msgspec

from simulator.packet import dns
from simulator.packet.checksums import crc32c, internet
from simulator.packet.headers import (
    BROADCAST,
    L4,
    MULTICAST,
    Arp,
    Ethernet,
    Icmp,
    Ip,
    IPAddress,
    Ndp,
    Protocol,
    Quoted,
    Resolution,
    Sctp,
    Tcp,
    Udp,
)
from simulator.packet.packet import Packet


class Numbers(msgspec.Struct, frozen=True):
    """What a connection's packets count with: TCP's sequence and acknowledgement; SCTP's own tag and the peer's."""

    seq: int = 1
    ack: int = 0


_NONE = Numbers()
_ETHERTYPE = {4: 0x0800, 6: 0x86DD}
_ARP = 0x0806
_NUMBER = {
    Protocol.ICMP: 1,
    Protocol.TCP: 6,
    Protocol.UDP: 17,
    Protocol.ICMPV6: 58,
    Protocol.SCTP: 132,
}
_TCP_FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}
_SCTP_CHUNKS = {"DATA": 0, "INIT": 1, "INIT-ACK": 2, "ABORT": 6}
_ECHOES = (0, 8, 128, 129)
_SOLICITATION = 135
_WINDOW = 64240
_DONT_FRAGMENT = 0x4000
_NAME_SERVERS = {53, 5353}


def frame(packet: Packet, numbers: Numbers = _NONE, quoted: Numbers = _NONE) -> bytes:
    """The Ethernet frame; `quoted` are the numbers of the packet inside an ICMP error."""
    eth = packet.eth or Ethernet("zero", "zero")
    addresses = mac(eth.dst, packet.ip.dst) + mac(eth.src, packet.ip.dst)
    if isinstance(packet.l4, Arp):
        return addresses + struct.pack("!H", _ARP) + _arp(packet.l4)
    return addresses + struct.pack("!H", _ETHERTYPE[packet.ip.version]) + _datagram(packet, numbers, quoted)


def mac(name: str, group: IPAddress) -> bytes:
    """A locally administered address of a device; that of everybody, or of the group that an IPv6 address names."""
    if name == BROADCAST:
        return b"\xff" * 6
    if name == MULTICAST:
        return b"\x33\x33" + group.packed[-4:]
    return bytes(6) if name == "zero" else b"\x02" + sha256(name.encode()).digest()[:5]


def payload_of(packet: Packet) -> bytes:
    """A name server's question or answer as DNS, everything else as the words that it is told by.

    Words are no DNS message, so a datagram to or from a name server's port goes without them.
    """
    told = dns.message(packet.payload) if isinstance(packet.l4, Udp) else None
    if told is None and isinstance(packet.l4, Udp) and {packet.sport, packet.dport} & _NAME_SERVERS:
        return b""
    return packet.payload.encode() if told is None else told


def _datagram(packet: Packet, numbers: Numbers, quoted: Numbers) -> bytes:
    if packet.vxlan is None:
        return _ip(packet.ip, _transport(packet.ip, packet.l4, payload_of(packet), numbers, quoted))
    head = struct.pack("!II", 0x08000000, packet.vxlan.vni << 8)
    inner = head + frame(packet.vxlan.inner, numbers, quoted)
    assert isinstance(packet.l4, Udp)
    return _ip(packet.ip, _udp(packet.ip, packet.l4, inner, checked=packet.ip.version == 6), fragment=0)


def _ip(ip: Ip, body: bytes, fragment: int = _DONT_FRAGMENT) -> bytes:
    number = _NUMBER[ip.protocol]
    if ip.version == 6:
        return struct.pack("!IHBB", 0x60000000, len(body), number, ip.ttl) + ip.src.packed + ip.dst.packed + body
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, fragment, ip.ttl, number, 0)
    head += ip.src.packed + ip.dst.packed
    return head[:10] + struct.pack("!H", internet(head)) + head[12:] + body


def _transport(ip: Ip, l4: L4 | Resolution, payload: bytes, numbers: Numbers, quoted: Numbers) -> bytes:
    if isinstance(l4, Tcp):
        return _tcp(ip, l4, payload, numbers)
    if isinstance(l4, Udp):
        return _udp(ip, l4, payload)
    if isinstance(l4, Sctp):
        return _sctp(l4, payload, numbers)
    if isinstance(l4, Icmp):
        return _icmp(ip, l4, payload, quoted)
    assert isinstance(l4, Ndp)
    return _ndp(ip, l4)


def _tcp(ip: Ip, tcp: Tcp, payload: bytes, numbers: Numbers) -> bytes:
    flags = sum(_TCP_FLAGS[flag] for flag in tcp.flags)
    ack = numbers.ack if "A" in tcp.flags else 0
    window = 0 if "R" in tcp.flags else _WINDOW
    options = struct.pack("!BBH", 2, 4, 1460) if "S" in tcp.flags else b""
    offset = (20 + len(options)) // 4 << 4
    head = struct.pack("!HHIIBBHHH", tcp.sport, tcp.dport, numbers.seq, ack, offset, flags, window, 0, 0)
    return _summed(ip, head + options + payload, 16)


def _udp(ip: Ip, udp: Udp, payload: bytes, checked: bool = True) -> bytes:
    """A tunnel over IPv4 leaves the checksum out, as the kernel does (drivers/net/vxlan: udp_csum)."""
    datagram = struct.pack("!HHHH", udp.sport, udp.dport, 8 + len(payload), 0) + payload
    if not checked:
        return datagram
    datagram = _summed(ip, datagram, 6)
    return datagram if datagram[6:8] != b"\0\0" else datagram[:6] + b"\xff\xff" + datagram[8:]


def _sctp(sctp: Sctp, payload: bytes, numbers: Numbers) -> bytes:
    init = struct.pack("!IIHHI", numbers.seq, _WINDOW, 10, 10, numbers.seq)
    value = {
        "INIT": init,
        "INIT-ACK": init + struct.pack("!HHI", 7, 8, 0),  # with the state cookie that it may not lack
        "DATA": struct.pack("!IHHI", numbers.seq, 0, 0, 0) + (payload or b"\0"),
    }.get(sctp.chunk, b"")
    chunk = struct.pack("!BBH", _SCTP_CHUNKS[sctp.chunk], 3 if sctp.chunk == "DATA" else 0, 4 + len(value)) + value
    chunk += bytes(-len(chunk) % 4)
    tag = 0 if sctp.chunk == "INIT" else numbers.ack
    head = struct.pack("!HHI", sctp.sport, sctp.dport, tag)
    return head + struct.pack("<I", crc32c(head + bytes(4) + chunk)) + chunk


def _icmp(ip: Ip, icmp: Icmp, payload: bytes, quoted: Numbers) -> bytes:
    rest = struct.pack("!HH", icmp.ident or 0, 1) if icmp.type in _ECHOES else bytes(4)
    body = rest + (payload if icmp.quoted is None else _quotation(icmp.quoted, quoted))
    message = struct.pack("!BBH", icmp.type, icmp.code, 0) + body
    if ip.version == 6:
        return _summed(ip, message, 2)
    return message[:2] + struct.pack("!H", internet(message)) + message[4:]


def _quotation(quoted: Quoted, numbers: Numbers) -> bytes:
    return _ip(quoted.ip, _transport(quoted.ip, quoted.l4, b"", numbers, _NONE))


def _ndp(ip: Ip, ndp: Ndp) -> bytes:
    asks = ndp.type == _SOLICITATION
    flags = 0 if asks else 0x60000000  # solicited, override
    option = struct.pack("!BB", 1 if asks else 2, 1) + mac(ndp.lladdr, ip.dst)
    return _summed(ip, struct.pack("!BBHI", ndp.type, 0, 0, flags) + ndp.target.packed + option, 2)


def _arp(arp: Arp) -> bytes:
    """The target's hardware address is not known to who asks: zeros."""
    asks = arp.operation == "request"
    target = bytes(6) if asks else mac(arp.tha, arp.tpa)
    head = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1 if asks else 2)
    return head + mac(arp.sha, arp.tpa) + arp.spa.packed + target + arp.tpa.packed


def _summed(ip: Ip, segment: bytes, at: int) -> bytes:
    """The segment with its checksum, over the pseudo header, at its place."""
    number = _NUMBER[ip.protocol]
    rest = struct.pack("!HH", number, len(segment)) if ip.version == 4 else struct.pack("!II", len(segment), number)
    found = internet(ip.src.packed + ip.dst.packed + rest + segment)
    return segment[:at] + struct.pack("!H", found) + segment[at + 2 :]
