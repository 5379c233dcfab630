"""What the controllers and kubelets make of faults about pods and nodes: broken(cluster) is the cluster after them.

It is the moment in which the controllers have reacted to what they can know, and no later: a pod that was stopped has
not been replaced yet (only a drain waits for that). Slices of the upload that a controller manages are kept as the
controller would, those that somebody wrote by hand stay as they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from simulator.cluster.addresses import PodAddresses
from simulator.cluster.cluster import Cluster
from simulator.cluster.endpoint_slices import MANAGED_BY
from simulator.cluster.faults import Fault, Found, checked
from simulator.cluster.fields import part
from simulator.cluster.model import Endpoint, EndpointSlice, Node, Pod
from simulator.cluster.nodes import PODS_PER_NODE
from simulator.cluster.placement import Placement, placement_of
from simulator.cluster.pods import COMPLETED
from simulator.cluster.scheduling import Scheduler
from simulator.packet.headers import IPAddress

STAYS = "DaemonSet"
"""The kind of owner whose pods a drain leaves alone. kubectl/pkg/drain/filters.go:daemonSetFilter()"""


def broken(cluster: Cluster, faults: Sequence[Fault], everything: Cluster | None = None) -> Cluster:
    """The cluster with these faults. `everything` has what may be named, where that is more than the cluster has:
    the add-ons of another view of it."""
    if not faults:
        return cluster
    found = checked(everything or cluster, faults)
    pods, nodes, why = dict(cluster.pods), dict(cluster.nodes), Why()
    for one in found:
        change = _ON_PODS.get(one.fault.kind)
        if change is not None and one.host in pods:
            pods[one.host] = change(pods[one.host])
            why[one.host] = one.fault
        elif one.fault.kind == "node-lost":
            _lose(nodes, pods, one, why)
    drained = [one for one in found if one.fault.kind == "node-drained"]
    for one in drained:
        nodes[one.host] = replace(nodes[one.host], unschedulable=True)
    _drain(cluster, pods, nodes, drained, why)
    return Cluster(
        profile=cluster.profile, nodes=nodes, namespaces=cluster.namespaces, pods=pods, services=cluster.services,
        slices=tuple(_kept(piece, cluster, pods, nodes, why) for piece in cluster.slices),
        workloads=cluster.workloads, others=cluster.others, policies=cluster.policies, web=cluster.web,
        problems=cluster.problems, assumptions=cluster.assumptions, faults=found, whole=cluster,
    )  # fmt: skip


Why = dict[str, Fault]
"""The pods that are not as they were, each with the fault that did it."""


def _stopped(pod: Pod) -> Pod:
    """pkg/kubelet/kubelet.go:syncTerminatedPod(): the sandbox is torn down, the phase is terminal."""
    return replace(pod, phase="Failed", ready=False)


def _crashed(pod: Pod) -> Pod:
    """The sandbox stays, and with it the address; there is no process that could listen."""
    return replace(pod, ready=False, listens=())


def _unready(pod: Pod) -> Pod:
    return replace(pod, ready=False)


def _terminating(pod: Pod) -> Pod:
    """metadata.deletionTimestamp is set. While the pod passes its probe, its endpoints are serving."""
    return replace(pod, terminating=True)


_ON_PODS: Mapping[str, Callable[[Pod], Pod]] = {
    "pod-stopped": _stopped,
    "pod-crashed": _crashed,
    "pod-unready": _unready,
    "pod-terminating": _terminating,
}


def _lose(nodes: dict[str, Node], pods: dict[str, Pod], one: Found, why: Why) -> None:
    """pkg/controller/nodelifecycle/node_lifecycle_controller.go: the Node is NotReady, and MarkPodsNotReady() says
    the same of its pods. They are evicted only after five minutes more (tolerationSeconds 300)."""
    nodes[one.host] = replace(nodes[one.host], ready=False)
    for pod in [p for p in pods.values() if p.node == one.host and p.phase not in COMPLETED]:
        pods[pod.key] = _unready(pod)
        why[pod.key] = one.fault


def _drain(
    cluster: Cluster, pods: dict[str, Pod], nodes: Mapping[str, Node], drained: Sequence[Found], why: Why
) -> None:
    """kubectl drain --ignore-daemonsets --force: what controllers own comes up elsewhere, bare pods are gone."""
    of = {one.host: one.fault for one in drained}
    leaving = [p for p in pods.values() if p.node in of and p.phase not in COMPLETED and not _is_daemon(p)]
    staying = [p for p in pods.values() if p.node in nodes and p.node not in of and p.phase not in COMPLETED]
    if not leaving:
        return
    move = Movers(cluster, nodes, staying, leaving)
    for pod in leaving:
        assert pod.node is not None
        why[pod.key] = of[pod.node]
        pods[pod.key] = move.moved(pod) if pod.owner is not None else _stopped(pod)


def _is_daemon(pod: Pod) -> bool:
    return pod.owner is not None and pod.owner.partition(" ")[0] == STAYS


class Movers:
    """The scheduler and the address managers, for pods that lose their node. A pod keeps its name here; a real
    ReplicaSet's replacement would get another one."""

    def __init__(
        self, cluster: Cluster, nodes: Mapping[str, Node], staying: Iterable[Pod], leaving: Iterable[Pod]
    ) -> None:
        self._nodes = nodes
        self._placements = {pod.key: _placement(pod) for pod in (*staying, *leaving)}
        labels = {name: namespace.labels for name, namespace in cluster.namespaces.items()}
        templates = [(pod.namespace or "", self._placements[pod.key]) for pod in (*staying, *leaving)]
        capacity = dict.fromkeys(nodes, PODS_PER_NODE)
        self._scheduler = Scheduler(nodes, capacity, templates, labels)
        self._addresses = PodAddresses()
        for pod in cluster.pods.values():
            for ip in pod.ips:
                self._addresses.reserve(ip)
        for pod in staying:
            assert pod.node is not None
            self._scheduler.settle(pod.node, pod.namespace or "", pod.labels, self._placements[pod.key])

    def moved(self, pod: Pod) -> Pod:
        """The pod on its new node; Pending where none will take it."""
        name = self._scheduler.place(pod.namespace or "", pod.labels, self._placements[pod.key])
        if name is None:
            return replace(pod, node=None, ips=(), phase="Pending", ready=False)
        node = self._nodes[name]
        if pod.host_network:
            return replace(pod, node=name, ips=node.addresses)
        found = (self._addresses.allocate(cidr) for cidr in node.pod_cidrs)
        ips: tuple[IPAddress, ...] = tuple(ip for ip in found if ip is not None)
        return replace(pod, node=name, ips=ips)


