"""netviz connectivity: who may open which connection to whom, as far as policies say."""

import argparse
import gc
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.cli.inputs import load
from simulator.cli.output import DIM, clean, paint, write

if TYPE_CHECKING:
    from simulator.analysis.connectivity.port_sets import PortSet
    from simulator.analysis.connectivity.table import Table
    from simulator.cluster.cluster import Cluster


def run(args: argparse.Namespace) -> int:
    """All pairs. What is made is kept until the end, so there is no garbage to look for on the way."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return _run(args)
    finally:
        if collects:
            gc.enable()


def _run(args: argparse.Namespace) -> int:
    from simulator.analysis.connectivity.table import Table

    cluster = load(args.paths, args.settings, any_name=True)
    table = Table(cluster)
    match args.format:
        case "json":
            sys.stdout.writelines(_json(table, cluster))
        case "markdown":
            sys.stdout.writelines(_markdown(table))
        case "csv":
            _csv(table)
        case _:
            _text(table, cluster)
    return 0


def _json(table: "Table", cluster: "Cluster") -> Iterator[str]:
    """As the contract has it, a workload's lines at a time: the whole is never in memory."""
    from json import dumps

    from simulator.analysis.connectivity.problems import no_workloads
    from simulator.cli.check import as_json
    from simulator.diagnostics import Level

    yield '{"connections": ['
    separator = "\n"
    for lines in _lines(table):
        if lines:
            yield separator + ",\n".join(lines)
            separator = ",\n"
    yield "\n]"
    problems = (*cluster.problems, *no_workloads(table, cluster))
    for key, level in (("errors", Level.ERROR), ("warnings", Level.WARNING)):
        yield f', "{key}": {dumps(as_json([p for p in problems if p.level is level]))}'
    yield "}\n"


def _lines(table: "Table") -> Iterator[list[str]]:
    from json import dumps

    from simulator.analysis.connectivity.table import incoming
    from simulator.cluster.policies.model import Direction

    titles = [workload.title for workload in table.workloads]
    tails = _Tails(table, titles)
    for number, title in enumerate(titles):
        head = f'{{"src": {dumps(title)}, "dst": '
        lines = tails.of(number)
        lines += (f'"{piece}", "conns": {tails.end(there)}' for piece, there in table.ranges(number, Direction.EGRESS))
        yield [head + (",\n" + head).join(lines)] if lines else []
    for number, title in enumerate(titles):
        peer = tails.peers[number]
        yield [f'{{"src": "{c.src}", "dst": {peer}{tails.end(c.ports)}' for c in incoming(table, number, title)]


class _Tails:
    """What follows a source in the lines to all workloads. Sources that may open the same share them."""

    def __init__(self, table: "Table", titles: list[str]) -> None:
        from json import dumps

        self._table = table
        self.peers = [f'{dumps(title)}, "conns": ' for title in titles]
        self._ends: dict[PortSet, str] = {}
        self._known: dict[int, tuple[list[int], list[str]]] = {}
        """By id() of a row, which the table keeps: the numbers of its open workloads, and their tails."""

    def of(self, number: int) -> list[str]:
        """The tails of one workload; to itself, where it is a single pod, it has none."""
        from bisect import bisect_left

        row = self._table.allowed(number)
        if id(row) not in self._known:
            self._known[id(row)] = self._of_row(row)
        numbers, tails = self._known[id(row)]
        if self._table.workloads[number].pods < 2 and row[number]:
            own = bisect_left(numbers, number)
            return [*tails[:own], *tails[own + 1 :]]
        return tails.copy()

    def _of_row(self, row: tuple[int, ...]) -> tuple[list[int], list[str]]:
        ends = {ports: self.end(self._table.port_sets.sets[ports]) for ports in set(row)}
        numbers = [to for to, ports in enumerate(row) if ports]
        return numbers, [self.peers[to] + ends[row[to]] for to in numbers]

    def end(self, ports: "PortSet") -> str:
        """Where a line ends: the ports."""
        from json import dumps

        from simulator.analysis.connectivity.port_sets import told

        if ports not in self._ends:
            self._ends[ports] = f"{dumps(told(ports))}}}"
        return self._ends[ports]


def _text(table: "Table", cluster: "Cluster") -> None:
    """A line for each pair that is open, and a word on what is behind it."""
    from simulator.analysis.connectivity.port_sets import text
    from simulator.analysis.connectivity.table import connections

    width = max((len(clean(workload.title)) for workload in table.workloads), default=0)
    for each in connections(table):
        write(f"{clean(each.src):{width}}  ->  {clean(each.dst):{width}}  {text(each.ports)}")
    count = len(table.workloads)
    if not count:
        write("There are no workloads, so there is nobody to connect.")
        return
    write(f"{count} workloads; policies tell {table.class_count} kinds of pods apart. What is not listed is closed.")
    if not cluster.policies:
        write("No policy is in force: everybody reaches everybody.")
    write(paint("This is what the policies allow; whether somebody listens there, netviz trace tells.", DIM))


def _markdown(table: "Table") -> Iterator[str]:
    from simulator.analysis.connectivity.matrix import header, rows

    head = header(table)
    yield _markdown_row(head)
    yield "|" + "---|" * len(head) + "\n"
    for row in rows(table):
        yield _markdown_row(row)


def _markdown_row(cells: list[str]) -> str:
    """Names are somebody else's text: nothing in them may end a cell, or be a link, an image or HTML."""
    return "| " + " | ".join(clean(cell).translate(_ESCAPED) for cell in cells) + " |\n"


_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]()#+!|~"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"})


def _csv(table: "Table") -> None:
    import csv

    from simulator.analysis.connectivity.matrix import header, rows

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([_harmless(cell) for cell in header(table)])
    for row in rows(table):
        writer.writerow([_harmless(cell) for cell in row])


def _harmless(cell: str) -> str:
    """A spreadsheet takes what starts like a formula for one."""
    text = clean(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and text != "-" else text
