"""A presenter's notes: one Markdown text; a heading "Step 7" or "Steps 7-9" says where the notes below it belong."""

import re
from functools import cache

import msgspec
import nh3
from markdown_it import MarkdownIt

_STEPS = re.compile(r"^#{1,6}\s+steps?\s+(\d{1,6})(?:\s*(?:-|\u2013|to)\s*(\d{1,6}))?\s*#*\s*$", re.IGNORECASE)
_TAGS = {
    "a", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6",
    "br", "hr", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Note(msgspec.Struct, frozen=True):
    """HTML that is safe to show, for the steps from `first` to `last` as people count them; 0 to 0: for all."""

    first: int
    last: int
    html: str


def notes_of(text: str) -> list[Note]:
    """The notes in the order they stand."""
    found: list[Note] = []
    first = last = 0
    lines: list[str] = []
    for line in [*text.splitlines(), "# Step 0"]:
        heading = _STEPS.match(line)
        if heading is None:
            lines.append(line)
            continue
        if "".join(lines).strip():
            found.append(Note(first, last, rendered("\n".join(lines))))
        first = int(heading[1])
        last = int(heading[2] or first)
        lines = []
    return found


def rendered(markdown: str) -> str:
    """Markdown as HTML: none of its own HTML, no pictures, links that lead outside."""
    html = _markdown().render(markdown)
    return nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"})


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
