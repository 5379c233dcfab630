"""What one trace costs in a cluster of ten thousand pods, against one of twenty."""

import gc
import json
from statistics import median
from time import perf_counter

from simulator.analysis.ask import parse_flow
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.trace.model import Flow
from simulator.trace.tracing import trace

RUNS = 15
SMALL, BIG = 20, 10_000
PODS_A_SERVICE = 10
PODS_A_NODE = 100
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app-{n}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: app-{n}}}}}
  template:
    metadata: {{labels: {{app: app-{n}}}}}
    spec: {{containers: [{{name: main, image: app, ports: [{{containerPort: 8080}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: app-{n}}}
spec: {{selector: {{app: app-{n}}}, ports: [{{port: 80, targetPort: 8080}}]}}
"""
NODE = """\
apiVersion: v1
kind: Node
metadata: {{name: node-{n:03}}}
spec: {{podCIDR: 10.{high}.{low}.0/24}}
status:
  addresses: [{{type: InternalIP, address: 192.168.{subnet}.{host}}}]
  conditions: [{{type: Ready, status: "True"}}]
"""


def manifests(pods: int) -> bytes:
    """As many pods, ten behind each Service, a hundred on a node."""
    nodes = max(2, pods // PODS_A_NODE)
    documents = [
        NODE.format(n=n, high=200 + n // 250, low=n % 250, subnet=56 + n // 200, host=20 + n % 200)
        for n in range(nodes)
    ]
    documents += [WORKLOAD.format(n=n, replicas=PODS_A_SERVICE) for n in range(pods // PODS_A_SERVICE)]
    return "---\n".join(documents).encode()


def cluster_of(pods: int) -> Cluster:
    return build_cluster(read_manifests([SourceFile("cluster.yaml", manifests(pods))]))


def one_trace(cluster: Cluster, flow: Flow) -> float:
    """From the cluster to the last step, nothing compiled beforehand: milliseconds."""
    begin = perf_counter()
    trace(compile_network(cluster), flow, 0)
    return (perf_counter() - begin) * 1000


def next_trace(network: Network, flow: Flow) -> float:
    """In a network that a trace has been through before: milliseconds."""
    begin = perf_counter()
    trace(network, flow, 0)
    return (perf_counter() - begin) * 1000


def main() -> None:
    clusters = {pods: cluster_of(pods) for pods in (SMALL, BIG)}
    flows = {pods: parse_flow(cluster, "default/app-0", "app-1:80") for pods, cluster in clusters.items()}
    gc.collect()
    gc.freeze()
    rounds = [{pods: one_trace(clusters[pods], flows[pods]) for pods in clusters} for _ in range(RUNS)]
    ms = {pods: median(each[pods] for each in rounds) for pods in clusters}
    networks = {pods: compile_network(cluster) for pods, cluster in clusters.items()}
    again = [{pods: next_trace(networks[pods], flows[pods]) for pods in clusters} for _ in range(RUNS + 1)][1:]
    warm = {pods: median(each[pods] for each in again) for pods in clusters}
    print(
        json.dumps(
            {
                "benchmark": "cluster-size",
                "pods": {str(pods): len(cluster.pods) for pods, cluster in clusters.items()},
                "ms": {str(pods): round(value, 2) for pods, value in ms.items()},
                "big_against_small": round(ms[BIG] / ms[SMALL], 2),
                "ms_again": {str(pods): round(value, 2) for pods, value in warm.items()},
                "big_against_small_again": round(warm[BIG] / warm[SMALL], 2),
            }
        )
    )


if __name__ == "__main__":
    main()
