"""Questions about what happens on the way."""

from collections.abc import Callable, Iterable, Iterator

from netviz.labs.questions.base import Answer, Asking, at_place, field_of, place_of
from netviz.labs.world import NotAsked, leg_of
from simulator.steps import Step, StepKind
from simulator.trace.model import Leg, LegKind, Trace

ON_A_DEVICE = (StepKind.TRANSMIT, StepKind.RECEIVE)


def _leg(asked: Asking) -> Leg:
    return leg_of(asked.trace, asked.word("leg", "request"))


def header(asked: Asking) -> Answer:
    """A field of the frame on a device, of the first one there or the nth: a question by ARP is a frame, too."""
    leg, place, nth = _leg(asked), asked.word("at"), int(asked.arguments.get("nth") or 1)
    frames = [step for step in leg.steps if step.kind in ON_A_DEVICE and at_place(step, place)]
    if not frames[nth - 1 :]:
        raise NotAsked(f"The {leg.kind.value} never comes to {place}.", "Places are NAMESPACE/DEVICE, as node-a/cni0.")
    frame = frames[nth - 1]
    value = field_of(frame.packet, asked.subject)
    if value is None:
        raise NotAsked(
            f'The packet at {place} has no "{asked.subject}".', "Fields are ip.src, ip.ttl, dport, eth.dst ..."
        )
    return Answer(value, asked.flow, frame.seq, tuple(_like(asked, asked.subject, value)))


def _like(asked: Asking, field: str, value: str) -> Iterator[str]:
    """Values of the same kind that this trace knows."""
    for leg in asked.trace.legs:
        for step in leg.steps:
            found = field_of(step.packet, field)
            if found is not None:
                yield found
    turned = {"src": "dst", "dst": "src", "sport": "dport", "dport": "sport"}
    prefix, dot, name = field.rpartition(".")
    if name in turned:
        for step in _steps(asked.trace):
            found = field_of(step.packet, f"{prefix}{dot}{turned[name]}")
            if found is not None:
                yield found
    if name == "ttl":
        yield from (str(int(value) + change) for change in (1, -1, 2))
    elif field.endswith(("ip.src", "ip.dst")):
        yield from _addresses(asked)


def _addresses(asked: Asking) -> Iterator[str]:
    cluster = asked.world.cluster
    yield from (str(ip) for node in cluster.nodes.values() for ip in node.addresses)
    yield from (str(ip) for pod in cluster.pods.values() for ip in pod.ips)


def _steps(trace: Trace) -> Iterator[Step]:
    return (step for leg in trace.legs for step in leg.steps)


def changes(asked: Asking) -> Answer:
    """Where a field is changed first, or for the nth time."""
    leg = _leg(asked)
    nth = int(asked.arguments.get("nth") or 1)
    found = [step for step in leg.steps if any(c.field == asked.subject and c.old for c in step.changes)]
    others = (*_gates(leg.steps), "nowhere")
    if len(found) < nth:
        return Answer("nowhere", asked.flow, leg.steps[-1].seq, others)
    return Answer(place_of(found[nth - 1]), asked.flow, found[nth - 1].seq, others)


def _gates(steps: Iterable[Step]) -> Iterator[str]:
    yield from (place_of(step) for step in steps if step.kind in (*ON_A_DEVICE, StepKind.NETFILTER, StepKind.NAT))


def next_device(asked: Asking) -> Answer:
    """The device that a packet is seen on after a place."""
    leg, place = _leg(asked), asked.subject
    there = [at for at, step in enumerate(leg.steps) if at_place(step, place)]
    if not there:
        raise NotAsked(f"The {leg.kind.value} never comes to {place}.", "Places are NAMESPACE/DEVICE, as node-a/cni0.")
    after = next((s for s in leg.steps[there[-1] + 1 :] if s.kind in ON_A_DEVICE and not at_place(s, place)), None)
    others = tuple(f"{s.netns}/{s.device}" for s in _steps(asked.trace) if s.kind in ON_A_DEVICE)
    others = tuple(other for other in others if other != place)
    if after is None:
        return Answer("none", asked.flow, leg.steps[-1].seq, others)
    return Answer(f"{after.netns}/{after.device}", asked.flow, after.seq, others)


def ends(asked: Asking) -> Answer:
    """Where the packet's way ends."""
    leg = _leg(asked)
    step = leg.steps[-1]
    return Answer(place_of(step), asked.flow, step.seq, tuple(_gates(leg.steps)))


def passes(asked: Asking) -> Answer:
    """Whether the packet comes to a place at all: yes or no."""
    legs = [_leg(asked)] if asked.arguments.get("leg") else asked.trace.legs
    step = next((s for leg in legs for s in leg.steps if at_place(s, asked.subject)), None)
    if step is None:
        return Answer("no", asked.flow, None, ("yes",))
    return Answer("yes", asked.flow, step.seq, ("no",))


