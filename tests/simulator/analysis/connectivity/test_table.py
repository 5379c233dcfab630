"""The whole table, small clusters."""

from simulator.analysis.connectivity.port_sets import text
from simulator.analysis.connectivity.table import Table, connections
from tests.simulator.cluster.policies.conftest import cluster_of, network_policy, pod  # noqa: F401

WHOLE = "0.0.0.0-255.255.255.255"


def lines(cluster):
    return [f"{c.src} => {c.dst}: {text(c.ports)}" for c in connections(Table(cluster))]


def test_without_policies_everybody_reaches_everybody(cluster_of):  # noqa: F811
    assert lines(cluster_of(pod("a"), pod("b"))) == [
        "default/a[Pod] => default/b[Pod]: all",
        f"default/a[Pod] => {WHOLE}: all",
        "default/b[Pod] => default/a[Pod]: all",
        f"default/b[Pod] => {WHOLE}: all",
        f"{WHOLE} => default/a[Pod]: all",
        f"{WHOLE} => default/b[Pod]: all",
    ]


def test_ports_and_ranges_of_a_rule(cluster_of):  # noqa: F811
    policy = network_policy(
        "podSelector: {matchLabels: {app: web}}\n"
        "ingress:\n"
        "- {from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{port: 80}, {port: 443, endPort: 445}]}\n"
        "- {from: [{podSelector: {}}], ports: [{port: 53, protocol: UDP}]}"
    )
    found = lines(cluster_of(pod("web", "app: web"), pod("client"), policy))
    assert [line for line in found if line.partition(" => ")[2].startswith("default/web")] == [
        "default/client[Pod] => default/web[Pod]: UDP 53",
        "10.0.0.0-10.0.255.255 => default/web[Pod]: TCP 80,443-445",
        "10.2.0.0-10.255.255.255 => default/web[Pod]: TCP 80,443-445",
    ]
