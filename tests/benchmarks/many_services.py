"""What 5,000 Services cost: all rules of a node in both modes, and one trace among them against one among twenty."""

import gc
import json
from collections.abc import Callable
from statistics import median
from time import perf_counter

from simulator.analysis.ask import parse_flow
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.compilers.rules_text import rules_text
from simulator.linux.network import Network
from simulator.manifests import SourceFile, read_manifests
from simulator.trace.tracing import trace

RUNS = 9
FEW, MANY = 20, 5_000
PODS = 40
MODES = ("iptables", "nftables")
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: app-{n}, labels: {{app: app-{n}}}}}
spec: {{nodeName: node-{node}, containers: [{{name: main, image: app, ports: [{{containerPort: 8080}}]}}]}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {{name: app-{n}}}
spec: {{selector: {{app: app-{pod}}}, ports: [{{port: 80, targetPort: 8080}}]}}
"""


def cluster_of(services: int, mode: str) -> Cluster:
    """As many Services, taking turns with the same forty pods on two nodes."""
    documents = [POD.format(n=n, node="ab"[n % 2]) for n in range(PODS)]
    documents += [SERVICE.format(n=n, pod=n % PODS) for n in range(services)]
    source = SourceFile("cluster.yaml", "---\n".join(documents).encode())
    return build_cluster(read_manifests([source]), {"proxy": mode})


def milliseconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return (perf_counter() - begin) * 1000


def first_trace(cluster: Cluster) -> float:
    """From the cluster to the last step, nothing compiled beforehand."""
    flow = parse_flow(cluster, "default/app-0", "app-1:80")
    return milliseconds(lambda: trace(compile_network(cluster), flow, 0))


def next_trace(cluster: Cluster, network: Network) -> float:
    """In a network that a trace has been through before."""
    flow = parse_flow(cluster, "default/app-0", "app-1:80")
    return milliseconds(lambda: trace(network, flow, 0))


def measured(mode: str) -> dict[str, float]:
    clusters = {services: cluster_of(services, mode) for services in (FEW, MANY)}
    node = min(clusters[MANY].nodes)
    gc.collect()
    gc.freeze()
    # In turns, so that a busy moment of the machine falls on all of them.
    rounds = [{services: first_trace(cluster) for services, cluster in clusters.items()} for _ in range(RUNS)]
    networks = {services: compile_network(cluster) for services, cluster in clusters.items()}
    again = [{services: next_trace(clusters[services], networks[services]) for services in clusters}
             for _ in range(RUNS + 1)][1:]  # fmt: skip
    rules = median(milliseconds(lambda: rules_text(clusters[MANY], node)) for _ in range(3))
    first = {services: median(each[services] for each in rounds) for services in clusters}
    warm = {services: median(each[services] for each in again) for services in clusters}
    return {
        "rules_ms": round(rules),
        "trace_ms_few": round(first[FEW], 1),
        "trace_ms_many": round(first[MANY], 1),
        "many_against_few": round(first[MANY] / first[FEW], 2),
        "many_against_few_again": round(warm[MANY] / warm[FEW], 2),
    }


def main() -> None:
    modes = {mode: measured(mode) for mode in MODES}
    print(json.dumps({"benchmark": "many-services", "services": [FEW, MANY], "modes": modes}))


if __name__ == "__main__":
    main()
