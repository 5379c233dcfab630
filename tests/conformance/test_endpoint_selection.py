"""Which endpoints a node uses: every asserted case of kube-proxy's own endpoint categorisation."""

import json
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from simulator.compilers.kube_proxy.endpoints import Policies, ProxyEndpoint, categorize

HERE = "this-node"
THERE = "another-node"


def endpoint(told: dict[str, Any], node: str, node_hints: bool) -> ProxyEndpoint:
    address, _, port = told["endpoint"].rpartition(":")
    return ProxyEndpoint(
        text=told["endpoint"],
        address=ip_address(address),
        port=int(port),
        ready=told["ready"],
        serving=told["serving"],
        terminating=told["terminating"],
        node=node if told["local"] else THERE,
        hint_zones=tuple(told["zoneHints"] or ()),
        hint_nodes=tuple(told["nodeHints"] or ()) if node_hints else (),
    )


def texts(endpoints: tuple[ProxyEndpoint, ...] | None) -> list[str]:
    return [one.text for one in endpoints or ()]


def test_a_node_uses_the_endpoints_that_kube_proxy_uses(shared: Path) -> None:
    files = sorted(shared.glob("conformance/proxyflows/*/endpoint-selection.jsonl"))
    cases = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    assert cases
    for case in cases:
        node = case["nodeName"] or HERE
        told = sorted(case["endpoints"], key=lambda one: str(one["endpoint"]))
        # With the feature gate off kube-proxy does not read node hints; since 1.35 it cannot be turned off.
        endpoints = tuple(endpoint(one, node, case["preferSame"]) for one in told)
        policies = Policies(case["internalPolicyLocal"], case["externalPolicyLocal"], case["externallyAccessible"])
        choice = categorize(endpoints, policies, node, case["labels"] or {})
        reachable = case["all"] if case["all"] is not None else [*(case["cluster"] or ()), *(case["local"] or ())]
        assert texts(choice.cluster) == sorted(case["cluster"] or ()), case["name"]
        assert texts(choice.local) == sorted(case["local"] or ()), case["name"]
        assert texts(choice.reachable) == sorted(set(reachable)), case["name"]
        assert choice.any_usable == (bool(choice.reachable) or case["onlyRemote"]), case["name"]


@pytest.mark.parametrize(
    ("policies", "asked"),
    [
        (Policies(), (True, False)),
        (Policies(internal_local=True), (False, True)),
        (Policies(external_local=True), (True, False)),
        (Policies(external_local=True, externally_accessible=True), (True, True)),
        (Policies(internal_local=True, externally_accessible=True), (True, True)),
    ],
)
def test_a_set_is_made_only_where_a_policy_asks_for_it(policies: Policies, asked: tuple[bool, bool]) -> None:
    choice = categorize((), policies, HERE, {})
    assert (choice.cluster is not None, choice.local is not None) == asked
