"""Dressing a step for its readers: where it is in the picture, what to say, what to type, how far to trust it."""

import msgspec

from simulator.linux.network import Network
from simulator.steps import Badge, Step, StepKind
from simulator.trace.commands import commands_for
from simulator.trace.narration import narrate

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
        narration=narrate(step.text),
        commands=commands_for(step, netns.enter),
        badge=badge,
        evidence=evidence,
    )


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
