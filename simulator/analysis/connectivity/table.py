"""The table: for every pair of workloads, and for every workload and the outside, which ports are open."""

from collections.abc import Iterator
from operator import itemgetter

import msgspec

from simulator.analysis.connectivity.address_ranges import AddressRange
from simulator.analysis.connectivity.classes import classes_of
from simulator.analysis.connectivity.gress import Gress
from simulator.analysis.connectivity.ingress_controller import CONTROLLER, TITLE, published
from simulator.analysis.connectivity.masks import Masks
from simulator.analysis.connectivity.members import Member, membership
from simulator.analysis.connectivity.numbered import NOTHING, PortSets
from simulator.analysis.connectivity.outside import union_of_ranges
from simulator.analysis.connectivity.port_sets import NONE, PortSet, intersection, union_of
from simulator.analysis.connectivity.rows import Row, Rows
from simulator.cluster.cluster import Cluster
from simulator.cluster.policies.model import Direction
from simulator.cluster.policies.view import PolicyView, Side

Ranges = list[tuple[AddressRange, PortSet]]


class Connection(msgspec.Struct, frozen=True):
    """Allowed: from one peer to another, on these ports. Peers are titles of workloads, or ranges."""

    src: str
    dst: str
    ports: PortSet


class Table:
    """Rows are worked out when asked for, from what is known of classes. Sets of ports are numbers in `port_sets`."""

    def __init__(self, cluster: Cluster) -> None:
        view = PolicyView(cluster)
        found = membership(cluster, view)
        self._published = published(cluster, found.members)
        if self._published:
            found.members.append(Member(Side(CONTROLLER)))
        masks = Masks(found.members, view)
        classes = classes_of(found.members, masks, view)
        families = tuple(dict.fromkeys(cidr.version for cidr in cluster.profile.cluster_cidrs))
        ingress, egress = (Gress(d, classes, masks, view, families) for d in (Direction.INGRESS, Direction.EGRESS))
        self.workloads = found.workloads
        self.port_sets = PortSets()
        self._class_of = classes.of_member
        self._ingress, self._egress = ingress.every(), egress.every()
        self._rows = Rows(self._ingress, self._egress, self.port_sets)
        self._classes_of = [sorted({self._class_of[m] for m in workload.members}) for workload in self.workloads]
        one_each = len(self.workloads) > 1 and all(len(classes) == 1 for classes in self._classes_of)
        self._pick = itemgetter(*(classes[0] for classes in self._classes_of)) if one_each else None
        """Takes what is there for every workload out of a row, where each has one kind of pod."""
        self._by_rows: dict[tuple[Row, ...], Row] = {}

    @property
    def class_count(self) -> int:
        """How many kinds of pods policies tell apart."""
        return len(self._ingress)

    def kinds(self, number: int) -> tuple[int, ...]:
        """Which kinds of pods a workload has: policies treat two workloads with the same ones alike."""
        return tuple(self._classes_of[number])

    def destinations(self, number: int) -> list[int]:
        """For a workload: the set of ports that it may open at each workload, in their order.

        To itself it is what its pods may open to each other; a single pod has no such thing.
        """
        found = list(self.allowed(number))
        if self.workloads[number].pods < 2:
            found[number] = NOTHING
        return found

    def allowed(self, number: int) -> Row:
        """As `destinations`, but what a single pod may open to itself is what another one like it would be allowed.

        Workloads that may open the same have the same object.
        """
        rows = tuple(self._rows.of(each) for each in self._classes_of[number])
        found = self._by_rows.get(rows)
        if found is None:
            found = self._by_rows[rows] = self._to_workloads(rows)
        return found

    def _to_workloads(self, rows: tuple[Row, ...]) -> Row:
        if len(rows) == 1 and self._pick is not None:
            found: Row = self._pick(rows[0])
            return found
        return tuple(self._any(row[each] for row in rows for each in theirs) for theirs in self._classes_of)

    def _any(self, numbers: Iterator[int]) -> int:
        found = NOTHING
        for each in numbers:
            found = self.port_sets.either(found, each)
        return found

    def ranges(self, number: int, direction: Direction) -> Ranges:
        """Whom outside a workload may reach (egress), or who outside may reach it (ingress)."""
        allowed = self._ingress if direction is Direction.INGRESS else self._egress
        return union_of_ranges([allowed[each].ranges for each in self._classes_of[number]])

    @property
    def has_controller(self) -> bool:
        """Whether an Ingress or a Route sends requests to anybody."""
        return bool(self._published)

    def from_controller(self, number: int) -> PortSet:
        """What an Ingress controller may open to a workload, of what Ingress and Route objects send there."""
        members = [member for member in self.workloads[number].members if member in self._published]
        row: Row = self._rows.of(self._class_of[-1]) if members else ()
        sets = self.port_sets.sets
        return union_of(intersection(self._published[m], sets[row[self._class_of[m]]]) for m in members)


def connections(table: Table) -> Iterator[Connection]:
    """Every line of the table, one after the other."""
    titles = [workload.title for workload in table.workloads]
    for number, title in enumerate(titles):
        for other, ports in enumerate(table.destinations(number)):
            if ports != NOTHING:
                yield Connection(title, titles[other], table.port_sets.sets[ports])
        for piece, there in table.ranges(number, Direction.EGRESS):
            yield Connection(title, str(piece), there)
    for number, title in enumerate(titles):
        yield from incoming(table, number, title)


def incoming(table: Table, number: int, title: str) -> Iterator[Connection]:
    """The lines from outside to one workload."""
    for piece, there in table.ranges(number, Direction.INGRESS):
        yield Connection(str(piece), title, there)
    there = table.from_controller(number)
    if there != NONE:
        yield Connection(TITLE, title, there)
