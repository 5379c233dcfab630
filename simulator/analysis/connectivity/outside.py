"""Ranges of several classes of one workload as ranges of the workload."""

from itertools import pairwise

from simulator.analysis.connectivity.address_ranges import AddressRange, merged
from simulator.analysis.connectivity.port_sets import PortSet, union_of

Ranges = list[tuple[AddressRange, PortSet]]


def union_of_ranges(lists: list[Ranges]) -> Ranges:
    """Every address with the ports of all lists."""
    if len(lists) == 1:
        return lists[0]
    every = [each for ranges in lists for each in ranges]
    found = []
    for version in sorted({piece.version for piece, _ in every}):
        there = [(piece, ports) for piece, ports in every if piece.version == version]
        borders = sorted({border for piece, _ in there for border in (piece.low, piece.high + 1)})
        for low, after in pairwise(borders):
            found.append((AddressRange(version, low, after - 1),
                          union_of(ports for piece, ports in there if piece.low <= low <= piece.high)))  # fmt: skip
    return merged(found)
