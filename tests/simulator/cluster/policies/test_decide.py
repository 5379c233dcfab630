"""One connection, one direction: who decides, and why."""

from ipaddress import ip_address

import pytest

from simulator.cluster.policies.decide import Reason, Verdict, decide
from simulator.cluster.policies.match import Clause
from simulator.cluster.policies.model import Direction
from simulator.cluster.policies.view import PolicyView, Side
from simulator.packet.headers import IPAddress, Protocol
from tests.simulator.cluster.policies.conftest import cluster_policy, network_policy, pod

INGRESS, EGRESS = Direction.INGRESS, Direction.EGRESS
DENY_ALL = network_policy("podSelector: {}", name="deny-all")
FROM_FRONTEND = network_policy(
    "podSelector: {matchLabels: {app: web}}\n"
    "ingress: [{from: [{podSelector: {matchLabels: {app: frontend}}}], ports: [{port: 80}]}]",
    name="from-frontend",
)
PODS = (
    pod("web", "app: web", ports="{name: http, containerPort: 80}"),
    pod("frontend", "app: frontend"),
    pod("checkout", "app: checkout"),
    pod("guest", "app: frontend", namespace="other"),
)


@pytest.fixture
def verdict(cluster_of):
    """verdict("default/a", "default/b", *policies): of b's ingress on TCP 80, if nothing else is said."""

    def ask(source, target, *documents, protocol=Protocol.TCP, port=80, direction=INGRESS, settings=None) -> Verdict:
        cluster = cluster_of(*PODS, *documents, settings=settings)
        view = PolicyView(cluster)
        sides = [
            side if isinstance(side, Side)
            else view.of_address(side) if isinstance(side, IPAddress)
            else view.of_pod(cluster.pods[side])
            for side in (source, target)
        ]  # fmt: skip
        return decide(view, *sides, protocol, port, direction)

    return ask


def test_without_policies_everything_is_allowed(verdict):
    said = verdict("default/checkout", "default/web")
    assert (said.allowed, said.reason, said.isolating) == (True, Reason.DEFAULT, ())


def test_a_policy_that_selects_a_pod_isolates_it(verdict):
    said = verdict("default/checkout", "default/web", DENY_ALL)
    assert (said.allowed, said.reason) == (False, Reason.ISOLATED)
    assert [policy.name for policy in said.isolating] == ["deny-all"]


def test_isolation_is_for_one_direction(verdict):
    assert verdict("default/web", "default/checkout", DENY_ALL, direction=EGRESS).allowed


def test_policies_add_up_and_the_rule_that_allows_is_named(verdict):
    said = verdict("default/frontend", "default/web", DENY_ALL, FROM_FRONTEND)
    assert said.allowed
    assert said.policy is not None
    assert (said.policy.name, said.rule.path) == ("from-frontend", ("spec", "ingress", 0))
    assert [policy.name for policy in said.isolating] == ["deny-all", "from-frontend"]


def test_the_clause_that_failed_is_named_with_its_line(verdict):
    said = verdict("default/checkout", "default/web", FROM_FRONTEND)
    (looked,) = said.considered
    assert (looked.failed.clause, looked.failed.wanted, looked.failed.found) == (
        Clause.LABEL,
        "app=frontend",
        "app=checkout",
    )
    assert [origin.field for origin in looked.origins] == ["spec.ingress[0].from[0]"]


def test_a_selector_alone_stays_in_the_policys_namespace(verdict):
    (looked,) = verdict("other/guest", "default/web", FROM_FRONTEND).considered
    assert looked.failed.clause is Clause.NAMESPACE


def test_the_right_peer_on_the_wrong_port_fails_on_the_port(verdict):
    (looked,) = verdict("default/frontend", "default/web", FROM_FRONTEND, port=81).considered
    assert (looked.failed.clause, looked.failed.wanted, looked.failed.found) == (Clause.PORT, "80/TCP", "81/TCP")


def test_a_protocol_is_tcp_unless_it_is_written(verdict):
    (looked,) = verdict("default/frontend", "default/web", FROM_FRONTEND, protocol=Protocol.UDP).considered
    assert looked.failed.clause is Clause.PROTOCOL


def test_a_pod_always_reaches_itself(verdict):
    assert verdict("default/web", "default/web", DENY_ALL).reason is Reason.ITSELF


def test_a_pods_own_node_always_gets_through_and_another_does_not(verdict, cluster_of):
    cluster = cluster_of(*PODS, DENY_ALL)
    home = cluster.pods["default/web"].node
    for name, node in cluster.nodes.items():
        said = verdict(Side(None, node.addresses, name), "default/web", DENY_ALL)
        assert (said.reason is Reason.OWN_NODE) == (name == home)
        assert said.allowed == (name == home)


