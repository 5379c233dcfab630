"""Trying: a proposal is offered only after the engine has run it, with every other flow that it changes named."""

from collections.abc import Mapping
from difflib import unified_diff

import msgspec

from simulator.analysis.ask import FlowError, ask
from simulator.analysis.blame import case_of
from simulator.analysis.diff.compare import Difference, compare
from simulator.analysis.diff.flows import Question
from simulator.analysis.fix.proposals import Proposal, proposals
from simulator.analysis.why import explain
from simulator.analysis.why_http import answered_well
from simulator.cluster import build_cluster
from simulator.cluster.addons import with_dns
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.manifests.edit import apply
from simulator.steps import Outcome
from simulator.trace.model import Trace
from simulator.trace.tracing import branches

MOST_FIXES = 3
MOST_SIDE_EFFECTS = 200
"""So many flows are compared for side effects."""
ARRIVED = (Outcome.DELIVERED, Outcome.CONNECTED)

Texts = Mapping[str, str]


class Fix(msgspec.Struct, frozen=True):
    """Changes that make the flow work. `patch` is a unified diff; `unchecked` flows were too many to compare."""

    changes: tuple[str, ...]
    patch: str
    side_effects: tuple[Difference, ...]
    unchecked: int = 0


class Mended(msgspec.Struct, frozen=True):
    """A fix, and the manifests with it."""

    fix: Fix
    texts: dict[str, str]


def fixes(texts: Texts, settings: Mapping[str, str], question: Question) -> list[Fix]:
    """The smallest changes that make a flow work, fewest lines first; none where it works, or nothing here helps."""
    return [one.fix for one in mended(texts, settings, question)]


def mended(texts: Texts, settings: Mapping[str, str], question: Question) -> list[Mended]:
    """As `fixes`, each with the manifests that it makes."""
    old = _cluster(texts, settings)
    failing = next((found for found in _answers(old, question) if not arrives(found)), None)
    if failing is None:
        return []
    world = with_dns(old) if failing.flow.host is not None else old
    case, why = case_of(world, failing), explain(world, failing)
    if case is None or why is None:
        return []
    found: list[Mended] = []
    for proposal in proposals(why.code, case, texts):
        one = _tried(texts, settings, question, old, proposal)
        if one is not None and one.fix.patch not in {known.fix.patch for known in found}:
            found.append(one)
        if len(found) == MOST_FIXES:
            break
    return sorted(found, key=lambda one: (len(one.fix.changes), len(one.fix.side_effects)))


def arrives(trace: Trace) -> bool:
    return trace.disposition in ARRIVED and trace.cause is None and answered_well(trace)


def _tried(
    texts: Texts, settings: Mapping[str, str], question: Question, old: Cluster, proposal: Proposal
) -> Mended | None:
    """None where the flow fails still, in any way that chance can go."""
    edited = {file: apply(text, [e for e in proposal.edits if e.file == file]) for file, text in texts.items()}
    new = _cluster(edited, settings)
    answers = _answers(new, question)
    if not answers or not all(arrives(found) for found in answers):
        return None
    compared = compare(old, new, MOST_SIDE_EFFECTS)
    others = tuple(d for d in compared.differences if not _same(new, d.question, question))
    fix = Fix(tuple(e.what for e in proposal.edits), _patch(texts, edited), others, compared.left_out)
    return Mended(fix, edited)


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


def _cluster(texts: Texts, settings: Mapping[str, str]) -> Cluster:
    return build_cluster(read_manifests(SourceFile(file, text.encode()) for file, text in texts.items()), settings)


def _answers(cluster: Cluster, question: Question) -> list[Trace]:
    """The traces of every way that chance can go; none where the question cannot be asked."""
    by_dns = cluster.profile.addons != "none"
    world = with_dns(cluster) if by_dns else cluster
    try:
        flow = ask(world, question.source, question.target, question.protocol, by_dns).flow
    except FlowError:
        return []
    network = compile_network(world if flow.host is not None else cluster)
    return [branch.trace for branch in branches(network, flow)]


def _patch(old: Texts, new: Texts) -> str:
    """As `git apply` and `patch -p1` read it."""
    lines: list[str] = []
    for file, text in old.items():
        if new[file] != text:
            before, after = (t.splitlines(keepends=True) for t in (text, new[file]))
            lines += unified_diff(before, after, f"a/{file}", f"b/{file}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
