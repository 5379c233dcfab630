"""The vertical view: manifests and a question in, a trace out, one line a step, made to be read in a diff.

A folder is a situation: `manifests.yaml`, `flow.txt` (words of `netviz trace`), `expected.trace`. `make golden` rewrites the
last one; whoever does it reads the difference before committing it.
"""

import argparse
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.analysis.ask import parse_flow
from simulator.cli.story import packet_text
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Step
from simulator.trace.model import Trace
from simulator.trace.tracing import trace

HERE = Path(__file__).resolve().parent
SCENARIOS = sorted(path.parent for path in HERE.glob("*/flow.txt"))
REWRITE = os.environ.get("NETVIZ_GOLDEN") == "write"


def question(words: str) -> argparse.Namespace:
    options = argparse.ArgumentParser()
    options.add_argument("--from", dest="source", required=True)
    options.add_argument("--to", dest="target", required=True)
    options.add_argument("--protocol", default="TCP")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--set", action="append", default=[], dest="settings")
    return options.parse_args(shlex.split(words, comments=True))


def traced(folder: Path) -> Trace:
    asked = question((folder / "flow.txt").read_text())
    manifests = read_manifests([SourceFile("manifests.yaml", (folder / "manifests.yaml").read_bytes())])
    cluster = build_cluster(manifests, dict(word.split("=", 1) for word in asked.settings))
    flow = parse_flow(cluster, asked.source, asked.target, asked.protocol)
    return trace(compile_network(cluster), flow, asked.seed)


def told(found: Trace) -> Iterator[str]:
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
    text = "\n".join(told(traced(folder))) + "\n"
    expected = folder / "expected.trace"
    if REWRITE:
        expected.write_text(text)
    assert text == expected.read_text()


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda path: path.name)
def test_the_same_question_has_the_same_answer(folder: Path) -> None:
    assert traced(folder) == traced(folder)
