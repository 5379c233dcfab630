"""Everything in a cluster that has a name, ready to be looked through."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from netviz.find.model import Found, FoundKind
from netviz.find.question import Filter
from netviz.graph import Graph, Host, Pod, Service
from simulator.origin import Origin

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.manifests.manifest import Manifest

GROUPS: Mapping[FoundKind, str] = {
    "service": "Services", "pod": "Pods", "workload": "Workloads", "node": "Machines", "device": "Devices",
    "namespace": "Namespaces", "policy": "Policies", "object": "Other objects", "problem": "Problems",
    "line": "In the manifests",
}  # fmt: skip
_NO_LABELS: Mapping[str, str] = {}


class Entry(msgspec.Struct, frozen=True, gc=False):
    """`text` is what words are looked for in; `kinds` is what the filter calls it."""

    kind: FoundKind
    name: str
    namespace: str
    node: str
    kinds: str
    labels: Mapping[str, str]
    text: str
    what: Found

    def passes(self, only: Filter) -> bool:
        return (
            (not only.namespaces or self.namespace in only.namespaces)
            and (not only.nodes or self.node in only.nodes)
            and (not only.kinds or self.kinds in only.kinds)
            and all(has_label(self.labels, wanted) for wanted in only.labels)
        )


def has_label(labels: Mapping[str, str], wanted: str) -> bool:
    """ "app=web" as kubectl -l means it, whatever the case; "app=" for any value."""
    key, _, value = wanted.partition("=")
    return any(k.lower() == key.lower() and (not value or v.lower() == value.lower()) for k, v in labels.items())


def entries_of(graph: Graph, cluster: "Cluster") -> list[Entry]:
    machines = {host.id: host.name for host in graph.hosts}
    return [
        *(_service(service) for service in graph.services),
        *(_pod(pod, machines.get(pod.node or "", "")) for pod in graph.pods),
        *_workloads(cluster),
        *(entry for host in graph.hosts for entry in _machine(host)),
        *(_entry("namespace", name, "", Found("namespace", name)) for name in graph.namespaces),
        *_others(cluster),
    ]


def _entry(
    kind: FoundKind,
    name: str,
    namespace: str,
    what: Found,
    node: str = "",
    kinds: str = "",
    labels: Mapping[str, str] = _NO_LABELS,
) -> Entry:
    kinds = (kinds or kind).lower()
    said = " ".join((what.title, what.detail, kinds, *(f"{k}={v}" for k, v in labels.items())))
    return Entry(kind, name.lower(), namespace.lower(), node.lower(), kinds, labels, said.lower(), what)


def bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def target_of(pod: Pod) -> str | None:
    """What to write into the field To: an address and the first port that is declared."""
    port = next((port.number for container in pod.containers for port in container.ports), None)
    return f"{bracketed(pod.addresses[0])}:{port or 80}" if pod.addresses else None


def _pod(pod: Pod, node: str) -> Entry:
    key = f"{pod.namespace}/{pod.name}"
    state = "" if pod.ready else "not ready" if pod.phase == "Running" else pod.phase
    detail = " · ".join(filter(None, (*pod.addresses, f"on {node}" if node else "on no node", state)))
    source = key if pod.addresses else None
    what = Found("pod", key, detail, pod.id, pod.node, pod.origin, source, target_of(pod))
    return _entry("pod", pod.name, pod.namespace, what, node, labels=pod.labels)


def _service(service: Service) -> Entry:
    ports = ", ".join(f"{p.port}/{p.protocol}" + (f" ({p.node_port})" if p.node_port else "") for p in service.ports)
    addresses = (*service.cluster_ips, *service.external_ips, *service.load_balancer_ips)
    kind = "headless" if service.headless else service.type
    detail = " · ".join(filter(None, (kind, " ".join(addresses) or service.external_name, ports)))
    port = service.ports[0].port if service.ports else None
    target = f"{service.name}.{service.namespace}:{port}" if port else None
    what = Found(
        "service", f"{service.namespace}/{service.name}", detail, service.id, None, service.origin, None, target
    )
    return _entry("service", service.name, service.namespace, what)


def _machine(host: Host) -> Iterator[Entry]:
    own = host.kind in ("node", "control-plane")
    detail = " · ".join(filter(None, (*host.addresses, *host.pod_cidrs, host.zone)))
    source = host.name if own or host.kind == "internet" else None
    labels = {"topology.kubernetes.io/zone": host.zone} if host.zone else {}
    what = Found("node", host.name, detail, host.id, host.id, None, source)
    yield _entry("node", host.name, "", what, host.name, "node" if own else host.kind, labels)
    for device in host.devices:
        if device.kind == "veth":
            continue
        detail = " · ".join((device.kind, *device.addresses))
        what = Found("device", f"{device.name} of {host.name}", detail, device.id, host.id)
        yield _entry("device", device.name, "", what, host.name)


def _workloads(cluster: "Cluster") -> Iterator[Entry]:
    for manifest in cluster.workloads:
        namespace = manifest.namespace or "default"
        pods = cluster.pods_of(f"{namespace}/{manifest.name}")
        detail = f"{manifest.kind} · {len(pods)} pod{'' if len(pods) == 1 else 's'}"
        key = f"{namespace}/{manifest.name}"
        first = f"pod:{pods[0].key}" if pods else None
        host = f"node:{pods[0].node}" if pods and pods[0].node else None
        what = Found("workload", key, detail, first, host, _origin(manifest), key if pods else None)
        yield _entry("workload", manifest.name, namespace, what, kinds=manifest.kind)


def _others(cluster: "Cluster") -> Iterator[Entry]:
    """Policies, and every object that is not drawn: Ingresses, ConfigMaps and whatever else was uploaded."""
    told: set[tuple[str, str]] = set()
    for policy in cluster.policies:
        name = f"{policy.namespace}/{policy.name}" if policy.namespace else policy.name
        what = Found("policy", name, policy.kind, origin=next(iter(policy.origin()), None))
        told.add((policy.kind, name))
        yield _entry("policy", policy.name, policy.namespace or "", what, kinds=policy.kind)
    for manifest in cluster.others:
        name = f"{manifest.namespace}/{manifest.name}" if manifest.namespace else manifest.name
        if (manifest.kind, name) in told:
            continue
        what = Found("object", name, manifest.kind, origin=_origin(manifest))
        yield _entry("object", manifest.name, manifest.namespace or "", what, kinds=manifest.kind)


def _origin(manifest: "Manifest") -> Origin:
    return Origin(object=manifest.ref, field="", file=manifest.file, line=manifest.line)
