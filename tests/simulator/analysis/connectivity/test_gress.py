"""On random clusters the table says what the decision function says, of every pair, protocol and port."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import msgspec
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.analysis.connectivity.port_sets import contains
from simulator.analysis.connectivity.table import Table
from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.cluster.policies.decide import decide
from simulator.cluster.policies.model import Direction
from simulator.cluster.policies.view import PolicyView, Side
from simulator.manifests import SourceFile, read_manifests
from simulator.packet.headers import Protocol

KEYS, VALUES, NAMESPACES = ("app", "tier"), ("a", "b"), ("one", "two")
PORTS = (79, 80, 81, 8080, 65535)
NAMES = ("http", "dns")
BLOCKS = ("10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "172.16.5.4/32", "::/0", "fd00:1::/32")
OUTSIDE = ("10.0.0.1", "10.1.2.3", "172.16.5.4", "172.16.5.5", "fd00:1::9", "2001:db8::1")
DUAL_STACK = "10.244.0.0/16,fd00:10:244::/56"
PROTOCOLS = ("TCP", "UDP", "SCTP")

labels = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))
requirements = st.one_of(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(KEYS),
            "operator": st.sampled_from(["In", "NotIn"]),
            "values": st.lists(st.sampled_from(VALUES), min_size=1),
        }
    ),
    st.fixed_dictionaries({"key": st.sampled_from(KEYS), "operator": st.sampled_from(["Exists", "DoesNotExist"])}),
)
selectors = st.fixed_dictionaries(
    {}, optional={"matchLabels": labels, "matchExpressions": st.lists(requirements, max_size=1)}
)
namespace_selectors = st.one_of(
    st.just({}),
    st.sampled_from(NAMESPACES).map(lambda name: {"matchLabels": {"kubernetes.io/metadata.name": name}}),
    selectors,
)
blocks = st.sampled_from([("10.0.0.0/8", "10.1.0.0/16"), ("0.0.0.0/0", "10.1.0.0/16"), ("::/0", "fd00:1::/32")]).map(
    lambda both: {"cidr": both[0], "except": [both[1]]}
) | st.sampled_from(BLOCKS).map(lambda cidr: {"cidr": cidr})
peers = st.one_of(
    selectors.map(lambda s: {"podSelector": s}),
    st.fixed_dictionaries({"namespaceSelector": namespace_selectors}, optional={"podSelector": selectors}),
    blocks.map(lambda block: {"ipBlock": block}),
)
protocols = st.sampled_from(PROTOCOLS)
ports = st.one_of(
    st.fixed_dictionaries({"port": st.sampled_from(PORTS)}, optional={"protocol": protocols}),
    st.fixed_dictionaries({"port": st.sampled_from(NAMES)}, optional={"protocol": protocols}),
    st.just({"port": 80, "endPort": 8080}),
    st.fixed_dictionaries({"protocol": protocols}),
)


def rules(side: str) -> st.SearchStrategy[list[Any]]:
    one = st.fixed_dictionaries(
        {}, optional={side: st.lists(peers, max_size=2), "ports": st.lists(ports, min_size=1, max_size=2)}
    )
    return st.lists(one, max_size=2)


network_policies = st.fixed_dictionaries(
    {"podSelector": selectors, "policyTypes": st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]])},
    optional={"ingress": rules("from"), "egress": rules("to")},
)
pod_peers = st.one_of(
    namespace_selectors.map(lambda s: {"namespaces": s}),
    st.tuples(namespace_selectors, selectors).map(
        lambda both: {"pods": {"namespaceSelector": both[0], "podSelector": both[1]}}
    ),
)
node_peers = st.sampled_from([{}, {"matchLabels": {"kubernetes.io/hostname": "node-a"}}]).map(lambda s: {"nodes": s})
egress_peers = (
    pod_peers
    | node_peers
    | st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=2, unique=True).map(lambda c: {"networks": c})
    | st.just({"domainNames": ["*.example.com"]})
)
cluster_ports = st.one_of(
    st.tuples(protocols, st.sampled_from(PORTS)).map(lambda p: {"portNumber": {"protocol": p[0], "port": p[1]}}),
    protocols.map(lambda p: {"portRange": {"protocol": p, "start": 80, "end": 8080}}),
    st.sampled_from(NAMES).map(lambda name: {"namedPort": name}),
)


port_protocols = st.one_of(
    st.tuples(protocols, st.sampled_from(PORTS)).map(lambda p: {p[0].lower(): {"destinationPort": {"number": p[1]}}}),
    protocols.map(lambda p: {p.lower(): {"destinationPort": {"range": {"start": 80, "end": 8080}}}}),
    protocols.map(lambda p: {p.lower(): {"destinationPort": {"range": {"start": 1, "end": 65535}}}}),
    st.sampled_from(NAMES).map(lambda name: {"destinationNamedPort": name}),
)


def cluster_rules(
    side: str, those: st.SearchStrategy[Any], actions: list[str], field: str = "ports"
) -> st.SearchStrategy[list[Any]]:
    said = cluster_ports if field == "ports" else port_protocols
    one = st.fixed_dictionaries(
        {"action": st.sampled_from(actions), side: st.lists(those, min_size=1, max_size=2)},
        optional={field: st.lists(said, min_size=1, max_size=2)},
    )
    return st.lists(one.filter(lambda rule: names_suit_peers(rule.get(side, ()), rule.get(field, ()))), max_size=3)


def names_suit_peers(those: list[Any], said: list[Any]) -> bool:
    """Only pods have ports with names; the schema refuses names beside other peers."""
    return all("namespaces" in peer or "pods" in peer for peer in those) or not any(
        "destinationNamedPort" in port for port in said
    )


def cluster_policies(actions: list[str], field: str = "ports") -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"subject": pod_peers},
        optional={
            "ingress": cluster_rules("from", pod_peers, actions, field),
            "egress": cluster_rules("to", egress_peers, actions, field),
        },
    )


pods = st.fixed_dictionaries(
    {
        "namespace": st.sampled_from(NAMESPACES),
        "labels": labels,
        "ips": st.sampled_from([[], ["10.0.0.7"], ["10.1.0.7", "fd00:1::7"], ["fd00:2::7"]]),
        "ports": st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(PORTS), protocols), max_size=2),
        "host": st.booleans(),
    }
)


def pod_object(number: int, pod: dict[str, Any]) -> dict[str, Any]:
    declared = [{"name": n, "containerPort": p, "protocol": q} for n, p, q in pod["ports"]]
    spec: dict[str, Any] = {"containers": [{"name": "main", "image": "main", "ports": declared}]}
    if pod["host"]:
        spec["hostNetwork"] = True
    ips = [f"{ip}{number}" for ip in pod["ips"]]
    status = {"status": {"podIP": ips[0], "podIPs": [{"ip": ip} for ip in ips], "phase": "Running"}} if ips else {}
    metadata = {"name": f"pod-{number}", "namespace": pod["namespace"], "labels": pod["labels"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, **status}


def policy_object(kind: str, version: str, name: str, spec: dict[str, Any], **metadata: str) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}


@st.composite
def clusters(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Objects: two namespaces, a few pods, policies of every kind."""
    found = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": draw(labels)}}
        for name in NAMESPACES
    ]
    found += [pod_object(n, pod) for n, pod in enumerate(draw(st.lists(pods, min_size=2, max_size=4)))]
    for number, spec in enumerate(draw(st.lists(network_policies, max_size=3))):
        where = draw(st.sampled_from(NAMESPACES))
        found.append(policy_object("NetworkPolicy", "networking.k8s.io/v1", f"np-{number}", spec, namespace=where))
    group = "policy.networking.k8s.io/v1alpha1"
    for number, spec in enumerate(draw(st.lists(cluster_policies(["Allow", "Deny", "Pass"]), max_size=2))):
        found.append(policy_object("AdminNetworkPolicy", group, f"anp-{number}", {**spec, "priority": number}))
    for spec in draw(st.lists(cluster_policies(["Allow", "Deny"]), max_size=1)):
        found.append(policy_object("BaselineAdminNetworkPolicy", group, "default", spec))
    for number, spec in enumerate(
        draw(st.lists(cluster_policies(["Accept", "Deny", "Pass"], "protocols"), max_size=2))
    ):
        tier = {"tier": draw(st.sampled_from(["Admin", "Baseline"])), "priority": number}
        found.append(
            policy_object("ClusterNetworkPolicy", "policy.networking.k8s.io/v1alpha2", f"cnp-{number}", spec | tier)
        )
    return found


