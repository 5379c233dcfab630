"""Which pairs policies treat otherwise in two states of a cluster, by the whole table and not by sampling flows.

A rule or a label that lets one connection through may let others through, too, to ports that no Service has.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from simulator.analysis.connectivity.port_sets import NONE, PROTOCOLS, PortSet, difference, ports, text, union
from simulator.analysis.connectivity.table import Ranges, Table
from simulator.analysis.diff.compare import Change, Difference
from simulator.analysis.diff.flows import Question
from simulator.cluster.policies.model import Direction
from simulator.packet.headers import Protocol

if TYPE_CHECKING:
    from simulator.analysis.connectivity.members import Workload
    from simulator.cluster.cluster import Cluster

ALLOWED = "allowed"


class Wanted(msgspec.Struct, frozen=True):
    """A connection that was to be allowed, by titles of workloads: it is no news."""

    source: str
    target: str
    protocol: Protocol
    port: int


def allowed_changes(old: "Cluster", new: "Cluster", wanted: frozenset[Wanted] = frozenset()) -> Iterator[Difference]:
    """Every pair of workloads that are in both, and every workload and the outside."""
    if not (old.policies or new.policies):
        return
    before, after = Table(old), Table(new)
    numbers = {workload.title: number for number, workload in enumerate(before.workloads)}
    both = [(numbers[w.title], number, w) for number, w in enumerate(after.workloads) if w.title in numbers]
    known = frozenset((one.source, one.target) for one in wanted)
    for was, now, source in both:
        row, other = before.destinations(was), after.destinations(now)
        for to, to_now, target in both:
            one, two = before.port_sets.sets[row[to]], after.port_sets.sets[other[to_now]]
            if one is not two and one != two:
                asked = (source.title, target.title) in known
                yield from _pair(source, target, one, two, wanted if asked else frozenset())
        yield from _outside(before, was, after, now, source)


def _pair(
    source: "Workload", target: "Workload", old: PortSet, new: PortSet, wanted: frozenset[Wanted]
) -> Iterator[Difference]:
    asked = NONE
    for one in wanted:
        if (one.source, one.target) == (source.title, target.title) and one.protocol in PROTOCOLS:
            asked = union(asked, ports(one.protocol, one.port, one.port))
    if difference(difference(new, old), asked) != NONE or difference(old, new) != NONE:
        yield _told(_name(source), _name(target), text(old), text(new))


def _outside(before: Table, was: int, after: Table, now: int, workload: "Workload") -> Iterator[Difference]:
    """Ranges of addresses: one line for each that one of the two has and the other has not."""
    for direction in Direction:
        old, new = dict(_by_range(before.ranges(was, direction))), dict(_by_range(after.ranges(now, direction)))
        for piece in sorted(old.keys() | new.keys()):
            one, two = old.get(piece, NONE), new.get(piece, NONE)
            if one != two:
                out = direction is Direction.EGRESS
                ends = (_name(workload), piece) if out else (piece, _name(workload))
                yield _told(*ends, text(one), text(two))


def _by_range(ranges: Ranges) -> Iterator[tuple[str, PortSet]]:
    return ((str(piece), there) for piece, there in ranges)


def _name(workload: "Workload") -> str:
    return f"{workload.namespace}/{workload.name}"


def _told(source: str, target: str, old: str, new: str) -> Difference:
    return Difference(Question(source, target, "any"), (Change(ALLOWED, (old,), (new,)),), None)
