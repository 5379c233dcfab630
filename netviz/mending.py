"""What would mend a flow, and what has changed between two uploads. Runs in the worker processes."""

from typing import TYPE_CHECKING

import msgspec

from netviz.work import Refused
from simulator.analysis.diff.answers import Place
from simulator.analysis.diff.compare import Change, Comparison, Difference, compare
from simulator.analysis.diff.flows import Question
from simulator.analysis.diff.things import ChangedObject, changed_objects
from simulator.analysis.fix.tried import MOST_SIDE_EFFECTS, Mended, mended
from simulator.manifests import Limits
from simulator.trace.model import Explanation

if TYPE_CHECKING:
    from netviz.engine import Bundle
    from simulator.cluster.cluster import Cluster

MOST_OBJECTS = 200
MOST_FLOWS = 400
"""So many flows are compared between two uploads, and the message says how many were not."""


class Respect(msgspec.Struct, frozen=True):
    """One respect in which a flow differs: verdict, endpoints, source or path."""

    what: str
    old: tuple[str, ...]
    new: tuple[str, ...]


class Divergence(msgspec.Struct, frozen=True):
    """The first step that differs, counted from 0, in words; null where that way has already ended."""

    step: int
    old: str | None
    new: str | None


class ChangedFlow(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """A flow that is not what it was."""

    source: str
    target: str
    protocol: str
    respects: tuple[Respect, ...]
    divergence: Divergence | None


class Changed(msgspec.Struct, frozen=True):
    """All flows that differ; `asked` were compared, `unchecked` were too many. And the objects that are others."""

    flows: tuple[ChangedFlow, ...]
    asked: int
    unchecked: int
    objects: tuple[ChangedObject, ...]
    more_objects: int


class OfferedFix(msgspec.Struct, frozen=True):
    """A change that makes the flow work: tried. `flows` are all others that it changes. `number` asks for it.

    `reasons` are what it removes, in the order in which a packet comes upon them.
    """

    number: int
    changes: tuple[str, ...]
    patch: str
    flows: tuple[ChangedFlow, ...]
    unchecked: int
    reasons: tuple[Explanation, ...]


class Fixes(msgspec.Struct, frozen=True):
    """What would mend a flow, the smallest change first; none where it works, or where no known change helps."""

    fixes: tuple[OfferedFix, ...]


def offered(kept: "Bundle", question: Question, compared: bool) -> Fixes:
    """Without what else they change, unless it is to be `compared`."""
    return Fixes(tuple(map(_offered, _mended(kept, question, MOST_SIDE_EFFECTS if compared else 0))))


def mended_files(kept: "Bundle", question: Question, number: int) -> list[tuple[str, bytes]]:
    """The manifests with the fix of this number."""
    found = _mended(kept, question, 0)
    chosen = next((one for one in found if one.number == number), None)
    if chosen is None:
        raise Refused(
            404,
            "unknown-fix",
            f"There is no change number {number} for this question.",
            f"It has {len(found)}; they are counted from 0." if found else "No change is known that would mend it.",
        )
    return [(path, text.encode()) for path, text in chosen.texts.items()]


def _mended(kept: "Bundle", question: Question, side_effects: int) -> list[Mended]:
    return mended(dict(kept.files), kept.settings, question, Limits(**kept.limits), side_effects)


def changed(old: "Cluster", new: "Cluster") -> Changed:
    """Which objects and which flows differ."""
    things = changed_objects(old, new)
    found: Comparison = compare(old, new, MOST_FLOWS)
    flows = tuple(map(_flow, found.differences))
    return Changed(flows, found.asked, found.left_out, tuple(things[:MOST_OBJECTS]), len(things[MOST_OBJECTS:]))


def _offered(one: Mended) -> OfferedFix:
    fix = one.fix
    return OfferedFix(
        one.number, fix.changes, fix.patch, tuple(map(_flow, fix.side_effects)), fix.unchecked, fix.reasons
    )


def _flow(found: Difference) -> ChangedFlow:
    question, fork = found.question, found.fork
    divergence = Divergence(fork.step, _told(fork.old), _told(fork.new)) if fork else None
    respects = tuple(map(_respect, found.changes))
    return ChangedFlow(question.source, question.target, question.protocol, respects, divergence)


def _respect(change: Change) -> Respect:
    return Respect(change.what, change.old, change.new)


def _told(place: Place | None) -> str | None:
    if place is None:
        return None
    where = place.netns if place.device is None else f"{place.netns} {place.device}"
    return f"{where}: {place.said}"