def cluster_of(objects: list[dict[str, Any]], convention: str) -> Cluster:
    text = yaml.safe_dump_all(objects)
    manifests = read_manifests([SourceFile("random.yaml", text.encode())])
    return build_cluster(manifests, {"policy.hostNetworkPods": convention, "clusterCIDR": DUAL_STACK})


def flows() -> Iterator[tuple[Protocol, int]]:
    """Ports where something begins and ends; of UDP and SCTP some."""
    yield from ((Protocol.TCP, port) for port in (1, *PORTS, 8081))
    yield from ((protocol, port) for protocol in (Protocol.UDP, Protocol.SCTP) for port in (80, 8081))


def may(view: PolicyView, source: Side, destination: Side, flow: tuple[Protocol, int]) -> bool:
    return all(decide(view, source, destination, *flow, direction).allowed for direction in Direction)


def allowed_flows(cluster: Cluster) -> set[tuple[Any, ...]]:
    """Everything that the table allows, of the flows that are looked at."""
    table = Table(cluster)
    titles = [w.title for w in table.workloads]
    found: set[tuple[Any, ...]] = set()
    for number, title in enumerate(titles):
        for other, ports in enumerate(table.destinations(number)):
            there = table.port_sets.sets[ports]
            found |= {(title, titles[other], flow) for flow in flows() if contains(there, *flow)}
        for address in map(ip_address, OUTSIDE):
            for direction in Direction:
                for piece, there in table.ranges(number, direction):
                    if piece.version == address.version and piece.low <= int(address) <= piece.high:
                        ends = (title, str(address)) if direction is Direction.EGRESS else (str(address), title)
                        found |= {(*ends, flow) for flow in flows() if contains(there, *flow)}
    return found


