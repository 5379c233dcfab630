"""A lab's Markdown as HTML. HTML in it stays text, and what comes out is cleaned once more."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "em", "strong", "code", "pre", "ul", "ol", "li", "a", "br", "h3", "h4", "blockquote", "table", "thead",
        "tbody", "tr", "th", "td"}  # fmt: skip
ATTRIBUTES = {"a": {"href"}}


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


@lru_cache(maxsize=1024)
def html(text: str) -> str:
    """Paragraphs, lists, code, tables and links to other pages."""
    return _clean(_reader().render(text)).strip()


@lru_cache(maxsize=4096)
def words(text: str) -> str:
    """One line of it: emphasis, code and links."""
    return _clean(_reader().renderInline(text)).strip()


def _clean(made: str) -> str:
    return nh3.clean(
        made, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener noreferrer"
    )
