"""The desk where edits are made: the case, and the texts of the manifests."""

from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.analysis.blame import Case
from simulator.cluster.model import Sourced
from simulator.cluster.profile_document import written_setting
from simulator.manifests.edit import CannotEdit, Edit, insert_first, set_field
from simulator.manifests.manifest import Manifest, Path

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

    def put_first(self, thing: Sourced, path: Path, value: Any) -> Edit:
        """An item before all others of a list."""
        source = thing.source
        if source is None:
            raise CannotEdit(f"{thing.ref} is written nowhere.")
        return insert_first(self.texts[source.manifest.file], source.manifest, (*source.prefix, *path), value)

    def set_in(self, manifest: Manifest, path: Path, value: Any) -> Edit:
        """As set(), from the top of a manifest."""
        return set_field(self.texts[manifest.file], manifest, path, value)

    def setting(self, key: str, value: Any) -> Edit:
        """A setting where a ClusterProfile document says it; what only the command line says is not ours to edit."""
        place = written_setting(self.case.cluster.profiles, key)
        if place is None:
            raise CannotEdit(f"{key} is set in no ClusterProfile.")
        return self.set_in(*place, value)
