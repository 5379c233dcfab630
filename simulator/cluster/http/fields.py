"""Reading what HTTP manifests write, of whatever type it is: what has the wrong one is told, and taken as missing."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.cluster.fields import EMPTY, HIGHEST_PORT
from simulator.cluster.model import Source
from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Manifest, Path, field_text

Json = Mapping[str, Any]
WORDS: dict[type, str] = {dict: "a mapping", list: "a list", str: "text", int: "a whole number", bool: "true or false"}


class Fields:
    """One mapping of a manifest, and where it stands. What it hands out has the type that was asked for."""

    __slots__ = ("body", "manifest", "path", "problems")

    def __init__(self, manifest: Manifest, problems: Problems, body: Json, path: Path = ()) -> None:
        self.manifest = manifest
        self.problems = problems
        self.body = body
        self.path = path

    def has(self, key: str) -> bool:
        return self.body.get(key) is not None

    def text(self, key: str, default: str = "") -> str:
        found = self._typed(key, str)
        return found if isinstance(found, str) else default

    def maybe_text(self, key: str) -> str | None:
        found = self._typed(key, str)
        return found if isinstance(found, str) else None

    def number(self, key: str) -> int | None:
        found = self._typed(key, int)
        return found if isinstance(found, int) else None

    def port(self, key: str) -> int | None:
        found = self.number(key)
        if found is None or 1 <= found <= HIGHEST_PORT:
            return found
        self.wrong("invalid-port", f"{field_text((*self.path, key))} is {found}, which is no port number.",
                   f"Write a number from 1 to {HIGHEST_PORT}.", key)  # fmt: skip
        return None

    def truth(self, key: str) -> bool:
        return self._typed(key, bool) is True

    def word(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        """One of some words; the default where nothing or something else is written."""
        found = self.text(key)
        if not found:
            return default or words[0]
        if found not in words:
            self.wrong("invalid-value", f'{field_text((*self.path, key))} can\'t be "{found}".',
                       f"Write {', '.join(words[:-1])} or {words[-1]}.", key)  # fmt: skip
            return default or words[0]
        return found

    def part(self, key: str) -> "Fields":
        """A mapping inside, empty where it was not written."""
        found = self._typed(key, dict)
        return Fields(self.manifest, self.problems, found if isinstance(found, dict) else EMPTY, (*self.path, key))

    def parts(self, key: str) -> "Iterator[Fields]":
        """The mappings of a list."""
        for index, item in enumerate(self._list(key)):
            path = (*self.path, key, index)
            if isinstance(item, dict):
                yield Fields(self.manifest, self.problems, item, path)
            else:
                self._wrong_type(path, "a mapping")

    def texts(self, key: str) -> tuple[str, ...]:
        found = []
        for index, item in enumerate(self._list(key)):
            if isinstance(item, str):
                found.append(item)
            else:
                self._wrong_type((*self.path, key, index), "text")
        return tuple(found)

    def wrong(self, id_: str, message: str, hint: str, *keys: str) -> None:
        self.problems.error(id_, message, hint, self.manifest, (*self.path, *keys))

    def _list(self, key: str) -> list[Any]:
        found = self._typed(key, list)
        return found if isinstance(found, list) else []

    def _typed(self, key: str, kind: type) -> Any:
        value = self.body.get(key)
        if value is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
            return value
        self._wrong_type((*self.path, key), WORDS[kind])
        return None

    def _wrong_type(self, path: Path, wanted: str) -> None:
        self.problems.error("wrong-type", f"{field_text(path)} has to be {wanted}; it is left out.",
                            f"Write {wanted} here.", self.manifest, path)  # fmt: skip


def fields_of(manifest: Manifest, problems: Problems) -> Fields:
    return Fields(manifest, problems, manifest.body)


def common(manifest: Manifest) -> dict[str, Any]:
    """What every object has: name, namespace, labels, annotations, source."""
    metadata = manifest.body.get("metadata") or {}
    return {
        "name": manifest.name, "namespace": manifest.namespace, "labels": metadata.get("labels") or {},
        "annotations": metadata.get("annotations") or {}, "source": Source(manifest),
    }  # fmt: skip


def created(manifest: Manifest) -> str:
    """metadata.creationTimestamp, which sorts as text; after all that have one, where there is none."""
    found = (manifest.body.get("metadata") or {}).get("creationTimestamp")
    return found if isinstance(found, str) else "~"
