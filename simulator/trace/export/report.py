"""A trace as a report in Markdown, to be pasted into a ticket: the question, the outcome and why; then the moments that
decided it, the lines of the manifests, the commands that show the same on a real cluster; then every step.

Nothing from manifests is ever Markdown or HTML: what CommonMark and GitHub's flavour of it could read is escaped, and
what is code stands in a fence that is longer than any within it.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping

from simulator.origin import Origins
from simulator.steps import Step, StepKind
from simulator.trace.export.excerpts import excerpts
from simulator.trace.export.words import headers, legible
from simulator.trace.model import Explanation, Leg, LegKind, Trace

_SIGNS = re.compile(r"[\\`*_{}\[\]()|~!$#]")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LIST = re.compile(r"^(\s*)([-+=]|\d+(?=[.)](?:\s|$)))")
_BACKTICKS = re.compile("`+")
_MOMENTS = (
    StepKind.RESOLVE, StepKind.PROXY, StepKind.NAT, StepKind.ENCAPSULATE, StepKind.DECAPSULATE, StepKind.ICMP,
    StepKind.RESET, StepKind.DELIVER, StepKind.DROP,
)  # fmt: skip
_LEGS = {
    LegKind.DNS: "Name lookup",
    LegKind.REQUEST: "Request",
    LegKind.REPLY: "Reply",
    LegKind.ICMP_ERROR: "ICMP error",
    LegKind.ACK: "ACK",
    LegKind.DATA: "Data",
    LegKind.PROXIED: "From the proxy",
}
_LINKS = re.compile(r"(?i)(:)(?=//)|(?<=www)(\.)|(@)")


def report(trace: Trace, texts: Mapping[str, str]) -> str:
    """The whole report; the tables are those of GitHub's Markdown. `texts` are the manifests, masked."""
    flow = trace.flow
    parts = [
        f"# From {escaped(flow.source)} to {escaped(flow.target)}",
        "",
        f"- Question: may {escaped(flow.source)} reach {escaped(flow.target)} by {flow.protocol.value}?",
        f"- Outcome: **{trace.disposition.value}**" + (f", cause {trace.cause.value}" if trace.cause else ""),
        *([f"- Answered by: {escaped(trace.server)}"] if trace.server else []),
        *([f"- HTTP status: {trace.status}"] if trace.status is not None else []),
        f"- Seed: {trace.seed}" + (f", picks {', '.join(map(str, trace.picks))}" if trace.picks else ""),
        *([f"- After {len(trace.after)} earlier connections of the same session"] if trace.after else []),
        *_why(trace.explanation),
        *_in_short(trace),
        *_manifests(trace, texts),
        *_commands(trace),
        "",
        "## Every step",
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


def _in_short(trace: Trace) -> Iterator[str]:
    """The steps that made this packet another one, or ended it."""
    told = [step for leg in trace.legs for step in leg.steps if _decides(step)]
    if told:
        yield from ("", "## In short", "", "| Step | Where | What |", "|---:|---|---|")
        yield from (f"| {s.seq} | {escaped(_where(s))} | {escaped(_what(s))} |" for s in told)


def _decides(step: Step) -> bool:
    return step.kind in _MOMENTS or step.cause is not None


def _manifests(trace: Trace, texts: Mapping[str, str]) -> Iterator[str]:
    found = excerpts(trace, texts)
    if found:
        yield from ("", "## Because you wrote")
    for file, lines in found.items():
        yield from ("", escaped(file), "", *_fenced(_numbered(lines), "yaml"))


def _numbered(lines: Mapping[str, str]) -> Iterator[str]:
    """With the numbers that they have in their file, and a mark where some are left out."""
    wide = max(map(len, lines), default=0)
    before = 0
    for number, text in lines.items():
        if before and int(number) > before + 1:
            yield "..."
        before = int(number)
        yield f"{number:>{wide}}  {legible(text)}"


def _commands(trace: Trace) -> Iterator[str]:
    """What to type on a real cluster to see those moments, each command once."""
    steps = (step for leg in trace.legs for step in leg.steps if _decides(step))
    told = dict.fromkeys((c.where, shlex.join(c.argv)) for step in steps for c in step.commands)
    if told:
        yield from ("", "## See it on a real cluster", "")
        yield from _fenced((f"# on {legible(where)}\n{legible(line)}" for where, line in told), "sh")


def _fenced(lines: Iterable[str], language: str) -> Iterator[str]:
    """Code as it stands, in a fence of more backticks than any line of it has in a row."""
    inside = list(lines)
    most = max((len(run) for line in inside for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, most + 1)
    yield from (fence + language, *inside, fence)


def _leg(leg: Leg) -> Iterator[str]:
    yield from ("", f"### {_LEGS[leg.kind]}: {escaped(headers(leg.packet))}", "")
    yield f"{leg.disposition.value.capitalize()}" + (f", cause {leg.cause.value}." if leg.cause else ".")
    yield from ("", "| Step | Where | What | Rule | Manifest |", "|---:|---|---|---|---|")
    for step in leg.steps:
        cells = (_where(step), _what(step), _rule(step), _lines(step))
        yield f"| {step.seq} | " + " | ".join(escaped(cell) for cell in cells) + " |"


def _where(step: Step) -> str:
    return step.netns + (f" {step.device}" if step.device else "")


def _what(step: Step) -> str:
    return step.narration.plain if step.narration else step.kind.value


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
