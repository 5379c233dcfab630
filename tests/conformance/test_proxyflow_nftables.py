"""kube-proxy's own test cases in nftables mode: the same services and endpoints give the table that the real code wrote.

Both texts are read by nft itself, in a network namespace of their own, and compared as it lists them.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.analysis.proxy_case import read_case
from simulator.analysis.proxy_flow import table_of
from simulator.linux.nft_list import render
from tests.conformance.nft import Listed, listed, needs_nft

ORDER = ("table", "chain", "set", "map", "rule", "element")
"""What can be named only once it is there."""


def as_batch(state: str) -> str:
    """The recorded state, sorted so that nft can read it."""
    return "\n".join(sorted(state.splitlines(), key=lambda line: ORDER.index(line.split()[1])))


def comparable(objects: list[Listed]) -> dict[str, Any]:
    """Chains with their rules and sets with their elements; empty chains of services that are gone are left out."""
    chains: dict[str, Any] = {}
    sets: dict[str, Any] = {}
    for found in objects:
        ((kind, body),) = found.items()
        if kind == "chain":
            hook = [body.get(field) for field in ("type", "hook", "prio")]
            chains[body["name"]] = {"hook": hook, "rules": []}
        elif kind == "rule":
            chains[body["chain"]]["rules"].append((body["expr"], body.get("comment")))
        elif kind in ("set", "map"):
            elements = sorted(json.dumps(element, sort_keys=True) for element in body.get("elem", []))
            sets[body["name"]] = (body["type"], body.get("map"), body.get("timeout"), elements)
    return {"chains": {name: chain for name, chain in chains.items() if chain["rules"]}, "sets": sets}


@needs_nft
@pytest.mark.oracle
def test_the_real_code_wrote_the_same_table(shared: Path) -> None:
    compared = 0
    for file in sorted(shared.glob("conformance/proxyflows/*/nftables_*.json")):
        recorded = json.loads(file.read_text())
        if not recorded["rules"]["produced"]:
            continue
        real = comparable(listed(as_batch(recorded["rules"]["produced"]["state"])))
        ours = comparable(listed(render([table_of(read_case(file.read_bytes()))])))
        assert ours == real, recorded["id"]
        compared += 1
    assert compared > 30
