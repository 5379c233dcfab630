"""A trace as one HTML file that plays it without a server.

Script and style are the site's own; the file's policy lets exactly these run, by their hashes, and lets nothing be
fetched from anywhere. What was traced lies beside them as JSON in which no "<" can end an element (HTML standard,
"Restrictions for contents of script elements").
"""

import base64
import hashlib
import html
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from simulator.origin import Origins
from simulator.steps import Step
from simulator.trace.encode import to_json
from simulator.trace.export.words import legible
from simulator.trace.model import Trace

AROUND = 4
"""So many lines before and after one that caused something are told."""

_NEVER_MARKUP = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_CLOSING = ("</script", "<!--", "</style")


class Player(NamedTuple):
    """The built page: what plays a trace, and how it looks."""

    script: str
    style: str


class Spoken(NamedTuple):
    """The question in the words of whoever asked."""

    source: str
    target: str
    protocol: str


def page(trace: Trace, asked: Spoken, graph: bytes, texts: Mapping[str, str], player: Player) -> bytes:
    """The whole file. `graph` is what the picture is drawn from, as JSON; `texts` are the manifests, masked."""
    kept = {
        "graph": msgspec.Raw(graph),
        "trace": msgspec.Raw(to_json(trace)),
        "files": excerpts(trace, texts),
        "asked": {"from": asked.source, "to": asked.target, "protocol": asked.protocol},
    }
    title = html.escape(legible(f"{asked.source} to {asked.target}: {trace.disposition.value} · NetViz"))
    script, style = inline(player.script), inline(player.style)
    parts = (
        "<!doctype html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script, style)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<link rel="icon" href="data:,">',
        f"<title>{title}</title>",
        f"<style>{style}</style>",
        "<body>",
        "<noscript>This page plays a trace, and needs JavaScript to do so. It loads nothing from anywhere.</noscript>",
        f'<script type="application/json" id="netviz-replay">{data(msgspec.json.encode(kept))}</script>',
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    )
    return ("\n".join(parts) + "\n").encode(errors="replace")


def policy(script: str, style: str) -> str:
    """What the file may do: run its own script, wear its own style, draw what it holds itself."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "font-src data:; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def inline(text: str) -> str:
    """Code that can stand between two tags; the parser of HTML would make line feeds of carriage returns."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    found = next((word for word in _CLOSING if word in text.lower()), None)
    if found is not None:
        raise AssertionError(f"the page's own code holds {found}")
    return text


def data(encoded: bytes) -> str:
    """JSON in which nothing is markup: within strings, the only place of these signs, they may be written so."""
    return "".join(_NEVER_MARKUP.get(sign, sign) for sign in encoded.decode())


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


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
