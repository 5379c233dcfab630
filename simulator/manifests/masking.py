"""Secrets: their values are masked in the text itself, on the same lines, before anything is kept.

Line by line and by indentation, not by parsing: it has to hold for text that does not parse, too.
"""

import itertools
import json
import re
from typing import Any

DOT = "•"
_KIND = re.compile(r"""["']?kind["']?\s*:\s*["']?Secret(?:List)?["']?\s*(?:,|$|#|\})""", re.MULTILINE)
_BLOCK = re.compile(r"""^(?P<indent>\s*(?:-\s+)*)["']?(?:data|stringData)["']?\s*:(?P<rest>.*)$""")
_LAST_APPLIED = re.compile(r"""kubectl\.kubernetes\.io/last-applied-configuration["']?\s*:""")
_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)


def mask_secrets(text: str) -> str:
    """The text with every value of every Secret as dots; as many lines as before."""
    if "Secret" not in text:
        return text
    starts = [0, *(m.start() for m in _SEPARATOR.finditer(text) if m.start()), len(text)]
    parts = [text[a:b] for a, b in itertools.pairwise(starts)]
    return "".join(_mask_document(part) for part in parts)


def _mask_document(part: str) -> str:
    if not _KIND.search(part) and not ("Secret" in part and _LAST_APPLIED.search(part)):
        return part
    lines = part.split("\n")
    masked = _mask_json(part) if part.lstrip().startswith(("{", "[")) else None
    if masked is not None:
        return masked
    return "\n".join(_mask_lines(lines))


def _mask_lines(lines: list[str]) -> list[str]:
    """Everything below data: and stringData:, and the copies that kubectl apply leaves in annotations."""
    found: list[str] = []
    inside: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if inside is not None and line.strip() and indent <= inside and not line.lstrip().startswith("#"):
            inside = None
        if inside is not None:
            found.append(_mask_value(line))
            continue
        block = _BLOCK.match(line)
        if block is not None:
            inside = len(block["indent"])
            rest = block["rest"]
            found.append(line[: len(line) - len(rest)] + (_dots(rest) if rest.strip() else rest))
        elif _LAST_APPLIED.search(line):
            inside = indent
            head, _, rest = line.partition("last-applied-configuration")
            colon = rest.find(":") + 1
            value = rest[colon:]
            block_style = value.strip() in ("|", ">", "|-", ">-", "|+", ">+", "")
            found.append(head + "last-applied-configuration" + rest[:colon] + (value if block_style else _dots(value)))
        else:
            found.append(line)
    return found


def _mask_value(line: str) -> str:
    """Dots for what may be a value: behind the first colon of a key, else the whole line."""
    match = re.match(r"""^(\s*(?:["']?[\w.-]+["']?)\s*:)(\s.*|)$""", line)
    if match is None:
        return _dots(line)
    value = match[2]
    return match[1] + (value if value.strip() in ("", "|", ">", "|-", ">-", "|+", ">+") else _dots(value))


def _dots(text: str) -> str:
    """White space stays, the rest becomes one dot a character, at most eight a word (the length is a secret too)."""
    return (
        re.sub(r"\S+", f'"{DOT * 8}"', text, count=1).split(f'"{DOT * 8}"')[0] + f'"{DOT * 8}"'
        if text.strip()
        else text
    )


def _mask_json(part: str) -> str | None:
    """JSON keeps its lines: each string value inside a Secret's data is replaced where it stands."""
    try:
        value = json.loads(part)
    except ValueError:
        return None
    secrets: set[str] = set()
    _collect(value, secrets)
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            part = part.replace(json.dumps(secret), f'"{DOT * 8}"').replace(
                json.dumps(secret, ensure_ascii=False), f'"{DOT * 8}"'
            )
    return part


def _collect(value: Any, secrets: set[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, secrets)
    elif isinstance(value, dict):
        if value.get("kind") == "Secret":
            for key in ("data", "stringData"):
                held = value.get(key)
                if isinstance(held, dict):
                    secrets.update(v for v in held.values() if isinstance(v, str))
            annotations = (
                (value.get("metadata") or {}).get("annotations") if isinstance(value.get("metadata"), dict) else None
            )
            if isinstance(annotations, dict):
                secrets.update(v for k, v in annotations.items() if "last-applied" in k and isinstance(v, str))
        for item in value.values():
            _collect(item, secrets)
