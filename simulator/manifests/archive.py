"""Archives: zip and tar.gz, read in memory, counted while they inflate; links and devices are passed over."""

import io
from collections.abc import Iterator
from typing import IO

import msgspec

from simulator.diagnostics import Level, Problem
from simulator.manifests.limits import LimitExceeded, Limits

CHUNK = 64 * 1024
MANIFEST_ENDINGS = (".yaml", ".yml", ".json")
ARCHIVE_ENDINGS = (".zip", ".tgz", ".tar.gz", ".tar")


class SourceFile(msgspec.Struct, frozen=True):
    """One file of an upload. `path` is a label; it is never opened."""

    path: str
    data: bytes


def is_archive(file: SourceFile) -> bool:
    name = file.path.lower()
    magic = file.data[:4]
    return name.endswith(ARCHIVE_ENDINGS) or magic == b"PK\x03\x04" or magic[:2] == b"\x1f\x8b"


def expand(
    file: SourceFile, limits: Limits, endings: tuple[str, ...] = MANIFEST_ENDINGS
) -> tuple[list[SourceFile], list[Problem]]:
    """The manifests (or files of other endings) inside an archive, labelled "archive/path", and what could not be
    read."""
    found: list[SourceFile] = []
    problems: list[Problem] = []
    left = limits.total_bytes
    try:
        for name, pieces in _members(file.data):
            if not name.lower().endswith(endings) or _hidden(name):
                continue
            if len(found) >= limits.files:
                raise LimitExceeded("files", limits.files)
            held = bytearray()
            for piece in pieces:
                held += piece
                if len(held) > left:
                    raise LimitExceeded("total_bytes", limits.total_bytes)
            left -= len(held)
            found.append(SourceFile(f"{file.path}/{name}", bytes(held)))
    except LimitExceeded as exceeded:
        problems.append(exceeded.problem(file.path))
    except _unreadable() as error:
        problems.append(Problem(Level.ERROR, "archive-unreadable", f"This archive cannot be read: {error}.",
                                "Pack it again as .zip or .tar.gz.", file.path, None))  # fmt: skip
    return found, problems


def _unreadable() -> tuple[type[Exception], ...]:
    import lzma
    import tarfile
    import zipfile
    import zlib

    return (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError,
            NotImplementedError, ValueError)  # fmt: skip


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(CHUNK):
        yield piece


def _members(data: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    """(name, pieces) of every regular file."""
    if data[:2] == b"PK":
        import zipfile

        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                link = (entry.external_attr >> 28) == 0o12
                if not entry.is_dir() and not link:
                    with archive.open(entry) as stream:
                        yield entry.filename, _pieces(stream)
    else:
        import tarfile

        with tarfile.open(fileobj=io.BytesIO(data), mode="r|*") as tar:
            for member in tar:
                inside = tar.extractfile(member) if member.isfile() else None
                if inside is not None:
                    yield member.name, _pieces(inside)
