"""What the API server takes without a word, and what is told of it."""

import pytest

from tests.simulator.cluster.policies.conftest import cluster_policy, network_policy, pod

WEB = pod("web-1", "app: web", ports="{name: http, containerPort: 80}")
LINE = 6
"""Of `spec:` in a policy; its document starts at line 1."""


@pytest.fixture
def problems(cluster_of):
    def find(*documents, settings=None):
        found = cluster_of(*documents, settings=settings).problems
        return {p.id: p for p in found if p.id.startswith("policy-")}

    return find


def test_a_policy_that_is_right_has_no_problem(problems):
    rule = "podSelector: {matchLabels: {app: web}}\ningress: [{from: [{podSelector: {}}], ports: [{port: http}]}]"
    assert problems(network_policy(rule), WEB) == {}


def test_a_policy_that_selects_nothing_names_what_it_nearly_selects(problems):
    policy = network_policy("podSelector:\n  matchLabels: {app: wbe}")
    told = problems(policy, WEB)["policy-selects-nothing"]
    assert (told.level.value, told.line, told.object) == ("warning", 5, "NetworkPolicy default/rule")
    assert told.hint == "The pod web-1 has app: web. Did you mean that, not app: wbe?"


def test_pods_of_another_namespace_are_not_selected(problems):
    policy = network_policy("podSelector: {matchLabels: {app: web}}", namespace="shop")
    assert "in the namespace default" in problems(policy, WEB)["policy-selects-nothing"].hint


def test_a_peer_that_nobody_is_may_be_somebody_elsewhere(problems):
    policy = network_policy("podSelector: {}\ningress:\n- from:\n  - podSelector: {matchLabels: {app: x}}")
    told = problems(policy, WEB)["policy-peer-selects-nothing"]
    assert (told.level.value, told.line) == ("info", 8)


def test_a_port_name_that_no_destination_has(problems):
    ingress = network_policy("podSelector: {}\ningress: [{ports: [{port: https}]}]")
    assert '"https/TCP"' in problems(ingress, WEB)["policy-port-name"].message
    assert problems(ingress, WEB)["policy-port-name"].hint == "They name these ports: http."
    egress = network_policy("podSelector: {}\npolicyTypes: [Egress]\negress: [{ports: [{port: http}]}]")
    assert "policy-port-name" not in problems(egress, WEB)


def egress(ports: str, name: str = "out") -> str:
    return network_policy(f"podSelector: {{}}\npolicyTypes: [Egress]\negress: [{{ports: [{ports}]}}]", name=name)


def test_pods_that_may_send_but_not_resolve_names(problems):
    told = problems(egress("{port: 443}"), WEB)["policy-forgets-dns"]
    assert "default/web-1" in told.message
    assert told.line == 7


@pytest.mark.parametrize(
    "more", ["{port: 53, protocol: UDP}", "{port: 1, endPort: 99, protocol: UDP}", "{protocol: UDP}"]
)
def test_another_policy_may_allow_dns(problems, more):
    assert "policy-forgets-dns" not in problems(egress("{port: 443}"), egress(more, "dns"), WEB)


def test_who_may_send_nothing_has_not_forgotten_dns(problems):
    assert problems(network_policy("podSelector: {}\npolicyTypes: [Egress]"), WEB) == {}


def test_a_block_of_cluster_ips_matches_nothing(problems):
    policy = network_policy("podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: 10.96.0.0/16}}]}]")
    assert "10.96.0.0/16" in problems(policy, WEB)["policy-block-of-services"].message


def test_a_policy_for_host_network_pods_has_no_effect_by_default(problems):
    host = pod("agent", "app: agent", more=", hostNetwork: true")
    policy = network_policy("podSelector: {}")
    assert "policy-host-network" in problems(policy, host)
    assert problems(policy, host)["policy-host-network"].level.value == "warning"
    policed = problems(policy, host, settings={"policy.hostNetworkPods": "policed"})["policy-host-network"]
    assert policed.level.value == "info"
    assert "known by their address alone" in policed.message


def test_policies_of_the_cluster_are_looked_at_too(problems):
    policy = cluster_policy("priority: 1\nsubject: {namespaces: {matchLabels: {team: x}}}")
    assert "policy-selects-nothing" in problems(policy, WEB)
