"""What policies forbid and yet arrives is told, with who does not enforce them and the line that says so."""

from typing import Any

from simulator.analysis.ask import parse_flow
from simulator.analysis.why import explained
from simulator.cluster import build_cluster
from simulator.compilers import compile_network
from simulator.manifests import SourceFile, read_manifests
from simulator.steps import Outcome
from simulator.trace.tracing import trace

DENY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""
BRIDGE = "sysctl.net.bridge.bridge-nf-call-iptables"


def pod(name: str, node: str, more: str = "") -> str:
    spec = f"{{nodeName: {node}, {more}containers: [{{name: c, image: c, ports: [{{containerPort: 8080}}]}}]}}"
    return f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def why(text: str, target: str = "web:8080", **settings: str) -> tuple[Outcome, Any]:
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]), settings)
    found = explained(cluster, trace(compile_network(cluster), parse_flow(cluster, "default/client", target)))
    return found.disposition, found.explanation


def test_a_plugin_that_ignores_policies_is_told_at_the_policy():
    outcome, found = why(DENY + pod("client", "node-a") + pod("web", "node-b"), policy="none")
    assert outcome is Outcome.DELIVERED
    assert found.code == "policy-not-enforced"
    assert (found.object, found.line) == ("NetworkPolicy default/deny-all", 4)


def test_a_host_network_pod_that_policies_do_not_hold_is_told():
    outcome, found = why(DENY + pod("client", "node-a") + pod("web", "node-b", "hostNetwork: true, "))
    assert outcome is Outcome.DELIVERED
    assert found.code == "policy-skips-host-network"
    assert (found.object, found.field) == ("Pod default/web", "spec.hostNetwork")
    assert "policy.hostNetworkPods=policed" in found.fix


def test_a_bridge_that_iptables_never_sees_is_told():
    outcome, found = why(DENY + pod("client", "node-a") + pod("web", "node-a"), **{BRIDGE: "0"})
    assert outcome is Outcome.DELIVERED
    assert found.code == "policy-needs-br-netfilter"


def test_what_policies_allow_needs_no_word():
    allow = DENY.replace("policyTypes: [Ingress]", "ingress: [{from: [{podSelector: {}}]}]")
    outcome, found = why(allow + pod("client", "node-a") + pod("web", "node-b"), policy="none")
    assert (outcome, found) == (Outcome.DELIVERED, None)


def test_where_policies_are_enforced_the_drop_is_told_and_not_this():
    outcome, found = why(DENY + pod("client", "node-a") + pod("web", "node-b"))
    assert (outcome, found.code) == (Outcome.TIMEOUT, "policy-isolates")
