"""A file to documents: whole where it is sound, else document by document, so that a broken one loses only itself."""

import itertools
from collections.abc import Iterator

import msgspec
import yaml

from simulator.diagnostics import Level, Problem
from simulator.manifests.builder import Built, build_all
from simulator.manifests.limits import LimitExceeded, Limits
from simulator.manifests.masking import is_withheld
from simulator.manifests.recognise import explain_unreadable, explain_withheld
from simulator.manifests.split import split


class Document(msgspec.Struct, frozen=True):
    """A document and the line (from 0) of its file at which its own lines start to count."""

    built: Built
    offset: int


def documents(text: str, file: str, limits: Limits, problems: list[Problem]) -> Iterator[Document]:
    """Every document that can be read; the others become problems."""
    if not is_withheld(text):
        try:
            yield from [Document(built, 0) for built in itertools.islice(build_all(text, limits), limits.documents + 1)]
            return
        except (yaml.YAMLError, LimitExceeded, RecursionError):
            pass  # Read document by document, below, so that only the broken ones are lost.
    for part, offset in split(text):
        if is_withheld(part):
            problems.append(explain_withheld(part, file, offset))
        else:
            yield from _one(part, offset, file, limits, problems)


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
