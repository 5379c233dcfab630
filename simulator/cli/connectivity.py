"""netviz connectivity: who may open which connection to whom, as far as policies say."""

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.cli.inputs import load

if TYPE_CHECKING:
    from simulator.analysis.connectivity.table import Table
    from simulator.cluster.cluster import Cluster


def run(args: argparse.Namespace) -> int:
    from simulator.analysis.connectivity.table import Table

    cluster = load(args.paths, args.settings, any_name=True)
    table = Table(cluster)
    for piece in _json(table, cluster):
        sys.stdout.write(piece)
    return 0


def _json(table: "Table", cluster: "Cluster") -> Iterator[str]:
    """As the contract has it, a workload's lines at a time: the whole is never in memory."""
    from json import dumps

    from simulator.cli.check import as_json
    from simulator.diagnostics import Level

    yield '{"connections": ['
    separator = "\n"
    for lines in _lines(table):
        if lines:
            yield separator + ",\n".join(lines)
            separator = ",\n"
    yield "\n]"
    for key, level in (("errors", Level.ERROR), ("warnings", Level.WARNING)):
        yield f', "{key}": {dumps(as_json([p for p in cluster.problems if p.level is level]))}'
    yield "}\n"


def _lines(table: "Table") -> Iterator[list[str]]:
    from json import dumps

    from simulator.analysis.connectivity.port_sets import told
    from simulator.analysis.connectivity.table import incoming
    from simulator.cluster.policies.model import Direction

    titles = [workload.title for workload in table.workloads]
    heads = [f'{{"src": {dumps(title)}, "dst": ' for title in titles]
    peers = [f'{dumps(title)}, "conns": ' for title in titles]
    ends: dict[int, str] = {}
    for number, head in enumerate(heads):
        row = table.destinations(number)
        for ports in set(row) - ends.keys():
            ends[ports] = f"{dumps(told(table.port_sets.sets[ports]))}}}"
        lines = [head + peer + ends[ports] for peer, ports in zip(peers, row, strict=True) if ports]
        for piece, there in table.ranges(number, Direction.EGRESS):
            lines.append(f'{head}"{piece}", "conns": {dumps(told(there))}}}')
        yield lines
    for number, title in enumerate(titles):
        yield [dumps({"src": c.src, "dst": c.dst, "conns": told(c.ports)}) for c in incoming(table, number, title)]
