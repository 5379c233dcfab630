"""Contradictions are problems by file and line: one address with two owners, ranges inside each other, missing halves."""

import pytest

from tests.simulator.cluster.contradictory import NODE_A, NODE_B, node, pod, service


def places(cluster, id_):
    return [(p.object, p.file, p.line, p.level.value) for p in cluster.problems if p.id == id_]


def line_of(text, word):
    return next(number for number, line in enumerate(text.splitlines(), 1) if word in line)


def test_a_cluster_that_fits_has_none(cluster_of):
    fits = (NODE_A, NODE_B, pod("web", "node-a", "10.244.1.20"), service("web", "10.96.0.20"))
    assert cluster_of(*fits).problems == ()


@pytest.mark.parametrize(
    ("documents", "object_", "of"),
    [
        ((NODE_A, pod("web", "node-a", "192.168.56.11")), "Pod default/web", "Node node-a"),
        ((NODE_A, pod("web", "node-a", "192.168.56.1")), "Pod default/web", "the router"),
        ((NODE_A, pod("web", "node-a", "192.168.56.10")), "Pod default/web", "the control plane"),
        ((NODE_A, pod("web", "node-a", "198.51.100.7")), "Pod default/web", "the client outside"),
        ((NODE_A, pod("web", "node-a", "10.244.1.1")), "Pod default/web", "the gateway of the pods on node-a"),
        ((NODE_A, pod("web", "node-a", "10.96.0.20"), service("web", "10.96.0.20")), "Pod default/web", "Service"),
        ((NODE_A, service("web", "192.168.56.11")), "Service default/web", "Node node-a"),
        ((node("node-a", "192.168.56.1", "10.244.1.0/24"),), "Node node-a", "the router"),
    ],
)
def test_an_address_has_one_owner(problem_of, documents, object_, of):
    problem = problem_of("address-taken", *documents)
    assert (problem.object, problem.level.value) == (object_, "error")
    assert of in problem.message


def test_the_line_is_that_of_the_address(cluster_of):
    text = pod("web", "node-a", "192.168.56.11")
    found = places(cluster_of(text, NODE_A), "address-taken")
    assert found == [("Pod default/web", "shop.yaml", line_of(text, "192.168.56.11"), "error")]


def test_the_control_plane_may_be_a_node_of_the_upload(cluster_of):
    assert not places(cluster_of(node("cp", "192.168.56.10", "10.244.0.0/24")), "address-taken")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("127.0.0.1", "loopback"),
        ("0.0.0.0", "not the address of one machine"),
        ("224.0.0.5", "not the address of one machine"),
        ("255.255.255.255", "not the address of one machine"),
        ("169.254.1.1", "link-local"),
        ("192.168.56.255", "broadcast"),
        ("192.168.56.0", "network's own"),
        ("::1", "loopback"),
        ("::", "not the address of one machine"),
        ("ff02::1", "not the address of one machine"),
        ("fe80::1", "link-local"),
    ],
)
def test_no_machine_can_have_some_addresses(problem_of, address, why):
    assert why in problem_of("unusable-address", node("node-a", address, "10.244.1.0/24")).message


def test_a_pod_cannot_have_the_first_or_last_address_of_its_range(problem_of):
    for address in ("10.244.1.0", "10.244.1.255"):
        assert "10.244.1.0/24" in problem_of("unusable-address", NODE_A, pod("web", "node-a", address)).message


def test_one_pod_range_inside_another_is_told_at_the_inner_one(problem_of):
    wide = node("node-a", "192.168.56.11", "10.244.0.0/16")
    problem = problem_of("overlapping-pod-cidrs", wide, NODE_B)
    assert problem.object == "Node node-b"
    assert problem.line == line_of(f"{wide}\n---\n{NODE_B}", "10.244.2.0/24")


def test_the_same_pod_range_twice_is_told_once(cluster_of):
    twin = node("node-b", "192.168.56.12", "10.244.1.0/24")
    cluster = cluster_of(NODE_A, twin)
    (found,) = places(cluster, "duplicate-pod-cidr")
    assert found[2] == line_of(f"{NODE_A}\n---\n{twin}", "node-b") + 1
    assert not places(cluster, "overlapping-pod-cidrs")


def test_the_same_node_address_twice_is_told_at_its_line(cluster_of):
    twin = node("node-b", "192.168.56.11", "10.244.2.0/24")
    (found,) = places(cluster_of(NODE_A, twin), "duplicate-node-address")
    assert found[2] == len(f"{NODE_A}\n---\n{twin}".splitlines())


def test_a_machine_in_a_pod_range(problem_of):
    problem = problem_of("node-address-in-pod-range", node("node-a", "10.244.2.9", "10.244.1.0/24"), NODE_B)
    assert "10.244.2.0/24, the pod range of node-b" in problem.message
    assert problem.level.value == "error"


@pytest.mark.parametrize(("address", "key"), [("10.96.3.4", "serviceCIDR"), ("10.244.77.1", "clusterCIDR")])
def test_a_machine_in_a_range_that_is_taken_for_granted_is_a_warning(problem_of, address, key):
    problem = problem_of("node-address-in-range", node("node-a", address, "10.244.1.0/24"))
    assert problem.level.value == "warning"
    assert f"--set {key}=" in problem.hint


def test_pods_of_a_family_in_which_their_node_has_no_address(problem_of):
    half = node("node-a", "192.168.56.11", "10.244.1.0/24", "fd00:10:244:1::/64")
    problem = problem_of("dual-stack-half", half)
    assert "no IPv6 address" in problem.message
    assert problem.line == line_of(half, "fd00:10:244:1::/64")


def test_a_node_without_the_family_that_other_nodes_have(cluster_of):
    one, other = node("node-a", "192.168.56.11", "10.244.1.0/24"), node("node-b", "fd00:56::12", "fd00:1::/64")
    found = [p.message for p in cluster_of(one, other).problems if p.id == "dual-stack-half"]
    assert ["node-a has no IPv6 pod range" in found[0], "node-b has no IPv4 pod range" in found[1]] == [True, True]


@pytest.mark.parametrize(
    ("document", "id_", "taken"),
    [
        (node("node-a", "192.168.56.11"), "node-without-pod-cidr", "10.244.1.0/24"),
        (node("node-a", None, "10.244.1.0/24"), "node-without-address", "192.168.56.11"),
    ],
)
def test_what_a_node_does_not_say_is_taken_for_granted_aloud(problem_of, document, id_, taken):
    problem = problem_of(id_, document)
    assert (problem.level.value, problem.object) == ("info", "Node node-a")
    assert f"{taken} is taken" in problem.message
    assert problem.line is not None


def test_many_nodes_that_say_as_little_are_told_at_once(problem_of):
    nodes = [node(f"node-{letter}", f"192.168.56.{number}") for number, letter in enumerate("abcd", 11)]
    assert "3 more nodes" in problem_of("node-without-pod-cidr", *nodes).message
