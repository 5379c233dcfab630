"""What a text is that is no Kubernetes object: templates, patches, charts, lost line breaks. Each has its own words."""

import posixpath
import re
from collections.abc import Mapping
from typing import Any

import yaml

from simulator.diagnostics import Level, Problem

_TEMPLATE = re.compile(r"\{\{-?.*?-?\}\}", re.DOTALL)
_RUN_ON = re.compile(r"apiVersion:\s*[\w./-]+?(?=kind:)")
_RUN_ON_FULL = re.compile(r"apiVersion:\s*(?P<version>[\w./-]+?)kind:\s*(?P<kind>[A-Z][A-Za-z]*?)(?=metadata:|spec:|$)")


def explain_unreadable(part: str, error: yaml.YAMLError, file: str, offset: int) -> Problem:
    """Why a document is no YAML, and how to mend it."""
    mark = getattr(error, "problem_mark", None)
    line = offset + (mark.line + 1 if mark is not None else 1)
    column = mark.column + 1 if mark is not None else None
    found = run_on(part, file, offset) or template(part, file, offset)
    if found is not None:
        return found
    said = getattr(error, "problem", None) or "it cannot be read"
    hint = "Check the indentation, the colons and the quotes near this line."
    if "\t" in part and "token" in str(said):
        said, hint = "a tab is used for indentation", "YAML wants spaces: replace the tab with spaces."
    return Problem(Level.ERROR, "yaml-unreadable", f"This is not YAML: {said}.", hint, file, line, column)


def explain_withheld(part: str, file: str, offset: int) -> Problem:
    """A Secret that does not parse was masked as a whole; its marker stands on the line to look at."""
    found = template(part, file, offset)
    if found is not None:
        return found
    line = offset + part.count("\n", 0, part.index("kind: Secret")) + 1
    return Problem(Level.ERROR, "yaml-unreadable", "This Secret is not readable YAML; nothing of it is shown.",
                   "Mend the indentation or quoting near this line.", file, line)  # fmt: skip


def run_on(part: str, file: str, offset: int) -> Problem | None:
    """Line breaks were lost, as when text is copied from a web page."""
    found = _RUN_ON.search(part)
    if found is None:
        return None
    full = _RUN_ON_FULL.search(part)
    repair = (
        f"apiVersion: {full['version']}, then kind: {full['kind']} on a line of its own, and so on. " if full else ""
    )
    return Problem(Level.ERROR, "lost-line-breaks", "The line breaks of this document were lost: it is one long line.",
                   f"Write {repair}Each key belongs on its own line; copy the text again from its source.", file,
                   offset + part.count("\n", 0, found.start()) + 1)  # fmt: skip


def template(part: str, file: str, offset: int) -> Problem | None:
    """Helm (or another Go template) was not rendered."""
    found = _TEMPLATE.search(part)
    if found is None:
        return None
    line = offset + part.count("\n", 0, found.start()) + 1
    return Problem(Level.WARNING, "helm-template", "This is a template, not a manifest: {{ }} is still in it.",
                   f"Render the chart first: helm template {_chart_of(file)} > rendered.yaml", file, line)  # fmt: skip


def _chart_of(file: str) -> str:
    """The chart that a template belongs to: the folder above templates/."""
    head, middle, _ = file.replace("\\", "/").partition("templates/")
    return (head.rstrip("/") or ".") if middle else "."


def not_an_object(value: Any, file: str, line: int) -> Problem | None:
    """Words for a document that is YAML but no Kubernetes object; None where there is nothing to say."""
    if value is None:
        return None
    name = posixpath.basename(file)
    if not isinstance(value, Mapping):
        lost = isinstance(value, str) and run_on(value, file, line - 1)
        return lost or Problem(Level.WARNING, "not-an-object", "This document is no Kubernetes object.",
                               "An object starts with apiVersion, kind and metadata.", file, line)  # fmt: skip
    if name == "Chart.yaml":
        folder = posixpath.dirname(file) or "."
        return Problem(Level.INFO, "helm-chart", f'The Helm chart "{value.get("name", folder)}" is not rendered here.',
                       f"Render it and upload the result: helm template {folder}", file, line)  # fmt: skip
    if re.fullmatch(r"values.*\.ya?ml", name):
        return Problem(Level.INFO, "helm-values", "These are values for a Helm chart, not manifests.",
                       f"Render the chart with them: helm template . -f {name}", file, line)  # fmt: skip
    if name in ("kustomization.yaml", "kustomization.yml", "Kustomization") or value.get("kind") == "Kustomization":
        return kustomization(file, line)
    if "kind" not in value and "apiVersion" not in value:
        return Problem(Level.WARNING, "not-an-object", "This document has no apiVersion and no kind.",
                       "If it is a Kubernetes object, add both; else leave the file out.", file, line)  # fmt: skip
    return None


def kustomization(file: str, line: int) -> Problem:
    folder = posixpath.dirname(file) or "."
    message = "A kustomization is not built here; the files beside it are read as they are."
    hint = f"Build it and upload the result: kubectl kustomize {folder}"
    return Problem(Level.INFO, "kustomization", message, hint, file, line)


def _labels_pods(spec: Any, template: Any) -> bool:
    """Whether a workload says which pods are its own."""
    metadata = template.get("metadata") if isinstance(template, Mapping) else None
    return bool(isinstance(metadata, Mapping) and metadata.get("labels") and spec.get("selector"))


def is_patch(body: Mapping[str, Any]) -> bool:
    """A strategic-merge patch: a workload without what the API demands of a whole one.

    One that selects and labels its pods was meant whole, and something else went wrong with its containers.
    """
    spec = body.get("spec")
    if body.get("kind") in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        template_ = spec.get("template") if isinstance(spec, Mapping) else None
        if _labels_pods(spec, template_):
            return False
        pod = template_.get("spec") if isinstance(template_, Mapping) else None
        containers = pod.get("containers") if isinstance(pod, Mapping) else None
        written = [c for c in containers if isinstance(c, Mapping)] if isinstance(containers, list) else []
        return all("image" not in container for container in written)
    return any(key.startswith("$patch") for key in body)
