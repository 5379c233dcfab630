"""Proposals for backends of Ingresses and routes that name no Service, or no port that it has."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from simulator.analysis.fix.desk import Desk, Proposal
from simulator.cluster.fields import part
from simulator.cluster.services import DEFAULT
from simulator.manifests.manifest import Manifest, Path

ROUTES = ("HTTPRoute", "GRPCRoute")


def mend_backend(desk: Desk) -> Iterator[Proposal]:
    """The Service that was nearly named, or a port that it has."""
    cluster = desk.case.cluster
    for manifest in cluster.others:
        for name, port, backend in _backends(manifest):
            space = backend.get("namespace") or manifest.namespace or DEFAULT
            service = cluster.services.get(f"{space}/{backend.get('name')}")
            if service is None:
                names = [each.name for each in cluster.services.values() if each.namespace == space]
                for near in get_close_matches(str(backend.get("name")), names, 1):
                    yield Proposal((desk.set_in(manifest, name, near),))
            elif not any(each.port == backend.get("port") for each in service.ports):
                for each in service.ports:
                    yield Proposal((desk.set_in(manifest, port, each.port),))


def _backends(manifest: Manifest) -> Iterator[tuple[Path, Path, dict[str, Any]]]:
    """Where each backend says its Service's name and port, and what it says."""
    spec = part(manifest.body, "spec")
    if manifest.kind == "Ingress":
        for path, backend in _of_ingress(spec):
            inner = part(backend, "service")
            word = "name" if "name" in part(inner, "port") else "number"
            here = ("spec", *path, "service")
            yield (
                (*here, "name"),
                (*here, "port", word),
                {"name": inner.get("name"), "port": part(inner, "port").get(word)},
            )
    elif manifest.kind in ROUTES:
        for i, rule in enumerate(spec.get("rules") or ()):
            for j, backend in enumerate(rule.get("backendRefs") or ()):
                here = ("spec", "rules", i, "backendRefs", j)
                yield (*here, "name"), (*here, "port"), backend


def _of_ingress(spec: Any) -> Iterator[tuple[Path, Any]]:
    if "defaultBackend" in spec:
        yield ("defaultBackend",), spec["defaultBackend"]
    for i, rule in enumerate(spec.get("rules") or ()):
        for j, path in enumerate(part(rule, "http").get("paths") or ()):
            yield ("rules", i, "http", "paths", j, "backend"), part(path, "backend")
