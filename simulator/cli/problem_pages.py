"""The page of a problem: docs/problems/ID.md, in a checkout or beside the installed site."""

import re
from pathlib import Path

import msgspec

from simulator.cli.check import FOLDER

ROOT = Path(__file__).resolve().parents[2]
PLACES = (ROOT / FOLDER, ROOT / "netviz" / FOLDER)
_HEAD = re.compile(r"# `[^`]+`: (.+)\n+Level: .+\n+")


class ProblemPage(msgspec.Struct, frozen=True):
    """`text` is Markdown, without title and level."""

    title: str
    text: str
    uri: str


def page_of(id_: str, base: str | None) -> ProblemPage | None:
    """`base`: where docs/problems is published, if that is known; else the page is a file."""
    path = next((place / f"{id_}.md" for place in PLACES if (place / f"{id_}.md").is_file()), None)
    if path is None:
        return None
    text = path.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    if head is None:
        return None
    uri = f"{base.rstrip('/')}/{id_}.md" if base else path.as_uri()
    return ProblemPage(head[1], text[head.end() :].strip(), uri)
