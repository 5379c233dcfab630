"""A small cluster to plan replays of."""

import pytest

from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  nodeName: node-b
  containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop}
spec:
  nodeName: node-a
  containers: [{name: c, image: i, ports: [{containerPort: 9}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, clusterIP: 10.96.0.80, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
"""


def cluster_of(text: str, **settings: str) -> Cluster:
    wanted = {key.replace("__", "."): value for key, value in settings.items()}
    return build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]), wanted)


@pytest.fixture
def shop() -> Cluster:
    return cluster_of(SHOP)


@pytest.fixture
def network(shop: Cluster) -> Network:
    return compile_network(shop)
