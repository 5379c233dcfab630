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


NEW = "tier: Admin\npriority: 1\nsubject: {namespaces: {}}\n"
OLD = "priority: 1\nsubject: {namespaces: {}}\n"
WHOLE = "egress: [{action: Deny, to: [{namespaces: {}}], protocols: [%s]}]"


@pytest.mark.parametrize(
    ("id_", "spec"),
    [
        ("invalid-port", NEW + WHOLE % "{tcp: {}}"),
        ("invalid-port", NEW + WHOLE % "{tcp: {destinationPort: {}}}"),
        ("invalid-port", NEW + WHOLE % "{tcp: {destinationPort: {number: 1, range: {start: 1, end: 2}}}}"),
        ("invalid-port", NEW + WHOLE % "{tcp: {destinationPort: {range: {start: 80, end: 80}}}}"),
        ("invalid-port", NEW + WHOLE % "{tcp: {destinationPort: {range: {start: 80}}}}"),
        ("invalid-port", NEW + WHOLE % "{sctp: {destinationPort: {number: 65536}}}"),
        ("invalid-port", NEW + WHOLE % "{icmp: {}}"),
        ("invalid-port", NEW + WHOLE % "{destinationNamedPort: HTTP}"),
        ("invalid-policy", NEW + WHOLE % ""),
        ("invalid-policy", NEW.replace("Admin", "NetworkPolicy")),
        ("invalid-policy", NEW + "egress: [{action: Allow, to: [{namespaces: {}}]}]"),
        ("invalid-policy", NEW + f"egress: [{{name: {'x' * 101}, action: Deny, to: [{{namespaces: {{}}}}]}}]"),
        ("invalid-policy", NEW + "egress: [{action: Deny, to: [{networks: [10.0.0.0/8, 10.0.0.0/8]}]}]"),
        ("invalid-policy", NEW + f"egress: [{{action: Deny, to: [{', '.join(['{namespaces: {}}'] * 26)}]}}]"),
        ("invalid-peer", NEW + "egress: [{action: Deny, to: [{networks: []}]}]"),
        ("invalid-peer", NEW + "egress: [{action: Accept, to: [{domainNames: []}]}]"),
        ("invalid-peer", NEW + "egress: [{action: Deny, to: [{sameLabels: [team]}]}]"),
        ("invalid-address", NEW + "egress: [{action: Deny, to: [{networks: [10.0.0.0/255.0.0.0]}]}]"),
        ("invalid-address", NEW + "egress: [{action: Deny, to: [{networks: ['::ffff:10.0.0.0/104']}]}]"),
        ("policy-selector-missing", NEW + "ingress: [{action: Deny, from: [{pods: {namespaceSelector: {}}}]}]"),
        ("policy-selector-missing", NEW.replace("namespaces: {}", "pods: {}")),
        (
            "policy-named-port-peer",
            NEW
            + "egress: [{action: Deny, to: [{nodes: {}}, {namespaces: {}}], protocols: [{destinationNamedPort: a}]}]",
        ),
    ],
)
def test_what_the_schema_of_cluster_network_policies_refuses(cluster_of, id_, spec):
    cluster = cluster_of(cluster_policy(spec, CLUSTER))
    assert [p.level.value for p in cluster.problems if p.id == id_] == ["error"]
    assert cluster.policies == ()


@pytest.mark.parametrize(
    "spec",
    [
        NEW + "egress: [{action: Deny, to: [{pods: {podSelector: {}}}]}]",
        NEW + "egress: [{action: Pass, to: [{namespaces: {}}], protocols: [{destinationNamedPort: a}]}]",
        NEW + "ingress: []",
        NEW.replace("Admin", "Baseline") + "ingress: [{action: Pass, from: [{namespaces: {}}]}]",
        NEW + WHOLE % "{udp: {destinationPort: {range: {start: 1, end: 65535}}}}",
    ],
)
def test_what_the_schema_of_cluster_network_policies_admits(cluster_of, spec):
    cluster = cluster_of(cluster_policy(spec, CLUSTER))
    assert len(cluster.policies) == 1
    assert [p.id for p in cluster.problems if p.level.value == "error"] == []


@pytest.mark.parametrize(
    ("id_", "rule"),
    [
        ("policy-selector-missing", "ingress: [{action: Deny, from: [{pods: {namespaceSelector: {}}}]}]"),
        ("policy-named-port-peer", "egress: [{action: Deny, to: [{nodes: {}}], ports: [{namedPort: http}]}]"),
    ],
)
def test_what_only_some_releases_of_v1alpha1_refuse_is_a_warning(cluster_of, id_, rule):
    cluster = cluster_of(cluster_policy(OLD + rule))
    assert [p.level.value for p in cluster.problems if p.id == id_] == ["warning"]
    assert len(cluster.policies) == 1


