"""A file to documents: whole where it is sound, else document by document, so that a broken one loses only itself."""

import itertools
import re
from collections.abc import Iterator

import msgspec
import yaml

from simulator.diagnostics import Level, Problem
from simulator.manifests.builder import Built, build_all
from simulator.manifests.limits import LimitExceeded, Limits
from simulator.manifests.recognise import explain_unreadable

SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)


class Document(msgspec.Struct, frozen=True):
    """A document and the line (from 0) of its file at which its own lines start to count."""

    built: Built
    offset: int


def documents(text: str, file: str, limits: Limits, problems: list[Problem]) -> Iterator[Document]:
    """Every document that can be read; the others become problems."""
    try:
        yield from [Document(built, 0) for built in build_all(text, limits)]
    except (yaml.YAMLError, LimitExceeded, RecursionError):
        for part, offset in split(text):
            yield from _one(part, offset, file, limits, problems)


def split(text: str) -> Iterator[tuple[str, int]]:
    """The text between separators, and the line at which it starts."""
    starts = [m.start() for m in SEPARATOR.finditer(text)]
    cuts = [0, *(s for s in starts if s), len(text)]
    line = 0
    for begin, end in itertools.pairwise(cuts):
        part = text[begin:end]
        yield part, line
        line += part.count("\n")


def _one(part: str, offset: int, file: str, limits: Limits, problems: list[Problem]) -> Iterator[Document]:
    try:
        yield from [Document(built, offset) for built in build_all(part, limits)]
    except LimitExceeded as exceeded:
        line = None if exceeded.line is None else exceeded.line + offset
        problems.append(LimitExceeded(exceeded.limit, exceeded.allowed, line).problem(file))
    except yaml.YAMLError as error:
        problems.append(explain_unreadable(part, error, file, offset))
    except RecursionError:
        problems.append(
            Problem(
                Level.ERROR,
                "limit-depth",
                "This document is nested too deeply to be read.",
                "No Kubernetes object is; look for a stray bracket.",
                file,
                offset + 1,
            )
        )
