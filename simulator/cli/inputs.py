"""Reading what the command line names: files, folders, archives, standard input."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from simulator.cli.failure import Failure

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.linux.network import Network
    from simulator.manifests import SourceFile

STDIN = "-"


def load(paths: Sequence[str], settings: Iterable[str]) -> "Cluster":
    """The cluster that the paths describe."""
    from simulator.cluster import build_cluster
    from simulator.cluster.profile import SettingError
    from simulator.manifests import read_manifests

    wanted = parse_settings(settings)
    manifests = read_manifests(read_files(paths))
    try:
        return build_cluster(manifests, wanted)
    except SettingError as error:
        raise Failure(f"--set {error.key}: {error.message}", error.hint) from None


def compiled(cluster: "Cluster") -> "Network":
    """The network that packets of a cluster travel through."""
    from simulator.cluster.profile import SettingError
    from simulator.compilers import compile_network

    try:
        return compile_network(cluster)
    except SettingError as error:
        raise Failure(f"--set {error.key}: {error.message}", error.hint) from None


def parse_settings(settings: Iterable[str]) -> dict[str, str]:
    """KEY=VALUE words as a mapping; the later of two wins."""
    found: dict[str, str] = {}
    for word in settings:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise Failure(f'--set wants KEY=VALUE, not "{word}".', "For example --set overlay=vxlan.")
        found[key] = value
    return found


def read_files(paths: Sequence[str]) -> "list[SourceFile]":
    """Every file, in the order named and by name inside a folder."""
    from simulator.manifests import SourceFile

    return [SourceFile(_label(path), read(path)) for path in _files(paths)]


def _files(paths: Sequence[str]) -> Iterator[str]:
    seen_stdin = False
    for path in paths:
        if path == STDIN:
            if not seen_stdin:
                yield path
            seen_stdin = True
        elif os.path.isdir(path):
            yield from _inside(path)
        else:
            yield path


def _inside(folder: str) -> Iterator[str]:
    """The manifests of a folder and of those below it, hidden ones left out."""
    from simulator.manifests.archive import ARCHIVE_ENDINGS, MANIFEST_ENDINGS

    endings = (*MANIFEST_ENDINGS, *ARCHIVE_ENDINGS)
    found = False
    for here, below, names in os.walk(folder, onerror=_unreadable):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(endings) and not name.startswith("."):
                found = True
                yield os.path.join(here, name)
    if not found:
        from simulator.cli.output import warn

        warn(f"netviz: {_label(folder)}: no manifests in this folder (looked for {', '.join(endings)})")


def _unreadable(error: OSError) -> None:
    raise Failure(f"{_label(error.filename)}: {_reason(error)}.", "Check the path and its permissions.") from None


def read(path: str) -> bytes:
    """The bytes of a file, or of standard input."""
    if path == STDIN:
        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Failure(f"{_label(path)}: {_reason(error)}.", "Check the path and its permissions.") from None


def _reason(error: OSError) -> str:
    return (error.strerror or "cannot be read").lower()


def _label(path: str) -> str:
    """A path as text, whatever bytes its name is made of."""
    return os.fsencode(path).decode("utf-8", "replace")
