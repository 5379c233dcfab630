"""The report: model and kernel side by side, frame by frame, with a verdict a flow."""

from collections.abc import Iterator, Sequence
from typing import Any

from netviz.replay.compare import Verdict

Json = dict[str, Any]
WIDEST = 110


def report(verdicts: Sequence[Verdict], left_out: Sequence[str] = ()) -> Iterator[str]:
    """Lines of text; `left_out` says what this kernel could not be asked."""
    for verdict in verdicts:
        yield from _flow(verdict)
    yield from (f"Left out: {words}" for words in left_out)
    wrong = sum(not verdict.equal for verdict in verdicts)
    flows = f"{len(verdicts)} flow{'s' if len(verdicts) != 1 else ''}"
    yield f"{flows}, {wrong} where model and kernel part." if wrong else f"{flows}: model and kernel are one."


def _flow(verdict: Verdict) -> Iterator[str]:
    yield f"# {verdict.id}: {'equal' if verdict.equal else 'DIFFERENT'}"
    hops = [*(verdict.model.get("request") or []), *(verdict.model.get("reply") or [])]
    width = min(WIDEST, max((len(_frame(hop)) for hop in hops), default=0))
    yield _row("model", "kernel", width)
    yield _row(_ending(verdict.model), _ending(verdict.kernel), width)
    for part in ("request", "reply"):
        ours, theirs = verdict.model.get(part) or [], verdict.kernel.get(part) or []
        if ours or theirs:
            yield f"  {part}"
        for place in range(max(len(ours), len(theirs))):
            one, other = (side[place] if place < len(side) else None for side in (ours, theirs))
            yield _row(_frame(one), _frame(other), width, one != other)
    for words in verdict.differences:
        yield f"  ! {words}"
    yield ""


def _row(model: str, kernel: str, width: int, differs: bool = False) -> str:
    return f"{'!' if differs else ' '} {model:<{width}} | {kernel}".rstrip()


def _ending(outcome: Json) -> str:
    server = f" by {outcome['server']}" if outcome.get("server") else ""
    return f"{outcome['result']}{server}"


def _frame(hop: Json | None) -> str:
    if hop is None:
        return "(nothing)"
    ends = " > ".join(_end(hop, side) for side in ("src", "dst"))
    what = hop.get("flags") or hop.get("chunk") or ""
    if "icmp" in hop:
        what = f"type {hop['icmp']['type']} code {hop['icmp']['code']}"
    tunnel = " in VXLAN" if "vxlan" in hop else ""
    words = f"{hop['ns']} {hop['dev']} {hop['dir']}  {ends} {hop['proto']} {what} ttl {hop['ttl']}{tunnel}"
    return " ".join(words.split(" "))


def _end(hop: Json, side: str) -> str:
    port = hop.get("sport" if side == "src" else "dport")
    return hop[side] if port is None else f"{hop[side]}:{port}"


def as_json(verdicts: Sequence[Verdict], left_out: Sequence[str] = ()) -> Json:
    flows = [
        {"id": v.id, "equal": v.equal, "differences": list(v.differences), "model": v.model, "kernel": v.kernel}
        for v in verdicts
    ]
    return {"equal": all(v.equal for v in verdicts), "left_out": list(left_out), "flows": flows}
