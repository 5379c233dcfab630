"""A trace as a report in Markdown: the question, the outcome and why, every step with its rule and its manifest line.

Nothing from manifests is ever Markdown or HTML: what CommonMark and GitHub's flavour of it could read is escaped.
"""

import re
from collections.abc import Iterator

from simulator.origin import Origins
from simulator.steps import Step
from simulator.trace.export.words import headers, legible
from simulator.trace.model import Explanation, Leg, Trace

_SIGNS = re.compile(r"[\\`*_{}\[\]()|~!$#]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LIST = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")
_LINKS = re.compile(r"(?i)(:)(?=//)|(?<=www)(\.)|(@)")


def report(trace: Trace) -> str:
    """The whole report; the tables are those of GitHub's Markdown."""
    flow = trace.flow
    parts = [
        f"# From {escaped(flow.source)} to {escaped(flow.target)}",
        "",
        f"- Question: may {escaped(flow.source)} reach {escaped(flow.target)} by {flow.protocol.value}?",
        f"- Outcome: **{trace.disposition.value}**" + (f", cause {trace.cause.value}" if trace.cause else ""),
        *([f"- Answered by: {escaped(trace.server)}"] if trace.server else []),
        f"- Seed: {trace.seed}",
        *_why(trace.explanation),
        *(line for leg in trace.legs for line in _leg(leg)),
        *_assumptions(trace),
    ]
    return "\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text that is nothing but text, in a line or a table's cell."""
    told = "".join(_HTML.get(c, c) for c in legible(text))
    told = _LINKS.sub(lambda found: f"&\0{ord(found[0])};", told)
    told = _SIGNS.sub(r"\\\g<0>", told).replace("\0", "#")
    return _LIST.sub(lambda found: f"{found[1].strip()}{_by_number(found[2])}", told)


def _by_number(sign: str) -> str:
    return f"&#{ord(sign[0])};{sign[1:]}"


def _why(why: Explanation | None) -> Iterator[str]:
    if why is None:
        return
    yield from ("", "## Why", "", escaped(why.message))
    if why.object:
        yield from ("", f"- Object: {escaped(why.object)}" + (f", {escaped(why.field)}" if why.field else ""))
    if why.file:
        yield f"- Written in: {escaped(why.file)}" + (f", line {why.line}" if why.line is not None else "")
    if why.fix:
        yield f"- What would mend it: {escaped(why.fix)}"


def _leg(leg: Leg) -> Iterator[str]:
    yield from ("", f"## {leg.kind.value.capitalize()}: {escaped(headers(leg.packet))}", "")
    yield f"{leg.disposition.value.capitalize()}" + (f", cause {leg.cause.value}." if leg.cause else ".")
    yield from ("", "| Step | Where | What | Rule | Manifest |", "|---:|---|---|---|---|")
    for step in leg.steps:
        cells = (_where(step), step.narration.plain if step.narration else step.kind.value, _rule(step), _lines(step))
        yield f"| {step.seq} | " + " | ".join(escaped(cell) for cell in cells) + " |"


def _where(step: Step) -> str:
    return step.netns + (f" {step.device}" if step.device else "")


def _rule(step: Step) -> str:
    rule = step.matched
    return f"{rule.table} {rule.chain} {rule.number}: {rule.text}" if rule else ""


def _lines(step: Step) -> str:
    origins: Origins = step.origins or (step.matched.origins if step.matched else ())
    told = dict.fromkeys(f"{o.file}:{o.line}" if o.file else o.object for o in origins)
    return ", ".join(told)


def _assumptions(trace: Trace) -> Iterator[str]:
    if trace.assumptions:
        yield from ("", "## Taken for granted", "", "| Setting | Value | Why |", "|---|---|---|")
        for a in trace.assumptions:
            yield f"| {escaped(a.key)} | {escaped(str(a.value))} | {escaped(a.message)} |"
