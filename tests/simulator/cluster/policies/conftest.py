"""Policies and the pods that they are about, written short."""

from collections.abc import Callable

import pytest

from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.manifests import SourceFile, read_manifests

ClusterOf = Callable[..., Cluster]


def pod(name: str, labels: str = "", namespace: str = "default", more: str = "", ports: str = "", ip: str = "") -> str:
    status = f"status: {{podIP: {ip}, phase: Running}}" if ip else ""
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{{labels}}}}}
spec: {{containers: [{{name: main, image: nginx, ports: [{ports}]}}]{more}}}
{status}
"""


def network_policy(spec: str, name: str = "rule", namespace: str = "default") -> str:
    lines = "\n".join("  " + line for line in spec.strip().splitlines())
    head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
    return f"{head}metadata: {{name: {name}, namespace: {namespace}}}\nspec:\n{lines}\n"


def cluster_policy(spec: str, kind: str = "AdminNetworkPolicy", name: str = "rule") -> str:
    lines = "\n".join("  " + line for line in spec.strip().splitlines())
    version = "v1alpha2" if kind == "ClusterNetworkPolicy" else "v1alpha1"
    head = f"apiVersion: policy.networking.k8s.io/{version}\nkind: {kind}\n"
    return f"{head}metadata: {{name: {name}}}\nspec:\n{lines}\n"


@pytest.fixture(scope="session")
def cluster_of() -> ClusterOf:
    """cluster_of(document, ..., **settings): the cluster of one file called shop.yaml."""

    def build(*documents: str, settings: dict[str, str] | None = None) -> Cluster:
        text = "\n---\n".join(documents)
        return build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]), settings or {})

    return build
