"""Manifest: one Kubernetes object as written, where every key and item knows its line."""

from collections.abc import Container, Mapping
from typing import Any

import msgspec

from simulator.manifests.builder import COLUMNS, Places
from simulator.origin import Origin

Path = tuple[str | int, ...]
"""A place inside an object: ("spec", "ports", 0, "nodePort")."""


class Mark(msgspec.Struct, frozen=True, gc=False):
    """A place in a file; both count from 1."""

    line: int
    column: int


class Manifest:
    """One object of an upload. `body` is plain data (dict, list, str, int, float, bool, None).

    `offset` is added to every line: a document may have been read apart from the file that it stands in.
    """

    __slots__ = ("_offset", "_places", "_start", "api_version", "body", "file", "kind", "misnamed", "name", "namespace")

    def __init__(
        self, body: Mapping[str, Any], file: str, start: tuple[int, int], places: Places, offset: int = 0
    ) -> None:
        metadata = body.get("metadata") or {}
        self.body = body
        self.file = file
        self.api_version: str = body.get("apiVersion") or ""
        self.kind: str = body.get("kind") or ""
        self.name: str = metadata.get("name") or ""
        self.namespace: str | None = metadata.get("namespace")
        self.misnamed = False
        """The API server would refuse the name (DNS-1123)."""
        self._start = start
        self._places = places
        self._offset = offset

    @property
    def line(self) -> int:
        return self._start[0] + self._offset + 1

    @property
    def ref(self) -> str:
        """ "Service default/web", or "Node node-a"."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"

    def mark(self, path: Path) -> Mark:
        """The place of a key or item; of its nearest written ancestor where the path was not written."""
        line, column = self._start
        value: Any = self.body
        for key in path:
            places = self._places.get(id(value))
            try:
                place = places[key]  # type: ignore[index]
                value = value[key]
            except (KeyError, IndexError, TypeError):
                break
            line, column = divmod(place, COLUMNS)
        return Mark(line + self._offset + 1, column + 1)

    def forget(self, value: list[Any], gone: Container[int]) -> None:
        """Take items out of a list of the body; the others keep their places."""
        kept = [i for i in range(len(value)) if i not in gone]
        places = self._places[id(value)]
        self._places[id(value)] = [places[i] for i in kept]
        value[:] = [value[i] for i in kept]

    def origin(self, path: Path) -> Origin:
        return Origin(self.ref, field_text(path), self.file, self.mark(path).line)


def field_text(path: Path) -> str:
    """ "spec.ports[0].nodePort"."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text