def sampled(cluster: Cluster) -> set[tuple[Any, ...]]:
    """The same by asking for every flow."""
    view = PolicyView(cluster)
    sides = {f"{pod.key}[Pod]": view.of_pod(pod) for pod in cluster.pods.values()}
    outside = {address: view.of_address(ip_address(address)) for address in OUTSIDE}
    every = sides | outside
    return {
        (source, target, flow)
        for source in every
        for target in every
        if source != target and not (source in outside and target in outside)
        for flow in flows()
        if may(view, every[source], every[target], flow)
    }


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(clusters(), st.sampled_from(["policed", "unpoliced"]))
def test_the_table_is_what_asking_for_every_flow_gives(objects: list[dict[str, Any]], convention: str) -> None:
    cluster = cluster_of(objects, convention)
    assert not [p for p in cluster.problems if p.id == "object-left-out"]
    assert allowed_flows(cluster) == sampled(cluster)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(clusters(), network_policies, st.sampled_from(NAMESPACES), st.sampled_from(["policed", "unpoliced"]), st.data())
def test_one_more_rule_where_pods_are_isolated_takes_nothing_away(
    objects: list[dict[str, Any]], spec: dict[str, Any], where: str, convention: str, data: st.DataObject
) -> None:
    policy = policy_object("NetworkPolicy", "networking.k8s.io/v1", "more", spec, namespace=where)
    before = allowed_flows(cluster_of([*objects, policy], convention))
    field, side = data.draw(st.sampled_from([("ingress", "from"), ("egress", "to")]))
    if field.capitalize() not in spec["policyTypes"]:
        spec = {**spec, "policyTypes": [*spec["policyTypes"], field.capitalize()]}
        policy = msgspec.convert({**policy, "spec": spec}, dict)
        before = allowed_flows(cluster_of([*objects, policy], convention))
    more = {**spec, field: [*spec.get(field, []), *data.draw(rules(side))]}
    after = allowed_flows(cluster_of([*objects, {**policy, "spec": more}], convention))
    assert before <= after
