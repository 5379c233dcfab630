"""A text to its documents, before anything is parsed: at `---`, and between the values of a JSON stream."""

import itertools
import json
import re
from collections.abc import Iterator

_SEPARATOR = re.compile(r"(?:^|(?<=[\x85\u2028\u2029]))---(?=\s|$)", re.MULTILINE)
_SPACE = re.compile(r"\s*")


def split(text: str) -> Iterator[tuple[str, int]]:
    """The parts, which together are the text again, and the line (from 0) at which each starts."""
    starts = [m.start() for m in _SEPARATOR.finditer(text)]
    line = 0
    for begin, end in itertools.pairwise([0, *(s for s in starts if s), len(text)]):
        for part in _json_values(text[begin:end]):
            yield part, line
            line += part.count("\n")


def _json_values(part: str) -> Iterator[str]:
    """One part a value where JSON values follow each other, as kubectl reads them; else the part as it is.

    apimachinery pkg/util/yaml/decoder.go:YAMLOrJSONDecoder
    """
    begin, end = 0, 0
    decoder = json.JSONDecoder()
    while part.startswith("{", start := _SPACE.match(part, end).end()):  # type: ignore[union-attr]
        if end:
            yield part[begin:start]
            begin = start
        try:
            end = decoder.raw_decode(part, start)[1]
        except (ValueError, RecursionError):
            break
    yield part[begin:]
