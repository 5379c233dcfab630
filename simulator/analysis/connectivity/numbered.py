"""Sets of ports by number: a table has many pairs and few different sets, and small numbers compare fast."""

from simulator.analysis.connectivity.port_sets import ALL, NONE, PortSet, intersection, union

NOTHING, EVERYTHING = 0, 1


class PortSets:
    """`sets` holds each set once; NOTHING and EVERYTHING have fixed numbers."""

    def __init__(self) -> None:
        self.sets: list[PortSet] = [NONE, ALL]
        self._numbers: dict[PortSet, int] = {NONE: NOTHING, ALL: EVERYTHING}
        self._both: dict[tuple[int, int], int] = {}
        self._either: dict[tuple[int, int], int] = {}

    def number(self, ports: PortSet) -> int:
        found = self._numbers.get(ports)
        if found is None:
            found = self._numbers[ports] = len(self.sets)
            self.sets.append(ports)
        return found

    def both(self, a: int, b: int) -> int:
        """The ports in both."""
        if b in (a, EVERYTHING) or a == NOTHING:
            return a
        if a == EVERYTHING or b == NOTHING:
            return b
        found = self._both.get((a, b))
        if found is None:
            found = self._both[a, b] = self.number(intersection(self.sets[a], self.sets[b]))
        return found

    def either(self, a: int, b: int) -> int:
        """The ports in one or the other."""
        if b in (a, NOTHING) or a == EVERYTHING:
            return a
        if a == NOTHING or b == EVERYTHING:
            return b
        found = self._either.get((a, b))
        if found is None:
            found = self._either[a, b] = self.number(union(self.sets[a], self.sets[b]))
        return found
