"""Trying: a proposal is offered only after the engine has run it, with every other flow that it changes named."""

from collections.abc import Iterator, Mapping
from difflib import unified_diff

import msgspec

from simulator.analysis.ask import FlowError, ask, world_of
from simulator.analysis.blame import case_of
from simulator.analysis.connectivity.members import title_of
from simulator.analysis.diff.allowed import ALLOWED, Wanted, allowed_changes
from simulator.analysis.diff.compare import Difference, compare
from simulator.analysis.diff.flows import Question
from simulator.analysis.fix.proposals import proposals
from simulator.analysis.why import explain
from simulator.analysis.why_http import answered_well, failing_connection
from simulator.cluster import build_cluster
from simulator.cluster.addons import with_addons
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.manifests import DEFAULT, Limits, SourceFile, read_manifests
from simulator.manifests.edit import apply
from simulator.steps import Outcome
from simulator.trace.model import Explanation, LegKind, Trace
from simulator.trace.tracing import branches

MOST_FIXES = 3
MOST_CHANGES = 4
"""A policy for names, one for egress and one for ingress may stand in one connection's way."""
MOST_TRIES = 24
MOST_SIDE_EFFECTS = 200
"""So many flows are compared for side effects."""
ARRIVED = (Outcome.DELIVERED, Outcome.CONNECTED)

Texts = Mapping[str, str]


class Fix(msgspec.Struct, frozen=True):
    """Changes that make the flow work. `patch` is a unified diff; `unchecked` flows were too many to compare.

    `reasons` are what the changes remove, in the order in which a packet comes upon them.
    """

    changes: tuple[str, ...]
    patch: str
    side_effects: tuple[Difference, ...]
    unchecked: int = 0
    reasons: tuple[Explanation, ...] = ()


class Mended(msgspec.Struct, frozen=True):
    """A fix, and the manifests with it. `number` is its place among those found, whatever else it changes."""

    fix: Fix
    texts: dict[str, str]
    number: int = 0


def mended(
    texts: Texts,
    settings: Mapping[str, str],
    question: Question,
    limits: Limits = DEFAULT,
    side_effects: int = MOST_SIDE_EFFECTS,
) -> list[Mended]:
    """The smallest changes that make a flow work, fewest first; none where it works, or nothing here helps.

    `limits` are those that the manifests were read by.
    At most so many flows are compared for `side_effects`: that takes most of the time.
    """
    old = _cluster(texts, settings, limits)
    if all(arrives(found) for found in _answers(old, question)[1]):
        return []
    for depth in range(1, MOST_CHANGES + 1):
        search = _Search(settings, question, limits)
        ways = {tuple(way.texts.values()): way for way in search.ways(texts, depth)}
        if ways:
            few = list(ways.values())[:MOST_FIXES]
            found = [_mended(texts, old, search, way, side_effects, number) for number, way in enumerate(few)]
            return sorted(found, key=lambda one: (len(one.fix.changes), len(one.fix.side_effects)))
    return []


def arrives(trace: Trace) -> bool:
    return trace.disposition in ARRIVED and trace.cause is None and answered_well(trace)


class _Way(msgspec.Struct, frozen=True):
    """Manifests that let the flow arrive, the changes in words, and the reason that each of them removes."""

    texts: dict[str, str]
    changes: tuple[str, ...] = ()
    reasons: tuple[Explanation, ...] = ()


class _Search:
    """How a flow may be mended by so many changes, each of which removes the reason that is seen then."""

    def __init__(self, settings: Mapping[str, str], question: Question, limits: Limits) -> None:
        self.settings = settings
        self.limits = limits
        self.question = question
        self.tries = 0

    def ways(self, texts: Texts, depth: int, seen: tuple[Explanation, ...] = ()) -> Iterator[_Way]:
        """From these texts on, by at most so many changes; `seen` reasons have been removed before."""
        cluster = _cluster(texts, self.settings, self.limits)
        world, answers = _answers(cluster, self.question)
        wrong = next((found for found in answers if not arrives(found)), None)
        if wrong is None:
            if answers:
                yield _Way(dict(texts))
            return
        case, why = case_of(world, failing_connection(wrong)), explain(world, wrong)
        if depth == 0 or case is None or why is None or why in seen:
            return
        for proposal in proposals(why.code, case, texts):
            self.tries += 1
            if self.tries > MOST_TRIES:
                return
            edited = {file: apply(text, [e for e in proposal.edits if e.file == file]) for file, text in texts.items()}
            for way in self.ways(edited, depth - 1, (*seen, why)):
                yield _Way(way.texts, (*(e.what for e in proposal.edits), *way.changes), (why, *way.reasons))


