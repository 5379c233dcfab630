"""The board of a class: who is where in which lab, and where many fail."""

from collections import Counter
from typing import Annotated

import msgspec

from netviz.classroom import codes
from netviz.classroom.models import Classroom, Member, Progress
from netviz.refusal import Refusal

Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[\w.:/-]+$")]
MOST_PARTS = 500
"""Of one member; a course has about a hundred."""
MOST_FAILING = 3


class Report(msgspec.Struct, frozen=True):
    """What a lab's page tells about one part: `failed` are the ids of the checks that don't hold."""

    lab: Identifier
    part: Identifier
    done: bool = False
    credit: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    failed: Annotated[tuple[Identifier, ...], msgspec.Meta(max_length=50)] = ()


class BoardPart(msgspec.Struct, frozen=True):
    """How far somebody is in one part of a lab."""

    part: str
    done: bool
    credit: float
    failed: tuple[str, ...]


class BoardRow(msgspec.Struct, frozen=True):
    """One member: name, or "guest 12"; the parts of each lab that they have begun, and the lab they were in last."""

    member: int
    who: str
    labs: dict[str, tuple[BoardPart, ...]]
    at: str


class BoardFailing(msgspec.Struct, frozen=True):
    """A check that several don't pass."""

    lab: str
    part: str
    check: str
    members: int


class Board(msgspec.Struct, frozen=True):
    """A class's labs in the order they were begun, its people, and the checks that fail most."""

    labs: tuple[str, ...]
    rows: tuple[BoardRow, ...]
    failing: tuple[BoardFailing, ...]


def unclear() -> Refusal:
    hint = 'Send {"lab": "06-selector", "part": "fix", "done": false, "credit": 0.5, "failed": ["reachable"]}.'
    return Refusal(400, "bad-progress", "This says nothing about a lab that can be understood.", hint)


def report(member: Member, told: Report) -> None:
    """Write down where a member is. Credit that was earned stays earned; what fails is what fails now."""
    if member.removed:
        raise codes.removed()
    mine = Progress.objects.filter(member=member)
    kept = mine.filter(lab=told.lab, part=told.part).first()
    if kept is None and mine.count() >= MOST_PARTS:
        message = "One member may report {most} parts."
        raise Refusal(429, "too-much-progress", message, "That is all of them.", most=MOST_PARTS)
    done = told.done or (kept is not None and kept.done)
    credit = max(told.credit, kept.credit if kept is not None else 0.0)
    Progress.objects.update_or_create(
        member=member,
        lab=told.lab,
        part=told.part,
        defaults={"done": done, "credit": credit, "failed": [] if told.done else list(told.failed)},
    )


def board_of(classroom: Classroom) -> Board:
    """Everything that has been reported, without those who were removed; the class's own lab comes first."""
    pk = classroom.pk
    found = Progress.objects.filter(member__classroom_id=pk, member__removed=False)
    reports = list(found.select_related("member").order_by("member__number", "pk"))
    labs = dict.fromkeys((*labs_of(classroom), *(r.lab for r in sorted(reports, key=lambda r: r.pk))))
    rows: dict[int, list[Progress]] = {}
    for one in reports:
        rows.setdefault(one.member_id, []).append(one)
    failing = Counter((r.lab, r.part, check) for r in reports if not r.done for check in r.failed)
    most = sorted(failing.items(), key=lambda item: (-item[1], item[0]))[:MOST_FAILING]
    return Board(
        labs=tuple(labs),
        rows=tuple(_row(parts) for parts in rows.values()),
        failing=tuple(BoardFailing(*check, members) for check, members in most),
    )


def labs_of(classroom: Classroom) -> tuple[str, ...]:
    """The lab that a class was made from."""
    return (classroom.lesson["slug"],) if classroom.lesson else ()


def _row(parts: list[Progress]) -> BoardRow:
    labs: dict[str, list[BoardPart]] = {}
    for one in parts:
        labs.setdefault(one.lab, []).append(BoardPart(one.part, one.done, one.credit, tuple(one.failed)))
    member = parts[0].member
    latest = max(parts, key=lambda one: one.reported)
    return BoardRow(member.pk, str(member), {lab: tuple(all_) for lab, all_ in labs.items()}, latest.lab)
