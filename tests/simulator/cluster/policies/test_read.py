"""Policies as they are written: defaults, order, and what the API server would refuse."""

import pytest

from simulator.cluster.policies.model import Tier
from tests.simulator.cluster.policies.conftest import cluster_policy, network_policy

ADMIN, BASELINE, CLUSTER = "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"


@pytest.mark.parametrize(
    ("spec", "ingress", "egress"),
    [
        ("podSelector: {}", 0, None),
        ("podSelector: {}\ningress: [{}]", 1, None),
        ("podSelector: {}\negress: [{}]", 0, 1),
        ("podSelector: {}\npolicyTypes: [Egress]", None, 0),
        ("podSelector: {}\npolicyTypes: [Ingress, Egress]\ningress: [{}]", 1, 0),
    ],
)
def test_directions_that_are_not_written(cluster_of, spec, ingress, egress):
    (policy,) = cluster_of(network_policy(spec)).policies
    assert (policy.ingress is None, policy.egress is None) == (ingress is None, egress is None)
    assert (len(policy.ingress or ()), len(policy.egress or ())) == (ingress or 0, egress or 0)


def test_policies_count_by_tier_then_priority_then_name(cluster_of):
    subject = "subject: {namespaces: {}}"
    documents = [
        cluster_policy(subject, BASELINE, "default"),
        network_policy("podSelector: {}", name="b"),
        network_policy("podSelector: {}", name="a"),
        cluster_policy(f"priority: 20\n{subject}", name="late"),
        cluster_policy(f"priority: 3\ntier: Admin\n{subject}", CLUSTER, "first"),
    ]
    policies = cluster_of(*documents).policies
    assert [p.name for p in policies] == ["first", "late", "a", "b", "default"]
    assert [p.tier for p in policies] == [Tier.ADMIN] * 2 + [Tier.NETWORK_POLICY] * 2 + [Tier.BASELINE]


def one_rule(rule: str) -> str:
    return network_policy(f"podSelector: {{}}\ningress:\n- {rule}")


@pytest.mark.parametrize(
    ("id_", "document"),
    [
        ("invalid-selector", network_policy("podSelector: {matchLabels: {a/b/c: x}}")),
        ("invalid-selector", network_policy("podSelector: {matchLabels: {app: 'two words'}}")),
        (
            "invalid-selector",
            network_policy("podSelector: {matchExpressions: [{key: app, operator: Is, values: [x]}]}"),
        ),
        ("invalid-selector", network_policy("podSelector: {matchExpressions: [{key: app, operator: In}]}")),
        (
            "invalid-selector",
            network_policy("podSelector: {matchExpressions: [{key: app, operator: Exists, values: [x]}]}"),
        ),
        ("invalid-selector", network_policy("podSelector: {matchExpressions: [{operator: Exists}]}")),
        ("invalid-policy", network_policy("podSelector: {}\npolicyTypes: [Inbound]")),
        ("invalid-peer", one_rule("from: [{}]")),
        ("invalid-peer", one_rule("from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]")),
        ("invalid-address", one_rule("from: [{ipBlock: {cidr: 10.0.0.1}}]")),
        ("invalid-address", one_rule("from: [{ipBlock: {}}]")),
        ("invalid-address", one_rule("from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]")),
        ("invalid-address", one_rule("from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]")),
        ("invalid-port", one_rule("ports: [{port: 0}]")),
        ("invalid-port", one_rule("ports: [{port: '80'}]")),
        ("invalid-port", one_rule("ports: [{port: a-name-that-is-too-long}]")),
        ("invalid-port", one_rule("ports: [{port: 90, endPort: 80}]")),
        ("invalid-port", one_rule("ports: [{endPort: 80}]")),
        ("invalid-port", one_rule("ports: [{port: http, endPort: 80}]")),
        ("invalid-protocol", one_rule("ports: [{port: 80, protocol: tcp}]")),
        ("invalid-policy", network_policy("podSelector: {}\npolicyTypes: [Ingress, Egress, Ingress]")),
        ("invalid-policy", cluster_policy("priority: 1001\nsubject: {namespaces: {}}")),
        ("invalid-policy", cluster_policy("subject: {namespaces: {}}")),
        ("invalid-policy", cluster_policy("priority: 1")),
        ("invalid-policy", cluster_policy("priority: 1\nsubject: {namespaces: {}, pods: {}}")),
        ("invalid-policy", cluster_policy("subject: {namespaces: {}}", BASELINE, "other")),
        ("invalid-policy", cluster_policy("priority: 1\nsubject: {namespaces: {}}", CLUSTER)),
        (
            "invalid-policy",
            cluster_policy(
                "priority: 1\nsubject: {namespaces: {}}\ningress: [{action: Accept, from: [{namespaces: {}}]}]"
            ),
        ),
        ("invalid-policy", cluster_policy("priority: 1\nsubject: {namespaces: {}}\ningress: [{action: Deny}]")),
        (
            "invalid-peer",
            cluster_policy(
                "priority: 1\nsubject: {namespaces: {}}\ningress: [{action: Deny, from: [{networks: [10.0.0.0/8]}]}]"
            ),
        ),
        (
            "invalid-port",
            cluster_policy(
                "priority: 1\nsubject: {namespaces: {}}\n"
                "ingress: [{action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {port: 1}, namedPort: a}]}]"
            ),
        ),
    ],
)
def test_what_the_api_server_refuses_is_told_by_line_and_decides_nothing(cluster_of, id_, document):
    cluster = cluster_of(document)
    told = [p for p in cluster.problems if p.id == id_]
    assert told
    assert all(p.level.value == "error" and p.line is not None and p.line > 2 for p in told)
    assert [p.id for p in cluster.problems if p.id == "object-left-out"]
    assert cluster.policies == ()


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("networking.k8s.io/v2", "NetworkPolicy"),
        ("v1", "NetworkPolicy"),
        ("policy.networking.k8s.io/v1alpha1", CLUSTER),
        ("policy.networking.k8s.io/v1alpha2", ADMIN),
    ],
)
def test_a_version_without_such_a_kind_is_told(cluster_of, version, kind):
    document = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: p}}\nspec: {{podSelector: {{}}, priority: 1, tier: Admin}}"
    cluster = cluster_of(document)
    (told,) = [p for p in cluster.problems if p.id == "no-such-version"]
    assert (told.level.value, told.line, cluster.policies) == ("error", 1, ())


