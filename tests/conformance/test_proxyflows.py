"""Where kube-proxy's rules send a packet: every flow of its own tests, asked without the answers."""

import json
from pathlib import Path
from typing import Any

from simulator.analysis.proxy_case import read_case
from simulator.analysis.proxy_flow import answer


def question(case: dict[str, Any]) -> bytes:
    """The case without anything that gives the answer away."""
    asked = {key: case[key] for key in ("proxy", "ipFamily", "node", "services", "endpointSlices") if key in case}
    asked["flows"] = [{k: v for k, v in flow.items() if k not in ("output", "masq")} for flow in case["flows"]]
    if case["rules"].get("given"):
        asked["rules"] = {"given": case["rules"]["given"]}
    return json.dumps(asked).encode()


def test_every_flow_ends_where_upstream_says(shared: Path) -> None:
    compared = 0
    for file in sorted(shared.glob("conformance/proxyflows/*/iptables_*.json")):
        case = json.loads(file.read_text())
        answers = [(one.name, one.output, one.masq) for one in answer(read_case(question(case)))]
        assert answers == [(flow["name"], flow["output"], flow["masq"]) for flow in case["flows"]], case["id"]
        compared += len(answers)
    assert compared > 100
