"""Documents to manifests: Lists unpacked, names checked, duplicates settled, old versions explained."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.diagnostics import Level, Problem
from simulator.manifests.builder import COLUMNS
from simulator.manifests.documents import Document
from simulator.manifests.ingress_fields import old_fields
from simulator.manifests.label_syntax import KEY_HINT, VALUE_HINT, is_key, is_value
from simulator.manifests.manifest import Manifest
from simulator.manifests.recognise import is_patch, kustomization, not_an_object
from simulator.manifests.scalars import AMBIGUOUS
from simulator.manifests.schema import mend
from simulator.manifests.versions import GONE, GROWING, KINDS, REMOVED

SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
LABELLED = tuple(
    (*prefix, "metadata", "labels")
    for prefix in ((), ("spec", "template"), ("spec", "jobTemplate", "spec", "template"))
)
_LABEL_KINDS = {"Service", "Namespace"}
_PATH_KINDS = {"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
CLUSTER_SCOPED = frozenset(
    [
        "Node",
        "Namespace",
        "PersistentVolume",
        "ClusterRole",
        "ClusterRoleBinding",
        "StorageClass",
        "IngressClass",
        "GatewayClass",
        "CustomResourceDefinition",
        "PriorityClass",
        "ClusterProfile",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
        "ClusterNetworkPolicy",
        "MutatingWebhookConfiguration",
        "ValidatingWebhookConfiguration",
        "APIService",
        "RuntimeClass",
        "CSIDriver",
        "CertificateSigningRequest",
        "FlowSchema",
        "PriorityLevelConfiguration",
        "ServiceCIDR",
        "IPAddress",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    ]
)
"""Kinds that live in no namespace."""


def manifests_of(document: Document, file: str, problems: list[Problem]) -> Iterator[Manifest]:
    """The objects of a document that can be used."""
    built = document.built
    line = built.root[0] + document.offset + 1
    for key, at in built.repeated:
        problems.append(
            Problem(
                Level.WARNING,
                "duplicate-key",
                f'The key "{key}" is written twice in one mapping; the last one counts.',
                "Remove one of the two.",
                file,
                at + document.offset + 1,
            )
        )
    for word, at in built.ambiguous:
        problems.append(
            Problem(
                Level.WARNING,
                "ambiguous-word",
                f"kubectl reads the word {word} as {str(AMBIGUOUS[word]).lower()}; here it is taken as text.",
                f'Put it in quotes: "{word}".',
                file,
                at + document.offset + 1,
            )
        )
    yield from _unpacked(built.value, built.root, document, file, line, problems, {})


def _unpacked(
    value: Any,
    start: tuple[int, int],
    document: Document,
    file: str,
    line: int,
    problems: list[Problem],
    inherited: Mapping[str, str],
) -> Iterator[Manifest]:
    if isinstance(value, list):
        places = document.built.places[id(value)]
        for item, place in zip(value, places, strict=True):
            at = divmod(place, COLUMNS)
            yield from _unpacked(item, at, document, file, at[0] + document.offset + 1, problems, inherited)
        return
    said = not_an_object(value, file, line)
    if said is not None and not (said.id == "not-an-object" and inherited):
        problems.append(said)
        return
    if not isinstance(value, dict):
        return
    for key, default in inherited.items():
        value.setdefault(key, default)
    if isinstance(value.get("items"), list) and str(value.get("kind", "")).endswith("List"):
        kind = str(value["kind"]).removesuffix("List")
        common = {"kind": kind, "apiVersion": str(value.get("apiVersion", "v1"))} if kind else {}
        yield from _unpacked(value["items"], start, document, file, line, problems, common)
        return
    found = (
        Manifest(value, file, start, document.built.places, document.offset)
        if _named(value, file, line, problems)
        else None
    )
    if found is not None and _usable(found, problems):
        yield found


def _named(value: dict[str, Any], file: str, line: int, problems: list[Problem]) -> bool:
    """Whether a mapping has what makes it an object: apiVersion, kind and a name."""

    def wrong(what: str, hint: str) -> bool:
        problems.append(Problem(Level.ERROR, "incomplete-object", what, hint, file, line))
        return False

    for key in ("apiVersion", "kind"):
        if not isinstance(value.get(key), str) or not value[key]:
            return wrong(f"This object has no {key}.", f"Every object starts with apiVersion and kind; add {key}.")
    if value["kind"] == "Kustomization":
        problems.append(kustomization(file, line))
        return False
    metadata = value.get("metadata")
    if not isinstance(metadata, dict):
        return wrong(f"This {value['kind']} has no metadata.", "Give it metadata with a name.")
    if isinstance(metadata.get("name"), int | float) and not isinstance(metadata["name"], bool):
        return wrong(f"The name {metadata['name']} is read as a number.", f'Put it in quotes: "{metadata["name"]}".')
    if not isinstance(metadata.get("name"), str) or not metadata["name"]:
        if isinstance(metadata.get("generateName"), str):
            metadata["name"] = metadata["generateName"] + "x"
            return True
        return wrong(f"This {value['kind']} has no metadata.name.", "Give it a name.")
    if metadata.get("namespace") is not None and not isinstance(metadata["namespace"], str):
        return wrong("metadata.namespace is no text.", f'Put it in quotes: "{metadata["namespace"]}".')
    return True


def _usable(manifest: Manifest, problems: list[Problem]) -> bool:
    if manifest.kind in CLUSTER_SCOPED:
        manifest.namespace = None
    else:
        manifest.namespace = manifest.namespace or "default"
    manifest.misnamed = not _names_valid(manifest, problems)
    if is_patch(manifest.body):
        problems.append(_at(manifest, (), Level.INFO, "kustomize-patch",
                            "This looks like a patch: it has no containers with images, so it is not used.",
                            "Build the kustomization that it belongs to: kubectl kustomize FOLDER"))  # fmt: skip
        return False
    _old_version(manifest, problems)
    problems.extend(old_fields(manifest))
    _unknown_kind(manifest, problems)
    useful = mend(manifest, problems)
    _check_labels(manifest, problems)
    return useful


def _check_labels(manifest: Manifest, problems: list[Problem]) -> None:
    """Of the object, and of the pods that a workload makes. ValidateLabels() in apis/meta/v1/validation."""
    for prefix in LABELLED:
        body: Any = manifest.body
        for key in prefix:
            body = body.get(key) if isinstance(body, dict) else None
        for key, value in body.items() if isinstance(body, dict) else ():
            wrong = "name" if not is_key(key) else "value" if isinstance(value, str) and not is_value(value) else None
            if wrong is not None:
                message = f'"{key if wrong == "name" else value}" can\'t be the {wrong} of a label.'
                hint = KEY_HINT if wrong == "name" else VALUE_HINT
                problems.append(_at(manifest, (*prefix, key), Level.ERROR, "invalid-label", message, hint))


def _names_valid(manifest: Manifest, problems: list[Problem]) -> bool:
    name = manifest.name
    rule = LABEL if manifest.kind in _LABEL_KINDS else SUBDOMAIN
    limit = 63 if rule is LABEL else 253
    if manifest.kind in _PATH_KINDS:
        return True
    for what, text, pattern, longest in (
        ("name", name, rule, limit),
        ("namespace", manifest.namespace or "default", LABEL, 63),
    ):
        if not pattern.fullmatch(text) or len(text) > longest:
            message = f'The {what} "{text}" is not allowed: lower-case letters, digits and - only (DNS-1123).'
            hint = f"Rename it; at most {longest} characters, starting and ending with a letter or digit."
            problems.append(_at(manifest, ("metadata", what), Level.ERROR, "invalid-name", message, hint))
            return False
    return True


def _old_version(manifest: Manifest, problems: list[Problem]) -> None:
    key = (manifest.api_version, manifest.kind)
    if key in REMOVED:
        replacement, release = REMOVED[key]
        message = f"{manifest.kind} in {manifest.api_version} is no longer served since Kubernetes {release}."
        hint = f"Write apiVersion: {replacement} and check the fields that changed."
        problems.append(_at(manifest, ("apiVersion",), Level.WARNING, "removed-api-version", message, hint))
    elif key in GONE:
        release, instead = GONE[key]
        problems.append(_at(manifest, ("apiVersion",), Level.WARNING, "removed-kind",
                            f"{manifest.kind} was removed in Kubernetes {release}.", instead))  # fmt: skip


def _nearly(manifest: Manifest, kinds: frozenset[str], problems: list[Problem]) -> None:
    """A kind that is one or two letters off: the group may have others, but hardly one that is called so."""
    from difflib import get_close_matches

    near = get_close_matches(manifest.kind.lower(), {kind.lower(): kind for kind in sorted(kinds)}, 1, 0.85)
    if near:
        meant = next(kind for kind in kinds if kind.lower() == near[0])
        problems.append(_at(manifest, ("kind",), Level.WARNING, "unknown-kind",
                            f"Kubernetes has no kind {manifest.kind} in {manifest.api_version}.",
                            f"Did you mean {meant}?"))  # fmt: skip


def _unknown_kind(manifest: Manifest, problems: list[Problem]) -> None:
    group, slash, _ = manifest.api_version.rpartition("/")
    known = KINDS.get(group)
    if known is not None and manifest.kind not in known and (manifest.api_version, manifest.kind) not in GONE:
        problems.append(_at(manifest, ("kind",), Level.WARNING, "unknown-kind",
                            f"Kubernetes has no kind {manifest.kind} in {manifest.api_version}.",
                            "Check the spelling of kind, and that apiVersion is the one it belongs to."))  # fmt: skip
    elif group in GROWING and manifest.kind not in GROWING[group]:
        _nearly(manifest, GROWING[group], problems)
    elif slash and "." in group and not group.endswith((".k8s.io", "netviz.dev")):
        problems.append(_at(manifest, (), Level.INFO, "custom-resource",
                            f"{manifest.kind} ({group}) is a custom resource; its controller is not modelled.",
                            "If it makes Pods or Services, upload those too: kubectl get all -o yaml"))  # fmt: skip


def _at(manifest: Manifest, path: tuple[str | int, ...], level: Level, id_: str, message: str, hint: str) -> Problem:
    mark = manifest.mark(path)
    return Problem(level, id_, message, hint, manifest.file, mark.line, mark.column, manifest.ref)
