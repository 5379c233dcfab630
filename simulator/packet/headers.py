"""Ethernet, IP and transport headers; one struct a header, named as RFCs and tcpdump name them."""

from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import msgspec

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network


class Protocol(Enum):
    """IP protocols; the value is what Kubernetes writes, `.keyword` what iptables writes.

    ARP is none of them, but its frames are told by it, too.
    """

    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"
    ICMP = "ICMP"
    ICMPV6 = "ICMPv6"
    ARP = "ARP"

    @property
    def keyword(self) -> str:
        return {"ICMPv6": "ipv6-icmp"}.get(self.value, self.value.lower())


BROADCAST = "broadcast"
MULTICAST = "multicast"
EVERYBODY = (BROADCAST, MULTICAST)


class Ethernet(msgspec.Struct, frozen=True, gc=False):
    """Addresses are symbolic: "<netns>:<device>", "zero" on a loopback device, "broadcast" (ff:ff:ff:ff:ff:ff) or
    "multicast" (33:33:...)."""

    src: str
    dst: str


class Ip(msgspec.Struct, frozen=True, gc=False):
    """An ARP frame has no IP header: here are the two addresses that it speaks of, with ttl 0 and protocol ARP."""

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
    """Both ICMP and ICMPv6; an error quotes the packet that it is about in `quoted`. In JSON `type` is `icmpType`.

    `mtu` is what "packet too big" says of the next link.
    """

    type: int
    code: int
    ident: int | None = None
    quoted: "Quoted | None" = None
    mtu: int | None = None


class Arp(msgspec.Struct, frozen=True, gc=False, tag="arp"):
    """RFC 826, with its names: `operation` is request or reply; hardware and protocol address of sender and target."""

    operation: str
    sha: str
    spa: IPAddress
    tha: str
    tpa: IPAddress


class Ndp(msgspec.Struct, frozen=True, gc=False, tag="ndp", rename={"type": "icmpType"}):
    """RFC 4861: neighbour solicitation (ICMPv6 type 135) or advertisement (136) about `target`; `lladdr` is the
    sender's link-layer address option."""

    type: int
    target: IPAddress
    lladdr: str


L4 = Tcp | Udp | Sctp | Icmp
Resolution = Arp | Ndp
"""What neighbours ask and answer each other."""


class Quoted(msgspec.Struct, frozen=True):
    """The start of a packet inside an ICMP error (RFC 792)."""

    ip: Ip
    l4: L4
