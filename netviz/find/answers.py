"""The answers to what is typed into the find box."""

from collections.abc import Iterator
from typing import assert_never

from netviz.find.addresses import address, port
from netviz.find.entries import GROUPS
from netviz.find.index import Index, group
from netviz.find.model import Found, FoundAnswer, FoundGroup
from netviz.find.question import (
    Address,
    Beside,
    Bottlenecks,
    Depends,
    Filter,
    Port,
    Question,
    Reach,
    Way,
    Words,
    question_of,
)
from netviz.find.relations import beside, bottlenecks, depends, reach, ways
from simulator.diagnostics import Problem
from simulator.origin import Origin

LEAST_WORD = 3
"""Shorter words are in too many lines of the manifests to be worth listing."""


def answer(index: Index, text: str, only: Filter, most: int, most_kinds: int) -> FoundAnswer:
    """What is asked, among what `only` lets through; at most `most` things of a kind."""
    question = question_of(text)
    found = _answer(index, question, only, most, most_kinds)
    if any(each.found for each in found.groups) or isinstance(question, Words):
        return found
    plain = _words(index, Words(tuple(text.lower().split())), only, most)
    return FoundAnswer(plain.groups, found.remark or plain.remark)


def _answer(index: Index, question: Question, only: Filter, most: int, most_kinds: int) -> FoundAnswer:
    match question:
        case Words():
            return _words(index, question, only, most)
        case Address():
            return FoundAnswer(tuple(address(index, question, most)))
        case Port():
            return FoundAnswer(tuple(port(index, question, most)))
        case Reach():
            return reach(index, question, most, most_kinds)
        case Way():
            return ways(index, question, most)
        case Beside():
            return beside(index, question, most)
        case Depends():
            return depends(index, question)
        case Bottlenecks():
            return bottlenecks(index, most)
        case _:
            assert_never(question)


def _words(index: Index, question: Words, only: Filter, most: int) -> FoundAnswer:
    only = only | question.only
    if not question.words and only == Filter():
        return FoundAnswer(())
    entries = index.with_words(question.words, only)
    groups = []
    for kind, title in GROUPS.items():
        own = [entry.what for entry in entries if entry.kind == kind]
        if own:
            groups.append(group(title, own, most))
    if only == Filter():
        groups += _texts(index, " ".join(question.words), most)
    return FoundAnswer(tuple(groups), "" if groups else "Nothing of that name here.")


def _texts(index: Index, words: str, most: int) -> Iterator[FoundGroup]:
    """Problems and lines of the manifests that say so."""
    told = [
        Found("problem", problem.message, problem.id, origin=_where(problem))
        for problem in index.problems
        if all(word in f"{problem.id} {problem.message} {problem.object or ''}".lower() for word in words.split())
    ]
    if told:
        yield group(GROUPS["problem"], told, most)
    if len(words) >= LEAST_WORD:
        total, lines = index.lines_with(words, most)
        if lines:
            yield group(GROUPS["line"], lines, most, total)


def _where(problem: Problem) -> Origin | None:
    return Origin(problem.object or "", "", problem.file, problem.line) if problem.file else None
