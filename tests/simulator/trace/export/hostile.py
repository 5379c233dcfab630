"""Text that somebody could have written into a manifest, or into a question about it, to be more than text."""

from msgspec.structs import replace

from simulator.linux.network import Assumption
from simulator.origin import Origin
from simulator.steps import Command, Step
from simulator.trace.model import Explanation, Trace

CORPUS = (
    'a"b',
    "a'b",
    "a|b",
    "`x`",
    "``````",
    "~~~",
    "<script>alert(1)</script>",
    "</script><!--",
    "<img src=x onerror=alert(1)>",
    "]]>",
    "a\nb",
    "a\r\n\r\n# b",
    "end",
    "END x",
    "a;b",
    "#35;",
    "&lt;",
    "%%{init: {}}%%",
    "participant x as y",
    "p0->>p1: owned",
    "[x](http://y)",
    "![x](http://y/p.png)",
    "http://evil.test/",
    "www.evil.test",
    "me@evil.test",
    "- a list",
    "1. a list",
    "# a heading",
    "a\n---\nb",
    "> a quote",
    "$(reboot)",
    "=1+1",
    "\u202ebidi\u2066",
    "\x00\x1b[31m\x07",
    "a\u2028b",
    "😀" * 40,
    "x" * 253,
)


def poisoned(trace: Trace, text: str) -> Trace:
    """The trace with this text wherever a name or a word of somebody's stands in it."""
    origin = Origin(text, text, text, 7)
    legs = tuple(replace(leg, steps=tuple(_step(step, text, origin) for step in leg.steps)) for leg in trace.legs)
    why = Explanation(text, text, object=text, field=text, file=text, line=7, fix=text)
    flow = replace(trace.flow, source=text, target=text)
    assumed = (Assumption(text, text, text),)
    return replace(trace, flow=flow, legs=legs, server=text, explanation=why, assumptions=assumed)


def _step(step: Step, text: str, origin: Origin) -> Step:
    told = replace(step.narration, plain=text) if step.narration else None
    matched = replace(step.matched, chain=text, text=text) if step.matched else None
    packet = replace(step.packet, payload=text) if step.packet.payload else step.packet
    command = Command(text, ("kubectl", text))
    return replace(
        step,
        netns=text,
        device=text,
        narration=told,
        matched=matched,
        packet=packet,
        origins=(origin,),
        commands=(command,),
    )
