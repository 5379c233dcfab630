"""kube-scheduler: a node for each pod that has none. Of the nodes that will do, the one with the fewest pods.

The real one also weighs CPU and memory, which a packet does not notice.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heapreplace

from simulator.cluster.model import Labels, Node
from simulator.cluster.placement import HostPort, NodeNeeds, Placement, PodTerm, same_port, why_not
from simulator.cluster.selectors import Selector

Domain = tuple[str, str]
"""A topology key and a value of it: ("kubernetes.io/hostname", "node-a")."""


class Scheduler:
    """Places pods one after the other; what was placed counts for what comes later."""

    def __init__(
        self,
        nodes: Mapping[str, Node],
        capacity: Mapping[str, int],
        placements: Iterable[tuple[str, Placement]],
        namespaces: Mapping[str, Labels],
    ) -> None:
        self._nodes = list(nodes.values())
        self._number = {node.name: number for number, node in enumerate(self._nodes)}
        self._capacity = [capacity[node.name] for node in self._nodes]
        self._pods = [0] * len(self._nodes)
        self._host_ports: dict[int, list[HostPort]] = {}
        self._heaps: dict[NodeNeeds, list[tuple[int, int]]] = {}
        self._eligible: dict[NodeNeeds, list[int]] = {}
        self._settled = 0
        self._lost: dict[tuple[str, int, Placement], int] = {}
        """Pods for which no node was left, by labels and placement, and when: company that they look for may come."""
        self._company = Company(placements, namespaces)

    def settle(self, node: str, namespace: str, labels: Labels, placement: Placement) -> None:
        """A pod is on a node, whoever put it there."""
        number = self._number[node]
        self._pods[number] += 1
        self._settled += 1
        if placement.host_ports:
            self._host_ports.setdefault(number, []).extend(placement.host_ports)
        self._company.settle(self._nodes[number], namespace, labels, placement)

    def place(self, namespace: str, labels: Labels, placement: Placement) -> str | None:
        """The node for a pod, which is settled there; None where it fits nowhere."""
        lost = namespace, id(labels), placement
        if self._lost.get(lost) == (self._settled if placement.near else 0):
            return None
        choosy = placement.host_ports or self._company.matters(namespace, labels, placement)
        number = self._search(namespace, labels, placement) if choosy else self._emptiest(placement.needs)
        if number is None:
            self._lost[lost] = self._settled if placement.near else 0
            return None
        name = self._nodes[number].name
        self.settle(name, namespace, labels, placement)
        return name

    def eligible(self, needs: NodeNeeds) -> list[str]:
        """The nodes where a pod may run, apart from who else is there."""
        return [self._nodes[number].name for number in self._eligible_for(needs)]

    def _eligible_for(self, needs: NodeNeeds) -> list[int]:
        found = self._eligible.get(needs)
        if found is None:
            found = [n for n, node in enumerate(self._nodes) if why_not(node, needs) is None]
            self._eligible[needs] = found
        return found

    def _emptiest(self, needs: NodeNeeds) -> int | None:
        """From a heap whose counts may be old: they only grow, so the top is right once it is up to date."""
        heap = self._heaps.get(needs)
        if heap is None:
            heap = self._heaps[needs] = [(self._pods[n], n) for n in self._eligible_for(needs)]
            heapify(heap)
        while heap:
            count, number = heap[0]
            if self._pods[number] >= self._capacity[number]:
                heappop(heap)
            elif self._pods[number] == count:
                return number
            else:
                heapreplace(heap, (self._pods[number], number))
        return None

    def _search(self, namespace: str, labels: Labels, placement: Placement) -> int | None:
        """The same, for pods that mind who else is on a node."""
        candidates = [n for n in self._eligible_for(placement.needs) if self._pods[n] < self._capacity[n]]
        candidates.sort(key=self._pods.__getitem__)
        for number in candidates:
            if self._refusal(number, namespace, labels, placement) is None:
                return number
        return None

    def _refusal(self, number: int, namespace: str, labels: Labels, placement: Placement) -> str | None:
        for taken in self._host_ports.get(number, ()):
            for port in placement.host_ports:
                if same_port(port, taken):
                    return f"another pod has its host port {port[1]}/{port[0].value}"
        return self._company.refusal(self._nodes[number], namespace, labels, placement)

    def lacks_room(self, placement: Placement) -> bool:
        """Whether only other pods are in a pod's way, so that one more node would do."""
        return not placement.near and bool(self._eligible_for(placement.needs))

    def reasons(self, namespace: str, labels: Labels, placement: Placement) -> Iterator[tuple[str, str]]:
        """Every node, and why a pod cannot run there."""
        for number, node in enumerate(self._nodes):
            reason = why_not(node, placement.needs)
            if reason is None and self._pods[number] >= self._capacity[number]:
                reason = f"it is full ({self._capacity[number]} pods)"
            if reason is None:
                reason = self._refusal(number, namespace, labels, placement)
            if reason is not None:
                yield node.name, reason