@pytest.mark.parametrize(
    "cidr",
    ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "10.0.0.0/08", "010.0.0.0/8", "10.0.0/8", "fe80::%eth0/64",
     "::ffff:10.0.0.0/104", "10.0.0.0/-1", "all", "2001:db8::/129"],
)  # fmt: skip
def test_what_is_no_range_of_addresses(cluster_of, cidr):
    cluster = cluster_of(one_rule(f"from: [{{ipBlock: {{cidr: '{cidr}'}}}}]"))
    assert "invalid-address" in [p.id for p in cluster.problems]
    assert cluster.policies == ()


def test_an_address_with_the_length_of_a_range_is_taken_for_the_range_and_told(cluster_of):
    cluster = cluster_of(one_rule("from: [{ipBlock: {cidr: 10.1.2.3/8, except: ['10.1.2.3/16']}}]"))
    (policy,) = cluster.policies
    (block,) = policy.ingress[0].peers[0].blocks
    assert (str(block.cidr), str(block.excepts[0])) == ("10.0.0.0/8", "10.1.0.0/16")
    told = [p for p in cluster.problems if p.id == "ambiguous-range"]
    assert [(p.level.value, p.hint) for p in told] == [
        ("warning", "Write 10.0.0.0/8, or 10.1.2.3/32 for that address alone."),
        ("warning", "Write 10.1.0.0/16, or 10.1.2.3/32 for that address alone."),
    ]


@pytest.mark.parametrize("item", ["{podSelector: null}", "{namespaceSelector: null}", "{ipBlock: null}"])
def test_a_peer_of_nothing_is_none(cluster_of, item):
    """The API server drops null, and what is left names nobody."""
    cluster = cluster_of(one_rule(f"from: [{item}]"))
    assert [p.level.value for p in cluster.problems if p.id == "invalid-peer"] == ["error"]
    assert cluster.policies == ()


@pytest.mark.parametrize("rule", ["null", "from: [null]", "ports: [null]"])
def test_an_item_of_nothing_never_lets_everybody_in(cluster_of, rule):
    cluster = cluster_of(one_rule(rule))
    assert next(p.message for p in cluster.problems if p.id == "wrong-type").endswith(
        "is nothing, but it has to be a mapping; it is left out."
    )
    assert cluster.policies == ()


def test_a_label_without_a_value_is_asked_for_as_empty(cluster_of):
    (policy,) = cluster_of(network_policy("podSelector: {matchLabels: {app: }}")).policies
    assert [str(each) for each in policy.subject.pods.requirements] == ["app="]


def test_null_beside_a_selector_is_as_if_it_were_not_there(cluster_of):
    (policy,) = cluster_of(one_rule("from: [{podSelector: {}, namespaceSelector: null, ipBlock: null}]")).policies
    (peer,) = policy.ingress[0].peers
    assert (peer.namespace, peer.namespaces.requirements) == ("default", ())


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


@pytest.mark.parametrize(
    ("rule", "field"),
    [("to: [{podSelector: {}}]", "to"), ("from: [{podSelectors: {}, podSelector: {}}]", "podSelectors"),
     ("from: [{podSelector: {app: web}}]", "app"), ("ports: [{targetPort: 80}]", "targetPort")],
)  # fmt: skip
def test_a_field_that_is_out_of_place_is_told_as_the_rule_means_more_without_it(cluster_of, rule, field):
    cluster = cluster_of(one_rule(rule))
    (told,) = [p for p in cluster.problems if p.id == "unknown-field"]
    assert f'has no field "{field}"; Kubernetes ignores it.' in told.message
    assert len(cluster.policies) == 1


@pytest.mark.parametrize(("kind", "meant"), [("networkpolicy", "NetworkPolicy"), ("NetworkPolicie", "NetworkPolicy")])
def test_a_kind_that_is_nearly_a_policy_is_told(cluster_of, kind, meant):
    document = network_policy("podSelector: {}").replace("kind: NetworkPolicy", f"kind: {kind}")
    (told,) = [p for p in cluster_of(document).problems if p.id == "unknown-kind"]
    assert (told.level.value, told.line, told.hint) == ("warning", 2, f"Did you mean {meant}?")