def both(first: str, second: str) -> str:
    return network_policy(f"podSelector: {{}}\ningress: [{{from: [{first}{second}]}}]")


AND = both(
    "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}, ", "podSelector: {matchLabels: {a: b}}}"
)
OR = both(
    "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}, ", "{podSelector: {matchLabels: {a: b}}}"
)


def test_two_selectors_in_one_item_are_and_and_in_two_items_or(verdict):
    assert not verdict("other/guest", "default/web", AND).allowed
    assert verdict("other/guest", "default/web", OR).allowed


def test_a_named_port_is_looked_up_in_the_destination(verdict):
    named = network_policy("podSelector: {matchLabels: {app: web}}\ningress: [{ports: [{port: http}]}]")
    assert verdict("default/frontend", "default/web", named).allowed
    (looked,) = verdict("default/frontend", "default/web", named, port=81).considered
    assert (looked.failed.clause, looked.failed.found) == (Clause.PORT_NAME, "80/TCP")
    out = network_policy(
        "podSelector: {matchLabels: {app: frontend}}\npolicyTypes: [Egress]\negress: [{ports: [{port: http}]}]"
    )
    assert verdict("default/frontend", "default/web", out, direction=EGRESS).allowed
    assert not verdict("default/frontend", "default/checkout", out, direction=EGRESS).allowed


ANY = "subject: {namespaces: {}}"
FRONT = "{pods: {podSelector: {matchLabels: {app: frontend}}}}"


def admin(action: str, priority: int, peer: str = FRONT) -> str:
    text = f"priority: {priority}\n{ANY}\ningress: [{{action: {action}, from: [{peer}]}}]"
    return cluster_policy(text, name=f"{action.lower()}-{priority}")


def test_an_admin_rule_is_asked_before_network_policies(verdict):
    assert verdict("default/frontend", "default/web", DENY_ALL, admin("Allow", 5)).allowed
    assert not verdict("default/frontend", "default/web", FROM_FRONTEND, admin("Deny", 5)).allowed


def test_the_lower_priority_number_counts_first(verdict):
    assert verdict("default/frontend", "default/web", admin("Deny", 9), admin("Allow", 8)).allowed


def test_pass_leaves_the_tier(verdict):
    passing = (admin("Pass", 1), admin("Deny", 2))
    assert verdict("default/frontend", "default/web", *passing).reason is Reason.DEFAULT
    assert verdict("default/frontend", "default/web", *passing, DENY_ALL).reason is Reason.ISOLATED


def test_the_baseline_counts_only_for_pods_that_no_network_policy_selects(verdict):
    baseline = cluster_policy(
        f"{ANY}\ningress: [{{action: Deny, from: [{FRONT}]}}]", "BaselineAdminNetworkPolicy", "default"
    )
    assert not verdict("default/frontend", "default/web", baseline).allowed
    assert verdict("default/frontend", "default/web", baseline, FROM_FRONTEND).allowed


def test_a_cluster_network_policy_names_its_tier_and_protocols(verdict):
    text = f"tier: Baseline\npriority: 1\n{ANY}\ningress: [{{action: Deny, from: [{FRONT}], protocols: [{{tcp: {{destinationPort: {{number: 80}}}}}}]}}]"
    policy = cluster_policy(text, "ClusterNetworkPolicy")
    assert not verdict("default/frontend", "default/web", policy).allowed
    assert verdict("default/frontend", "default/web", policy, port=81).allowed
    assert verdict("default/frontend", "default/web", policy, FROM_FRONTEND).allowed


HOST = pod("agent", "app: frontend", more=", hostNetwork: true, nodeName: node-b")
WEB_ON_A = pod("web-a", "app: web", more=", nodeName: node-a")


def test_a_host_network_pod_is_its_node_unless_it_is_policed(verdict):
    asked = ("default/agent", "default/web-a", HOST, WEB_ON_A, FROM_FRONTEND)
    assert not verdict(*asked).allowed
    assert verdict(*asked, settings={"policy.hostNetworkPods": "policed"}).allowed


def cluster_egress(network: str, kind: str = "ClusterNetworkPolicy") -> str:
    tier = "tier: Admin\n" if kind == "ClusterNetworkPolicy" else ""
    text = f"{tier}priority: 1\nsubject: {{namespaces: {{}}}}\negress: [{{action: Deny, to: [{{networks: ['{network}']}}]}}]"
    return cluster_policy(text, kind)


