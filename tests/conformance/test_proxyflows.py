"""Where kube-proxy's rules send a packet: every flow of its own tests, asked without the answers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.analysis.proxy_case import read_case
from simulator.analysis.proxy_flow import answer


def question(case: dict[str, Any]) -> bytes:
    """The case without anything that gives the answer away."""
    asked = {key: case[key] for key in ("proxy", "ipFamily", "node", "services", "endpointSlices") if key in case}
    asked["flows"] = [{k: v for k, v in flow.items() if k not in ("output", "masq")} for flow in case["flows"]]
    if case["rules"].get("given"):
        asked["rules"] = {"given": case["rules"]["given"]}
    return json.dumps(asked).encode()


@pytest.mark.parametrize(("mode", "flows"), [("iptables", 246), ("nftables", 218)])
def test_every_flow_ends_where_upstream_says(shared: Path, mode: str, flows: int) -> None:
    compared = 0
    for file in sorted(shared.glob(f"conformance/proxyflows/*/{mode}_*.json")):
        case = json.loads(file.read_text())
        answers = [(one.name, one.output, one.masq) for one in answer(read_case(question(case)))]
        assert answers == [(flow["name"], flow["output"], flow["masq"]) for flow in case["flows"]], case["id"]
        compared += len(answers)
    assert compared >= flows


def test_the_checker_itself_finds_nothing(shared: Path) -> None:
    """The command line as it is called, for the cases whose rules are given."""
    folder = shared / "conformance" / "proxyflows"
    given = sorted(path for path in folder.glob("*/*TestTracePacket*.json"))
    words = [sys.executable, str(folder / "check_proxyflows.py"), "--given", *map(str, given)]
    command = f"{sys.executable} -m simulator.cli proxy-flow --format json"
    done = subprocess.run([*words, "--cmd", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].endswith(" 0 failed")