def test_a_network_policy_of_old_is_read_and_told_to_be_gone(cluster_of):
    cluster = cluster_of(network_policy("podSelector: {}").replace("networking.k8s.io/v1", "extensions/v1beta1"))
    assert len(cluster.policies) == 1
    assert "removed-api-version" in [p.id for p in cluster.problems]


def test_the_rest_of_the_upload_still_works(cluster_of):
    bad, good = one_rule("from: [{}]"), network_policy("podSelector: {}", name="good")
    assert [policy.name for policy in cluster_of(bad, good).policies] == ["good"]


def test_two_policies_of_one_priority_are_told(cluster_of):
    text = "priority: 7\nsubject: {namespaces: {}}"
    problems = cluster_of(cluster_policy(text, name="a"), cluster_policy(text, name="b")).problems
    (told,) = [p for p in problems if p.id == "policy-same-priority"]
    assert (told.object, told.level.value) == ("AdminNetworkPolicy b", "error")


def test_of_two_policies_of_one_name_it_is_an_error_that_one_is_lost(cluster_of):
    first, second = network_policy("podSelector: {}"), network_policy("podSelector: {matchLabels: {a: b}}")
    (told,) = [p for p in cluster_of(first, second).problems if p.id == "duplicate-object"]
    assert told.level.value == "error"


def test_rules_of_a_direction_that_is_not_named_are_told(cluster_of):
    document = network_policy("podSelector: {}\npolicyTypes: [Ingress]\negress: [{}]")
    (told,) = [p for p in cluster_of(document).problems if p.id == "policy-rules-ignored"]
    assert told.level.value == "warning"


def test_domain_names_are_said_to_be_out(cluster_of):
    document = cluster_policy(
        "tier: Admin\npriority: 1\nsubject: {namespaces: {}}\n"
        "egress: [{action: Accept, to: [{domainNames: [example.com]}]}]",
        CLUSTER,
    )
    cluster = cluster_of(document)
    (told,) = [p for p in cluster.problems if p.id == "policy-domain-names"]
    assert told.line == next(n for n, line in enumerate(document.splitlines(), 1) if "domainNames" in line)
    assert len(cluster.policies) == 1


def test_beside_domain_names_the_other_peers_and_rules_still_count(cluster_of):
    document = cluster_policy(
        "tier: Admin\npriority: 1\nsubject: {namespaces: {}}\n"
        "egress:\n- {action: Accept, to: [{domainNames: [example.com]}, {networks: [203.0.113.0/24]}]}\n"
        "- {action: Deny, to: [{networks: [0.0.0.0/0]}]}",
        CLUSTER,
    )
    (policy,) = cluster_of(document).policies
    first, second = policy.egress
    assert [type(peer).__name__ for peer in first.peers] == ["DomainPeer", "BlockPeer"]
    assert second.action.value == "Deny"


def test_a_policy_of_another_project_is_not_taken_for_one_of_kubernetes(cluster_of):
    document = network_policy("selector: all()").replace("networking.k8s.io/v1", "projectcalico.org/v3")
    assert cluster_of(document).policies == ()
