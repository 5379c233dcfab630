"""Comparing two answers: what changes, and the first step that is another one."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec

from simulator.analysis.diff.answers import Answer, Place, Way, answer
from simulator.analysis.diff.flows import Question, questions
from simulator.cluster.addons import with_addons
from simulator.compilers import compile_network

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

MAX_QUESTIONS = 1000


class Fork(msgspec.Struct, frozen=True):
    """The first step that differs, counted from 0; None where one of the ways had already ended."""

    step: int
    old: Place | None
    new: Place | None


class Change(msgspec.Struct, frozen=True):
    """One respect in which a flow differs: verdict, endpoints, source or path."""

    what: str
    old: tuple[str, ...]
    new: tuple[str, ...]


class Difference(msgspec.Struct, frozen=True):
    """A flow that is not what it was."""

    question: Question
    changes: tuple[Change, ...]
    fork: Fork | None


class Comparison(msgspec.Struct, frozen=True):
    """`asked` flows were compared, `left_out` were not, for there are too many."""

    asked: int
    left_out: int
    differences: tuple[Difference, ...]


def compare(old: "Cluster", new: "Cluster", limit: int = MAX_QUESTIONS) -> Comparison:
    """All flows of both clusters, at most `limit`."""
    every = questions(old, new)
    asked = every[:limit]
    worlds = [(world, compile_network(world)) for world in map(with_addons, (old, new))]

    def compared(question: Question, in_words: bool) -> Difference | None:
        before, after = (answer(world, network, question, in_words) for world, network in worlds)
        return differ(question, before, after)

    changed = [question for question in asked if compared(question, in_words=False) is not None]
    told = (compared(question, in_words=True) for question in changed)
    found = tuple(difference for difference in told if difference is not None)
    return Comparison(len(asked), len(every) - len(asked), found)


def differ(question: Question, old: Answer, new: Answer) -> Difference | None:
    """None where both answers are the same."""
    fork = _fork(old, new)
    changes = tuple(_changes(old, new))
    if not changes and fork is not None:
        changes = (Change("path", _through(old), _through(new)),)
    return Difference(question, changes, fork) if changes else None


def _changes(old: Answer, new: Answer) -> Iterator[Change]:
    for what, before, after in (
        ("verdict", old.endings, new.endings),
        ("endpoints", old.servers, new.servers),
        ("source", old.seen_as, new.seen_as),
    ):
        if before != after:
            yield Change(what, before, after)


def _fork(old: Answer, new: Answer) -> Fork | None:
    """Ways to the same server are held against each other, else the first against the first."""
    pairs = [(way, other) for way in old.ways for other in new.ways if way.server == other.server]
    if not pairs and old.ways and new.ways:
        pairs = [(old.ways[0], new.ways[0])]
    return next((fork for way, other in pairs if (fork := _first_difference(way, other)) is not None), None)


def _first_difference(old: Way, new: Way) -> Fork | None:
    for step, (before, after) in enumerate(zip_longest(old.path, new.path)):
        if before is None or after is None or before.key != after.key:
            return Fork(step, before, after)
    return None


def _through(answer: Answer) -> tuple[str, ...]:
    """The machines and devices on the way, each once."""
    if not answer.ways:
        return ()
    return tuple(dict.fromkeys(f"{p.netns}/{p.device}" if p.device else p.netns for p in answer.ways[0].path))
