"""ingress-nginx's snippets: lines of nginx.conf in an annotation. Those are read that change headers or answer.

ngx_http_headers_module, ngx_headers_more (more_set_headers), ngx_http_proxy_module (proxy_set_header),
ngx_http_rewrite_module (return). The rest is left out.
"""

import shlex
from collections.abc import Iterator, Mapping

from simulator.origin import Origins
from simulator.programs.routes import Answer, Filter, HeaderChange, Redirect


def directives(snippet: str) -> Iterator[tuple[str, ...]]:
    """Words of each directive; a block ({ ... }) is none that could be read."""
    lines = (line for line in snippet.splitlines() if not line.lstrip().startswith("#"))
    for piece in "\n".join(lines).split(";"):
        try:
            found = tuple(shlex.split(piece))
        except ValueError:
            found = (piece.strip(),)
        if found:
            yield found


def filters(snippet: str, known: Mapping[str, str], origins: Origins) -> Iterator[Filter]:
    """`known` are the variables of the location."""
    for name, value in known.items():
        snippet = snippet.replace(f"${name}", value)
    for name, *words in directives(snippet):
        match name, words:
            case "more_set_headers", [*values] if values:
                pairs = tuple(_pair(value) for value in values if ":" in value)
                yield HeaderChange(set=pairs, response=True, variables=True, origins=origins)
            case "add_header", [header, value, *_]:
                yield HeaderChange(add=((header, value),), response=True, variables=True, origins=origins)
            case "proxy_set_header", [header, value]:
                yield HeaderChange(set=((header, value),), variables=True, origins=origins)
            case "return", [code, *rest] if code.isdigit():
                yield _return(int(code), " ".join(rest), origins)


def _pair(value: str) -> tuple[str, str]:
    name, _, rest = value.partition(":")
    return name.strip(), rest.strip()


def _return(code: int, rest: str, origins: Origins) -> Filter:
    if rest and code in (301, 302, 303, 307, 308):
        return Redirect(location=rest, status=code, origins=origins)
    return Answer(code, f"A snippet answers by itself: {code}.", origins=origins)
