"""Words of the page stand in the browser's catalogue: no module of static/src says any by itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[1] / "static" / "src"
MODULES = sorted(path for path in SOURCES.rglob("*.ts") if path.parent.name != "texts" and path.name != "protocol.ts")
SPOKEN = r"""["']?(?:aria-label|aria-description|title|placeholder|alt|label)["']?"""
SINKS = (
    re.compile(rf"""(?<![\w.-]){SPOKEN}\s*:\s*(?=["'`])"""),
    re.compile(rf"""setAttribute\(\s*{SPOKEN}\s*,\s*(?=["'`])"""),
    re.compile(r"""\.(?:textContent|innerText|title|placeholder|ariaLabel)\s*=\s*(?=["'`])"""),
)
ELEMENT = re.compile(r"""(?<![\w.])h\(\s*(?=["'])""")
PART = re.compile(r"""\$\{[^}]*\}|\\.|[\w-]+(?:\.[\w-]+)+""")
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
OF_THE_TRADE = re.compile(
    r"(?:netviz|NetViz|TCP|UDP|SCTP|ICMP|ARP|IP|ttl|VNI|VXLAN|dev|via|eth0|mono|SNAT|DNAT|NAT|GET|POST|HTTP|URL|MTU|kB|ms|chain|Shift|Enter|Esc)"
)
"""Names and abbreviations that are the same in every language."""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCES).as_posix())
def test_a_module_says_nothing_outside_the_catalogue(module: Path) -> None:
    assert [text for text in said(module.read_text(encoding="utf-8")) if not _of_the_trade(text)] == []


def test_what_is_said_is_found() -> None:
    source = """
      // "a comment"
      button.textContent = "Close";
      h("button", { class: "quiet round", "aria-label": `Remove ${name}` }, icon("x"), done ? "Let in" : t("door"));
      h("p", { title: t("kept.title") }, h("b", {}, "Bold words"), `${at + 1} of ${total}`);
    """
    assert list(said(source)) == ["Close", "Remove ${name}", "Let in", "Bold words", "${at + 1} of ${total}"]


def said(source: str) -> Iterator[str]:
    """The literals that a reader would see or hear: in attributes that are spoken, as content, as children of h()."""
    source = re.sub(r"^\s*(?://|\*|/\*).*$", "", source, flags=re.MULTILINE)
    found: dict[int, str] = {}
    for sink in SINKS:
        for match in sink.finditer(source):
            found[match.end()] = _literal(source, match.end())
    for match in ELEMENT.finditer(source):
        found |= _children(source, match.end())
    for at in sorted(found):
        yield found[at]


def _children(source: str, at: int) -> dict[int, str]:
    """Literals among the third and later arguments of the call whose arguments begin here, not inside other calls."""
    found: dict[int, str] = {}
    depth = argument = 0
    while depth >= 0 and at < len(source):
        character = source[at]
        if character in "\"'`":
            text = _literal(source, at)
            if depth == 0 and argument >= 2 and _stands_alone(source, at, at + len(text) + 2):
                found[at] = text
            at += len(text) + 1
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            argument += 1
        at += 1
    return found


def _stands_alone(source: str, start: int, end: int) -> bool:
    """Neither compared with anything nor the key of a look-up."""
    before, after = source[:start].rstrip(), source[end:].lstrip()
    return not before.endswith("=") and not after.startswith(("=", "!="))


def _literal(source: str, at: int) -> str:
    """The text between the quotes that begin here; a template's holes may hold templates of their own."""
    quote, start, holes = source[at], at + 1, 0
    at = start
    while source[at] != quote or holes:
        if source[at] == "\\":
            at += 1
        elif quote == "`" and source.startswith("${", at):
            holes += 1
        elif holes and source[at] == "}":
            holes -= 1
        at += 1
    return source[start:at]


def _of_the_trade(text: str) -> bool:
    plain = PART.sub(" ", text)
    return not [word for word in WORD.findall(plain) if not OF_THE_TRADE.fullmatch(word)]
