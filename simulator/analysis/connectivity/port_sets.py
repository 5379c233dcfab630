"""Sets of ports: for TCP, UDP and SCTP each a tuple of intervals that neither touch nor overlap.

Two sets with the same ports are equal, and hashable. Clusters have few different ones, so results are remembered.
"""

from collections.abc import Iterable
from functools import lru_cache

from simulator.packet.headers import Protocol

Intervals = tuple[tuple[int, int], ...]
PortSet = tuple[Intervals, Intervals, Intervals]

PROTOCOLS = (Protocol.TCP, Protocol.UDP, Protocol.SCTP)
EVERY: Intervals = ((1, 65535),)
ALL: PortSet = (EVERY, EVERY, EVERY)
NONE: PortSet = ((), (), ())
REMEMBERED = 1 << 16


def ports(protocol: Protocol, low: int, high: int) -> PortSet:
    """One interval."""
    first, second, third = (((low, high),) if each is protocol else () for each in PROTOCOLS)
    return first, second, third


@lru_cache(maxsize=REMEMBERED)
def union(a: PortSet, b: PortSet) -> PortSet:
    first, second, third = (_merged((*x, *y)) for x, y in zip(a, b, strict=True))
    return first, second, third


@lru_cache(maxsize=REMEMBERED)
def intersection(a: PortSet, b: PortSet) -> PortSet:
    first, second, third = (_common(x, y) for x, y in zip(a, b, strict=True))
    return first, second, third


@lru_cache(maxsize=REMEMBERED)
def difference(a: PortSet, b: PortSet) -> PortSet:
    first, second, third = (_common(x, _complement(y)) for x, y in zip(a, b, strict=True))
    return first, second, third


def union_of(sets: Iterable[PortSet]) -> PortSet:
    found = NONE
    for each in sets:
        found = union(found, each)
    return found


def contains(there: PortSet, protocol: Protocol, port: int) -> bool:
    return any(low <= port <= high for low, high in there[PROTOCOLS.index(protocol)])


def interval_text(intervals: Intervals) -> str:
    """ "80,443-445"."""
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in intervals)


def told(there: PortSet) -> str | dict[str, str]:
    """As the answer has it: "All", or the ports of each protocol."""
    if there == ALL:
        return "All"
    return {p.value: interval_text(i) for p, i in zip(PROTOCOLS, there, strict=True) if i}


def text(there: PortSet) -> str:
    """For people: "TCP 80,443 UDP 53", "all"."""
    said = told(there)
    if isinstance(said, str):
        return "all"
    return " ".join(p if i == "1-65535" else f"{p} {i}" for p, i in said.items()) or "none"


def _merged(intervals: Iterable[tuple[int, int]]) -> Intervals:
    found: list[tuple[int, int]] = []
    for low, high in sorted(intervals):
        if found and low <= found[-1][1] + 1:
            if high > found[-1][1]:
                found[-1] = found[-1][0], high
        else:
            found.append((low, high))
    return tuple(found)


def _common(a: Intervals, b: Intervals) -> Intervals:
    pairs = ((max(x[0], y[0]), min(x[1], y[1])) for x in a for y in b)
    return tuple((low, high) for low, high in pairs if low <= high)


def _complement(intervals: Intervals) -> Intervals:
    found, at = [], 1
    for low, high in intervals:
        if at < low:
            found.append((at, low - 1))
        at = high + 1
    if at <= 65535:
        found.append((at, 65535))
    return tuple(found)
