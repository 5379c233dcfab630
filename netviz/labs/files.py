"""The files of a lab: from a folder or an archive to texts by path."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from netviz.labs.reading import Problems

TEXT_ENDINGS = (".md", ".yaml", ".yml", ".json")
LAB, CHECKS = "lab.md", "checks.yaml"
MOST_FILES = 200
MOST_BYTES = 1024 * 1024


def from_folder(folder: Path, problems: Problems) -> dict[str, str]:
    """Every text of a folder by its path in there, hidden files left out."""
    if not folder.is_dir():
        problems.tell(
            "lab-missing", f"{folder} is no folder.", f"A lab is a folder with {LAB} in it.", str(folder), None
        )
        return {}
    inside = sorted(path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder).as_posix(), path) for path in inside)
    return texts(((name, path.read_bytes()) for name, path in named if _counts(name)), problems, folder.name)


def texts(files: Iterable[tuple[str, bytes]], problems: Problems, label: str) -> dict[str, str]:
    """Texts by path; what is too much or no text is a problem."""
    found: dict[str, str] = {}
    size = 0
    for name, data in files:
        size += len(data)
        if len(found) >= MOST_FILES or size > MOST_BYTES:
            limits = f"A lab has at most {MOST_FILES} files of {MOST_BYTES // 1024} KiB in all."
            problems.tell("lab-too-large", "This lab is too large.", limits, f"{label}/{name}", None)
            break
        try:
            found[name] = data.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError:
            problems.tell("lab-not-text", "This file is no text.", "Save it as UTF-8.", f"{label}/{name}", None)
    return found


def _counts(name: str) -> bool:
    return name.endswith(TEXT_ENDINGS) and not any(part.startswith((".", "__")) for part in name.split("/"))


def folders(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The manifests by folder ("" for the lab's own), each by its path in there."""
    found: dict[str, dict[str, str]] = {}
    for name, text in files.items():
        if name.endswith((".yaml", ".yml", ".json")) and name != CHECKS:
            folder, _, rest = name.rpartition("/")
            found.setdefault(folder, {})[rest] = text
    return found


def home(held: Mapping[str, dict[str, str]]) -> str:
    """The folder of the manifests where a task names none."""
    return "manifests" if "manifests" in held else ""
