"""Faults about pods and nodes act on the cluster as kubelets and controllers would."""

import pytest

from simulator import SourceFile, build_cluster, read_manifests
from simulator.cluster.breaking import broken
from simulator.cluster.cluster import Cluster
from simulator.cluster.faults import parse_faults
from simulator.cluster.model import Endpoint

MANIFESTS = b"""
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 80}]}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: agent}]}
---
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec: {nodeName: node-a, containers: [{name: bare, image: bare}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: early}
spec: {selector: {app: web}, ports: [{port: 80}], publishNotReadyAddresses: true}
"""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return build_cluster(read_manifests([SourceFile("web.yaml", MANIFESTS)]))


def after(cluster: Cluster, *texts: str) -> Cluster:
    return broken(cluster, parse_faults(texts))


def endpoint(cluster: Cluster, pod: str, service: str = "default/web") -> Endpoint | None:
    found = [e for piece in cluster.slices_of(service) for e in piece.endpoints if e.target == f"Pod {pod}"]
    return found[0] if found else None


def conditions(found: Endpoint | None) -> tuple[bool | None, ...]:
    assert found is not None
    return found.ready, found.serving, found.terminating


def test_without_faults_the_cluster_is_the_same_object(cluster: Cluster) -> None:
    assert broken(cluster, ()) is cluster


def test_a_stopped_pod_has_no_endpoint_and_is_not_running(cluster: Cluster) -> None:
    found = after(cluster, "pod-stopped:default/web-0")
    assert endpoint(found, "default/web-0") is None
    assert endpoint(found, "default/web-1") is not None
    assert found.pods["default/web-0"].phase == "Failed"
    assert endpoint(cluster, "default/web-0") is not None, "the cluster itself stays whole"


def test_an_unready_pod_keeps_an_endpoint_that_is_not_ready(cluster: Cluster) -> None:
    found = after(cluster, "pod-unready:default/web-0")
    assert conditions(endpoint(found, "default/web-0")) == (False, False, False)
    assert conditions(endpoint(found, "default/web-0", "default/early")) == (True, False, False)


def test_a_terminating_pod_goes_on_serving(cluster: Cluster) -> None:
    found = after(cluster, "pod-terminating:default/web-0")
    assert conditions(endpoint(found, "default/web-0")) == (False, True, True)


def test_the_endpoint_names_the_fault(cluster: Cluster) -> None:
    found = endpoint(after(cluster, "pod-unready:default/web-0"), "default/web-0")
    assert found is not None
    assert found.origins[-1].object == "Fault pod-unready:default/web-0"


def test_a_drain_moves_pods_of_workloads_and_ends_bare_ones(cluster: Cluster) -> None:
    home = cluster.pods["default/web-0"].node
    found = after(cluster, f"node-drained:{home}")
    moved = found.pods["default/web-0"]
    assert found.nodes[home or ""].unschedulable
    assert moved.node not in (None, home)
    assert moved.ips[0] in found.nodes[moved.node or ""].pod_cidrs[0]
    assert moved.ips[0] not in {p.ips[0] for p in cluster.pods.values()}
    there = endpoint(found, "default/web-0")
    assert there is not None
    assert (there.addresses, there.node) == (moved.ips, moved.node)
    assert after(cluster, "node-drained:node-a").pods["default/bare"].phase == "Failed"
    daemons = [p.node for p in found.pods.values() if p.owner == "DaemonSet agent"]
    assert home in daemons


def test_with_every_node_drained_pods_wait(cluster: Cluster) -> None:
    found = after(cluster, *(f"node-drained:{name}" for name in cluster.nodes))
    assert {found.pods[f"default/web-{n}"].phase for n in (0, 1)} == {"Pending"}
    assert endpoint(found, "default/web-0") is None


def test_a_node_that_was_just_unplugged_counts_as_ready_and_a_minute_later_not(cluster: Cluster) -> None:
    home = cluster.pods["default/web-0"].node
    assert conditions(endpoint(after(cluster, f"node-cut:{home}"), "default/web-0"))[0]
    lost = after(cluster, f"node-lost:{home}")
    assert not lost.nodes[home or ""].ready
    assert conditions(endpoint(lost, "default/web-0")) == (False, False, False)


def test_slices_that_somebody_wrote_stay(cluster: Cluster) -> None:
    written = (
        MANIFESTS
        + b"""
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: by-hand, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: "", port: 80, protocol: TCP}]
endpoints: [{addresses: [10.244.1.2], conditions: {ready: true}, targetRef: {kind: Pod, name: web-0, namespace: default}}]
"""
    )
    whole = build_cluster(read_manifests([SourceFile("web.yaml", written)]))
    found = after(whole, "pod-stopped:default/web-0")
    by_hand = [piece for piece in found.slices if piece.name == "by-hand"]
    assert [e.ready for piece in by_hand for e in piece.endpoints] == [True]
