"""The desk where edits are made: the case, and the texts of the manifests."""

from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.analysis.blame import Case
from simulator.cluster.model import Sourced
from simulator.manifests.edit import CannotEdit, Edit, set_field
from simulator.manifests.manifest import Path

Texts = Mapping[str, str]


class Proposal(msgspec.Struct, frozen=True):
    """Edits that belong together."""

    edits: tuple[Edit, ...]


class Desk:
    """Where edits are made: the case and the texts of the manifests."""

    def __init__(self, case: Case, texts: Texts) -> None:
        self.case = case
        self.texts = texts

    def set(self, thing: Sourced, path: Path, value: Any) -> Edit:
        source = thing.source
        if source is None:
            raise CannotEdit(f"{thing.ref} is written nowhere.")
        return set_field(self.texts[source.manifest.file], source.manifest, (*source.prefix, *path), value)
