"""Walk: one packet's way through kernels, as a work list of frames on their way to a device.

A list and not recursion across machines: it floods, loops and multiplies safely, and always ends.
"""

from collections import deque
from collections.abc import Mapping
from enum import Enum

import msgspec

from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.linux.conntrack import CtEntry, Direction
from simulator.linux.device import Device
from simulator.linux.neighbor import NeighborEntry
from simulator.linux.netns import Netns
from simulator.linux.socket import Socket
from simulator.origin import Origins
from simulator.packet.headers import IPAddress
from simulator.packet.packet import Packet
from simulator.steps import Badge, Cause, Change, Disposition, Hook, Layer, StateChange, Step, StepKind, Text

MAX_STEPS = 10_000


class End(msgspec.Struct, frozen=True):
    """What became of the packet, in which namespace; `socket` is the listener that it reached, if it reached one."""

    disposition: Disposition
    netns: str
    packet: Packet
    cause: Cause | None = None
    socket: Socket | None = None


class Spawned(msgspec.Struct, frozen=True):
    """A packet that a kernel made in answer: it sets out when the present one has come to its end.

    An error about a tracked packet stays with that packet's connection (`about`, in the other `direction`).
    net/netfilter/nf_conntrack_core.c:nf_conntrack_attach()
    `port`: a finished frame, which leaves by this device without being routed.
    """

    netns: str
    packet: Packet
    kind: StepKind
    about: CtEntry | None = None
    direction: Direction = Direction.REPLY
    port: str | None = None


class Stage(Enum):
    """Where a packet goes on that waits in the work list."""

    ARRIVE = "arrive"  # at a device
    SEND = "send"  # a tunnel's packet, which its host is to send
    RESOLVED = "resolved"  # its next hop's hardware address is known now
    TRANSMIT = "transmit"  # a finished frame, out of a device


class Work(msgspec.Struct):
    """A packet in the work list, with what the namespace's kernel knows of it."""

    stage: Stage
    netns: Netns
    device: Device | None
    skb: Skb


class Waiting(msgspec.Struct):
    """Packets that wait until somebody answers for their next hop (struct neighbour: arp_queue)."""

    netns: Netns
    entry: NeighborEntry
    packets: list[Skb] = []


class Walk:
    """What the kernel's functions share while one packet is under way: the work list, those who wait for a neighbour,
    the packets that kernels made in answer, and the ends."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.queue: deque[Work] = deque()
        self.waiting: dict[tuple[str, str, IPAddress], Waiting] = {}
        self.spawned: list[Spawned] = []
        self.ends: list[End] = []

    def arrive(self, netns: Netns, device: Device, skb: Skb) -> None:
        self.queue.append(Work(Stage.ARRIVE, netns, device, skb))

    def send(self, netns: Netns, skb: Skb) -> None:
        self.queue.append(Work(Stage.SEND, netns, None, skb))

    def transmit(self, netns: Netns, device: Device, skb: Skb) -> None:
        self.queue.append(Work(Stage.TRANSMIT, netns, device, skb))

    def resolved(self, netns: Netns, skb: Skb) -> None:
        self.queue.append(Work(Stage.RESOLVED, netns, None, skb))

    def end(
        self,
        disposition: Disposition,
        netns: Netns,
        skb: Skb,
        cause: Cause | None = None,
        socket: Socket | None = None,
    ) -> None:
        self.ends.append(End(disposition, netns.name, skb.packet, cause, socket))


def step(
    netns: Netns,
    skb: Skb,
    kind: StepKind,
    layer: Layer,
    text: str,
    function: str,
    params: Mapping[str, object] | None = None,
    *,
    before: Packet | None = None,
    device: str | None = None,
    hook: Hook | None = None,
    origins: Origins = (),
    cause: Cause | None = None,
    state: tuple[StateChange, ...] = (),
    badge: Badge = Badge.MODELLED,
) -> Step:
    """A step at this moment; `before` is the packet as it was, where the step changed it."""
    return Step(
        host=netns.host,
        netns=netns.name,
        kind=kind,
        layer=layer,
        packet=skb.packet,
        text=Text(text, {key: str(value) for key, value in (params or {}).items()}),
        function=function,
        device=device or skb.device or None,
        hook=hook,
        changes=changes_between(before, skb.packet) if before is not None else (),
        origins=origins,
        cause=cause,
        state=state,
        badge=badge,
    )


def changes_between(old: Packet, new: Packet) -> tuple[Change, ...]:
    """The header fields in which two packets differ, outermost header first."""
    found: list[Change] = []
    if old.eth != new.eth:
        for name in ("src", "dst"):
            before, after = getattr(old.eth, name, ""), getattr(new.eth, name, "")
            if before != after:
                found.append(Change(f"eth.{name}", before, after))
    for name in ("src", "dst", "ttl"):
        before, after = getattr(old.ip, name), getattr(new.ip, name)
        if before != after:
            found.append(Change(f"ip.{name}", str(before), str(after)))
    prefix = new.ip.protocol.value.lower()
    for name in ("sport", "dport"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            found.append(Change(f"{prefix}.{name}", str(before), str(after)))
    if old.mark != new.mark:
        found.append(Change("mark", hex(old.mark), hex(new.mark)))
    return tuple(found)