class Company:
    """Who is near whom: required pod affinity and anti-affinity, counted by topology domain.

    pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
    """

    def __init__(self, placements: Iterable[tuple[str, Placement]], namespaces: Mapping[str, Labels]) -> None:
        self._namespaces = namespaces
        self._by_pair: dict[tuple[str, str], dict[Bound, None]] = {}
        self._unpaired: dict[Bound, None] = {}
        self._matching: dict[Bound, dict[Domain, int]] = {}
        self._owners: dict[Bound, dict[Domain, int]] = {}
        for namespace, placement in placements:
            for term in (*placement.near, *placement.apart):
                self._know(self._bound(term, namespace))

    def _bound(self, term: PodTerm, namespace: str) -> "Bound":
        among: tuple[str, ...] | None = term.namespaces
        if among is not None:
            chosen = term.namespace_selector
            selected = [n for n, labels in self._namespaces.items() if chosen.matches(labels)] if chosen else []
            among = tuple(sorted({*among, *selected})) if among or chosen else (namespace,)
        return term.selector, term.topology_key, among

    def _know(self, bound: "Bound") -> None:
        pair = bound[0].pair
        where = self._unpaired if pair is None else self._by_pair.setdefault(pair, {})
        where[bound] = None

    def _about(self, namespace: str, labels: Labels) -> Iterator["Bound"]:
        """The terms that select a pod."""
        for pair in labels.items():
            yield from (b for b in self._by_pair.get(pair, ()) if _selects(b, namespace, labels))
        yield from (b for b in self._unpaired if _selects(b, namespace, labels))

    def matters(self, namespace: str, labels: Labels, placement: Placement) -> bool:
        if placement.near or placement.apart:
            return True
        return any(self._owners.get(bound) for bound in self._about(namespace, labels))

    def settle(self, node: Node, namespace: str, labels: Labels, placement: Placement) -> None:
        if not self._by_pair and not self._unpaired:
            return
        for bound in self._about(namespace, labels):
            _count(self._matching, bound, node)
        for term in placement.apart:
            _count(self._owners, self._bound(term, namespace), node)

    def refusal(self, node: Node, namespace: str, labels: Labels, placement: Placement) -> str | None:
        for term in placement.apart:
            bound = self._bound(term, namespace)
            if self._matching.get(bound, {}).get(_domain(bound, node)):
                return f"its podAntiAffinity keeps it away from pods with {term.selector} there"
        for term in placement.near:
            if not self._welcome(self._bound(term, namespace), node, namespace, labels):
                return f"its podAffinity wants pods with {term.selector} there"
        for bound in self._about(namespace, labels):
            if self._owners.get(bound, {}).get(_domain(bound, node)):
                return "the podAntiAffinity of a pod there keeps it away"
        return None

    def _welcome(self, bound: "Bound", node: Node, namespace: str, labels: Labels) -> bool:
        """The first pod of a group that wants to be near itself may go anywhere."""
        if bound[1] not in node.labels:
            return False
        matching = self._matching.get(bound)
        return bool(matching.get(_domain(bound, node))) if matching else _selects(bound, namespace, labels)


Bound = tuple[Selector, str, tuple[str, ...] | None]
"""A term in its pod's namespace: selector, topology key, namespaces (None for all)."""


def _selects(bound: Bound, namespace: str, labels: Labels) -> bool:
    return (bound[2] is None or namespace in bound[2]) and bound[0].matches(labels)


def _domain(bound: Bound, node: Node) -> Domain:
    return bound[1], node.labels.get(bound[1], "")


def _count(counts: dict[Bound, dict[Domain, int]], bound: Bound, node: Node) -> None:
    if bound[1] in node.labels:
        domain = _domain(bound, node)
        there = counts.setdefault(bound, {})
        there[domain] = there.get(domain, 0) + 1
