"""Reading what the command line names: files, folders, archives, standard input."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from simulator.cli.failure import Failure

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.diagnostics import Problem
    from simulator.linux.network import Network
    from simulator.manifests import Limits, SourceFile
    from simulator.manifests.read import ManifestSet

STDIN = "-"


def load(paths: Sequence[str], settings: Iterable[str], any_name: bool = False) -> "Cluster":
    """The cluster that the paths describe. `any_name`: also objects whose names the API server would refuse."""
    return load_with_texts(paths, settings, any_name)[0]


def load_with_texts(
    paths: Sequence[str], settings: Iterable[str], any_name: bool = False
) -> "tuple[Cluster, Mapping[str, str]]":
    """The cluster, and what its files say: masked, by their labels."""
    from simulator.cluster import build_cluster
    from simulator.cluster.profile import SettingError
    from simulator.manifests import read_manifests

    wanted = parse_settings(settings)
    without: list[Problem] = []
    manifests = read_manifests(read_files(paths, without), limits(os.environ))
    manifests = _with(manifests, without, any_name)
    try:
        return build_cluster(manifests, wanted), manifests.texts
    except SettingError as error:
        raise Failure(f"--set {error.key}: {error.message}", error.hint) from None


def limits(environment: Mapping[str, str]) -> "Limits":
    """How much may be read, as the variables say that messages about it name."""
    from simulator.manifests.limits import SETTINGS, Limits

    given = {limit: environment[name] for limit, name in SETTINGS.items() if name in environment}
    wrong = next((limit for limit, text in given.items() if not text.isdecimal() or not int(text)), None)
    if wrong is not None:
        raise Failure(f'{SETTINGS[wrong]} is "{given[wrong]}".', "It is a whole number above 0.")
    return Limits(**{limit: int(text) for limit, text in given.items()})


def _with(manifests: "ManifestSet", more: "list[Problem]", any_name: bool) -> "ManifestSet":
    """The manifests with more problems, and with misnamed objects, if any name will do."""
    from msgspec.structs import replace

    also = manifests.misnamed if any_name else ()
    return replace(
        manifests, manifests=(*manifests.manifests, *also), problems=(*manifests.problems, *more), misnamed=()
    )


def compiled(cluster: "Cluster") -> "Network":
    """The network that packets of a cluster travel through."""
    from simulator.cluster.faults import FaultError
    from simulator.cluster.profile import SettingError
    from simulator.compilers import compile_network

    try:
        return compile_network(cluster)
    except SettingError as error:
        raise Failure(f"--set {error.key}: {error.message}", error.hint) from None
    except FaultError as error:
        raise Failure(f"--fault {error.message}", error.hint) from None


def parse_settings(settings: Iterable[str]) -> dict[str, str]:
    """KEY=VALUE words as a mapping; the later of two wins."""
    found: dict[str, str] = {}
    for word in settings:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise Failure(f'--set wants KEY=VALUE, not "{word}".', "For example --set overlay=vxlan.")
        found[key] = value
    return found


def read_files(paths: Sequence[str], problems: "list[Problem] | None" = None) -> "list[SourceFile]":
    """Every file, in the order named and by name inside a folder. A folder of other files is a problem."""
    from simulator.manifests import SourceFile

    return [SourceFile(_label(path), read(path)) for path in _files(paths, problems if problems is not None else [])]


def _files(paths: Sequence[str], problems: "list[Problem]") -> Iterator[str]:
    seen_stdin = False
    for path in paths:
        if path == STDIN:
            if not seen_stdin:
                yield path
            seen_stdin = True
        elif os.path.isdir(path):
            yield from _inside(path, problems)
        else:
            yield path


def _inside(folder: str, problems: "list[Problem]") -> Iterator[str]:
    """The manifests of a folder and of those below it, hidden ones left out."""
    from simulator.manifests.archive import ARCHIVE_ENDINGS, MANIFEST_ENDINGS

    endings = (*MANIFEST_ENDINGS, *ARCHIVE_ENDINGS)
    found, others = False, []
    for here, below, names in os.walk(folder, onerror=_unreadable):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(endings) and not name.startswith("."):
                found = True
                yield os.path.join(here, name)
            else:
                others.append(name)
    if not found:
        from simulator.cli.output import warn

        warn(f"netviz: {_label(folder)}: no manifests in this folder (looked for {', '.join(endings)})")
        if others:
            problems.append(_no_manifests(_label(folder), others, endings))


def _no_manifests(folder: str, others: list[str], endings: Sequence[str]) -> "Problem":
    from simulator.diagnostics import Level, Problem

    message = f"None of the files in this folder is a manifest: {_label(', '.join(others[:3]))}."
    return Problem(Level.ERROR, "no-manifests", message, f"Manifests end in {', '.join(endings)}.", folder, None)


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
