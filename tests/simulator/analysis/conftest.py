"""Small clusters, built from YAML through the public door."""

from collections.abc import Callable, Mapping

import pytest

from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.manifests import SourceFile, read_manifests

ClusterOf = Callable[..., Cluster]


@pytest.fixture(scope="session")
def cluster_of() -> ClusterOf:
    """cluster_of(yaml, settings): the cluster of one file called shop.yaml."""

    def build(text: str, settings: Mapping[str, str] | None = None) -> Cluster:
        return build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]), settings or {})

    return build
