"""Legs: one packet's way after the other, written down as the conversation goes on."""

from collections.abc import Sequence

import msgspec

from simulator.datapath.kernel import send
from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.datapath.walk import End, Spawned, Walk, step
from simulator.linux.netns import Netns
from simulator.linux.socket import Socket
from simulator.packet.headers import IPAddress
from simulator.packet.packet import Packet
from simulator.steps import Cause, Disposition, Layer, Outcome, Step, StepKind
from simulator.trace.model import Leg, LegKind


class Said(msgspec.Struct):
    """A finished conversation. `errno` is what the client's system call failed with, "" where it did not fail.

    `client` is the client's own address (getsockname), `peer` the packet as the server's socket saw it; `status` is
    what a proxy answered. `black_hole`: a packet was too big for its way, and its sender will never know.
    """

    legs: list[Leg]
    outcome: Outcome = Outcome.TIMEOUT
    errno: str = ""
    cause: Cause | None = None
    client: IPAddress | None = None
    socket: Socket | None = None
    server: str | None = None
    peer: Packet | None = None
    greeted: bool = False
    status: int | None = None
    black_hole: bool = False


def socket_step(netns: Netns, packet: Packet, text: str, function: str, **words: object) -> Step:
    """A program hands a packet to its kernel."""
    params: dict[str, object] = {
        "protocol": packet.ip.protocol.value,
        "src": packet.ip.src,
        "sport": packet.sport or "",
        "dst": packet.ip.dst,
        "dport": packet.dport or "",
        "owner": netns.name,
    }
    layer = Layer.APPLICATION
    return step(netns, Skb(packet), StepKind.SOCKET, layer, text, function, params | words)


def run_leg(
    session: Session,
    said: Said,
    kind: LegKind,
    netns: Netns,
    packet: Packet,
    opening: Sequence[Step] = (),
    spawned: Spawned | None = None,
) -> Walk:
    """Run one packet and write down its leg; `opening` are the steps before the kernel has it."""
    walk = Walk(session)
    steps = list(opening)
    steps += send(walk, netns, packet, spawned)
    end = main_end(walk)
    said.legs.append(Leg(kind, packet, end.disposition, tuple(steps), end.cause))
    return walk


def main_end(walk: Walk) -> End:
    """Of several ends (a frame may be copied) the one that got furthest."""
    assert walk.ends, "every packet ends"
    return next((e for e in walk.ends if e.disposition is Disposition.DELIVERED), walk.ends[0])
