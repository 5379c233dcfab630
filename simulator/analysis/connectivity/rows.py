"""Rows of the table: what a class of pods may open to each class. Classes with the same answers share one row.

A cluster has few different rows: a source sees a destination by the destination's ingress, which many classes have in
common, and by its own egress.
"""

from simulator.analysis.connectivity.gress import Allowed
from simulator.analysis.connectivity.numbered import EVERYTHING, PortSets

Row = tuple[int, ...]
"""Numbers of sets of ports, one for each class."""


class Rows:
    """Rows are made when they are asked for; the same object is given out for equal ones."""

    def __init__(self, ingress: list[Allowed], egress: list[Allowed], sets: PortSets) -> None:
        self._egress = egress
        self._sets = sets
        kinds = list({id(allowed): allowed for allowed in ingress}.values())
        number_of = {id(allowed): number for number, allowed in enumerate(kinds)}
        self._ingress_of = [number_of[id(allowed)] for allowed in ingress]
        self._received = _by_source(kinds, len(ingress), sets)
        self._made: dict[tuple[int, Row], Row] = {}
        self._known: dict[Row, Row] = {}

    def of(self, source: int) -> Row:
        """What a class may open to each class: what it may send, and the other may receive."""
        key = id(self._egress[source]), tuple(self._received[source])
        if key not in self._made:
            row = self._row(self._egress[source], key[1])
            self._made[key] = self._known.setdefault(row, row)
        return self._made[key]

    def _row(self, sent: Allowed, received: Row) -> Row:
        sets = self._sets
        row = [received[number] for number in self._ingress_of]
        others = [(to, sets.both(sets.number(there), row[to])) for to, there in sent.classes.items()]
        default = sets.number(sent.default)
        if default != EVERYTHING:
            row = [sets.both(default, ports) for ports in row]
        for destination, ports in others:
            row[destination] = ports
        return tuple(row)


def _by_source(kinds: list[Allowed], sources: int, sets: PortSets) -> list[list[int]]:
    """For each class, which ports each kind of ingress opens to it."""
    usual = [sets.number(allowed.default) for allowed in kinds]
    found = [usual.copy() for _ in range(sources)]
    for number, allowed in enumerate(kinds):
        for source, ports in allowed.classes.items():
            found[source][number] = sets.number(ports)
    return found
