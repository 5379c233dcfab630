"""The site's texts in other languages: locale/*/LC_MESSAGES/django.po, compiled to .mo without any tool of the system.

The package's build does it (hatch_build.py), and a checkout does it when it starts, for what has changed since. The
format of .mo is that of GNU gettext, "The Format of GNU MO Files"; Python's gettext reads it.
"""

import ast
import struct
from collections.abc import Iterator
from pathlib import Path

MAGIC = 0x950412DE
CONTEXT = "\x04"


def compile_stale(locale: Path) -> list[Path]:
    """Compile every catalogue below `locale` that is newer than what was made of it; those made are returned."""
    made = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.is_file() or target.stat().st_mtime < source.stat().st_mtime:
            target.write_bytes(compiled(source.read_text(encoding="utf-8")))
            made.append(target)
    return made


def compiled(po: str) -> bytes:
    """A catalogue as bytes: head, table of the originals, table of the translations, then all texts."""
    texts = {key.encode(): value.encode() for key, value in messages(po) if value}
    keys = sorted(texts)
    at = 7 * 4 + 16 * len(keys)
    tables: list[tuple[int, int]] = []
    body = b""
    for text in [*keys, *(texts[key] for key in keys)]:
        tables.append((len(text), at + len(body)))
        body += text + b"\0"
    head = struct.pack("<7I", MAGIC, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0)
    return head + b"".join(struct.pack("<2I", *place) for place in tables) + body


def messages(po: str) -> Iterator[tuple[str, str]]:
    """Original and translation of every entry, as .mo keeps them: context before, plurals after one another."""
    for entry in po.split("\n\n"):
        fields = _fields(entry)
        if "msgid" not in fields:
            continue
        key = fields["msgid"]
        if "msgctxt" in fields:
            key = fields["msgctxt"] + CONTEXT + key
        if "msgid_plural" in fields:
            forms = [text for name, text in fields.items() if name.startswith("msgstr[")]
            yield f"{key}\0{fields['msgid_plural']}", "\0".join(forms) if all(forms) else ""
        else:
            yield key, fields.get("msgstr", "")


def _fields(entry: str) -> dict[str, str]:
    """msgid, msgstr and their like of one entry; what is marked as fuzzy is only a guess, and left out."""
    fields: dict[str, str] = {}
    name = ""
    for line in entry.splitlines():
        if line.startswith("#"):
            if line.startswith("#,") and "fuzzy" in line:
                return {}
            continue
        if not line.startswith('"'):
            name, _, line = line.partition(" ")  # noqa: PLW2901
        if name and line:
            fields[name] = fields.get(name, "") + ast.literal_eval(line)
    return fields
