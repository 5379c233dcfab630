"""The cluster of a task, asked through the site's own engine. Each flow is traced once."""

from collections.abc import Mapping

from netviz import engine
from netviz.labs.model import FlowSpec
from netviz.work import Connection, Refused
from simulator.analysis.ask import FlowError, ask, world_of
from simulator.cluster.cluster import Cluster
from simulator.diagnostics import Problem
from simulator.steps import Outcome
from simulator.trace.encode import to_json
from simulator.trace.model import Leg, Trace
from simulator.trace.tracing import hold, settled

MOST_PICKS = 8


class NotAsked(Exception):
    """A question that this cluster cannot be asked, in words."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class World:
    """Manifests, settings and faults, compiled when the first question comes."""

    def __init__(self, files: Mapping[str, str], settings: Mapping[str, str], faults: tuple[str, ...] = ()) -> None:
        self.files = files
        self.settings = settings
        self.faults = faults
        self._loaded: engine.Loaded | None = None
        self._traces: dict[FlowSpec, Trace] = {}
        self._ends: dict[FlowSpec, str] = {}

    @property
    def loaded(self) -> engine.Loaded:
        if self._loaded is None:
            bundle = engine.Bundle(tuple(sorted(self.files.items())), dict(self.settings))
            try:
                self._loaded = engine.in_broken(engine.load(to_json(bundle)), self.faults)
            except Refused as refused:
                raise NotAsked(refused.message, refused.hint) from None
        return self._loaded

    @property
    def cluster(self) -> Cluster:
        """As it is written, without what is assumed for questions by name."""
        return self.loaded.cluster

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.loaded.problems

    def trace(self, flow: FlowSpec) -> Trace:
        found = self._traces.get(flow)
        if found is None:
            found = self._traces[flow] = self._traced(flow)
        return found

    def _traced(self, flow: FlowSpec) -> Trace:
        """The trace; wherever the flow's pick is among what chance offers, chance takes it."""
        picks: tuple[int, ...] = ()
        for _ in range(MOST_PICKS):
            found = self._answer(flow, picks)
            wanted = tuple(
                next((at for at, option in enumerate(choice.options) if option.pick == flow.pick), choice.picked)
                for choice in found.choices
            )
            if flow.pick is None or wanted == tuple(choice.picked for choice in found.choices):
                return found
            picks = wanted
        raise NotAsked(f'"{flow.pick}" is not where {flow.source} to {flow.target} can go.')

    def _answer(self, flow: FlowSpec, picks: tuple[int, ...]) -> Trace:
        connection = Connection(flow.source, flow.target, flow.protocol, flow.seed, picks)
        try:
            return engine.answer(self.loaded, connection)
        except Refused as refused:
            raise NotAsked(refused.message, refused.hint) from None

    def ends(self, flow: FlowSpec) -> str:
        """How a flow ends, without a trace of it in words: that is half of the work."""
        known = self._traces.get(flow)
        if known is not None:
            return known.disposition.value
        if flow not in self._ends:
            self._ends[flow] = self._held(flow).value
        return self._ends[flow]

    def _held(self, flow: FlowSpec) -> Outcome:
        loaded, named = self.loaded, self.loaded.named.cluster
        try:
            asked = ask(named, flow.source, flow.target, flow.protocol, named.profile.addons != "none").flow
        except FlowError as error:
            raise NotAsked(error.message, error.hint) from None
        by_name = world_of(loaded.cluster, named, asked) is not loaded.cluster
        network = loaded.named.network if by_name else loaded.network
        return hold(network, asked, settled(flow.seed, (), flow.pick), flow.seed).said.outcome


def leg_of(trace: Trace, name: str = "request") -> Leg:
    """A leg by its kind, "reply", or by its kind and number, "dns 2"."""
    kind, _, number = name.partition(" ")
    found = [leg for leg in trace.legs if leg.kind.value == kind]
    at = int(number or 1) - 1 if (number or "1").isdecimal() else -1
    if not 0 <= at < len(found):
        raise NotAsked(f"This trace has no {name}: it ends as {trace.disposition.value}.")
    return found[at]
