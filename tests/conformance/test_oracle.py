"""Every frame, connection and rule of the recorded truth: real kube-proxy, real kernel (../shared/conformance/oracle).

The comparison is the recorder's own: verdict, source, hops, conntrack and, wherever one was recorded, the rule path.
Each scenario is one call of the command line, in every set-up that was recorded.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.cli import main
from tests.conformance.recordings import MISSING, SCENARIOS, SETUPS, Setup, checker, manifests, read, recorded, settings

needs_oracle = pytest.mark.skipif(not SCENARIOS, reason=MISSING)
RECORDED_IN = [(scenario, setup) for scenario in SCENARIOS for setup in SETUPS if recorded(scenario, setup)]


def ask(scenario: str, setup: Setup, flows: list[dict[str, Any]], tmp_path: Path, capsys: Any) -> dict[str, Any]:
    """{flow id: outcomes} as `netviz trace --format wire` prints them."""
    asked = tmp_path / "flows.json"
    asked.write_text(json.dumps({"flows": flows}))
    words = [word for key, value in settings(scenario, setup).items() for word in ("--set", f"{key}={value}")]
    argv = ["trace", str(manifests(scenario)), "--flows", str(asked), "--branches", "all", "--format", "wire", *words]
    assert main(argv) == 0
    return {f["id"]: f["outcomes"] for f in json.loads(capsys.readouterr().out)["flows"]}


@needs_oracle
@pytest.mark.oracle
@pytest.mark.parametrize(
    ("scenario", "setup"), RECORDED_IN, ids=[f"{name}-{s[0]}-{s[1]}-br{s[2]}" for name, s in RECORDED_IN]
)
def test_every_packet_goes_as_the_kernel_sent_it(scenario: str, setup: Setup, tmp_path: Path, capsys: Any) -> None:
    records = recorded(scenario, setup)
    answers = ask(scenario, setup, [record.question for record in records], tmp_path, capsys)
    for record in records:
        name = record.flow["id"]
        levels, difference = checker().compare(record.outcomes, answers[name], record.paths, setup[0])
        assert False not in levels.values(), f"{scenario}/{name}: {difference}"
        assert levels["rulepath"] is not None or not any(o.get("nodes") for o in record.paths or ())


@needs_oracle
@pytest.mark.oracle
def test_no_recording_is_left_out() -> None:
    every = sum(len(flow["results"]) for scenario in SCENARIOS for flow in read(scenario, "flows.json")["flows"])
    assert sum(len(recorded(scenario, setup)) for scenario, setup in RECORDED_IN) == every
