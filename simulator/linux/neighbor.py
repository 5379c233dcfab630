"""Neighbours: what `ip neighbor` shows, IP address to MAC address."""

from collections.abc import Callable
from enum import Enum

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


class NudState(Enum):
    """Neighbour unreachability detection (include/uapi/linux/neighbour.h), as `ip neighbor` words it."""

    INCOMPLETE = "INCOMPLETE"  # asked, no answer yet
    REACHABLE = "REACHABLE"  # answered
    STALE = "STALE"  # learnt from somebody else's question
    DELAY = "DELAY"  # stale, and used since
    FAILED = "FAILED"  # nobody answered
    PERMANENT = "PERMANENT"  # written by a program


class NeighborEntry:
    """An entry of a live table; `mac` is None as long as nobody has told it, `probes` counts the questions."""

    def __init__(self, address: IPAddress, device: str, state: NudState, mac: str | None = None) -> None:
        self.address = address
        self.device = device
        self.state = state
        self.mac = mac
        self.probes = 0

    @property
    def key(self) -> str:
        return f"{self.address} dev {self.device}"

    @property
    def connected(self) -> bool:
        """NUD_CONNECTED: an address that may be used without a further look."""
        return self.state in (NudState.REACHABLE, NudState.PERMANENT)

    def __str__(self) -> str:
        lladdr = f" lladdr {self.mac}" if self.mac is not None else ""
        return f"{self.key}{lladdr} {self.state.value}"


NeighborLookup = Callable[[str, IPAddress], Neighbor | None]
"""(device, address) to the entry that ARP would find, None where nobody on the wire has the address."""