@pytest.mark.parametrize("kind", ["ClusterNetworkPolicy", "AdminNetworkPolicy"])
def test_networks_that_are_every_address_hold_every_pod_of_the_family(verdict, kind):
    """ClusterNetworkPolicyEgressPeer: "if you Accept or Deny traffic to 0.0.0.0/0, that will allow or deny all IPv4
    pod-to-pod traffic as well"; of which range a pod's address is, nobody has said here."""
    ends = "default/checkout", "default/web"
    assert not verdict(*ends, cluster_egress("0.0.0.0/0", kind), direction=EGRESS).allowed
    assert verdict(*ends, cluster_egress("::/0", kind), direction=EGRESS).allowed
    assert verdict(*ends, cluster_egress("10.0.0.0/8", kind), direction=EGRESS).allowed


def test_pods_passed_on_before_them_get_through(verdict):
    text = (
        "tier: Admin\npriority: 1\nsubject: {namespaces: {}}\negress:\n- {action: Pass, to: [{namespaces: {}}]}\n"
        "- {action: Deny, to: [{networks: [0.0.0.0/0]}]}"
    )
    policy = cluster_policy(text, "ClusterNetworkPolicy")
    assert verdict("default/checkout", "default/web", policy, direction=EGRESS).allowed
    assert not verdict("default/checkout", ip_address("198.51.100.7"), policy, direction=EGRESS).allowed


def test_an_ip_block_of_a_network_policy_is_about_addresses_that_are_known(verdict):
    """networking.k8s.io: "These should be cluster-external IPs, since Pod IPs are ephemeral and unpredictable"."""
    out = network_policy("podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]")
    assert not verdict("default/checkout", "default/web", out, direction=EGRESS).allowed
    assert verdict("default/checkout", ip_address("198.51.100.7"), out, direction=EGRESS).allowed


@pytest.mark.parametrize(
    ("expression", "means"),
    [
        ("{key: tier, operator: NotIn, values: [back]}", True),
        ("{key: tier, operator: DoesNotExist}", True),
        ("{key: tier, operator: Exists}", False),
        ("{key: tier, operator: In, values: [back]}", False),
        ("{key: app, operator: NotIn, values: [checkout, web]}", False),
        ("{key: app, operator: In, values: [web, checkout]}", True),
    ],
)
def test_what_expressions_mean_for_a_pod_without_the_label(verdict, expression, means):
    """apimachinery labels.Requirement.Matches(): NotIn and DoesNotExist hold where the key is missing."""
    peer = f"{{podSelector: {{matchExpressions: [{expression}]}}}}"
    policy = network_policy(f"podSelector: {{}}\ningress: [{{from: [{peer}]}}]")
    assert verdict("default/checkout", "default/web", policy).allowed is means


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("{}", True), ("{from: []}", True), ("{from: [], ports: []}", True), ("{from: [{podSelector: {}}]}", True),
        ("{from: [{namespaceSelector: {}}]}", True), ("{ports: [{protocol: UDP}]}", False), ("{ports: [{}]}", True),
        ("{ports: [{port: 79, endPort: 80}]}", True), ("{ports: [{port: 81, endPort: 90}]}", False),
        ("{ports: [{port: 80, endPort: 80}]}", True),
    ],
)  # fmt: skip
def test_what_is_empty_or_not_written_in_a_rule_means_everybody(verdict, rule, allowed):
    policy = network_policy(f"podSelector: {{}}\ningress: [{rule}]")
    assert verdict("default/checkout", "default/web", policy).allowed is allowed


def test_no_rules_and_no_rule_at_all_isolate_alike(verdict):
    for rules in ("", "\ningress: []", "\ningress: null"):
        assert not verdict("default/checkout", "default/web", network_policy(f"podSelector: {{}}{rules}")).allowed


def test_a_namespace_that_no_document_declares_has_its_name_as_label(verdict):
    peer = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}"
    policy = network_policy(f"podSelector: {{}}\ningress: [{{from: [{peer}]}}]")
    assert verdict("other/guest", "default/web", policy).allowed
    assert not verdict("default/checkout", "default/web", policy).allowed


@pytest.mark.parametrize("hole", ["10.0.0.8/29", "10.0.0.9/32"])
def test_an_exception_takes_a_pod_out_of_a_block_by_its_written_address(verdict, hole):
    policy = network_policy(
        f"podSelector: {{}}\ningress: [{{from: [{{ipBlock: {{cidr: 10.0.0.0/24, except: [{hole}]}}}}]}}]"
    )
    inside = pod("inside", "app: x", ip="10.0.0.5"), pod("out", "app: x", ip="10.0.0.9")
    assert verdict("default/inside", "default/web", *inside, policy).allowed
    assert not verdict("default/out", "default/web", *inside, policy).allowed
