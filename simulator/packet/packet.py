"""Packet: one frame with its headers, and the mark that the kernel keeps beside it."""

from typing import Self

import msgspec

from simulator.packet.headers import L4, Ethernet, Icmp, Ip, IPAddress, Resolution, Sctp, Tcp, Udp


class Vxlan(msgspec.Struct, frozen=True):
    """RFC 7348: the inner frame that a UDP packet carries."""

    vni: int
    inner: "Packet"


class Load(msgspec.Struct, frozen=True, gc=False):
    """How much data a packet carries, where somebody said so, and how it may be cut up.

    `size` is bytes of payload. `gso`: it is still one packet inside the machine, which leaves as segments of so many
    bytes each (skb_shinfo(skb)->gso_size). `fragment`: it travels in IP fragments, the largest so long with its header.
    `df`: no router may fragment it.
    """

    size: int
    gso: int = 0
    fragment: int = 0
    df: bool = True


IP_HEADER = {4: 20, 6: 40}
FRAGMENT_HEADER = {4: 0, 6: 8}
"""What each fragment has besides: IPv6 says in a header of its own where it belongs (RFC 8200, 4.5)."""
L4_HEADER: dict[type, int] = {Tcp: 20, Udp: 8, Sctp: 28, Icmp: 8}
TIMESTAMPS = 12
"""The option that every TCP segment of Linux carries (net.ipv4.tcp_timestamps=1)."""
VXLAN_OVERHEAD = 50
"""Outer IPv4, UDP and VXLAN headers, and the inner Ethernet header."""


class Packet(msgspec.Struct, frozen=True):
    """What travels. `eth` is None before a device has been chosen; `mark` is skb->mark."""

    ip: Ip
    l4: L4 | Resolution
    eth: Ethernet | None = None
    mark: int = 0
    payload: str = ""
    vxlan: Vxlan | None = None
    load: Load | None = None

    @property
    def headers(self) -> int:
        """Bytes of the IP and transport headers."""
        options = TIMESTAMPS if self.load is not None and isinstance(self.l4, Tcp) else 0
        return IP_HEADER[self.ip.version] + L4_HEADER.get(type(self.l4), 8) + options

    @property
    def segment_length(self) -> int:
        """The IP length of the longest packet that this becomes on a wire. skbuff.h: skb_gso_network_seglen()"""
        if self.load is not None and self.load.fragment:
            return self.load.fragment
        if self.vxlan is not None:
            return VXLAN_OVERHEAD + self.vxlan.inner.segment_length
        if self.load is None:
            return self.headers + len(self.payload)
        return self.headers + (self.load.gso or self.load.size)

    @property
    def is_gso(self) -> bool:
        inner = self.vxlan.inner if self.vxlan is not None else self
        return inner.load is not None and inner.load.gso > 0

    @property
    def may_be_cut(self) -> bool:
        """Whether IP may fragment it on its way: no DF, and not IPv6, where only the sender does."""
        return self.ip.version == 4 and (self.load is None or not self.load.df)

    def with_load(self, load: Load | None) -> Self:
        return msgspec.structs.replace(self, load=load)

    @property
    def sport(self) -> int | None:
        return self.l4.sport if isinstance(self.l4, Tcp | Udp | Sctp) else None

    @property
    def dport(self) -> int | None:
        return self.l4.dport if isinstance(self.l4, Tcp | Udp | Sctp) else None

    @property
    def resolution(self) -> Resolution | None:
        """ARP or neighbour discovery: the machines' own talk, not a flow's."""
        return self.l4 if isinstance(self.l4, Resolution) else None

    @property
    def transport(self) -> L4:
        """The transport header, of a packet that is no neighbours' talk."""
        assert not isinstance(self.l4, Resolution)
        return self.l4

    def with_eth(self, src: str, dst: str) -> Self:
        return msgspec.structs.replace(self, eth=Ethernet(src, dst))

    def with_ttl(self, ttl: int) -> Self:
        return msgspec.structs.replace(self, ip=msgspec.structs.replace(self.ip, ttl=ttl))

    def with_mark(self, mark: int) -> Self:
        return msgspec.structs.replace(self, mark=mark)

    def with_src(self, src: IPAddress, sport: int | None) -> Self:
        return self._rewritten({"src": src}, {"sport": sport})

    def with_dst(self, dst: IPAddress, dport: int | None) -> Self:
        return self._rewritten({"dst": dst}, {"dport": dport})

    def _rewritten(self, ip: dict[str, IPAddress], ports: dict[str, int | None]) -> Self:
        l4 = self.l4
        if isinstance(l4, Tcp | Udp | Sctp) and None not in ports.values():
            l4 = msgspec.structs.replace(l4, **ports)
        return msgspec.structs.replace(self, ip=msgspec.structs.replace(self.ip, **ip), l4=l4)
