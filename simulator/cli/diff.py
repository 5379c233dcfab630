"""netviz diff: which flows two states of a cluster answer differently. Exit 1 when something changes."""

import argparse
from collections.abc import Iterator

from simulator.analysis.diff.compare import Comparison, Difference, Fork, compare
from simulator.cli.inputs import load
from simulator.cli.output import BOLD, DIM, GREEN, clean, paint, write, write_bytes

OK, CHANGED = 0, 1
ARROWS = {"verdict": "ends", "endpoints": "answered by", "source": "server sees", "path": "goes by"}


def run(args: argparse.Namespace) -> int:
    old, new = (load([path], args.settings) for path in (args.old, args.new))
    found = compare(old, new)
    if args.format == "json":
        from simulator.trace.encode import to_json

        write_bytes(to_json(found))
    else:
        for line in _markdown(found) if args.format == "markdown" else _text(found):
            write(line)
    return CHANGED if found.differences else OK


def _text(found: Comparison) -> Iterator[str]:
    for difference in found.differences:
        yield paint(clean(str(difference.question)), BOLD)
        for change in difference.changes:
            yield f"  {ARROWS[change.what]:<12} {_list(change.old)}  ->  {_list(change.new)}"
        if difference.fork is not None:
            yield from (paint(f"  {line}", DIM) for line in _fork(difference.fork))
    yield _summary(found)


def _summary(found: Comparison) -> str:
    count = len(found.differences)
    told = f"{count} of {found.asked} flows change." if count else f"None of {found.asked} flows changes."
    rest = f" {found.left_out} more were not compared." if found.left_out else ""
    return (told if count else paint(told, GREEN)) + rest


def _fork(fork: Fork) -> Iterator[str]:
    for word, place in (("before", fork.old), ("now", fork.new)):
        where = f"{place.netns} {place.device or ''}".strip() if place else ""
        yield clean(
            f"step {fork.step}, {word}: {where}: {place.said}" if place else f"step {fork.step}, {word}: nothing"
        )


def _list(words: tuple[str, ...]) -> str:
    return clean(", ".join(words)) or "nobody"


def _markdown(found: Comparison) -> Iterator[str]:
    """A table for a review; what names say is text, never markup."""
    yield "| flow | what | before | now | first step that differs |"
    yield "|---|---|---|---|---|"
    for difference in found.differences:
        yield from _rows(difference)
    yield ""
    yield _summary(found)


def _rows(difference: Difference) -> Iterator[str]:
    fork = difference.fork
    first = " / ".join(_cell(line) for line in _fork(fork)) if fork else ""
    for change in difference.changes:
        cells = (str(difference.question), change.what, _list(change.old), _list(change.new))
        yield f"| {' | '.join(_cell(cell) for cell in cells)} | {first} |"


def _cell(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|~" else c for c in clean(text))
