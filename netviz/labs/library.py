"""The labs that come with NetViz, and those of a folder of one's own."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from netviz.labs.files import LAB, from_folder
from netviz.labs.model import Lab, task_id
from netviz.labs.parse import parse
from netviz.labs.reading import Problems

CONTENT = Path(__file__).resolve().parent / "content"
OWN = "NETVIZ_LABS"
"""The environment variable that names a folder with more labs."""


def folders() -> list[Path]:
    """Each folder that has a lab, those of NetViz first; a slug that is there twice counts once."""
    own = os.environ.get(OWN)
    roots = [CONTENT, *([Path(own)] if own else [])]
    found = [folder.parent for root in roots for folder in sorted(root.glob(f"*/{LAB}"))]
    return list({folder.name: folder for folder in reversed(found)}.values())[::-1]


def labs() -> tuple[Lab, ...]:
    """The labs as their authors wrote them, in the order of the course."""
    found = (load(folder.name) for folder in folders())
    return tuple(sorted((lab for lab in found if lab is not None), key=_order))


def _order(lab: Lab) -> tuple[int, int, str]:
    return (lab.session or 99, lab.number or 999, lab.slug)


def load(slug: str, seed: int = 0) -> Lab | None:
    """A variant of a lab; None where there is none of that name."""
    folder = next((one for one in folders() if one.name == slug), None)
    return None if folder is None else _parsed(slug, str(folder), _changed(folder), seed)


def _changed(folder: Path) -> int:
    """When something in a folder was changed last."""
    return max((path.stat().st_mtime_ns for path in _files(folder)), default=0)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@lru_cache(maxsize=256)
def _parsed(slug: str, folder: str, changed: int, seed: int) -> Lab | None:
    problems = Problems()
    return parse(slug, files_of(Path(folder), problems), seed, problems)


def files_of(folder: Path, problems: Problems) -> dict[str, str]:
    return from_folder(folder, problems)


def tasks(lab: Lab) -> list[str]:
    """The ids that progress in a lab is kept under, in order."""
    return [task_id(screen.task, at) for at, screen in enumerate(lab.screens)]
