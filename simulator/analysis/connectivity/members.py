"""Who is listed: workloads, and the kinds of pods in them that policies might tell apart.

A workload is one line. A Pod with a controller is named after that controller as its ownerReferences say it, a Pod
without one is itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from simulator.cluster.cluster import Cluster
from simulator.cluster.fields import natural, part
from simulator.cluster.model import Pod, Source
from simulator.cluster.pod_template import read_template
from simulator.cluster.policies.view import PolicyView, Side
from simulator.cluster.problems import Problems
from simulator.cluster.workloads import TEMPLATE
from simulator.manifests.manifest import Manifest

VIRTUAL_MACHINES = {"VirtualMachine": ("spec", "template"), "VirtualMachineInstance": ()}
"""Kinds of kubevirt.io that become pods, and where their labels are."""


class Member(msgspec.Struct):
    """Pods of workloads that no policy could tell apart, whatever it says. `side` stands for all of them."""

    side: Side
    policed: bool = True


class Workload(msgspec.Struct):
    """One line of the table. `members` are numbers; `pods` is how many there are, 2 for more."""

    namespace: str
    name: str
    kind: str
    members: list[int]
    pods: int = 0

    @property
    def title(self) -> str:
        return f"{self.namespace}/{self.name}[{self.kind}]"


class Membership(msgspec.Struct):
    """Every workload in the order listed, and every member by number."""

    workloads: list[Workload]
    members: list[Member]


def membership(cluster: Cluster, view: PolicyView) -> Membership:
    """Pods with the same namespace, labels, ports, addresses (and node, where that counts) are one member."""
    by_node = any(pod.host_network for pod in cluster.pods.values()) and not view.policed_host_network
    numbers: dict[Any, int] = {}
    members: list[Member] = []
    workloads: dict[tuple[str, str, str], Workload] = {}
    seen: dict[Any, tuple[Workload, int]] = {}
    for pod in (*cluster.pods.values(), *without_pods(cluster), *_virtual_machines(cluster)):
        quick = pod.namespace, pod.owner or pod.name, id(pod.labels), id(pod.containers), pod.node if by_node else None
        known = seen.get(quick) if pod.source is not None and pod.source.prefix else None
        if known is None:
            side = view.of_pod(pod)
            key = _key(pod, side, by_node)
            if key not in numbers:
                numbers[key] = len(members)
                members.append(Member(side, view.is_policed(pod)))
            workload = workloads.setdefault(title_of(pod), Workload(*title_of(pod), []))
            known = seen[quick] = workload, numbers[key]
        workload, number = known
        workload.pods = min(2, workload.pods + 1)
        if number not in workload.members:
            workload.members.append(number)
    listed = sorted(workloads.values(), key=lambda w: (w.namespace, natural(w.name), w.kind))
    return Membership(listed, members)


def _key(pod: Pod, side: Side, by_node: bool) -> tuple[Any, ...]:
    ports = tuple((p.name, p.protocol, p.number) for c in pod.containers for p in c.ports if p.name)
    return (
        pod.namespace, tuple(sorted(pod.labels.items())), ports, side.addresses, side.pod is None,
        pod.node if by_node else None,
    )  # fmt: skip


def title_of(pod: Pod) -> tuple[str, str, str]:
    """Namespace, name and kind."""
    namespace = pod.namespace or ""
    source = pod.source
    if source is not None and source.prefix:
        return namespace, source.manifest.name, source.manifest.kind
    if source is not None:
        for reference in part(source.manifest.body, "metadata").get("ownerReferences") or ():
            if reference.get("controller") is True and reference.get("kind") != "Node":
                return namespace, str(reference.get("name") or ""), str(reference.get("kind") or "Pod")
        if source.manifest.kind in VIRTUAL_MACHINES:
            return namespace, pod.name, source.manifest.kind
    return namespace, pod.name, "Pod"


def without_pods(cluster: Cluster) -> Iterator[Pod]:
    """One pod for each workload that has none at present: scaled to 0, fitting no node, or refused for its selector.

    It is listed all the same: what it may do does not hang on how many there are.
    """
    running = {(pod.namespace, pod.owner) for pod in cluster.pods.values()}
    known = {(m.namespace, m.kind, m.name) for m in cluster.workloads}
    for manifest in cluster.workloads:
        prefix = TEMPLATE.get(manifest.kind)
        if prefix is None or (manifest.namespace, f"{manifest.kind} {manifest.name}") in running:
            continue
        references = part(manifest.body, "metadata").get("ownerReferences") or ()
        if any((manifest.namespace, r.get("kind"), r.get("name")) in known for r in references):
            continue
        body = part(manifest.body, *(str(key) for key in prefix))
        if body:
            template = read_template(manifest, prefix, body, Problems())
            yield Pod(
                name=manifest.name, namespace=manifest.namespace, labels=template.labels,
                source=Source(manifest, prefix), node=None, ips=(), containers=template.containers,
                host_network=template.host_network, owner=f"{manifest.kind} {manifest.name}",
            )  # fmt: skip


def _virtual_machines(cluster: Cluster) -> Iterator[Pod]:
    """Virtual machines run in pods that have their labels (virt-launcher)."""
    ours = [m for m in cluster.others if m.kind in VIRTUAL_MACHINES and m.api_version.startswith("kubevirt.io/")]
    made = {m.name for m in ours if m.kind == "VirtualMachine"}
    for manifest in ours:
        if manifest.kind == "VirtualMachine" or not _owned(manifest, made):
            yield _machine(manifest)


def _owned(manifest: Manifest, made: Iterable[str]) -> bool:
    references = part(manifest.body, "metadata").get("ownerReferences") or ()
    return any(r.get("kind") == "VirtualMachine" and r.get("name") in made for r in references)


def _machine(manifest: Manifest) -> Pod:
    body: Mapping[str, Any] = part(manifest.body, *VIRTUAL_MACHINES[manifest.kind]) or manifest.body
    labels = part(body, "metadata").get("labels")
    texts = {str(k): v for k, v in labels.items() if isinstance(v, str)} if isinstance(labels, dict) else {}
    return Pod(name=manifest.name, namespace=manifest.namespace or "default", labels=texts, source=Source(manifest),
               node=None, ips=(), containers=())  # fmt: skip
