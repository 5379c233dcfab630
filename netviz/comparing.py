"""One flow in two states of a cluster, side by side, with the first step that differs. Runs in the worker processes."""

from collections.abc import Callable
from itertools import zip_longest

import msgspec

from netviz.work import Refused
from simulator.steps import Badge, Cause, Outcome, Step, StepKind
from simulator.trace.model import Explanation, LegKind, Trace


class FileText(msgspec.Struct, frozen=True):
    """A file as it is edited: its text is masked."""

    path: str
    text: str


class Files(msgspec.Struct, frozen=True):
    """All files of a snapshot, for the editor."""

    snapshot: str
    files: tuple[FileText, ...]


class NotAsked(msgspec.Struct, frozen=True):
    """Why this cluster cannot be asked: the pod is not there (any more), for example."""

    code: str
    message: str
    hint: str


class StepLine(msgspec.Struct, frozen=True):
    """A step as a list shows it."""

    leg: LegKind
    netns: str
    device: str | None
    kind: StepKind
    hook: str | None
    verdict: str | None
    said: str
    badge: Badge
    failed: bool


class Side(msgspec.Struct, frozen=True):
    """The answer of one state. `fork` is its first step that the other has not, from 0; null where it ends before."""

    disposition: Outcome | None
    cause: Cause | None
    server: str | None
    explanation: Explanation | None
    steps: tuple[StepLine, ...]
    fork: int | None
    refused: NotAsked | None


class Compared(msgspec.Struct, frozen=True):
    """The same question in two states. `same`: packet and answer went the same way to the same end."""

    before: Side
    after: Side
    same: bool


def asked(answer: Callable[[], Trace]) -> Trace | Refused:
    """The trace, or why there is none: in one of two states that is an answer, too."""
    try:
        return answer()
    except Refused as refused:
        return refused


def compared(before: Trace | Refused, after: Trace | Refused) -> Compared:
    old, new = _steps(before), _steps(after)
    forks = _forks(old, new)
    return Compared(_side(before, old, forks[0]), _side(after, new, forks[1]), forks == (None, None) and bool(old))


def _steps(found: Trace | Refused) -> list[tuple[LegKind, Step]]:
    if isinstance(found, Refused):
        return []
    return [(leg.kind, step) for leg in found.legs for step in leg.steps]


def _forks(old: list[tuple[LegKind, Step]], new: list[tuple[LegKind, Step]]) -> tuple[int | None, int | None]:
    """Where each way leaves the other; conntrack only takes note of what happens."""
    ways = [[(at, _key(*one)) for at, one in enumerate(way) if one[1].kind is not StepKind.CONNTRACK]
            for way in (old, new)]  # fmt: skip
    for one, other in zip_longest(*ways):
        if one is None or other is None or one[1] != other[1]:
            return one[0] if one else None, other[0] if other else None
    return None, None


def _key(leg: LegKind, step: Step) -> tuple[object, ...]:
    """What a step does and where, without the addresses that a controller makes up; ports are written by people."""
    ports = tuple((change.field, change.new) for change in step.changes if change.field.endswith((".dport", ".sport")))
    return leg, step.netns, step.device, step.text.id, step.cause, ports


def _side(found: Trace | Refused, steps: list[tuple[LegKind, Step]], fork: int | None) -> Side:
    if isinstance(found, Refused):
        return Side(None, None, None, None, (), None, NotAsked(found.code, found.message, found.hint))
    lines = tuple(_line(leg, step) for leg, step in steps)
    return Side(found.disposition, found.cause, found.server, found.explanation, lines, fork, None)


def _line(leg: LegKind, step: Step) -> StepLine:
    return StepLine(
        leg=leg,
        netns=step.netns,
        device=step.device,
        kind=step.kind,
        hook=step.hook.value if step.hook else None,
        verdict=step.matched.verdict if step.matched else None,
        said=step.narration.plain if step.narration else step.text.id,
        badge=step.badge,
        failed=step.cause is not None,
    )
