"""Names, ranges, the order of documents and hash seeds change nothing but themselves."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.cli import main

REPOSITORY = Path(__file__).resolve().parents[2]
ORACLE = REPOSITORY.parent / "shared" / "conformance" / "oracle" / "public"
SCENARIOS = [
    "p02-clusterip-three",
    "p07-selector-matches-nothing",
    "p10-nodeport",
    "p13-loadbalancer",
    "p20-pod-network",
    "p26-hostport",
]
PROXIES = ["iptables", "nftables"]
needs_oracle = pytest.mark.skipif(not ORACLE.is_dir(), reason="needs ../shared/conformance/oracle, which is not here")

NEW_NAMES = {"node-a": "worker-7", "node-b": "ip-10-1-2-3", "default/client": "default/asker", "client-": "asker-"}
NEW_RANGES = {"10.244.": "10.77.", "10.96.": "10.112.", "192.168.56.": "172.20.5.", "203.0.113.": "203.0.114."}
NEW_SETTINGS = ["clusterCIDR=10.77.0.0/16", "serviceCIDR=10.112.0.0/12", "underlay=172.20.5.0/24"]


def translated(text: str, words: dict[str, str]) -> str:
    for old, new in words.items():
        text = text.replace(old, new)
    return text


def back(words: dict[str, str]) -> dict[str, str]:
    return {new: old for old, new in words.items()}


def questions(scenario: str) -> str:
    """The scenario's flows without their answers."""
    flows = json.loads((ORACLE / scenario / "expected" / "flows.json").read_text())["flows"]
    keys = ("id", "src", "dst", "port", "proto", "via")
    return json.dumps({"flows": [{k: f[k] for k in keys if k in f} for f in flows]})


def wire(folder: Path, manifests: str, flows: str, settings: list[str], capsys: Any) -> str:
    (folder / "scenario.yaml").write_text(manifests)
    (folder / "flows.json").write_text(flows)
    words = [word for setting in settings for word in ("--set", setting)]
    argv = ["trace", str(folder / "scenario.yaml"), "--flows", str(folder / "flows.json"), "--branches", "all"]
    assert main([*argv, "--format", "wire", *words]) == 0
    return str(capsys.readouterr().out)


def outcomes(text: str) -> Any:
    """Without the rules, whose chains are named by hashes, and with outcomes and connections in an order of their own."""
    flows = json.loads(text)["flows"]
    for flow in flows:
        for outcome in flow["outcomes"]:
            del outcome["rulepath"]
            outcome["conntrack"] = {n: sorted(e, key=json.dumps) for n, e in sorted(outcome["conntrack"].items())}
        flow["outcomes"].sort(key=lambda o: json.dumps(o, sort_keys=True))
    return flows


@needs_oracle
@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_other_names_and_ranges_give_the_same_walk(scenario: str, proxy: str, tmp_path: Path, capsys: Any) -> None:
    manifests, flows = (ORACLE / scenario / "scenario.yaml").read_text(), questions(scenario)
    words = NEW_RANGES | NEW_NAMES
    mode = f"proxy={proxy}"
    plain = wire(tmp_path, manifests, flows, [mode], capsys)
    other = wire(tmp_path, translated(manifests, words), translated(flows, words), [*NEW_SETTINGS, mode], capsys)
    assert outcomes(translated(other, back(words))) == outcomes(plain)


@needs_oracle
@pytest.mark.parametrize("proxy", PROXIES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_order_of_documents_changes_nothing(scenario: str, proxy: str, tmp_path: Path, capsys: Any) -> None:
    manifests, flows = (ORACLE / scenario / "scenario.yaml").read_text(), questions(scenario)
    documents = manifests.split("\n---\n")
    random.Random(7).shuffle(documents)
    mode = f"proxy={proxy}"
    plain = wire(tmp_path, manifests, flows, [mode], capsys)
    assert outcomes(wire(tmp_path, "\n---\n".join(documents), flows, [mode], capsys)) == outcomes(plain)


def test_the_same_question_has_the_same_answer_to_the_byte_whatever_the_hash_seed() -> None:
    shop = str(REPOSITORY / "netviz" / "examples" / "shop.yaml")
    argv = [
        sys.executable,
        "-m",
        "simulator.cli",
        "trace",
        shop,
        "--from",
        "default/frontend",
        "--to",
        "cartservice:7070",
    ]
    answers = {
        subprocess.run(
            [*argv, "--format", "json", "--seed", "3"],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=REPOSITORY,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "4711")
    }
    assert len(answers) == 1
