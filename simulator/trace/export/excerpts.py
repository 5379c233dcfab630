"""The lines of the manifests that a trace points at, with those around them."""

from collections.abc import Iterable, Mapping, Sequence

from simulator.origin import Origins
from simulator.steps import Step
from simulator.trace.model import Trace

AROUND = 4
"""So many lines before and after one that caused something are told."""


def excerpts(trace: Trace, texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """By file and number the lines that the trace points at, and a few around them."""
    wanted: dict[str, set[int]] = {}
    for file, line in _places(trace):
        wanted.setdefault(file, set()).update(range(max(1, line - AROUND), line + AROUND + 1))
    return {file: _chosen(texts[file].split("\n"), lines) for file, lines in wanted.items() if file in texts}


def _chosen(text: Sequence[str], lines: Iterable[int]) -> dict[str, str]:
    return {str(number): text[number - 1] for number in sorted(lines) if number <= len(text)}


def _places(trace: Trace) -> Iterable[tuple[str, int]]:
    steps: Iterable[Step] = (step for leg in trace.legs for step in leg.steps)
    origins: Iterable[Origins] = ((*s.origins, *(s.matched.origins if s.matched else ())) for s in steps)
    found = dict.fromkeys((o.file, o.line) for all_of_step in origins for o in all_of_step)
    why = trace.explanation
    if why is not None and why.file is not None:
        found[why.file, why.line] = None
    return [(file, line) for file, line in found if line is not None]
