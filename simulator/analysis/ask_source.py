"""Who asks: NS/POD[/CONTAINER], NS/WORKLOAD, NODE or internet, to the network namespace that sends."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from simulator.analysis.flow_error import FlowError, did_you_mean

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Pod
    from simulator.manifests.manifest import Manifest

INTERNET = "internet"


class Client(msgspec.Struct, frozen=True):
    """The asking side: `netns` as the network calls it, `namespace` where a short name is looked for first.

    `namespace` is None for a client that is no pod (a node, the internet); `families` are the IP versions it has.
    `pod` is its key, whichever network it is on.
    """

    netns: str
    namespace: str | None
    families: tuple[int, ...]
    pod: str | None = None


def find_client(cluster: "Cluster", source: str) -> Client:
    """The client that `source` names; FlowError where there is none."""
    text = source.strip()
    if text == INTERNET:
        return Client(INTERNET, None, (cluster.profile.internet_address.version,))
    parts = text.split("/")
    if "" in parts or len(parts) > 3:
        raise FlowError(
            "unknown-pod",
            f'"{source}" names nobody who could send a packet.',
            "Write NAMESPACE/POD, NAMESPACE/WORKLOAD, the name of a node, or internet.",
        )
    if len(parts) == 1:
        return _node_or_bare_name(cluster, text)
    pod = _pod_or_workload(cluster, f"{parts[0]}/{parts[1]}")
    if len(parts) == 3:
        _check_container(pod, parts[2])
    return client_of(cluster, pod)


def client_of(cluster: "Cluster", pod: "Pod") -> Client:
    """A pod as a client; one with hostNetwork sends from its node's network namespace."""
    if pod.phase != "Running" or pod.node is None or not pod.ips:
        raise not_running(pod)
    netns = pod.node if pod.host_network else pod.key
    return Client(netns, pod.namespace, tuple(ip.version for ip in pod.ips), pod.key)


def not_running(pod: "Pod") -> FlowError:
    if pod.node is None:
        return FlowError(
            "not-running",
            f"Pod {pod.key} was given to no node, so it has no address.",
            "Look at its nodeName, nodeSelector, affinity and tolerations, and at the taints of the nodes.",
        )
    return FlowError(
        "not-running",
        f"Pod {pod.key} is not running (phase {pod.phase}), so it can neither send nor receive.",
        "Ask from or to a pod that is running.",
    )


def _node_or_bare_name(cluster: "Cluster", name: str) -> Client:
    node = cluster.nodes.get(name)
    if node is not None:
        return Client(name, None, tuple(ip.version for ip in node.addresses))
    pod = find_bare_pod(cluster, name, "default")
    if pod is not None:
        return client_of(cluster, pod)
    known = [*cluster.nodes, INTERNET, *cluster.pods]
    raise FlowError("unknown-node", f'There is no node called "{name}".', did_you_mean(name, known, "nodes and pods"))


def find_bare_pod(cluster: "Cluster", name: str, first: str) -> "Pod | None":
    """A pod by its name alone: in namespace `first`, else the only one of that name."""
    here = cluster.pods.get(f"{first}/{name}")
    if here is not None:
        return here
    found = [pod for pod in cluster.pods.values() if pod.name == name]
    if len(found) > 1:
        keys = sorted(pod.key for pod in found)
        raise FlowError(
            "ambiguous-name", f'There are {len(keys)} pods called "{name}".', f"Say which: {', '.join(keys)}."
        )
    return found[0] if found else None


def _pod_or_workload(cluster: "Cluster", key: str) -> "Pod":
    pod = cluster.pods.get(key)
    if pod is not None:
        return pod
    pods = cluster.pods_of(key)
    if not pods:
        raise _unknown(cluster, key)
    running = [p for p in pods if p.phase == "Running" and p.node is not None and p.ips]
    if not running:
        raise not_running(pods[0])
    return next((p for p in running if p.ready), running[0])


def _unknown(cluster: "Cluster", key: str) -> FlowError:
    namespace, name = key.split("/")
    for manifest in (m for m in _workload_manifests(cluster) if m.name == name):
        if (manifest.namespace or "default") == namespace:
            where = f"{manifest.file}:{manifest.line}"
            return FlowError(
                "no-pods", f"{manifest.kind} {key} ({where}) runs no pods.", "Give it at least one replica."
            )
    if namespace not in cluster.namespaces:
        spaces = did_you_mean(namespace, cluster.namespaces, "namespaces")
        return FlowError("unknown-pod", f'There is no namespace "{namespace}", so no pod {key}.', spaces)
    owners = {f"{p.namespace}/{p.owner.split(' ')[-1]}" for p in cluster.pods.values() if p.owner}
    known = [*cluster.pods, *owners]
    near = [k for k in known if k.startswith(f"{namespace}/")] or known
    return FlowError(
        "unknown-pod", f"There is no pod or workload {key}.", did_you_mean(key, near, "pods and workloads")
    )


WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob")


def _workload_manifests(cluster: "Cluster") -> "Iterable[Manifest]":
    return (m for m in cluster.others if m.kind in WORKLOADS)


def _check_container(pod: "Pod", container: str) -> None:
    names = [c.name for c in pod.containers]
    if container not in names:
        raise FlowError(
            "unknown-pod",
            f'Pod {pod.key} has no container called "{container}".',
            did_you_mean(container, names, "containers"),
        )
