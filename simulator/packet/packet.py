"""Packet: one frame with its headers, and the mark that the kernel keeps beside it."""

from typing import Self

import msgspec

from simulator.packet.headers import L4, Ethernet, Ip, IPAddress, Resolution, Sctp, Tcp, Udp


class Vxlan(msgspec.Struct, frozen=True):
    """RFC 7348: the inner frame that a UDP packet carries."""

    vni: int
    inner: "Packet"


class Packet(msgspec.Struct, frozen=True):
    """What travels. `eth` is None before a device has been chosen; `mark` is skb->mark."""

    ip: Ip
    l4: L4 | Resolution
    eth: Ethernet | None = None
    mark: int = 0
    payload: str = ""
    vxlan: Vxlan | None = None

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
