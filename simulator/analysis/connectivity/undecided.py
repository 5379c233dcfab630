"""The state of a decision about many peers at once: a cell is a class of pods, or a range of addresses."""

from simulator.analysis.connectivity.port_sets import ALL, NONE, PortSet, difference, intersection, union
from simulator.cluster.policies.model import Action


class Undecided:
    """Which ports of each cell are allowed, and which no rule has spoken about. `default` holds for untouched cells."""

    def __init__(self) -> None:
        self.default = ALL
        self.allowed: dict[int, PortSet] = {}
        self._left: dict[int, PortSet] = {}
        self._passed: dict[int, PortSet] = {}

    def rule(self, cell: int, action: Action, there: PortSet) -> None:
        """A rule is about the ports `there`; what earlier rules have decided stays so."""
        left = self._left.get(cell, ALL)
        taken = there if left is ALL else intersection(left, there)
        if taken == NONE:
            return
        self._left[cell] = NONE if taken is left else difference(left, taken)
        if action is Action.ALLOW:
            self.allowed[cell] = union(self.allowed.get(cell, NONE), taken)
        elif action is Action.PASS:
            self._passed[cell] = union(self._passed.get(cell, NONE), taken)

    def allow(self, cell: int, there: PortSet) -> None:
        """rule(), where nothing has been denied or passed before: rules that only allow add up."""
        before = self.allowed.get(cell)
        self.allowed[cell] = there if before is None or before is there else union(before, there)

    def next_tier(self) -> None:
        """What was passed is open again."""
        for cell, there in self._passed.items():
            self._left[cell] = union(self._left[cell], there)
        self._passed = {}

    def deny_rest(self) -> None:
        """Isolated: what no rule has allowed is denied."""
        self.default = NONE

    def allow_rest(self) -> None:
        """No tier has said anything."""
        for cell, there in self._left.items():
            self.allowed[cell] = union(self.allowed.get(cell, NONE), there)

    def to(self, cell: int) -> PortSet:
        return self.allowed.get(cell, self.default)
