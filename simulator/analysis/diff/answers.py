"""The answer to a flow, as far as two of them can be compared: no addresses that a controller makes up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from simulator.analysis.ask import FlowError, ask
from simulator.analysis.diff.flows import Question
from simulator.steps import Outcome, Step, StepKind
from simulator.trace.legs import Said
from simulator.trace.model import Leg, LegKind, Trace
from simulator.trace.tracing import branches, every_way

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.linux.network import Network


class Place(msgspec.Struct, frozen=True):
    """One step: where it is and what happens there, without addresses; `said` tells it in words."""

    netns: str
    device: str | None
    what: str
    said: str = ""

    @property
    def key(self) -> tuple[str, str | None, str]:
        return self.netns, self.device, self.what


class Way(msgspec.Struct, frozen=True):
    """One way that chance can go."""

    server: str | None
    ending: str
    cause: str | None
    seen_as: str | None
    path: tuple[Place, ...]


class Answer(msgspec.Struct, frozen=True):
    """All ways; `refused` says why the question cannot be asked at all, coded."""

    ways: tuple[Way, ...] = ()
    refused: str | None = None

    @property
    def endings(self) -> tuple[str, ...]:
        """How it may end: "delivered", "rejected (rule-reject)"."""
        if self.refused is not None:
            return (f"cannot be asked ({self.refused})",)
        told = {f"{way.ending} ({way.cause})" if way.cause else way.ending for way in self.ways}
        return tuple(sorted(told))

    @property
    def servers(self) -> tuple[str, ...]:
        return tuple(sorted({way.server for way in self.ways if way.server is not None}))

    @property
    def seen_as(self) -> tuple[str, ...]:
        return tuple(sorted({way.seen_as for way in self.ways if way.seen_as is not None}))


def answer(cluster: "Cluster", network: "Network", question: Question, in_words: bool = True) -> Answer:
    """Ask one cluster; every way that chance can go. Without words, which take half of the time, nothing is `said`."""
    try:
        by_dns = cluster.profile.addons != "none"
        flow = ask(cluster, question.source, question.target, question.protocol, by_dns).flow
    except FlowError as error:
        return Answer(refused=error.code)
    if in_words:
        return Answer(
            tuple(_way(network, branch.trace, branch.trace.disposition) for branch in branches(network, flow))
        )
    return Answer(tuple(_way(network, held.said, held.said.outcome) for held in every_way(network, flow)))


def _way(network: "Network", held: Trace | Said, ending: Outcome) -> Way:
    steps = [step for leg in held.legs for step in leg.steps]
    return Way(
        held.server,
        ending.value,
        held.cause.value if held.cause else None,
        _seen_as(network, held.legs),
        tuple(_place(step) for step in steps if step.kind is not StepKind.CONNTRACK),
    )


def _seen_as(network: "Network", legs: Sequence[Leg]) -> str | None:
    """Whom the server's program takes for its client: the namespace that has the source address."""
    for leg in legs:
        if leg.kind is LegKind.REQUEST and leg.steps and leg.steps[-1].kind is StepKind.DELIVER:
            source = leg.steps[-1].packet.ip.src
            return network.owner(source) or str(source)
    return None


def _place(step: Step) -> Place:
    said = step.narration.plain if step.narration else step.text.id
    return Place(step.netns, step.device, step.text.id, said)
