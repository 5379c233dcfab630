"""The table as a matrix of short words: a row for each source, a column for each destination, the outside last.

Where Ingresses send requests to somebody, their controller has a row, too.
"""

from collections.abc import Iterator

from simulator.analysis.connectivity.ingress_controller import TITLE
from simulator.analysis.connectivity.numbered import NOTHING
from simulator.analysis.connectivity.port_sets import NONE, text
from simulator.analysis.connectivity.table import Ranges, Table
from simulator.cluster.policies.model import Direction

OUTSIDE = "outside"
ITSELF, CLOSED = "", "-"
SHOWN = 2
"""So many ranges are named in a cell, the rest is counted."""


def header(table: Table) -> list[str]:
    return ["from / to", *(workload.title for workload in table.workloads), OUTSIDE]


def rows(table: Table) -> Iterator[list[str]]:
    """One row after the other; the last are what comes by an Ingress controller, and from outside."""
    words: dict[int, str] = {NOTHING: CLOSED}
    for number, workload in enumerate(table.workloads):
        cells = [_word(table, ports, words) for ports in table.destinations(number)]
        if workload.pods < 2:
            cells[number] = ITSELF
        yield [workload.title, *cells, ranges_text(table.ranges(number, Direction.EGRESS))]
    if table.has_controller:
        opened = (table.from_controller(number) for number in range(len(table.workloads)))
        yield [TITLE, *(CLOSED if ports == NONE else text(ports) for ports in opened), ITSELF]
    incoming = (table.ranges(number, Direction.INGRESS) for number in range(len(table.workloads)))
    yield [OUTSIDE, *map(ranges_text, incoming), ITSELF]


def _word(table: Table, ports: int, words: dict[int, str]) -> str:
    found = words.get(ports)
    if found is None:
        found = words[ports] = text(table.port_sets.sets[ports])
    return found


def ranges_text(ranges: Ranges) -> str:
    """ "all", or the ports and the ranges that they hold for."""
    if not ranges:
        return CLOSED
    by_ports: dict[str, list[str]] = {}
    for piece, ports in ranges:
        by_ports.setdefault(text(ports), []).append("" if piece.whole else str(piece))
    return "; ".join(f"{ports}{_where(places)}" for ports, places in by_ports.items())


def _where(places: list[str]) -> str:
    if not any(places):
        return ""
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return f" ({', '.join(places[:SHOWN])}{more})"
