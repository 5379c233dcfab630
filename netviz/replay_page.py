"""A trace as one HTML file, with as much of its cluster as is drawn."""

from collections.abc import Iterator, Mapping

from netviz.bundle import player
from netviz.folding import View, folded
from netviz.graph import Graph
from simulator.steps import Step
from simulator.trace.encode import to_json
from simulator.trace.export.page import Spoken, page
from simulator.trace.model import Trace


def replay_page(trace: Trace, asked: Spoken, graph: Graph, texts: Mapping[str, str]) -> bytes:
    """The file; of a large cluster the part that the trace touches, and counts of the rest."""
    drawn = folded(graph, View(wanted=tuple(dict.fromkeys(touched(trace)))))
    return page(trace, asked, to_json(drawn), texts, player())


def touched(trace: Trace) -> Iterator[str]:
    """The pods that a trace comes through, and the addresses that its packets bear."""
    for leg in trace.legs:
        for step in leg.steps:
            if "/" in step.netns:
                yield f"pod:{step.netns}"
            yield from _addresses(step)


def _addresses(step: Step) -> Iterator[str]:
    yield str(step.packet.ip.src)
    yield str(step.packet.ip.dst)
    yield from (change.old for change in step.changes if change.field in ("ip.src", "ip.dst"))
