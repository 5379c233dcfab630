"""Pods get nodes and addresses; what the upload says of them stands."""

NODES = """
{apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.244.1.0/24}}
---
{apiVersion: v1, kind: Node, metadata: {name: n2}, spec: {podCIDR: 10.244.2.0/29}}
"""


def pod(name: str, spec: str = "", status: str = "", metadata: str = "") -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, {metadata}}}
spec: {{containers: [{{name: main, image: nginx}}], {spec}}}
status: {{{status}}}
"""


def ips(cluster) -> dict[str, list[str]]:
    return {p.name: [str(ip) for ip in p.ips] for p in cluster.pods.values()}


def test_addresses_come_from_the_nodes_range_from_2_up(cluster_of):
    cluster = cluster_of(NODES, pod("a", "nodeName: n1"), pod("b", "nodeName: n1"), pod("c", "nodeName: n2"))
    assert ips(cluster) == {"a": ["10.244.1.2"], "b": ["10.244.1.3"], "c": ["10.244.2.2"]}


def test_written_addresses_stand_and_are_not_given_again(cluster_of):
    cluster = cluster_of(NODES, pod("a", "nodeName: n1"), pod("z", "nodeName: n1", "podIP: 10.244.1.2"))
    assert ips(cluster) == {"a": ["10.244.1.3"], "z": ["10.244.1.2"]}


def test_pod_ips_are_at_most_one_a_family(cluster_of):
    status = "podIP: 10.244.1.9, podIPs: [{ip: 10.244.1.9}, {ip: 'fd00::9'}, {ip: 10.244.1.10}]"
    assert ips(cluster_of(NODES, pod("a", "nodeName: n1", status))) == {"a": ["10.244.1.9", "fd00::9"]}


def test_a_pod_without_node_is_where_its_address_is(cluster_of):
    cluster = cluster_of(NODES, pod("a", "", "podIP: 10.244.2.5"))
    assert cluster.pods["default/a"].node == "n2"


def test_a_host_network_pod_has_its_nodes_addresses(cluster_of):
    cluster = cluster_of(NODES, pod("a", "nodeName: n2, hostNetwork: true"))
    host = cluster.pods["default/a"]
    assert (host.ips, host.host_network) == (cluster.nodes["n2"].addresses, True)
    assert cluster.pod_by_ip(host.ips[0]) is None


def test_completed_pods_have_no_address(cluster_of):
    cluster = cluster_of(NODES, pod("a", "nodeName: n1", "phase: Succeeded, podIP: 10.244.1.7"))
    assert ips(cluster) == {"a": []}
    assert not cluster.pods["default/a"].ready


def test_a_pending_pod_of_a_dump_stays_pending(cluster_of):
    waiting = cluster_of(NODES, pod("a", "", "phase: Pending")).pods["default/a"]
    assert (waiting.node, waiting.ips, waiting.phase, waiting.ready) == (None, (), "Pending", False)


def test_readiness_is_what_the_status_says_and_else_assumed(cluster_of):
    for status, ready in (
        ("", True),
        ("phase: Running", True),
        ("conditions: [{type: Ready, status: 'True'}]", True),
        ("phase: Running, conditions: [{type: Ready, status: 'False'}]", False),
        ("conditions: [{type: Ready, status: Unknown}]", False),
    ):
        assert cluster_of(pod("a", "", status)).pods["default/a"].ready is ready, status


def test_a_pod_with_a_time_of_deletion_is_terminating(cluster_of):
    assert cluster_of(pod("a", metadata="deletionTimestamp: '2026-01-01T00:00:00Z'")).pods["default/a"].terminating


def test_two_pods_with_one_address_are_a_problem(problem_of):
    problem = problem_of("duplicate-pod-ip", pod("a", "", "podIP: 10.244.1.7"), pod("b", "", "podIP: 10.244.1.7"))
    assert "default/a and default/b" in problem.message
    assert problem.object == "Pod default/b"


def test_addresses_outside_the_nodes_range_are_problems_by_line(cluster_of):
    strangers = [pod(name, "nodeName: n1", f"podIP: 10.244.2.{number}") for number, name in enumerate("abcde", 3)]
    found = [p for p in cluster_of(NODES, *strangers).problems if p.id == "pod-ip-outside-node"]
    assert [p.object for p in found] == ["Pod default/a", "Pod default/b", "Pod default/c"]
    assert "10.244.2.3" in found[0].message
    assert "2 more" in found[-1].message
    assert len({p.line for p in found}) == len(found)


def test_a_spent_node_range_is_a_problem(cluster_of, problem_of):
    documents = (NODES, *(pod(f"p{n}", "nodeName: n2") for n in range(7)))
    assert ips(cluster_of(*documents))["p6"] == []
    assert "2 pods" in problem_of("pod-range-spent", *documents).message


def test_pods_of_a_stateful_set_have_their_name_for_hostname_and_its_service_name_for_subdomain(cluster_of):
    text = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {hostname: other, containers: [{name: main, image: db}]}}
"""
    (db,) = cluster_of(text).pods.values()
    assert (db.hostname, db.subdomain) == ("db-0", "db")