def _mended(texts: Texts, old: Cluster, search: _Search, way: _Way, side_effects: int, number: int) -> Mended:
    new = _cluster(way.texts, search.settings, search.limits)
    compared = compare(old, new, side_effects)
    others = tuple(d for d in compared.differences if _is_felt(d) and not _same(new, d.question, search.question))
    if side_effects:
        others += tuple(allowed_changes(old, new, wanted(new, search.question)))[:side_effects]
    others = tuple(sorted(others, key=lambda found: min(_WEIGHT.index(change.what) for change in found.changes)))
    fix = Fix(way.changes, _patch(texts, way.texts), others, compared.left_out, way.reasons)
    return Mended(fix, way.texts, number)


_WEIGHT = ("verdict", ALLOWED, "endpoints", "source", "path")
"""What weighs most is named first."""


def _is_felt(difference: Difference) -> bool:
    """A packet that takes the same way past other rules, and ends the same, is nothing that anybody could notice."""
    return any(change.what != "path" or change.old != change.new for change in difference.changes)


def wanted(cluster: Cluster, question: Question) -> frozenset[Wanted]:
    """What policies have to allow for a flow: its connection to each pod that may answer."""
    found = set()
    world, answers = _answers(cluster, question)
    for trace in answers:
        source = world.pods.get(trace.flow.asker or trace.flow.source)
        arrival = next((leg.steps[-1] for leg in trace.legs if leg.kind is LegKind.REQUEST and leg.steps), None)
        server = world.pods.get(arrival.text.params.get("owner", "")) if arrival is not None else None
        if source is None or server is None or arrival is None or arrival.packet.dport is None:
            continue
        asker, asked = ("{}/{}[{}]".format(*title_of(pod)) for pod in (source, server))
        found.add(Wanted(asker, asked, arrival.packet.ip.protocol, arrival.packet.dport))
    return frozenset(found)


def _same(cluster: Cluster, one: Question, other: Question) -> bool:
    """Whether two questions are one, put in other words."""
    if one == other:
        return True
    try:
        flows = [ask(cluster, q.source, q.target, q.protocol).flow for q in (one, other)]
    except FlowError:
        return False
    first, second = ((f.source, f.address, f.port, f.protocol) for f in flows)
    return first == second


def _cluster(texts: Texts, settings: Mapping[str, str], limits: Limits) -> Cluster:
    sources = [SourceFile(file, text.encode()) for file, text in texts.items()]
    return build_cluster(read_manifests(sources, limits), settings)


def _answers(cluster: Cluster, question: Question) -> tuple[Cluster, list[Trace]]:
    """The traces of every way that chance can go, and the cluster with what had to be assumed for them.

    None where the question cannot be asked.
    """
    by_dns = cluster.profile.addons != "none"
    world = with_addons(cluster) if by_dns else cluster
    try:
        flow = ask(world, question.source, question.target, question.protocol, by_dns).flow
    except FlowError:
        return cluster, []
    world = world_of(cluster, world, flow)
    return world, [branch.trace for branch in branches(compile_network(world), flow)]


def _patch(old: Texts, new: Texts) -> str:
    """As `git apply` and `patch -p1` read it."""
    lines: list[str] = []
    for file, text in old.items():
        if new[file] != text:
            before, after = (t.splitlines(keepends=True) for t in (text, new[file]))
            lines += unified_diff(before, after, f"a/{file.lstrip('/')}", f"b/{file.lstrip('/')}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
