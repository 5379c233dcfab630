"""Nodes: those of the upload, completed, or as many workers as the pods need."""

import pytest

from simulator.cluster.nodes import worker_name


def pods(count: int, spec: str = "") -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {count}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: main, image: nginx}}], {spec}}}
"""


def node(name: str, body: str = "", labels: str = "") -> str:
    return f"{{apiVersion: v1, kind: Node, metadata: {{name: {name}, labels: {{{labels}}}}}, {body}}}"


def address(*texts: str) -> str:
    return "status: {addresses: [" + ", ".join(f"{{type: InternalIP, address: '{t}'}}" for t in texts) + "]}"


def told(cluster):
    return [(n.name, *map(str, n.addresses), *map(str, n.pod_cidrs)) for n in cluster.nodes.values()]


def test_without_node_objects_there_are_two_workers(cluster_of):
    cluster = cluster_of(pods(1))
    assert told(cluster) == [
        ("node-a", "192.168.56.11", "10.244.1.0/24"),
        ("node-b", "192.168.56.12", "10.244.2.0/24"),
    ]
    assert all(n.assumed and n.ready and not n.control_plane for n in cluster.nodes.values())
    assert any(a.key == "nodes" and "node-a, node-b" in a.message for a in cluster.assumptions)


def test_there_are_as_many_workers_as_110_pods_each_need(cluster_of):
    assert len(cluster_of(pods(220)).nodes) == 2
    assert list(cluster_of(pods(221)).nodes) == ["node-a", "node-b", "node-c"]


def test_pods_of_daemon_sets_take_their_room(cluster_of):
    daemon = (
        pods(1).replace("Deployment", "DaemonSet").replace("  replicas: 1\n", "").replace("name: web}", "name: agent}")
    )
    cluster = cluster_of(pods(220), daemon)
    assert len(cluster.nodes) == 3
    assert all(p.node for p in cluster.pods.values())


def test_a_setting_says_how_many_workers_there_are(cluster_of):
    assert list(cluster_of(pods(1), settings={"nodes": "4"}).nodes) == ["node-a", "node-b", "node-c", "node-d"]
    assert list(cluster_of(pods(200), settings={"nodes": "1"}).nodes) == ["node-a", "node-b"]


@pytest.mark.parametrize(
    ("number", "name"), [(1, "node-a"), (26, "node-z"), (27, "node-aa"), (52, "node-az"), (53, "node-ba")]
)
def test_workers_are_named_by_letters(number, name):
    assert worker_name(number) == name


def test_other_ranges(cluster_of):
    settings = {"clusterCIDR": "172.20.0.0/16", "underlay": "10.0.0.0/24"}
    assert told(cluster_of(pods(1), settings=settings))[1] == ("node-b", "10.0.0.12", "172.20.2.0/24")


def test_a_small_range_is_cut_into_smaller_parts(cluster_of):
    assert [t[2] for t in told(cluster_of(pods(1), settings={"clusterCIDR": "172.20.0.0/24"}))] == [
        "172.20.0.64/26",
        "172.20.0.128/26",
    ]


def test_ipv6_and_dual_stack(cluster_of):
    both = told(cluster_of(pods(1), settings={"clusterCIDR": "10.244.0.0/16,fd00:10:244::/56"}))
    assert both[0] == ("node-a", "192.168.56.11", "fd00:56::11", "10.244.1.0/24", "fd00:10:244:1::/64")
    (pod,) = cluster_of(pods(1), settings={"clusterCIDR": "fd00:10:244::/56"}).pods.values()
    assert list(map(str, pod.ips)) == ["fd00:10:244:1::2"]


def test_a_spent_range_is_a_problem(cluster_of, problem_of):
    settings = {"clusterCIDR": "10.244.0.0/22"}
    documents = (pods(400),)
    assert list(cluster_of(*documents, settings=settings).nodes) == ["node-a", "node-b", "node-c"]
    assert "10.244.0.0/22 is spent" in problem_of("cidr-spent", *documents, settings=settings).message


def test_node_objects_override_the_nodes(cluster_of):
    written = node(
        "big",
        f"spec: {{podCIDR: 10.244.7.0/24, unschedulable: true}}, {address('192.168.56.70')}",
        "topology.kubernetes.io/zone: z1",
    )
    cluster = cluster_of(written, pods(1))
    (big,) = cluster.nodes.values()
    assert told(cluster) == [("big", "192.168.56.70", "10.244.7.0/24")]
    assert (big.zone, big.unschedulable, big.assumed, big.labels["kubernetes.io/hostname"]) == (
        "z1",
        True,
        False,
        "big",
    )
    assert big.origin("spec", "podCIDR")[0].line == 1


def test_a_node_object_without_addresses_gets_some_that_are_free(cluster_of):
    cluster = cluster_of(node("a", "spec: {podCIDR: 10.244.1.0/24}"), node("b", address("192.168.56.11")))
    assert told(cluster) == [("a", "192.168.56.12", "10.244.1.0/24"), ("b", "192.168.56.11", "10.244.2.0/24")]
    assert all(n.assumed for n in cluster.nodes.values())


def test_the_first_address_of_each_family_counts(cluster_of):
    written = node(
        "a", f"spec: {{podCIDRs: [10.244.1.0/24, 'fd00:1::/64']}}, {address('192.168.56.11', '10.9.9.9', 'fd00:56::1')}"
    )
    assert told(cluster_of(written)) == [("a", "192.168.56.11", "fd00:56::1", "10.244.1.0/24", "fd00:1::/64")]


def test_control_planes_and_nodes_that_are_not_ready(cluster_of):
    status = "status: {conditions: [{type: Ready, status: 'Unknown'}]}"
    cluster = cluster_of(node("a", "spec: {}", "node-role.kubernetes.io/control-plane: ''"), node("b", status))
    assert [(n.control_plane, n.ready) for n in cluster.nodes.values()] == [(True, True), (False, False)]


def test_names_of_other_machines_are_reserved(cluster_of, problem_of):
    for name in ("router", "internet", "cp"):
        assert problem_of("reserved-name", node(name, "spec: {}")).object == f"Node {name}"
    assert "--set controlPlane=172.18.0.2" in problem_of("reserved-name", node("cp", address("172.18.0.2"))).hint
    assert list(cluster_of(node("cp", address("192.168.56.10"))).nodes) == ["cp"]


def test_two_nodes_with_one_address_or_range(problem_of):
    same = f"spec: {{podCIDR: 10.244.1.0/24}}, {address('192.168.56.11')}"
    assert (
        "The nodes a and b have one address"
        in problem_of("duplicate-node-address", node("a", same), node("b", same)).message
    )
    assert "10.244.1.0/24" in problem_of("duplicate-pod-cidr", node("a", same), node("b", same)).message


def test_an_address_that_is_none_is_told_by_its_line(problem_of):
    problem = problem_of("invalid-address", node("a", address("192.168.56.300")))
    assert 'status.addresses[0].address is "192.168.56.300"' in problem.message


def test_a_range_without_room_is_not_taken(cluster_of, problem_of):
    tiny = node("a", "spec: {podCIDR: 10.244.9.9/32}")
    assert "10.244.9.9/32" in problem_of("pod-cidr-too-small", tiny).message
    assert told(cluster_of(tiny)) == [("a", "192.168.56.11", "10.244.1.0/24")]
