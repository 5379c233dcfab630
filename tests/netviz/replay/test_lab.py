"""A lab stands while it is needed, and nothing of it afterwards, however it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netviz.replay.build import BuildError, batch, run
from netviz.replay.lab import lab, sweep
from netviz.replay.names import PREFIX, namespaces, run_prefix
from netviz.replay.netns import FOLDER
from netviz.replay.plan import Plan, make_plan
from netviz.replay.probe import machine
from simulator.compilers import compile_network
from tests.netviz.replay.conftest import SHOP, cluster_of

MISSING = machine()
pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(MISSING is not None, reason=MISSING.message if MISSING else ""),
]


def standing(prefix: str) -> list[str]:
    return [name for name in os.listdir(FOLDER) if name.startswith(prefix)] if os.path.isdir(FOLDER) else []


@pytest.fixture
def plan() -> Plan:
    cluster = cluster_of(SHOP)
    return make_plan(compile_network(cluster), namespaces(cluster), run_prefix())


def test_it_stands_and_is_gone(plan: Plan) -> None:
    with lab(plan) as built:
        assert len(standing(run_prefix())) == 8
        with built.spaces.inside(plan.spaces["node-a"].id):
            assert Path("/proc/thread-self/net/dev").read_text().count("cni0") == 1
    assert not standing(run_prefix())


def test_an_exception_takes_it_down(plan: Plan) -> None:
    with pytest.raises(RuntimeError, match="enough"), lab(plan):
        raise RuntimeError("enough")
    assert not standing(run_prefix())


def test_what_cannot_be_built_is_taken_down_and_told(plan: Plan) -> None:
    plan.spaces["node-a"].routes = [("route", "add", "10.9.9.0/24", "via", "172.31.255.1")]
    with pytest.raises(BuildError, match="ip"), lab(plan):
        pass
    assert not standing(run_prefix())


def test_the_hosts_own_tables_stay_as_they_are(plan: Plan) -> None:
    def host() -> list[str]:
        return [subprocess.run(words, capture_output=True, text=True, check=True).stdout
                for words in (["nft", "list", "ruleset"], ["ip", "route"], ["ip", "-br", "link"])]  # fmt: skip

    before = host()
    with lab(plan):
        assert host() == before
    assert host() == before


CHILD = """
import sys, time
from netviz.replay.lab import lab
from netviz.replay.names import namespaces, run_prefix
from netviz.replay.plan import make_plan
from simulator.compilers import compile_network
from tests.netviz.replay.conftest import SHOP, cluster_of
cluster = cluster_of(SHOP)
with lab(make_plan(compile_network(cluster), namespaces(cluster), run_prefix())):
    print("stands", run_prefix(), flush=True)
    time.sleep(60)
"""


def started() -> tuple[subprocess.Popen[str], str]:
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    word, prefix = child.stdout.readline().split()
    assert word == "stands"
    assert standing(prefix)
    return child, prefix


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_takes_it_down(number: signal.Signals) -> None:
    child, prefix = started()
    child.send_signal(number)
    child.wait(30)
    assert not standing(prefix)


def test_what_a_killed_run_leaves_behind_goes_with_the_next() -> None:
    child, prefix = started()
    child.kill()
    child.wait(30)
    left = standing(prefix)
    assert left
    assert set(left) <= set(sweep())
    assert not standing(prefix)


def test_a_run_that_is_still_there_keeps_its_namespaces() -> None:
    name = f"{run_prefix()}kept"
    run(("ip", "-batch", "-"), batch([("netns", "add", name)]))
    try:
        assert name.startswith(PREFIX)
        assert name not in sweep()
        assert standing(name)
    finally:
        run(("ip", "-batch", "-"), batch([("netns", "del", name)]))
