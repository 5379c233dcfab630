"""Every frame, connection and rule of the recorded truth: real kube-proxy, real kernel (../shared/conformance/oracle).

The comparison is the recorder's own: verdict, source, hops, conntrack and rule path. Each scenario is one call of the
command line, in every set-up that is built.
"""

import json
import sys
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from simulator.cli import main

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "oracle"
SCENARIOS = sorted(p.parent.name for p in ORACLE.glob("public/*/scenario.yaml"))
SETUPS = list(product(("iptables", "nftables"), ("host-gw", "vxlan"), (1, 0)))
needs_oracle = pytest.mark.skipif(not SCENARIOS, reason="needs ../shared/conformance/oracle, which is not here")


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    sys.path.insert(0, str(ORACLE))
    import check_oracle

    return check_oracle


def read(scenario: str, name: str) -> Any:
    return json.loads((ORACLE / "public" / scenario / "expected" / name).read_text())


def question(flow: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """A flow without its answers; a sticky client is told which server it had first, as that is left to chance."""
    asked = {k: flow[k] for k in ("id", "src", "dst", "port", "proto", "via", "http") if k in flow}
    if flow.get("sticky"):
        asked["pin"] = [next((o["server"] for o in result["outcomes"] if o.get("server")), None)]
    return asked


def ask(
    scenario: Path, flows: list[dict[str, Any]], settings: list[str], tmp_path: Path, capsys: Any
) -> dict[str, Any]:
    """{flow id: outcomes} as `netviz trace --format wire` prints them."""
    asked = tmp_path / "flows.json"
    asked.write_text(json.dumps({"flows": flows}))
    words = [word for setting in settings for word in ("--set", setting)]
    argv = ["trace", str(scenario), "--flows", str(asked), "--branches", "all", "--format", "wire", *words]
    assert main(argv) == 0
    return {f["id"]: f["outcomes"] for f in json.loads(capsys.readouterr().out)["flows"]}


@needs_oracle
@pytest.mark.oracle
@pytest.mark.parametrize("setup", SETUPS, ids=lambda s: f"{s[0]}-{s[1]}-br{s[2]}")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_packet_goes_as_the_kernel_sent_it(
    scenario: str, setup: tuple[str, str, int], checker: ModuleType, tmp_path: Path, capsys: Any
) -> None:
    truth = read(scenario, "flows.json")
    pairs = [
        (flow, result)
        for flow in truth["flows"]
        for result in flow["results"]
        if (result["proxy"], result["overlay"], result["br_netfilter"]) == setup
    ]
    if not pairs:
        pytest.skip("nothing was recorded in this set-up")
    proxy, overlay, br_netfilter = setup
    settings = [f"proxy={proxy}", f"overlay={overlay}", f"sysctl.net.bridge.bridge-nf-call-iptables={br_netfilter}"]
    if truth.get("lab", {}).get("hairpin") == 0:
        settings.append("cni.hairpinMode=false")
    path = ORACLE / "public" / scenario / "scenario.yaml"
    answers = ask(path, [question(f, r) for f, r in pairs], settings, tmp_path, capsys)
    paths = {
        (f["id"], r["proxy"], r["overlay"], r["br_netfilter"]): r["outcomes"]
        for f in read(scenario, "rulepath.json")["flows"]
        for r in f["results"]
    }
    for flow, result in pairs:
        levels, difference = checker.compare(
            result["outcomes"], answers[flow["id"]], paths.get((flow["id"], *setup)), proxy
        )
        assert False not in levels.values(), f"{scenario}/{flow['id']}: {difference}"
