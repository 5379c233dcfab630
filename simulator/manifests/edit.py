"""Editing a manifest's text: one field set, added or taken away, everything else as it was written.

The text is changed where the field stands; comments, quotes and order of all other lines stay.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import yaml

from simulator.manifests.manifest import Manifest, Path, field_text
from simulator.manifests.split import split

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./")
WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"))
"""Plain scalars that YAML 1.1 reads as something else than text."""


class CannotEdit(ValueError):
    """The place is not there, or is shared (an alias), so that a change would do more than is wanted."""


class Edit(msgspec.Struct, frozen=True):
    """A piece of a file, from `start` to `end` in characters, and what to put there; `what` says it in words."""

    file: str
    start: int
    end: int
    text: str
    what: str


def apply(text: str, edits: Sequence[Edit]) -> str:
    """A file's text with all edits that are about it; they may not overlap."""
    for edit in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def set_field(text: str, manifest: Manifest, path: Path, value: Any) -> Edit:
    """Give a field a value; what is missing on the way to it is written, too."""
    root, offset = _object(text, manifest)
    node: yaml.Node = root
    for depth, key in enumerate(path):
        child = _child(node, key)
        if child is None:
            return _add(text, manifest, node, offset, path, depth, value)
        node = child
    _refuse_shared(root, node, path)
    start, end = node.start_mark.index, node.end_mark.index
    shown = inline(value)
    if isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style:
        end = _last_line_end(node)
        shown = _dumped(value, node.start_mark.column)
    return Edit(manifest.file, offset + start, offset + end, shown, _said(manifest, path, value))


def insert_first(text: str, manifest: Manifest, path: Path, value: Any) -> Edit:
    """Put an item before all others of a list, which has to be there."""
    root, offset = _object(text, manifest)
    node: yaml.Node | None = root
    for key in path:
        node = _child(node, key) if node is not None else None
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise CannotEdit(f"{manifest.ref} has no {field_text(path)} to put something into.")
    _refuse_shared(root, node, path)
    start = offset + node.value[0].start_mark.index
    entry = inline(value) + ", "
    if not node.flow_style:
        start, indent = offset + node.start_mark.index, node.start_mark.column
        entry = _block(node, 0, value, indent) + "\n" + " " * indent
    return Edit(manifest.file, start, start, entry, _said(manifest, (*path, 0), value))


def remove_field(text: str, manifest: Manifest, path: Path) -> Edit:
    """Take a key with its value out of a mapping that keeps at least one other."""
    root, offset = _object(text, manifest)
    parent: yaml.Node | None = root
    for key in path[:-1]:
        parent = _child(parent, key) if parent is not None else None
    pairs = parent.value if isinstance(parent, yaml.MappingNode) else []
    at = next((i for i, (key, _) in enumerate(pairs) if key.value == str(path[-1])), None)
    if parent is None or at is None or len(pairs) < 2:
        raise CannotEdit(f"{manifest.ref} has no {field_text(path)} that could be taken out.")
    _refuse_shared(root, parent, path)
    if at + 1 < len(pairs):
        start, end = pairs[at][0].start_mark.index, pairs[at + 1][0].start_mark.index
    else:
        start, end = pairs[at - 1][1].end_mark.index, pairs[at][1].end_mark.index
    return Edit(manifest.file, offset + start, offset + end, "", f"{manifest.ref} {field_text(path)} taken out")


def _object(text: str, manifest: Manifest) -> tuple[yaml.MappingNode, int]:
    """The node of a manifest and where its document starts in the file."""
    begin = 0
    for part, line in split(text):
        if line <= manifest.line - 1 < line + part.count("\n") + 1:
            found = _find(part, manifest.line - 1 - line, manifest)
            if found is not None:
                return found, begin
        begin += len(part)
    raise CannotEdit(f"{manifest.ref} was not found in {manifest.file}.")


def _find(part: str, line: int, manifest: Manifest) -> yaml.MappingNode | None:
    try:
        roots = [node for node in yaml.compose_all(part, Loader=yaml.CSafeLoader) if node is not None]
    except yaml.YAMLError:
        return None
    pending: list[yaml.Node] = list(roots)
    while pending:
        node = pending.pop()
        if isinstance(node, yaml.MappingNode):
            if node.start_mark.line == line and _names(node) == (manifest.kind, manifest.name):
                return node
            pending += (value for _, value in node.value)
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value
    return None


def _names(node: yaml.MappingNode) -> tuple[str, str]:
    kind = _child(node, "kind")
    metadata = _child(node, "metadata")
    name = _child(metadata, "name") if metadata is not None else None
    return str(kind.value if kind else ""), str(name.value if name else "")


