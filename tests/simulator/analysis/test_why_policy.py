"""Why a policy does not let a flow through, and a change of its nearest rule that does."""

import pytest

from simulator.analysis.ask import parse_flow
from simulator.analysis.why import explain
from simulator.compilers import compile_network
from simulator.trace.model import Explanation
from simulator.trace.tracing import trace
from tests.simulator.cluster.policies.conftest import cluster_policy, network_policy, pod

WEB = pod("web", "app: web", more=", nodeName: node-b", ports="{name: http, containerPort: 8080}")
CLIENT = pod("client", "app: client", more=", nodeName: node-a")
GUEST = pod("guest", "app: client", namespace="other", more=", nodeName: node-a")
DENY_ALL = network_policy("podSelector: {}", name="deny-all")
PEER = "{podSelector: {matchLabels: {app: frontend}}}"


def rule(peer: str, port: str = "{port: http}", name: str = "let-in") -> str:
    text = f"podSelector: {{matchLabels: {{app: web}}}}\ningress: [{{from: [{peer}], ports: [{port}]}}]"
    return network_policy(text, name=name)


@pytest.fixture
def why(cluster_of):
    """why("default/client", *policies): why it does not reach default/web at 8080; None where it does."""

    def ask(source: str, *policies: str, protocol: str = "TCP") -> Explanation | None:
        cluster = cluster_of("\n---\n".join((WEB, CLIENT, GUEST, *policies)), {"listen": "all"})
        target = f"{cluster.pods['default/web'].ips[0]}:8080"
        return explain(cluster, trace(compile_network(cluster), parse_flow(cluster, source, target, protocol), 0))

    return ask


def test_who_isolates_is_named_and_the_nearest_rule_with_the_clause_that_failed(why):
    found = why("default/client", DENY_ALL, rule(PEER))
    assert found.code == "policy-isolates"
    assert "isolated for ingress by NetworkPolicy default/deny-all and NetworkPolicy default/let-in" in found.message
    assert "no rule lets default/client in on 8080/TCP" in found.message
    assert (
        "ingress[0] of NetworkPolicy default/let-in: it wants app=frontend, and here it is app=client" in found.message
    )
    assert found.object == "NetworkPolicy default/let-in"


@pytest.mark.parametrize(
    ("source", "added"),
    [
        ("default/client", "{podSelector: {matchLabels: {app: client}}}"),
        (
            "other/guest",
            (
                "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}, "
                "podSelector: {matchLabels: {app: client}}}"
            ),
        ),
    ],
)
def test_the_peer_that_is_offered_lets_the_flow_in(why, source, added):
    assert added in why(source, rule(PEER)).fix
    assert why(source, rule(f"{PEER}, {added}")) is None


def test_the_port_that_is_offered_lets_the_flow_in(why):
    peer = "{podSelector: {matchLabels: {app: client}}}"
    added = "{port: 8080, protocol: TCP}"
    assert added in why("default/client", rule(peer, "{port: 80}")).fix
    assert why("default/client", rule(peer, f"{{port: 80}}, {added}")) is None


def test_without_any_rule_the_isolating_policy_is_to_blame(why):
    found = why("default/client", DENY_ALL)
    assert (found.code, found.object, found.field) == (
        "policy-isolates",
        "NetworkPolicy default/deny-all",
        "spec.podSelector",
    )


def test_egress_is_told_of_the_sender(why):
    out = network_policy("podSelector: {matchLabels: {app: client}}\npolicyTypes: [Egress]", name="quiet")
    found = why("default/client", out)
    assert "default/client is isolated for egress by NetworkPolicy default/quiet" in found.message


def test_a_rule_of_the_cluster_that_denies_is_named(why):
    deny = cluster_policy(
        "priority: 1\nsubject: {namespaces: {}}\ningress: [{name: nobody, action: Deny, from: [{namespaces: {}}]}]"
    )
    found = why("default/client", deny)
    assert (found.code, found.object) == ("policy-denies", "AdminNetworkPolicy rule")
    assert 'its rule ingress[0] "nobody"' in found.message


def test_a_pod_selector_alone_is_told_to_mean_its_own_namespace(why):
    found = why("other/guest", rule("{podSelector: {matchLabels: {app: client}}}"))
    assert (
        "it wants a pod of namespace default, as a podSelector without a namespaceSelector means its policy's own, and "
        "here it is namespace other."
    ) in found.message


def test_a_label_that_the_namespace_has_not_is_told(why):
    found = why("other/guest", rule("{namespaceSelector: {matchLabels: {name: other}}}"))
    assert "it wants name=other, and here it is namespace other with no label name." in found.message


SERVICE = """apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.77, selector: {app: web}, ports: [{port: 80, targetPort: http}]}
"""


@pytest.fixture
def why_service(cluster_of):
    """Why default/client does not reach the Service web at 80."""

    def ask(policy: str) -> Explanation | None:
        cluster = cluster_of(f"{WEB}\n---\n{CLIENT}\n---\n{SERVICE}\n---\n{policy}")
        return explain(cluster, trace(compile_network(cluster), parse_flow(cluster, "default/client", "web:80"), 0))

    return ask


def test_a_block_that_holds_the_services_address_and_not_the_pods_is_told(why_service):
    block = "podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: 10.96.0.0/12}}]}]"
    found = why_service(network_policy(block, name="out"))
    assert "egress[0] of NetworkPolicy default/out names 10.96.0.0/12, where the Service's own address" in found.message
    assert found.field == "spec.egress[0].to[0]"
    assert "podSelector: {matchLabels: {app: web}}" in found.fix


def test_the_port_of_the_service_in_a_rule_is_recognised(why_service):
    found = why_service(rule("{podSelector: {}}", "{port: 80}"))
    assert "80 is the port of Service default/web; policies look at the pod's own port." in found.message


def test_what_no_policy_stops_is_not_blamed_on_one(why):
    assert why("default/client") is None