def chain(asked: Asking) -> Answer:
    """The chain whose rule decided at a hook, "node-a PREROUTING"."""
    leg = _leg(asked)
    there = [s for s in leg.steps if at_place(s, asked.subject) and s.matched is not None]
    if not there:
        raise NotAsked(f"No rule decides about the {leg.kind.value} at {asked.subject}.")
    step = next((s for s in there if s.kind is StepKind.NAT), there[0])
    assert step.matched is not None
    others = [rule.chain for s in leg.steps for rule in s.path]
    others += [one.rule.chain for s in leg.steps for one in s.considered]
    return Answer(step.matched.chain, asked.flow, step.seq, tuple(others))


_HALVES = ("original", "reply")
_KEYS = ("src", "dst", "sport", "dport")


def conntrack(asked: Asking) -> Answer:
    """A field of the last entry that a namespace has for this connection: original.src, reply.dport, ..."""
    half, _, key = asked.subject.partition(".")
    if half not in _HALVES or key not in _KEYS:
        raise NotAsked(
            f'A conntrack entry has no "{asked.subject}".', "It has original. and reply. src, dst, sport, dport."
        )
    place = asked.word("at")
    found = [(s, change) for s in _steps(asked.trace) if s.netns == place for change in s.state
             if change.table == "conntrack"]  # fmt: skip
    if not found:
        raise NotAsked(f"{place} keeps no conntrack entry of this connection.")
    step, change = found[-1]
    words = [word.split("=") for word in change.entry.split() if "=" in word]
    values = [value for name, value in words if name == key]
    every = tuple(value for name, value in words if (name in ("src", "dst")) == (key in ("src", "dst")))
    return Answer(values[_HALVES.index(half)], asked.flow, step.seq, every)


def count(asked: Asking) -> Answer:
    counted = COUNTS.get(asked.subject)
    if counted is None:
        raise NotAsked(f'"{asked.subject}" cannot be counted.', f"It is one of {', '.join(COUNTS)}.")
    trace = asked.trace
    legs = [_leg(asked)] if asked.arguments.get("leg") else list(trace.legs)
    number = counted(legs)
    if asked.subject.startswith("dns-"):
        legs = [leg for leg in legs if leg.kind is LegKind.DNS] or legs
    last = next((leg.steps[-1].seq for leg in reversed(legs) if leg.steps), None)
    return Answer(
        str(number), asked.flow, last, tuple(str(n) for n in (number + 1, number * 2, number - 1, 0) if n >= 0)
    )


def _all(legs: list[Leg]) -> Iterator[Step]:
    return (step for leg in legs for step in leg.steps)


def _queries(legs: list[Leg]) -> list[str]:
    """What each packet to a DNS server asks."""
    asked = (leg.packet for leg in legs if leg.kind is LegKind.DNS and leg.packet.dport == 53)
    return [packet.payload for packet in asked]


def _names(legs: list[Leg]) -> int:
    return len({query.split(" ")[1] for query in _queries(legs) if " " in query})


def _netns(legs: list[Leg]) -> int:
    return sum(len([s for s, before in zip(leg.steps, (None, *leg.steps), strict=False)
                    if before is None or s.netns != before.netns]) for leg in legs)  # fmt: skip


COUNTS: dict[str, Callable[[list[Leg]], int]] = {
    "dns-queries": lambda legs: len(_queries(legs)),
    "dns-names": _names,
    "connections": lambda legs: sum(
        leg.kind in (LegKind.REQUEST, LegKind.PROXIED) and leg.packet.transport.__class__.__name__ == "Tcp"
        and "S" in getattr(leg.packet.l4, "flags", "") and "A" not in getattr(leg.packet.l4, "flags", "")
        for leg in legs
    ),
    "translations": lambda legs: sum(step.kind is StepKind.NAT for step in _all(legs)),
    "nat-rules": lambda legs: sum(step.kind is StepKind.NAT and step.matched is not None for step in _all(legs)),
    "forwards": lambda legs: sum(step.kind is StepKind.FORWARD for step in _all(legs)),
    "frames": lambda legs: sum(step.kind is StepKind.TRANSMIT for step in _all(legs)),
    "devices": lambda legs: len({(s.netns, s.device) for s in _all(legs) if s.kind in ON_A_DEVICE}),
    "namespaces": lambda legs: len({step.netns for step in _all(legs)}),
    "machines": lambda legs: len({step.host for step in _all(legs)}),
    "hops": _netns,
    "legs": len,
}  # fmt: skip
