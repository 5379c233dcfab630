"""Answer and Question, and how places and fields are written."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from netviz.labs.model import FlowSpec
from netviz.labs.world import World
from simulator.packet.packet import Packet
from simulator.steps import Step
from simulator.trace.model import Trace


class Answer(msgspec.Struct, frozen=True):
    """What the engine says: words, or a list of them. `flow` and `step` are the trace that shows it, and where.

    `others` are answers that one might take for it, in the order in which one meets them; `said` is more than a value.
    """

    value: str | tuple[str, ...]
    flow: FlowSpec | None = None
    step: int | None = None
    others: tuple[str, ...] = ()
    said: str = ""

    @property
    def words(self) -> str:
        if isinstance(self.value, str):
            return self.value
        return ", ".join(self.value) or "nobody"


class Asking(msgspec.Struct, frozen=True):
    """A question as a function sees it."""

    world: World
    subject: Any
    arguments: Mapping[str, Any]
    asked: FlowSpec | None

    @property
    def flow(self) -> FlowSpec:
        assert self.asked is not None, "a question about a flow is read with one"
        return self.asked

    @property
    def trace(self) -> Trace:
        return self.world.trace(self.flow)

    def word(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        return default if value is None else str(value)


class Question(msgspec.Struct, frozen=True):
    """`subject` names what stands after the question's name, where it takes that; `of_flow`: it is about one flow."""

    answer: Callable[[Asking], Answer]
    subject: str | None = None
    arguments: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    of_flow: bool = True


def place_of(step: Step) -> str:
    """ "node-a PREROUTING", or "default/web/eth0" where there is no hook."""
    if step.hook is not None:
        return f"{step.netns} {step.hook.value}"
    return f"{step.netns}/{step.device}" if step.device else step.netns


def at_place(step: Step, place: str) -> bool:
    """Whether a step is at a place: a namespace, a device in it, or a hook of it."""
    if place in (step.netns, place_of(step)):
        return True
    return step.device is not None and place == f"{step.netns}/{step.device}"


FIELDS = ("src", "dst", "ttl", "protocol")


def field_of(packet: Packet, field: str) -> str | None:
    """A header field as text; `inner.` is the packet inside an envelope. None where the packet has none."""
    if field.startswith("inner."):
        return field_of(packet.vxlan.inner, field.removeprefix("inner.")) if packet.vxlan else None
    header, _, name = field.partition(".")
    if field in ("sport", "dport"):
        value = packet.sport if field == "sport" else packet.dport
        return None if value is None else str(value)
    if field == "mark":
        return hex(packet.mark)
    if field == "payload":
        return packet.payload
    if field == "vni":
        return str(packet.vxlan.vni) if packet.vxlan else None
    part = {"ip": packet.ip, "eth": packet.eth}.get(header, packet.l4)
    value = getattr(part, name, None)
    return None if value is None else str(getattr(value, "value", value))
