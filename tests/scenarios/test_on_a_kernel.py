"""Every situation on a real kernel: the very frames, results and connections that the model has. Needs root and Linux."""

from pathlib import Path

import msgspec
import pytest

from netviz.replay.compare import Verdict
from netviz.replay.lab import lab
from netviz.replay.names import namespaces, run_prefix
from netviz.replay.plan import make_plan
from netviz.replay.probe import machine, needs
from netviz.replay.run import questions, replay
from simulator.analysis.ask import parse_flow
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from tests.scenarios.test_scenarios import SCENARIOS, situation

ONE_CONNECTION = [folder for folder in SCENARIOS if len(situation(folder).questions) == 1]


def replayed(folder: Path) -> Verdict:
    (asked,) = situation(folder).questions
    manifests = read_manifests([SourceFile("manifests.yaml", (folder / "manifests.yaml").read_bytes())])
    cluster = build_cluster(manifests, dict(word.split("=", 1) for word in asked.settings))
    network = compile_network(cluster)
    flow = parse_flow(cluster, asked.source, asked.target, asked.protocol)
    flow = msgspec.structs.replace(flow, via=asked.via or flow.via)
    plan = make_plan(network, namespaces(cluster), run_prefix())
    lack = machine() or needs(plan)
    if lack is not None:
        pytest.skip(lack.message)
    with lab(plan) as standing:
        (verdict,) = replay(standing, questions(network, [(folder.name, flow)]), network)
        if not verdict.equal:  # a busy machine answers late; what is wrong stays wrong
            (verdict,) = replay(standing, questions(network, [(folder.name, flow)]), network)
    return verdict


@pytest.mark.oracle
@pytest.mark.parametrize("folder", ONE_CONNECTION, ids=lambda path: path.name)
def test_the_kernel_does_the_same(folder: Path) -> None:
    assert replayed(folder).differences == ()
