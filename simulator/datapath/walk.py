"""Walk: one packet's way through kernels, as a work list of frames on their way to a device.

A list and not recursion across machines: it floods, loops and multiplies safely, and always ends.
"""

from collections import deque
from collections.abc import Mapping

import msgspec

from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.linux.conntrack import CtEntry, Direction
from simulator.linux.device import Device
from simulator.linux.netns import Netns
from simulator.linux.socket import Socket
from simulator.origin import Origins
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


class Walk:
    """What the kernel's functions share while one packet is under way.

    `queue` holds frames on their way to a device; no device: a tunnel's packet that its host is to send.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.queue: deque[tuple[Netns, Device | None, Skb]] = deque()
        self.spawned: list[Spawned] = []
        self.ends: list[End] = []

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
