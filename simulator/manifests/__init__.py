"""Stage 1: YAML and JSON text to typed objects that know their file and line."""

from simulator.manifests.archive import SourceFile
from simulator.manifests.limits import DEFAULT, Limits
from simulator.manifests.manifest import Manifest, Mark
from simulator.manifests.read import ManifestSet, read_manifests

__all__ = ["DEFAULT", "Limits", "Manifest", "ManifestSet", "Mark", "SourceFile", "read_manifests"]
