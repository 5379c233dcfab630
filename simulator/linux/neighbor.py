"""Neighbours: what `ip neighbor` shows, IP address to MAC address."""

from collections.abc import Callable

import msgspec

from simulator.packet.headers import IPAddress


class Neighbor(msgspec.Struct, frozen=True):
    """`permanent`: written by a program (flannel does), not learnt by ARP."""

    address: IPAddress
    device: str
    mac: str
    permanent: bool = False

    def __str__(self) -> str:
        return f"{self.address} dev {self.device} lladdr {self.mac} {'PERMANENT' if self.permanent else 'REACHABLE'}"


NeighborLookup = Callable[[str, IPAddress], Neighbor | None]
"""(device, address) to the entry that ARP would find, None where nobody on the wire has the address."""