def _child(node: yaml.Node, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        found: yaml.Node = node.value[key]
        return found
    return None


def _refuse_shared(root: yaml.Node, wanted: yaml.Node, path: Path) -> None:
    """A node that stands in two places (an alias) is changed in both."""
    seen, pending = 0, [root]
    while pending:
        node = pending.pop()
        seen += node is wanted
        if isinstance(node, yaml.MappingNode):
            pending += (value for _, value in node.value)
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value
    if seen != 1:
        raise CannotEdit(f"{field_text(path)} is shared with another place by an alias.")


def _add(text: str, manifest: Manifest, node: yaml.Node, offset: int, path: Path, depth: int, value: Any) -> Edit:
    """Write a new entry into a mapping, behind a line that is one entry, else before the first; into a list as the
    last one."""
    inner = value
    for key in reversed(path[depth + 1 :]):
        inner = [inner] if isinstance(key, int) else {str(key): inner}
    if not isinstance(node, yaml.MappingNode | yaml.SequenceNode) or not node.value:
        if isinstance(node, yaml.MappingNode | yaml.SequenceNode) and node.flow_style:
            entry = _entry(node, path[depth], inner)
            start = offset + node.start_mark.index + 1
            return Edit(manifest.file, start, start, entry, _said(manifest, path, value))
        raise CannotEdit(f"{manifest.ref} has nothing at {field_text(path[:depth])} to add {field_text(path)} to.")
    if isinstance(node, yaml.SequenceNode):
        start, entry = _last_item(text, node, offset, inner)
        return Edit(manifest.file, start, start, entry, _said(manifest, path, value))
    if node.flow_style:
        start = offset + node.value[0][0].start_mark.index
        entry = _entry(node, path[depth], inner) + ", "
        return Edit(manifest.file, start, start, entry, _said(manifest, path, value))
    indent = node.start_mark.column
    entry = _block(node, path[depth], inner, indent)
    behind = _line_end(text, node, offset)
    if behind is not None:
        return Edit(manifest.file, behind, behind, "\n" + " " * indent + entry, _said(manifest, path, value))
    start = offset + node.start_mark.index
    entry += "\n" + " " * indent
    return Edit(manifest.file, start, start, entry, _said(manifest, path, value))


def _last_item(text: str, node: yaml.SequenceNode, offset: int, value: Any) -> tuple[int, str]:
    """Where a new item at the end of a list stands, and its text: behind the last line of the item before it."""
    if node.flow_style:
        return offset + node.value[-1].end_mark.index, f", {inline(value)}"
    indent = node.start_mark.column
    end = offset + _last_line_end(node)
    if text[end - 1] == "\n":  # a block of text ends where the next line begins
        return end, " " * indent + _block(node, 0, value, indent) + "\n"
    line_end = text.find("\n", end)
    end = len(text) if line_end < 0 else line_end
    return end, "\n" + " " * indent + _block(node, 0, value, indent)


def _line_end(text: str, node: yaml.Node, offset: int) -> int | None:
    """The end of the first line that holds one whole scalar entry of a mapping, its comment included."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(value, yaml.ScalarNode) and key.start_mark.line == value.end_mark.line:
            end = text.find("\n", offset + value.end_mark.index)
            return len(text) if end < 0 else end
    return None


def _said(manifest: Manifest, path: Path, value: Any) -> str:
    return f"{manifest.ref} {field_text(path)}: {inline(value)}"


def _entry(node: yaml.Node, key: str | int, value: Any) -> str:
    return f"{inline(key)}: {inline(value)}" if isinstance(node, yaml.MappingNode) else inline(value)


def _block(node: yaml.Node, key: str | int, value: Any, indent: int) -> str:
    return _dumped({str(key): value} if isinstance(node, yaml.MappingNode) else [value], indent)


def _dumped(value: Any, indent: int) -> str:
    """A value in YAML's block style, to stand at a column."""
    text: str = yaml.safe_dump(value, sort_keys=False, default_flow_style=False, allow_unicode=True, width=1_000_000)
    return text.rstrip("\n").replace("\n", "\n" + " " * indent)


def _last_line_end(node: yaml.Node) -> int:
    """Where the last scalar of a block ends; the block's own mark is further on, where the next one begins."""
    while isinstance(node, yaml.MappingNode | yaml.SequenceNode) and node.value and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    index: int = node.end_mark.index
    return index


def inline(value: Any) -> str:
    """A value in one line, in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{inline(k)}: {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    if isinstance(value, str) and not _is_plain(value):
        quoted: str = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=1_000_000)
        return quoted.rstrip("\n")
    return value if isinstance(value, str) else json.dumps(value)


def _is_plain(text: str) -> bool:
    """Whether a text can stand without quotes and is read as text again."""
    starts_well = text[:1].isalpha()
    return starts_well and PLAIN.issuperset(text) and text.lower() not in WORDS
