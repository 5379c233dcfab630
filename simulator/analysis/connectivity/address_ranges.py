"""Ranges of addresses, cut where blocks of rules begin and end: inside a piece, no rule tells two addresses apart."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise

import msgspec

from simulator.analysis.connectivity.port_sets import NONE, PortSet
from simulator.cluster.policies.model import Block

BITS = {4: 32, 6: 128}


class AddressRange(msgspec.Struct, frozen=True):
    """From `low` to `high`, both included."""

    version: int
    low: int
    high: int

    @property
    def whole(self) -> bool:
        """Every address there is."""
        return self.low == 0 and self.high == (1 << BITS[self.version]) - 1

    def __str__(self) -> str:
        make = IPv4Address if self.version == 4 else IPv6Address
        return str(make(self.low)) if self.low == self.high else f"{make(self.low)}-{make(self.high)}"


def covers(block: Block, version: int, number: int) -> bool:
    """Whether an address is in a block and in none of its exceptions."""
    if block.cidr.version != version or not _in(block.cidr, number):
        return False
    return not any(hole.version == version and _in(hole, number) for hole in block.excepts)


def _in(cidr: object, number: int) -> bool:
    low, high = _ends(cidr)
    return low <= number <= high


def _ends(cidr: object) -> tuple[int, int]:
    return int(cidr.network_address), int(cidr.broadcast_address)  # type: ignore[attr-defined]


def pieces(blocks: Iterable[Block], version: int) -> Iterator[AddressRange]:
    """The whole space, cut at every border of the blocks."""
    end = 1 << BITS[version]
    cuts = {0, end}
    for block in blocks:
        for cidr in (block.cidr, *block.excepts):
            if cidr.version == version:
                low, high = _ends(cidr)
                cuts |= {low, high + 1}
    borders = sorted(cuts)
    for low, after in pairwise(borders):
        yield AddressRange(version, low, after - 1)


def merged(found: Iterable[tuple[AddressRange, PortSet]]) -> list[tuple[AddressRange, PortSet]]:
    """Neighbours with the same ports put together; those with none left out."""
    result: list[tuple[AddressRange, PortSet]] = []
    for piece, ports in found:
        if ports == NONE:
            continue
        if result and result[-1][1] == ports and result[-1][0].high + 1 == piece.low:
            before = result.pop()[0]
            piece = AddressRange(piece.version, before.low, piece.high)  # noqa: PLW2901
        result.append((piece, ports))
    return result
