"""A trace as one HTML file that plays it without a server.

Script and style are the site's own; the file's policy lets exactly these run, by their hashes, and lets nothing be
fetched from anywhere. What was traced lies beside them as JSON in which no "<" can end an element (HTML standard,
"Restrictions for contents of script elements").
"""

import base64
import hashlib
import html
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from simulator.trace.encode import to_json
from simulator.trace.export.excerpts import excerpts
from simulator.trace.export.words import legible
from simulator.trace.model import Trace

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


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
