"""Drafts become pods: each gets a node and addresses."""

from collections.abc import Iterable, Mapping

import msgspec

from simulator.cluster.addresses import PodAddresses
from simulator.cluster.fields import Reader, parse_address, part
from simulator.cluster.model import Labels, Node, Pod, Source
from simulator.cluster.nodes import Nodes
from simulator.cluster.placement import for_daemon
from simulator.cluster.problems import SHOWN, Problems, listed
from simulator.cluster.scheduling import Scheduler
from simulator.cluster.workloads import Draft, Status, Workload
from simulator.manifests.manifest import Path
from simulator.packet.headers import IPAddress

COMPLETED = ("Succeeded", "Failed")


class Placed(msgspec.Struct):
    """A draft and its node; `waits` for the scheduler."""

    draft: Draft
    node: str | None
    waits: bool = False


def place_pods(
    bare: Iterable[Draft],
    workloads: Iterable[Workload],
    nodes: Nodes,
    namespaces: Mapping[str, Labels],
    problems: Problems,
) -> tuple[list[Placed], int]:
    """A node for every pod: first those who have one already, then DaemonSets, then the others by name.

    The number says how many pods would run if there were more nodes of the same kind.
    """
    bare, workloads = list(bare), list(workloads)
    templates = [(d.namespace, d.template.placement) for d in bare]
    templates += [(w.namespace, w.template.placement) for w in workloads]
    scheduler = Scheduler(nodes.nodes, nodes.capacity, templates, namespaces)
    homes = Homes(nodes.nodes.values())
    placed = [_stay(draft, nodes, homes, scheduler, problems) for draft in bare]
    taken = {p.draft.key for p in placed}
    for workload in workloads:
        placed += _expand(workload, nodes, scheduler, taken, problems)
    for pod in placed:
        if pod.waits:
            pod.node = _schedule(pod.draft, scheduler)
    return placed, _tell_unplaced(placed, scheduler, nodes, problems)


def _stay(draft: Draft, nodes: Nodes, homes: "Homes", scheduler: Scheduler, problems: Problems) -> Placed:
    """A Pod of the upload: where its nodeName says, or else its address."""
    status, template = draft.status, draft.template
    node = template.node or homes.of(status.addresses)
    if node is None:
        return Placed(draft, None, waits=status.phase not in (*COMPLETED, "Pending"))
    if node in nodes.nodes:
        if status.phase not in COMPLETED:
            scheduler.settle(node, draft.namespace, template.labels, template.placement)
        return Placed(draft, node)
    _unknown_node(draft, nodes, problems)
    return Placed(draft, None)


