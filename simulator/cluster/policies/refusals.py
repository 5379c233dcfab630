"""What a CustomResourceDefinition refuses: how many items there may be, and which fields exclude each other."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.cluster.fields import Reader
from simulator.manifests.manifest import Path, field_text


class Refusals:
    """Tells what is wrong with one manifest."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def refuse(self, message: str, hint: str, path: Path, id_: str = "invalid-policy") -> None:
        self.reader.problems.error(id_, message, hint, self.reader.manifest, path)

    def one_of(self, body: Mapping[str, Any], fields: tuple[str, ...], path: Path, id_: str) -> bool:
        """Whether exactly one of the fields is there, and no other. minProperties: 1, maxProperties: 1"""
        if len(body) == 1 and next(iter(body)) in fields:
            return True
        found = ", ".join(str(key) for key in body) or "nothing"
        self.refuse(f"{field_text(path)} has to have one of {', '.join(fields)}, and has {found}.",
                   "Write exactly one; two list items mean the one or the other.", path, id_)  # fmt: skip
        return False

    def at_most(self, items: Sequence[Any], most: int, path: Path) -> None:
        """maxItems"""
        if len(items) > most:
            self.refuse(f"{field_text(path)} has {len(items)} items; {most} is the most.",
                       "Put some of them into another policy.", path)  # fmt: skip

    def each_once(self, items: Sequence[str], path: Path) -> None:
        """x-kubernetes-list-type: set"""
        for index, item in enumerate(items):
            if item in items[:index]:
                self.refuse(f"{field_text(path)} has {item} twice.", "Write it once.", (*path, index))
