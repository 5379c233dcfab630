"""Small clusters, built from YAML through the public door."""

from collections.abc import Callable, Mapping

import pytest

from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.diagnostics import Problem
from simulator.manifests import SourceFile, read_manifests

ClusterOf = Callable[..., Cluster]


@pytest.fixture(scope="session")
def cluster_of() -> ClusterOf:
    """cluster_of(document, ..., settings={}): the cluster of one file called shop.yaml."""

    def build(*documents: str, settings: Mapping[str, str] | None = None) -> Cluster:
        text = "\n---\n".join(documents)
        return build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]), settings or {})

    return build


@pytest.fixture(scope="session")
def problem_of(cluster_of: ClusterOf) -> Callable[..., Problem]:
    """problem_of(id, document, ...): the one problem with this id that the documents give."""

    def find(id_: str, *documents: str, settings: Mapping[str, str] | None = None) -> Problem:
        found = cluster_of(*documents, settings=settings).problems
        (problem,) = [p for p in found if p.id == id_]
        return problem

    return find
