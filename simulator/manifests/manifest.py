"""Manifest: one Kubernetes object as written, where every key and item knows its line."""

from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.origin import Origin

Path = tuple[str | int, ...]
"""A place inside an object: ("spec", "ports", 0, "nodePort")."""


class Mark(msgspec.Struct, frozen=True, gc=False):
    """A place in a file; both count from 1."""

    line: int
    column: int


class Manifest:
    """One object of an upload. `body` is plain data (dict, list, str, int, float, bool, None).

    `mark(path)` is the place of a key or item; of its nearest written ancestor where the path was not written.
    """

    api_version: str
    kind: str
    namespace: str | None
    name: str
    body: Mapping[str, Any]
    file: str
    line: int

    def mark(self, path: Path) -> Mark: ...

    def origin(self, path: Path) -> Origin: ...