def _placement(pod: Pod) -> Placement:
    ports = [port for container in pod.containers for port in container.ports]
    taken = tuple((p.protocol, p.host_port, str(p.host_ip or "")) for p in ports if p.host_port is not None)
    if pod.source is None:
        return Placement(host_ports=taken)
    body = pod.source.manifest.body
    for key in pod.source.prefix:
        body = part(body, str(key))
    return placement_of(part(body, "spec"), taken)


def _kept(
    piece: EndpointSlice, cluster: Cluster, pods: Mapping[str, Pod], nodes: Mapping[str, Node], why: Why
) -> EndpointSlice:
    """The slice as its controller keeps it; one without a controller stays."""
    by_hand = piece.written and MANAGED_BY not in piece.labels
    changed = [e for e in piece.endpoints if _pod_of(e) in why]
    if by_hand or not changed:
        return piece
    service = cluster.services.get(f"{piece.namespace}/{piece.service}")
    not_ready_too = service is not None and service.publish_not_ready
    found = [_endpoint(e, pods, nodes, why, not_ready_too) for e in piece.endpoints]
    return replace(piece, endpoints=tuple(e for e in found if e is not None))


def _pod_of(endpoint: Endpoint) -> str:
    kind, _, key = (endpoint.target or "").partition(" ")
    return key if kind == "Pod" else ""


def _endpoint(
    endpoint: Endpoint, pods: Mapping[str, Pod], nodes: Mapping[str, Node], why: Why, not_ready_too: bool
) -> Endpoint | None:
    """staging/src/k8s.io/endpointslice/utils.go: podToEndpoint(); a pod that has ended has none."""
    key = _pod_of(endpoint)
    pod = pods.get(key)
    if key not in why or pod is None:
        return endpoint
    version = endpoint.addresses[0].version
    addresses = tuple(ip for ip in pod.ips if ip.version == version)
    if pod.phase in COMPLETED or not addresses:
        return None
    node = nodes.get(pod.node or "")
    return replace(
        endpoint,
        addresses=addresses,
        ready=not_ready_too or (pod.ready and not pod.terminating),
        serving=pod.ready,
        terminating=pod.terminating,
        node=pod.node,
        zone=(node.zone or None) if node else None,
        origins=(*endpoint.origins, *why[key].origins),
    )
