"""A little of the fuzzing: random clusters on a real kernel. `make fuzz` does more of it."""

import pytest
from hypothesis import HealthCheck, given, settings

from netviz.replay.probe import machine
from simulator.diagnostics import Level
from tests.fuzz.flows import flows
from tests.fuzz.runner import asked, build, fuzz
from tests.fuzz.worlds import World, randomly, worlds

MISSING = machine()


@pytest.mark.oracle
@pytest.mark.skipif(MISSING is not None, reason=MISSING.message if MISSING else "")
@pytest.mark.parametrize("proxy", ["iptables", "nftables"])
def test_the_walk_equals_a_kernel_in_clusters_that_nobody_thought_of(proxy: str) -> None:
    tally = fuzz(7, wanted=40, per_world=14, proxies=(proxy,))
    assert tally.flows >= 40
    assert tally.mismatches == 0, "tests/fuzz/found tells of them"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_a_random_world_is_a_cluster_without_errors_and_has_flows_to_ask(world: World) -> None:
    cluster, _ = build(world)
    assert not [problem for problem in cluster.problems if problem.level is Level.ERROR]
    entries = flows(cluster, randomly(world), 30)
    assert len(list(asked(cluster, entries))) > 10
    assert flows(cluster, randomly(world), 30) == entries
