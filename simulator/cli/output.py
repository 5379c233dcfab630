"""Printing: text from manifests made harmless for a terminal, and a little colour where it is wanted."""

import os
import sys

BOLD = "1"
DIM = "2"
RED = "31"
GREEN = "32"


def clean(text: str) -> str:
    """Control characters written out, so that no name in a manifest can steer a terminal. One line stays one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def coloured() -> bool:
    """Whether standard output is a terminal that wants colour (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if coloured() else text


def write(line: str = "") -> None:
    sys.stdout.write(line + "\n")


def write_bytes(data: bytes) -> None:
    """One line of JSON."""
    write(data.decode())


def warn(line: str) -> None:
    sys.stderr.write(clean(line) + "\n")
