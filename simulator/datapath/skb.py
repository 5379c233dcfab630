"""Skb: a packet inside one kernel, with what that kernel remembers about it.

include/linux/skbuff.h: struct sk_buff
"""

from simulator.linux.conntrack import CtEntry, CtState, Direction
from simulator.linux.route import Route
from simulator.packet.headers import IPAddress
from simulator.packet.packet import Packet


class Dst:
    """A route lookup's result (struct rtable): `local` is for this host, else out of `device`, to `gateway` if any."""

    __slots__ = ("device", "gateway", "local", "route", "source")

    def __init__(
        self, device: str, local: bool, route: Route | None, gateway: IPAddress | None, source: IPAddress | None
    ) -> None:
        self.device = device
        self.local = local
        self.route = route
        self.gateway = gateway
        self.source = source


class NfBridge:
    """What br_netfilter keeps while a frame is on a bridge (struct nf_bridge_info)."""

    __slots__ = ("bridged_dnat", "destination", "forwarded", "physin")

    def __init__(self, physin: str, destination: IPAddress) -> None:
        self.physin = physin
        self.destination = destination
        self.forwarded = False
        self.bridged_dnat = False  # it waits for the hardware address of its new destination


class Skb:
    """`device` is skb->dev by name; `state` is None where nothing tracks connections. `ignore_df`: a datagram that was
    made or put together in this namespace, and so may be cut up here."""

    __slots__ = ("bridge", "ct", "device", "direction", "dst", "ignore_df", "packet", "state")

    def __init__(self, packet: Packet, device: str = "") -> None:
        self.packet = packet
        self.device = device
        self.dst: Dst | None = None
        self.ct: CtEntry | None = None
        self.direction = Direction.ORIGINAL
        self.state: CtState | None = None
        self.bridge: NfBridge | None = None
        self.ignore_df = False
