"""The chains let through what the decision function allows: packets walk them, pair by pair."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.analysis.ask import ask, parse_flow, world_of
from simulator.cluster import build_cluster
from simulator.cluster.addons import with_addons
from simulator.cluster.cluster import Cluster
from simulator.cluster.policies.decide import decide
from simulator.cluster.policies.model import Direction
from simulator.cluster.policies.view import PolicyView
from simulator.compilers import compile_network
from simulator.compilers.rules_text import rules_text
from simulator.linux.iptables_restore import parse
from simulator.manifests import SourceFile, read_manifests
from simulator.packet.headers import Protocol
from simulator.steps import Outcome
from simulator.trace.tracing import trace
from tests.simulator.analysis.connectivity.test_gress import clusters, yaml
from tests.simulator.cluster.policies.conftest import cluster_policy, network_policy, pod

PODS = (
    pod("client", "app: client", more=", nodeName: node-a"),
    pod("stranger", "app: stranger", more=", nodeName: node-a"),
    pod("web", "app: web", more=", nodeName: node-b", ports="{name: http, containerPort: 8080}"),
)
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
"""
FROM_CLIENT = network_policy(
    "podSelector: {matchLabels: {app: web}}\n"
    "ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: http}]}]",
    name="from-client",
)
DENY_ALL = network_policy("podSelector: {}", name="deny-all")


def cluster_of(*documents: str, **given: str) -> Cluster:
    text = "\n---\n".join(documents).encode()
    return build_cluster(read_manifests([SourceFile("shop.yaml", text)]), {"listen": "all", **given})


def asked(cluster: Cluster, source: str, target: str, protocol: str = "TCP") -> Any:
    return trace(compile_network(cluster), parse_flow(cluster, source, target, protocol), 0)


def dropped(found: Any) -> Any:
    return next(step for leg in found.legs for step in leg.steps if step.kind.value == "drop")


def test_who_is_allowed_gets_an_answer_and_who_is_not_waits():
    cluster = cluster_of(*PODS, SERVICE, FROM_CLIENT)
    assert asked(cluster, "default/client", "web:80").disposition is Outcome.DELIVERED
    assert asked(cluster, "default/stranger", "web:80").disposition is Outcome.TIMEOUT


def test_the_drop_names_the_policies_that_isolate_and_their_lines():
    cluster = cluster_of(*PODS, SERVICE, DENY_ALL, FROM_CLIENT)
    step = dropped(asked(cluster, "default/stranger", "web:80"))
    assert step.host == "node-b"
    assert "isolated for ingress by NetworkPolicy default/deny-all, default/from-client" in step.matched.text
    assert [o.object for o in step.matched.origins] == [
        "NetworkPolicy default/deny-all",
        "NetworkPolicy default/from-client",
    ]
    assert any("client" in considered.rule.text for considered in step.considered)


def test_egress_is_looked_at_on_the_sources_node_after_dnat():
    to_web = network_policy(
        "podSelector: {matchLabels: {app: stranger}}\npolicyTypes: [Egress]\n"
        "egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]"
    )
    cluster = cluster_of(*PODS, SERVICE, to_web, addons="none")
    assert asked(cluster, "default/stranger", "web:80").disposition is Outcome.DELIVERED
    step = dropped(asked(cluster, "default/stranger", f"{cluster.pods['default/client'].ips[0]}:80"))
    assert (step.host, step.hook.value) == ("node-a", "FORWARD")


def test_a_pods_own_node_gets_through_and_another_node_does_not():
    cluster = cluster_of(*PODS, DENY_ALL)
    target = f"{cluster.pods['default/web'].ips[0]}:8080"
    assert asked(cluster, "node-b", target).disposition is Outcome.DELIVERED
    assert asked(cluster, "node-a", target).disposition is Outcome.TIMEOUT


