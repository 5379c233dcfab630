"""QR codes as plain path data, for a template to draw: no script, no picture from elsewhere."""

from typing import NamedTuple

import segno

QUIET = 4
"""Empty modules around a code, as the standard wants them."""


class Symbol(NamedTuple):
    """A square of `size` modules with its quiet zone, and the dark ones as an SVG path."""

    size: int
    path: str


def symbol(text: str) -> Symbol:
    rows = list(segno.make(text, error="m", micro=False).matrix)
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in _runs([bool(module) for module in row])
    )
    return Symbol(len(rows) + 2 * QUIET, path)


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules stand side by side: first one and how many."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((x, 1))
    return found
