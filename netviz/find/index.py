"""An upload as something to look through: made once for each, part by part when it is first needed."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from netviz.elements import graph_of
from netviz.find.entries import Entry, entries_of
from netviz.find.model import Found, FoundGroup
from netviz.find.question import Filter, host_of
from netviz.graph import Graph, Pod
from netviz.matrix import Matrix, matrix
from netviz.topology import Topology
from simulator.diagnostics import Problem
from simulator.origin import Origin

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.linux.network import Network

Files = Sequence[tuple[str, str]]


class Index:
    """Everything that is found in one upload."""

    def __init__(
        self, cluster: "Cluster", network: "Network", files: Files, problems: tuple[Problem, ...], snapshot: str
    ) -> None:
        self._made_of = cluster, network, files, len(problems), snapshot
        self.cluster = cluster
        self.files = files
        self.problems = problems

    @cached_property
    def graph(self) -> Graph:
        return graph_of(*self._made_of)

    @cached_property
    def entries(self) -> list[Entry]:
        return entries_of(self.graph, self.cluster)

    @cached_property
    def topology(self) -> Topology:
        return Topology(self.graph)

    @cached_property
    def pods(self) -> dict[str, Pod]:
        return {pod.id: pod for pod in self.graph.pods}

    @cached_property
    def _by_id(self) -> dict[str, Found]:
        return {each.what.id: each.what for each in reversed(self.entries) if each.what.id}

    @cached_property
    def _lowered(self) -> list[tuple[str, str, str]]:
        return [(path, text, text.lower()) for path, text in self.files]

    def matrix(self, most: int) -> Matrix:
        """Who reaches whom; the same as the matrix of the page."""
        if self._matrix is None:
            self._matrix = matrix(self.cluster, most)
        return self._matrix

    _matrix: Matrix | None = None

    def thing(self, element: str) -> Found | None:
        """What stands behind an element of the picture."""
        return (
            self._by_id.get(element.removesuffix("/eth0")) if element.startswith("pod:") else self._by_id.get(element)
        )

    def with_words(self, words: Sequence[str], only: Filter) -> list[Entry]:
        """Entries that hold every word, those whose name is or begins with the first one first."""
        found = [entry for entry in self.entries if all(word in entry.text for word in words) and entry.passes(only)]
        if not words:
            return found
        first = words[0].rpartition("/")[2]
        return sorted(found, key=lambda entry: _rank(entry.name, first))

    def named(self, name: str, kinds: Sequence[str]) -> list[Entry]:
        """Those who are called so, "namespace/name" or by an address; where nobody is, those whose name begins so."""
        plain = host_of(name.lower())
        at = self._at(plain)
        if at:
            return [entry for entry in self.entries if entry.kind in kinds and entry.what.id in at]
        namespace, _, own = plain.rpartition("/")
        known = [e for e in self.entries if e.kind in kinds and namespace in ("", e.namespace)]
        same = [entry for entry in known if entry.name == own]
        return same or [entry for entry in known if entry.name.startswith(own)]

    def _at(self, address: str) -> set[str]:
        """Services and pods of an address."""
        services = {one.id for one in self.graph.services if address in one.cluster_ips}
        return services | {one.id for one in self.graph.pods if address in one.addresses and not one.host_network}

    def lines_with(self, word: str, most: int, whole: bool = False) -> tuple[int, list[Found]]:
        """Lines of the manifests that hold a text: how many (stops counting at a thousand), and the first of them.

        A `whole` one is not the beginning or the end of another: 10.96.0.1 is not in 10.96.0.11.
        """
        found: list[Found] = []
        total = 0
        for path, text, lowered in self._lowered:
            for line, start, end in _lines(lowered, word):
                if whole and not re.search(rf"(?<![\w.:]){re.escape(word)}(?![\w:]|\.\d)", lowered[start:end]):
                    continue
                total += 1
                if len(found) < most:
                    origin = Origin("", "", path, line)
                    found.append(Found("line", text[start:end].strip()[:120], f"{path}:{line}", origin=origin))
                if total >= MANY_LINES:
                    return total, found
        return total, found


MANY_LINES = 1000


def _lines(text: str, word: str) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each line that holds a word; every line once."""
    line, counted, at = 1, 0, text.find(word)
    while at >= 0:
        line += text.count("\n", counted, at)
        counted = at
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield line, start, end
        at = text.find(word, end)


def _rank(name: str, word: str) -> int:
    return 0 if name == word else 1 if name.startswith(word) else 2 if word in name else 3


def group(title: str, found: Sequence[Found], most: int, total: int | None = None) -> FoundGroup:
    return FoundGroup(title, len(found) if total is None else total, tuple(found[:most]))