def test_a_policy_that_forgets_dns_breaks_the_name():
    only_web = network_policy(
        "podSelector: {matchLabels: {app: client}}\npolicyTypes: [Egress]\negress: [{ports: [{port: 8080}]}]"
    )
    cluster = cluster_of(*PODS, SERVICE, only_web)
    world = with_addons(cluster)
    flow = ask(world, "default/client", "web:80", by_dns=True).flow
    found = trace(compile_network(world_of(cluster, world, flow)), flow, 0)
    assert found.disposition is not Outcome.DELIVERED
    assert found.legs[0].kind.value == "dns"
    assert "isolated for egress by NetworkPolicy default/rule" in dropped(found).matched.text


def test_admin_rules_deny_before_and_pass_over():
    deny = cluster_policy(
        "priority: 1\nsubject: {namespaces: {}}\n"
        "ingress: [{name: no-clients, action: Deny, from: [{pods: {podSelector: {matchLabels: {app: client}}}}]}]"
    )
    let = cluster_policy(
        "priority: 0\nsubject: {namespaces: {}}\n"
        "ingress: [{action: Pass, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: 8080}}]}]",
        name="pass",
    )
    assert (
        asked(cluster_of(*PODS, SERVICE, FROM_CLIENT, deny), "default/client", "web:80").disposition is Outcome.TIMEOUT
    )
    passed = cluster_of(*PODS, SERVICE, FROM_CLIENT, deny, let)
    assert asked(passed, "default/client", "web:80").disposition is Outcome.DELIVERED


def test_nobody_enforces_policies_where_the_setting_says_so():
    cluster = cluster_of(*PODS, SERVICE, DENY_ALL, policy="none")
    assert asked(cluster, "default/stranger", "web:80").disposition is Outcome.DELIVERED
    assert "policy-not-enforced" in [p.id for p in cluster.problems]


def test_without_br_netfilter_pods_of_one_node_are_not_kept_apart_and_that_is_told():
    key = "sysctl.net.bridge.bridge-nf-call-iptables"
    cluster = cluster_of(*PODS, DENY_ALL, **{key: "0"})
    target = f"{cluster.pods['default/client'].ips[0]}:80"
    assert asked(cluster, "default/stranger", target).disposition is Outcome.DELIVERED
    assert "policy-needs-br-netfilter" in [p.id for p in cluster.problems]
    assert asked(cluster_of(*PODS, DENY_ALL), "default/stranger", target).disposition is Outcome.TIMEOUT


def test_a_block_says_nothing_of_addresses_that_are_made_up():
    block = network_policy("podSelector: {}\ningress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]")
    placed = pod("placed", "app: placed", more=", nodeName: node-a", ip="10.244.1.77")
    cluster = cluster_of(*PODS, placed, block)
    target = f"{cluster.pods['default/web'].ips[0]}:8080"
    assert asked(cluster, "default/client", target).disposition is Outcome.TIMEOUT
    assert asked(cluster, "default/placed", target).disposition is Outcome.DELIVERED


def test_rules_are_printed_with_all_and_can_be_read_back():
    cluster = cluster_of(*PODS, SERVICE, FROM_CLIENT)
    assert "POLICY-" not in rules_text(cluster, "node-b")
    text = rules_text(cluster, "node-b", everything=True)
    filters = parse(text, 4).tables["filter"].chains
    assert filters["FORWARD"].rules[0].target.chain == "POLICY-FORWARD"
    assert max(map(len, filters)) <= 28
    assert "POLICY-" not in rules_text(cluster, "node-a", everything=True)


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(clusters(), st.sampled_from([80, 8080]))
def test_packets_get_through_where_the_decision_function_says_so(objects: list[dict[str, Any]], port: int) -> None:
    for each in objects:
        if each["kind"] == "Pod":
            each.pop("status", None)
    cluster = cluster_of(yaml.safe_dump_all(objects))
    view, network = PolicyView(cluster), compile_network(cluster)
    for source in cluster.pods.values():
        for target in cluster.pods.values():
            flow = parse_flow(cluster, source.key, f"{target.ips[0]}:{port}")
            got_through = trace(network, flow, 0).disposition is not Outcome.TIMEOUT  # whoever listens
            ends = view.of_pod(source), view.of_pod(target)
            allowed = all(decide(view, *ends, Protocol.TCP, port, direction).allowed for direction in Direction)
            assert got_through == allowed, (source.key, target.key)
