"""Our own documents as pages: the part of Markdown that docs/ is written in, as blocks for a template to write.

Nothing here makes HTML; the template escapes every word.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
from django.conf import settings
from django.urls import reverse

_INLINE = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<code>[^`]+)`|\[(?P<link>[^\]]+)\]\((?P<href>[^)\s]+)\)")
_WEB = ("https://", "http://", "#")
_PAGE = re.compile(r"(?:problems/)?(?P<name>[a-z0-9-]+)\.md")


class Span(msgspec.Struct, frozen=True):
    """Words of one kind: plain, strong, code or link."""

    kind: str
    text: str
    href: str = ""


Spans = tuple[Span, ...]


class Block(msgspec.Struct, frozen=True):
    """A heading, a paragraph, a list, a table or a piece of code. `rows` are a table's, `items` a list's."""

    kind: str
    spans: Spans = ()
    level: int = 0
    anchor: str = ""
    items: tuple[Spans, ...] = ()
    rows: tuple[tuple[Spans, ...], ...] = ()


def document(name: str) -> tuple[Block, ...]:
    """The document docs/<name>.md. It is read again when it has changed."""
    path = settings.NETVIZ_DOCUMENTS / f"{name}.md"
    return _read(path, path.stat().st_mtime_ns)


def problem_file(name: str) -> Path:
    """Where the page of a problem is, if there is such a problem."""
    return settings.NETVIZ_DOCUMENTS / "problems" / f"{name}.md"


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> tuple[Block, ...]:
    return tuple(blocks(path.read_text(encoding="utf-8")))


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a document; between two of them is an empty line, a fence or a heading."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    for at, part in enumerate(re.split(r"^```.*\n", text, flags=re.MULTILINE)):
        if at % 2:
            yield Block("code", (Span("plain", part.rstrip("\n")),))
            continue
        for piece in re.split(r"\n\s*\n", part):
            lines = [line for line in piece.split("\n") if line.strip()]
            yield from _piece(lines)


def _piece(lines: Sequence[str]) -> Iterator[Block]:
    if lines and lines[0].startswith("#"):
        marks, _, words = lines[0].partition(" ")
        yield Block("heading", spans(words), level=len(marks), anchor=anchor(words))
        lines = lines[1:]
    if not lines:
        return
    if lines[0].startswith("|"):
        rows = [_cells(line) for line in lines if not re.fullmatch(r"[|\s:-]+", line)]
        yield Block("table", rows=tuple(rows))
    elif lines[0].startswith(("- ", "* ")):
        yield Block("list", items=tuple(spans(item) for item in _items(lines)))
    else:
        yield Block("paragraph", spans(" ".join(line.strip() for line in lines)))


def _items(lines: Sequence[str]) -> Iterator[str]:
    """The items of a list; a line that begins none goes on with the one before it."""
    item = ""
    for line in lines:
        if line.startswith(("- ", "* ")):
            if item:
                yield item
            item = line[2:]
        else:
            item += " " + line.strip()
    yield item


def _cells(line: str) -> tuple[Spans, ...]:
    return tuple(spans(cell.strip().replace(r"\|", "|")) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))


def anchor(words: str) -> str:
    """What a heading is called in an address."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def spans(text: str) -> Spans:
    """A line's words by kind. A link to another document of ours is plain words unless it is a problem's page."""
    found, end = [], 0
    for match in _INLINE.finditer(text):
        if match.start() > end:
            found.append(Span("plain", text[end : match.start()]))
        found.append(_span(match))
        end = match.end()
    if end < len(text):
        found.append(Span("plain", text[end:]))
    return tuple(found)


def _span(match: re.Match[str]) -> Span:
    kind = match.lastgroup or ""
    if kind != "href":
        return Span(kind, match[kind])
    href, words = match["href"], match["link"].replace("`", "")
    if href.startswith(_WEB):
        return Span("link", words, href)
    page = _PAGE.fullmatch(href)
    if page and problem_file(page["name"]).is_file():
        return Span("link", words, reverse("problem", args=[page["name"]]))
    return Span("plain", words)
