"""A chain that holds a few rules of every Service, and need not be searched from its top.

The kernel tries thousands of rules one by one; a lookup by destination leaves out those that cannot match, and keeps
the numbers that the others have in the whole chain.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import overload

import msgspec

from simulator.compilers.kube_proxy.choices import Choices
from simulator.compilers.kube_proxy.services import ProxyPort
from simulator.linux.iptables import Chain, Rule
from simulator.packet.headers import IPAddress


class Writer(msgspec.Struct, frozen=True):
    """How one shared chain is written: `count` rules of a port without writing them, and `write` them."""

    count: Callable[[Choices, ProxyPort], int]
    write: Callable[[Choices, ProxyPort], tuple[Rule, ...]]


class SharedRules(Sequence[Rule]):
    """The rules of a shared chain, port by port, then `last`; each is written when it is looked at.

    `places` are the ports that can have any, by place among all, in order; the others are not even asked.
    """

    def __init__(
        self, choices: Choices, writer: Writer, last: tuple[Rule, ...] = (), places: Sequence[int] | None = None
    ) -> None:
        self._choices = choices
        self._writer = writer
        self._written: dict[int, tuple[Rule, ...]] = {}
        self._last = last
        self._places = range(len(choices.services.ports)) if places is None else places

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        """How many rules there are up to and with each port: kernel rule numbers need those before."""
        choices, count, ports = self._choices, self._writer.count, self._choices.services.ports
        return tuple(accumulate(count(choices, ports[place]) for place in self._places))

    def of_port(self, place: int) -> Iterator[tuple[int, Rule]]:
        """The rules of one port with their numbers in the whole chain."""
        at = bisect_left(self._places, place)
        if at == len(self._places) or self._places[at] != place:
            return enumerate(())
        start = self._ends[at - 1] if at else 0
        return enumerate(self._block(place), start + 1)

    def last(self) -> Iterator[tuple[int, Rule]]:
        return enumerate(self._last, len(self) - len(self._last) + 1)

    def _block(self, place: int) -> tuple[Rule, ...]:
        rules = self._written.get(place)
        if rules is None:
            rules = self._written[place] = self._writer.write(self._choices, self._choices.services.ports[place])
        return rules

    def __len__(self) -> int:
        return (self._ends[-1] if self._ends else 0) + len(self._last)

    def __iter__(self) -> Iterator[Rule]:
        for place in self._places:
            yield from self._block(place)
        yield from self._last

    @overload
    def __getitem__(self, index: int) -> Rule: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Rule]: ...
    def __getitem__(self, index: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(index, slice):
            return tuple(self)[index]
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        block = bisect_right(self._ends, at)
        if block == len(self._ends):
            return self._last[at - len(self)]
        return self._block(self._places[block])[at - (self._ends[block - 1] if block else 0)]


class SharedChain(Chain):
    """A shared chain that knows which ports a destination can concern."""

    def __init__(
        self,
        name: str,
        rules: SharedRules,
        by_address: Mapping[IPAddress, tuple[int, ...]] | None = None,
        by_port: Mapping[int, tuple[int, ...]] | None = None,
    ) -> None:
        super().__init__(name, rules)
        self._shared = rules
        self._by_address = by_address or {}
        self._by_port = by_port or {}

    def candidates(self, destination: IPAddress, dport: int | None) -> Iterable[tuple[int, Rule]]:
        places = {*self._by_address.get(destination, ()), *self._by_port.get(-1 if dport is None else dport, ())}
        for place in sorted(places):
            yield from self._shared.of_port(place)
        yield from self._shared.last()


def places_in(*indexes: Mapping[IPAddress, tuple[int, ...]] | Mapping[int, tuple[int, ...]]) -> Sequence[int]:
    """Every port that some index names, in order."""
    return sorted({place for index in indexes for places in index.values() for place in places})
