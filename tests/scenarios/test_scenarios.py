"""The vertical view: manifests and a question in, a trace out, one line a step, made to be read in a diff.

A folder is a situation: `manifests.yaml`, `flow.txt`, `expected.trace`. `make golden` rewrites the last one; whoever does
it reads the difference before committing it. `flow.txt` says in a comment what the situation shows, asks in words of
`netviz trace` (of several lines all but the last are connections that the session held before), and under `facts:` states
what a real cluster was seen to do there (`facts.py`): no golden can make those true.
"""

import argparse
import os
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from simulator.analysis.ask import parse_flow
from simulator.cli.story import packet_text
from simulator.cluster import build_cluster
from simulator.cluster.breaking import broken
from simulator.cluster.faults import parse_faults
from simulator.compilers import compile_network
from simulator.datapath.session import CLIENT_PORT, Session
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Step
from simulator.trace.model import Trace
from simulator.trace.tracing import hold, settled, told
from simulator.trace.wire import outcome
from tests.scenarios.facts import Seen, holds

HERE = Path(__file__).resolve().parent
SCENARIOS = sorted(path.parent for path in HERE.glob("*/flow.txt"))
REWRITE = os.environ.get("NETVIZ_GOLDEN") == "write"


class Situation(msgspec.Struct):
    """What a flow.txt says: why it is there, the questions in order, the facts."""

    shows: str
    questions: list[argparse.Namespace]
    facts: list[str]


def situation(folder: Path) -> Situation:
    asked, _, facts = (folder / "flow.txt").read_text().partition("\nfacts:\n")
    lines = asked.splitlines()
    return Situation(
        " ".join(line.removeprefix("#").strip() for line in lines if line.startswith("#")),
        [question(line) for line in lines if line.startswith("--")],
        [line.removeprefix("- ") for line in facts.splitlines() if line],
    )


def question(words: str) -> argparse.Namespace:
    options = argparse.ArgumentParser()
    options.add_argument("--from", dest="source", required=True)
    options.add_argument("--to", dest="target", required=True)
    options.add_argument("--protocol", default="TCP")
    options.add_argument("--via")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--set", action="append", default=[], dest="settings")
    options.add_argument("--fault", action="append", default=[], dest="faults")
    options.add_argument("--size", type=int, default=0)
    return options.parse_args(shlex.split(words, comments=True))


def watched(folder: Path) -> Seen:
    """The last question's trace, after the ones before it, and what was seen of it on the wire."""
    questions = situation(folder).questions
    manifests = read_manifests([SourceFile("manifests.yaml", (folder / "manifests.yaml").read_bytes())])
    cluster = build_cluster(manifests, dict(word.split("=", 1) for word in questions[-1].settings))
    cluster = broken(cluster, parse_faults(questions[-1].faults))
    network = compile_network(cluster)
    session: Session | None = None
    for number, asked in enumerate(questions):
        flow = parse_flow(cluster, asked.source, asked.target, asked.protocol)
        flow = msgspec.structs.replace(flow, via=asked.via or flow.via, size=asked.size)
        held = hold(network, flow, settled(asked.seed), asked.seed, session, CLIENT_PORT + number)
        session = held.session
    return Seen(told(network, flow, held.said, asked.seed), outcome(held.session, held.said, flow))


seen = cache(watched)


def lines(found: Trace) -> Iterator[str]:
    """The trace as text: a headline a leg, a line a step, the outcome."""
    for leg in found.legs:
        yield f"{leg.kind.value}: {packet_text(leg.packet)}"
        yield from (line(step).rstrip() for step in leg.steps)
        yield f"  {leg.disposition.value}{f' ({leg.cause.value})' if leg.cause else ''}"
    yield f"{found.disposition.value}{f' ({found.cause.value})' if found.cause else ''}"


def line(step: Step) -> str:
    where = (
        f"  {step.netns:<18} {step.device or '':<22} {step.kind.value:<11} {step.hook.value if step.hook else '':<11}"
    )
    return f"{where} {'; '.join(said(step))}"


def said(step: Step) -> Iterator[str]:
    """What a step did, else the packet as it is now."""
    rules = [*step.path, *([step.matched] if step.matched and step.matched not in step.path else [])]
    chains = list(dict.fromkeys(rule.chain for rule in rules))
    if chains:
        yield " > ".join(chains)
    yield from (f"{change.field} {change.old} -> {change.new}" for change in step.changes)
    yield from (f"{change.event} {change.entry}" for change in step.state)
    if "route" in step.text.params:
        yield step.text.params["route"]
    if step.cause:
        yield step.cause.value
    if step.kind.value in ("socket", "transmit", "receive", "deliver"):
        yield packet_text(step.packet)


@pytest.mark.golden
@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda path: path.name)
def test_the_packet_goes_as_expected(folder: Path) -> None:
    text = "\n".join(lines(seen(folder).trace)) + "\n"
    expected = folder / "expected.trace"
    if REWRITE:
        expected.write_text(text)
    assert text == expected.read_text()


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda path: path.name)
def test_what_a_real_cluster_was_seen_to_do_holds(folder: Path) -> None:
    asked = situation(folder)
    assert asked.shows, "flow.txt begins with a comment: what this situation shows"
    assert asked.facts, "flow.txt states facts that hold whatever the golden says"
    wrong = [fact for fact in asked.facts if not holds(fact, seen(folder))]
    assert not wrong


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda path: path.name)
def test_the_same_question_has_the_same_answer(folder: Path) -> None:
    assert watched(folder) == seen(folder)
