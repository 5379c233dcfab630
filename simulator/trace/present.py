"""Dressing a step for its readers: where it is in the picture, what to say, what to type, how far to trust it."""

import msgspec

from simulator.linux.network import Network
from simulator.steps import Badge, Narration, Step, StepKind
from simulator.trace.commands import commands_for
from simulator.trace.narration import narrate

FAULT = "Fault "
"""How the origins of a step name a fault: by this and its text."""
_AT_HOOK = {StepKind.NETFILTER, StepKind.NAT, StepKind.CONNTRACK, StepKind.DROP, StepKind.ICMP}
_PLACE = {
    StepKind.SOCKET: "sockets",
    StepKind.RESOLVE: "sockets",
    StepKind.PROXY: "sockets",
    StepKind.DELIVER: "sockets",
    StepKind.RESET: "sockets",
    StepKind.FORWARD: "FORWARD",
}
_ROUTE_PLACE = {"route.output": "route-out", "route.changed": "route-out"}


def present(step: Step, seq: int, leg: int, network: Network) -> Step:
    """The step with its number, its place in the picture, its words and commands."""
    netns = network.netns(step.netns)
    badge, evidence = network.trust(step, netns) if step.badge is Badge.MODELLED else (step.badge, None)
    return msgspec.structs.replace(
        step,
        seq=seq,
        leg=leg,
        elements=_elements(step, netns.element),
        narration=_with_faults(narrate(step.text), step, network),
        commands=commands_for(step, netns.enter),
        badge=badge,
        evidence=evidence,
    )


def _with_faults(words: Narration, step: Step, network: Network) -> Narration:
    """What is said about a step, and what is broken on purpose so that the step is as it is."""
    names = dict.fromkeys(o.object.removeprefix(FAULT) for o in step.origins if o.object.startswith(FAULT))
    said = "".join(f" Broken here: {network.faults[name]}" for name in names if name in network.faults)
    if not said:
        return words
    return Narration(words.plain + said, words.mechanism + said, words.kernel + said)


def _elements(step: Step, element: str) -> tuple[str, ...]:
    """Ids of the picture: the machine, the device, the place on the machine's track, the Service that acts."""
    found = [element]
    if step.device:
        found.append(f"{element}/{step.device}")
    place = step.hook.value if step.hook and step.kind in _AT_HOOK else _PLACE.get(step.kind)
    if step.kind is StepKind.ROUTE:
        place = _ROUTE_PLACE.get(step.text.id, "route-in")
    if place:
        found.append(f"{element}#{place}")
    for origin in step.origins:
        kind, _, name = origin.object.partition(" ")
        if kind == "Service" and f"svc:{name}" not in found:
            found.append(f"svc:{name}")
    return tuple(found)
