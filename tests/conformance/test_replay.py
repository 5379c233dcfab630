"""Situations that the recordings do not hold, on a real kernel: hop by hop, conntrack entry by conntrack entry.

A file of tests/conformance/replay is a first document that asks (settings, flows, faults, other rules on the nodes) and
the manifests. Without root or without what a replay needs, only the results that are written down are checked.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from netviz.replay.probe import machine
from simulator.trace.tracing import every_way
from simulator.trace.wire import outcome
from tests.fuzz.runner import asked, build, compare
from tests.fuzz.worlds import World

SITUATIONS = sorted(Path(__file__).with_name("replay").glob("*.yaml"))
MISSING = machine()
on_a_kernel = pytest.mark.skipif(MISSING is not None, reason=MISSING.message if MISSING else "")


def worlds(path: Path) -> Iterator[tuple[World, list[dict[str, Any]]]]:
    question, *objects = yaml.safe_load_all(path.read_text())
    foreign = [tuple(rule) for rule in question.get("foreign", ())]
    for number, settings in enumerate(question["settings"]):
        yield World(objects, settings, foreign, question.get("faults", [])), list(flows_in(question["flows"], number))


def flows_in(flows: list[dict[str, Any]], number: int) -> Iterator[dict[str, Any]]:
    """A result that is not the same under all settings is a list in their order."""
    for place, flow in enumerate(flows, 1):
        found = {"id": f"{place:02}", **flow}
        if isinstance(found.get("result"), list):
            found["result"] = found["result"][number]
        yield found


CASES = [
    pytest.param(world, flows, id=f"{path.stem}-{place}")
    for path in SITUATIONS
    for place, (world, flows) in enumerate(worlds(path), 1)
]


@pytest.mark.parametrize(("world", "flows"), CASES)
def test_it_ends_as_it_is_written_down(world: World, flows: list[dict[str, Any]]) -> None:
    cluster, network = build(world)
    expected = {flow["id"]: flow["result"] for flow in flows if "result" in flow}
    for name, flow in asked(cluster, flows):
        results = {outcome(held.session, held.said, flow)["result"] for held in every_way(network, flow)}
        assert results == {expected.get(name, next(iter(results)))}, name


@on_a_kernel
@pytest.mark.oracle
@pytest.mark.parametrize(("world", "flows"), CASES)
def test_a_kernel_does_what_the_walk_says(world: World, flows: list[dict[str, Any]]) -> None:
    verdicts = compare(world, flows)
    assert len(verdicts) == len(flows) + sum(flow.get("again", False) for flow in flows)
    wrong = {verdict.id: verdict.differences for verdict in verdicts if not verdict.equal}
    assert not wrong
