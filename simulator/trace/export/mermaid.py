"""A trace as a Mermaid sequence diagram: who hands which packet to whom, and who rewrote or dropped it.

Names come from manifests and never become syntax: all but letters, digits and a few signs are written by number, as
Mermaid's documentation of its entity codes has it (`#35;` is a number sign).
"""

import re
from collections.abc import Iterator

from simulator.steps import Step, StepKind
from simulator.trace.export.words import headers, legible
from simulator.trace.model import Leg, Trace

_AS_IS = frozenset(" ._/,()+=-")
_ENDS = re.compile(r"(?i)\be(?=nd\b)")
_FRAMES = (StepKind.TRANSMIT, StepKind.RECEIVE)


def mermaid(trace: Trace) -> str:
    """The diagram; participants stand in the order in which packets first meet them."""
    names = dict.fromkeys(step.netns for leg in trace.legs for step in leg.steps)
    ids = {name: f"p{number}" for number, name in enumerate(names)}
    lines = ["sequenceDiagram"]
    lines += [f"    participant {ids[name]} as {escaped(name)}" for name in names]
    for leg in trace.legs:
        if leg.steps:
            lines.append(f"    Note over {ids[leg.steps[0].netns]}: {escaped(leg.kind.value)}")
        lines += [f"    {line}" for line in _leg(leg, ids)]
    if names:
        lines.append(f"    Note over {ids[next(iter(names))]}: {escaped(_outcome(trace))}")
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text that is nothing but text in a diagram; the word "end" would close a block."""
    told = "".join(c if c.isalnum() or c in _AS_IS else f"#{ord(c)};" for c in legible(text))
    return _ENDS.sub(lambda found: f"#{ord(found[0])};", told)


def _outcome(trace: Trace) -> str:
    return trace.disposition.value + (f" ({trace.cause.value})" if trace.cause else "")


def _leg(leg: Leg, ids: dict[str, str]) -> Iterator[str]:
    sent: Step | None = None
    for step in leg.steps:
        here = ids[step.netns]
        if step.kind in _FRAMES:
            if sent is not None and _handed_over(sent, step):
                yield f"{ids[sent.netns]}->>{here}: {escaped(headers(step.packet))}"
            sent = step if step.kind is StepKind.TRANSMIT else None
        elif step.kind is StepKind.NAT:
            told = ", ".join(f"{c.field} {c.old} to {c.new}" for c in step.changes)
            yield f"Note over {here}: {escaped(f'NAT {told}')}"
        elif step.kind is StepKind.DROP:
            told = step.cause.value if step.cause else "dropped"
            yield f"Note over {here}: {escaped(f'gone, {told}')}"


def _handed_over(sent: Step, seen: Step) -> bool:
    """From one namespace to the next; or round the loopback device of one."""
    return seen.kind is StepKind.RECEIVE and (sent.netns != seen.netns or sent.device == seen.device)