class Homes:
    """Nodes by their pod ranges."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._by_range: dict[tuple[int, int, int], str] = {}
        for node in nodes:
            for cidr in node.pod_cidrs:
                rest = cidr.max_prefixlen - cidr.prefixlen
                self._by_range.setdefault((cidr.version, rest, int(cidr.network_address) >> rest), node.name)
        self._rests = sorted({(version, rest) for version, rest, _ in self._by_range})

    def of(self, addresses: Iterable[tuple[str, Path]]) -> str | None:
        """The node that has these addresses in its range."""
        for text, _ in addresses:
            try:
                address = parse_address(text)
            except ValueError:
                continue  # told where the pod gets its addresses
            for version, rest in self._rests:
                if version == address.version and (version, rest, int(address) >> rest) in self._by_range:
                    return self._by_range[version, rest, int(address) >> rest]
        return None


def _unknown_node(draft: Draft, nodes: Nodes, problems: Problems) -> None:
    template = draft.template
    there = listed(nodes.nodes) or "none"
    problems.error("unknown-node", f'The pod wants to be on the node "{template.node}", but there is no such node, '
                   f"so it does not run. The cluster has: {there}.",
                   f"Add a Node object called {template.node}, or correct spec.nodeName.", template.manifest,
                   (*template.prefix, "spec", "nodeName"))  # fmt: skip


def _expand(
    workload: Workload, nodes: Nodes, scheduler: Scheduler, taken: set[str], problems: Problems
) -> list[Placed]:
    template = workload.template
    if workload.count is not None:
        drafts = list(workload.drafts(workload.count, taken))
        waits = template.node is None
        if template.node is not None and template.node not in nodes.nodes and drafts:
            _unknown_node(drafts[0], nodes, problems)
        there = template.node if template.node in nodes.nodes else None
        found = [Placed(draft, there, waits) for draft in drafts]
    else:
        names = scheduler.eligible(for_daemon(template.placement).needs)
        if template.node is not None:
            names = [name for name in names if name == template.node]
        drafts = list(workload.drafts(len(names), taken))
        found = [Placed(draft, name) for draft, name in zip(drafts, names, strict=True)]
        if not names:
            _idle_daemon(workload, scheduler, problems)
    taken.update(draft.key for draft in drafts)
    for pod in found:
        if pod.node is not None:
            scheduler.settle(pod.node, workload.namespace, template.labels, template.placement)
    return found


def _schedule(draft: Draft, scheduler: Scheduler) -> str | None:
    return scheduler.place(draft.namespace, draft.template.labels, draft.template.placement)


def _idle_daemon(workload: Workload, scheduler: Scheduler, problems: Problems) -> None:
    template = workload.template
    reasons = scheduler.reasons(workload.namespace, template.labels, for_daemon(template.placement))
    problems.warning("daemon-without-nodes", f"No node will have a pod of this DaemonSet. {_told(reasons)}.",
                     "Change its nodeSelector, affinity or tolerations, or add Node objects that match.",
                     template.manifest, (*template.prefix, "spec"))  # fmt: skip


def _told(reasons: Iterable[tuple[str, str]]) -> str:
    """ "node-a, node-b: it is full. node-c: it has the taint ..."."""
    by_reason: dict[str, list[str]] = {}
    for node, reason in reasons:
        by_reason.setdefault(reason, []).append(node)
    if not by_reason:
        return "There are no nodes"
    return ". ".join(f"{listed(nodes)}: {reason}" for reason, nodes in by_reason.items())


def _tell_unplaced(placed: Iterable[Placed], scheduler: Scheduler, nodes: Nodes, problems: Problems) -> int:
    """One problem for all pods of a workload. How many only lack room."""
    left: dict[int, list[Draft]] = {}
    for pod in placed:
        if pod.waits and pod.node is None:
            left.setdefault(id(pod.draft.template), []).append(pod.draft)
    lack_room = 0
    for drafts in left.values():
        draft, template = drafts[0], drafts[0].template
        lack_room += len(drafts) if scheduler.lacks_room(template.placement) else 0
        many = f"{len(drafts)} pods ({listed(d.name for d in drafts)}) fit"
        what = many if len(drafts) > 1 else f"The pod {draft.name} fits"
        told = _told(scheduler.reasons(draft.namespace, template.labels, template.placement))
        assumed = " The nodes are assumed; write Node objects to have others." if _all_assumed(nodes) else ""
        problems.warning(
            "pod-fits-no-node", f"{what} no node, and will not run. {told}.",
            f"Change what the pod asks of its node, or change the nodes.{assumed}", template.manifest,
            (*template.prefix, "spec"),
        )  # fmt: skip
    return lack_room


def _all_assumed(nodes: Nodes) -> bool:
    return all(node.source is None for node in nodes.nodes.values())


class Addressing:
    """Gives pods their addresses, and checks those that they have."""

    def __init__(self, nodes: Mapping[str, Node], problems: Problems) -> None:
        self._nodes = nodes
        self._problems = problems
        self._pool = PodAddresses()
        self._owner: dict[IPAddress, str] = {}
        self._strangers: list[tuple[Draft, IPAddress, Path]] = []
        self._spent: dict[str, list[Draft]] = {}

    def make(self, placed: Iterable[Placed]) -> dict[str, Pod]:
        """Every pod by key; written addresses are set aside before any is given out."""
        placed = sorted(placed, key=lambda p: p.draft.namespace)
        written = {p.draft.key: self._written(p) for p in placed if p.draft.status.addresses}
        pods = {p.draft.key: self._pod(p, written.get(p.draft.key, ())) for p in placed}
        self._tell()
        return pods

    def _written(self, placed: Placed) -> tuple[IPAddress, ...]:
        """status.podIPs, the first of each family."""
        draft = placed.draft
        if draft.status.phase in COMPLETED:
            return ()
        reader = Reader(draft.template.manifest, self._problems)
        node = self._nodes.get(placed.node or "")
        found: dict[int, IPAddress] = {}
        for text, path in draft.status.addresses:
            address = reader.address(text, path)
            if address is None or address.version in found:
                continue
            found[address.version] = address
            if not draft.template.host_network:
                self._check(draft, address, path, node)
        return tuple(found.values())

    def _check(self, draft: Draft, address: IPAddress, path: Path, node: Node | None) -> None:
        other = self._owner.setdefault(address, draft.key)
        if other != draft.key:
            self._problems.error("duplicate-pod-ip", f"The pods {other} and {draft.key} have one address, {address}: "
                                 "packets reach only one of them.", "Give each pod its own, or leave status out.",
                                 draft.template.manifest, path)  # fmt: skip
        self._pool.reserve(address)
        if node is not None and not any(address in cidr for cidr in node.pod_cidrs if cidr.version == address.version):
            self._strangers.append((draft, address, path))

    def _pod(self, placed: Placed, written: tuple[IPAddress, ...]) -> Pod:
        draft, template, status = placed.draft, placed.draft.template, placed.draft.status
        phase = status.phase or ("Running" if placed.node else "Pending")
        if placed.node is None and phase == "Running":
            phase = "Pending"
        hostname, subdomain = _identity(draft)
        return Pod(
            name=draft.name, namespace=draft.namespace, labels=template.labels, annotations=template.annotations,
            source=Source(template.manifest, template.prefix), node=placed.node,
            ips=() if placed.node is None else written or self._given(placed, phase),
            containers=template.containers, host_network=template.host_network, ready=_ready(status, phase),
            terminating=status.terminating, phase=phase, owner=draft.owner,
            hostname=hostname, subdomain=subdomain, listens=template.listens,
        )  # fmt: skip

    def _given(self, placed: Placed, phase: str) -> tuple[IPAddress, ...]:
        """The node's own addresses for a hostNetwork pod, else the next free ones of the node's ranges."""
        if phase != "Running":
            return ()
        node = self._nodes[placed.node or ""]
        if placed.draft.template.host_network:
            return node.addresses
        found = [address for cidr in node.pod_cidrs if (address := self._pool.allocate(cidr)) is not None]
        if not found:
            self._spent.setdefault(node.name, []).append(placed.draft)
        return tuple(found)

    def _tell(self) -> None:
        for number, (draft, address, path) in enumerate(self._strangers[:SHOWN], 1):
            left = len(self._strangers) - SHOWN if number == SHOWN else 0
            more = f" The same holds for {left} more pods." if left > 0 else ""
            self._problems.warning(
                "pod-ip-outside-node", f"The address {address} is not in the pod range of the node that the pod is on, "
                f"and routes to pods go by these ranges.{more}",
                "Write the node's real range in its spec.podCIDR.", draft.template.manifest, path,
            )  # fmt: skip
        for name, drafts in self._spent.items():
            template = drafts[0].template
            ranges = listed(str(cidr) for cidr in self._nodes[name].pod_cidrs) or "it has none"
            count = f"{len(drafts)} pods" if len(drafts) > 1 else drafts[0].name
            self._problems.error(
                "pod-range-spent", f"The pod range of {name} is spent ({ranges}): no address for {count}.",
                "Give the node a larger podCIDR, or run fewer pods there.", template.manifest, template.prefix,
            )  # fmt: skip


def _ready(status: Status, phase: str) -> bool:
    """The Ready condition; where nothing is said, a running pod is taken to be ready."""
    return phase == "Running" if status.ready is None else status.ready


def _identity(draft: Draft) -> tuple[str | None, str | None]:
    """hostname and subdomain. The controller gives a StatefulSet's pods their name and the set's serviceName.

    initIdentity in pkg/controller/statefulset/stateful_set_utils.go
    """
    template = draft.template
    if template.manifest.kind == "StatefulSet":
        governing = part(template.manifest.body, "spec").get("serviceName")
        return draft.name, governing if isinstance(governing, str) and governing else None
    return template.hostname, template.subdomain
