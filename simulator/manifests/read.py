"""Reading an upload: files to manifests and problems. Nothing is lost in silence."""

from collections.abc import Iterable, Mapping

import msgspec

from simulator.diagnostics import Level, Problem
from simulator.manifests.archive import SourceFile, expand, is_archive
from simulator.manifests.documents import documents
from simulator.manifests.limits import DEFAULT, LimitExceeded, Limits
from simulator.manifests.manifest import Manifest
from simulator.manifests.masking import mask_secrets
from simulator.manifests.objects import manifests_of
from simulator.manifests.text import NotText, decode

Key = tuple[str, str, str | None, str]
"""API group, kind, namespace and name: a Service of serving.knative.dev is none of Kubernetes'."""

FIRST_GROUPS = ("", "apps", "batch", "extensions")
MOVED_ON = {"Ingress": "networking.k8s.io", "NetworkPolicy": "networking.k8s.io"}


class ManifestSet(msgspec.Struct, frozen=True):
    """What an upload holds. `texts` is the masked text of every readable file by its label; only that may be kept.

    `misnamed` are objects that could be used if their names were allowed (each has a problem); `limits` hold for all
    that is made of them, too.
    """

    manifests: tuple[Manifest, ...]
    problems: tuple[Problem, ...]
    texts: Mapping[str, str]
    misnamed: tuple[Manifest, ...] = ()
    limits: Limits = DEFAULT


def read_manifests(files: Iterable[SourceFile], limits: Limits = DEFAULT) -> ManifestSet:
    """Every object that can be used, in the order read; everything else as a problem."""
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    by_ref: dict[Key, Manifest] = {}
    misnamed: list[Manifest] = []
    count, size = 0, 0
    for file in _unpacked(files, limits, problems):
        size += len(file.data)
        if size > limits.total_bytes:
            problems.append(LimitExceeded("total_bytes", limits.total_bytes).problem(file.path))
            break
        text = _text(file, problems)
        if text is None:
            continue
        texts[file.path] = text
        for document in documents(text, file.path, limits, problems):
            count += 1
            if count > limits.documents:
                problems.append(LimitExceeded("documents", limits.documents).problem(file.path))
                return ManifestSet(tuple(by_ref.values()), tuple(problems), texts, limits=limits)
            for manifest in manifests_of(document, file.path, problems):
                if manifest.misnamed:
                    misnamed.append(manifest)
                else:
                    _add(manifest, by_ref, problems)
    return ManifestSet(tuple(by_ref.values()), tuple(problems), texts, tuple(misnamed), limits)


def _unpacked(files: Iterable[SourceFile], limits: Limits, problems: list[Problem]) -> Iterable[SourceFile]:
    for file in files:
        if is_archive(file):
            found, said = expand(file, limits)
            problems += said
            yield from found
            if not found and not said:
                problems.append(Problem(Level.WARNING, "archive-empty", "There are no manifests in this archive.",
                                        "Pack files that end in .yaml, .yml or .json.", file.path, None))  # fmt: skip
        else:
            yield file


def _text(file: SourceFile, problems: list[Problem]) -> str | None:
    try:
        text = mask_secrets(decode(file.data))
    except NotText as error:
        problems.append(Problem(Level.ERROR, "not-text", f"This file is no text: {error}.",
                                "Save it as UTF-8.", file.path, None))  # fmt: skip
        return None
    if not text.strip():
        problems.append(Problem(Level.INFO, "empty-file", "This file is empty.", "Nothing to do.", file.path, None))
    return text


def _group(manifest: Manifest) -> str:
    """The API group, "" for all that Kubernetes itself once had in its first ones: objects moved between these."""
    group = manifest.api_version.rpartition("/")[0]
    if group == "extensions" and manifest.kind in MOVED_ON:
        return MOVED_ON[manifest.kind]
    return "" if group in FIRST_GROUPS else group


def _add(manifest: Manifest, by_ref: dict[Key, Manifest], problems: list[Problem]) -> None:
    """The later of two objects of one name wins, as with kubectl apply. Of two policies that is no small matter."""
    key = (_group(manifest), manifest.kind, manifest.namespace, manifest.name)
    before = by_ref.pop(key, None)
    if before is not None:
        problems.append(
            Problem(
                Level.ERROR if manifest.kind.endswith("NetworkPolicy") else Level.WARNING,
                "duplicate-object",
                f"{manifest.ref} is written twice: here and in {before.file}, line {before.line}. This one counts.",
                "Remove one of the two.",
                manifest.file,
                manifest.line,
                1,
                manifest.ref,
            )
        )
    by_ref[key] = manifest
