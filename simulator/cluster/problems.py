"""Collecting what is wrong with a cluster, each with the manifest line that it is about."""

from collections.abc import Iterable, Sequence

from simulator.diagnostics import Level, Problem
from simulator.manifests.manifest import Manifest, Path

SHOWN = 3
"""So many names are listed in a message, the rest is counted."""


class Problems:
    """Problems found so far, in no particular order; `ordered` is by place."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def error(self, id_: str, message: str, hint: str, manifest: Manifest, path: Path = ()) -> None:
        """What the API server would refuse, or what can't work."""
        self.add(Level.ERROR, id_, message, hint, manifest, path)

    def warning(self, id_: str, message: str, hint: str, manifest: Manifest, path: Path = ()) -> None:
        """What is most likely not meant."""
        self.add(Level.WARNING, id_, message, hint, manifest, path)

    def info(self, id_: str, message: str, hint: str, manifest: Manifest, path: Path = ()) -> None:
        """What is good to know."""
        self.add(Level.INFO, id_, message, hint, manifest, path)

    def add(self, level: Level, id_: str, message: str, hint: str, manifest: Manifest | None, path: Path = ()) -> None:
        if manifest is None:
            self._found.append(Problem(level, id_, message, hint, None, None))
            return
        mark = manifest.mark(path)
        self._found.append(
            Problem(level, id_, message, hint, manifest.file, mark.line, mark.column, manifest.ref)
        )  # fmt: skip

    def extend(self, others: "Problems") -> None:
        """Take over what others have found."""
        self._found += others.ordered()

    def ordered(self) -> tuple[Problem, ...]:
        """By file and line, each once."""
        found = dict.fromkeys(self._found)
        return tuple(sorted(found, key=lambda p: (p.file or "", p.line or 0, p.column or 0, p.id, p.message)))


def listed(names: Iterable[str], shown: int = SHOWN) -> str:
    """ "a, b, c and 4 more"."""
    every: Sequence[str] = list(names)
    head = ", ".join(every[:shown])
    return head if len(every) <= shown else f"{head} and {len(every) - shown} more"
