"""Ingress in networking.k8s.io/v1 with the fields of v1beta1: the API server refuses it, and many old texts show it.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/#ingress-v122
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.diagnostics import Level, Problem
from simulator.manifests.manifest import Manifest, Path, field_text

VERSION = "networking.k8s.io/v1"
OLD_BACKEND = ("serviceName", "servicePort")


def old_fields(manifest: Manifest) -> Iterator[Problem]:
    """A problem for each field that the version took away, and for each pathType that it wants."""
    if manifest.kind != "Ingress" or manifest.api_version != VERSION:
        return
    spec = _map(manifest.body.get("spec"))
    if "backend" in spec:
        yield _refused(
            manifest, ("spec", "backend"), "spec.backend is called defaultBackend now", "Rename it to defaultBackend."
        )
        yield from _backend(manifest, _map(spec["backend"]), ("spec", "backend"))
    for i, rule in enumerate(_list(spec.get("rules"))):
        for j, entry in enumerate(_list(_map(_map(rule).get("http")).get("paths"))):
            path: Path = ("spec", "rules", i, "http", "paths", j)
            yield from _backend(manifest, _map(_map(entry).get("backend")), (*path, "backend"))
            if "pathType" not in _map(entry):
                yield _refused(manifest, path, f"{field_text(path)} has no pathType", "Add pathType: Prefix, or Exact.")


def _backend(manifest: Manifest, backend: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    old = next((key for key in OLD_BACKEND if key in backend), None)
    if old is None:
        return
    name, port = backend.get("serviceName", "NAME"), backend.get("servicePort", "PORT")
    by = "number" if isinstance(port, int) else "name"
    hint = f"Write service: {{name: {name}, port: {{{by}: {port}}}}} instead of serviceName and servicePort."
    yield _refused(manifest, (*path, old), f"{field_text((*path, old))} is a field of v1beta1", hint)


def _refused(manifest: Manifest, path: Path, what: str, hint: str) -> Problem:
    mark = manifest.mark(path)
    message = f"{what}; the API server refuses this Ingress."
    return Problem(Level.ERROR, "old-field", message, hint, manifest.file, mark.line, mark.column, manifest.ref)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
