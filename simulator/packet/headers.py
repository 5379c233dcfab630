"""Ethernet, IP and transport headers; one struct a header, named as RFCs and tcpdump name them."""

from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import msgspec

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network


class Protocol(Enum):
    """IP protocols; the value is what Kubernetes writes, `.keyword` what iptables writes."""

    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"
    ICMP = "ICMP"
    ICMPV6 = "ICMPv6"

    @property
    def keyword(self) -> str:
        return {"ICMPv6": "ipv6-icmp"}.get(self.value, self.value.lower())


class Ethernet(msgspec.Struct, frozen=True, gc=False):
    """Addresses are symbolic: "<netns>:<device>", or "zero" on a loopback device."""

    src: str
    dst: str


class Ip(msgspec.Struct, frozen=True, gc=False):
    src: IPAddress
    dst: IPAddress
    ttl: int
    protocol: Protocol

    @property
    def version(self) -> int:
        return self.src.version


class Tcp(msgspec.Struct, frozen=True, gc=False, tag="tcp"):
    """`flags` as in tcpdump's order of the oracle: S, SA, A, PA, R, AR."""

    sport: int
    dport: int
    flags: str


class Udp(msgspec.Struct, frozen=True, gc=False, tag="udp"):
    sport: int
    dport: int


class Sctp(msgspec.Struct, frozen=True, gc=False, tag="sctp"):
    """`chunk` is INIT, INIT-ACK, ABORT or DATA."""

    sport: int
    dport: int
    chunk: str


class Icmp(msgspec.Struct, frozen=True, tag="icmp", rename={"type": "icmpType"}):
    """Both ICMP and ICMPv6; an error quotes the packet that it is about in `quoted`. In JSON `type` is `icmpType`."""

    type: int
    code: int
    ident: int | None = None
    quoted: "Quoted | None" = None


L4 = Tcp | Udp | Sctp | Icmp


class Quoted(msgspec.Struct, frozen=True):
    """The start of a packet inside an ICMP error (RFC 792)."""

    ip: Ip
    l4: L4
