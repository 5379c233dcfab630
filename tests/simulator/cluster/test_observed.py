"""Pods of a dump tell about nodes that the dump does not have."""


def pod(name: str, node: str, ip: str = "", host: str = "") -> str:
    status = ", ".join(f"{key}: '{value}'" for key, value in (("podIP", ip), ("hostIP", host)) if value)
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec: {{nodeName: "{node}", containers: [{{name: main, image: nginx}}]}}
status: {{phase: Running, {status}}}
"""


def told(cluster):
    return [(n.name, *map(str, n.addresses), *map(str, n.pod_cidrs)) for n in cluster.nodes.values()]


def test_nodes_that_pods_are_on_are_there(cluster_of):
    assert told(cluster_of(pod("web", "minikube"))) == [("minikube", "192.168.56.11", "10.244.1.0/24")]
    assert [t[0] for t in told(cluster_of(pod("web", "node-c")))] == ["node-a", "node-b", "node-c"]


def test_their_addresses_and_ranges_are_those_that_the_pods_say(cluster_of):
    cluster = cluster_of(pod("a", "k1", "10.42.0.7", "172.18.0.2"), pod("b", "k2", "10.42.3.9", "172.18.0.3"))
    assert told(cluster) == [("k1", "172.18.0.2", "10.42.0.0/24"), ("k2", "172.18.0.3", "10.42.3.0/24")]
    assert list(map(str, cluster.profile.cluster_cidrs)) == ["10.42.0.0/16"]
    assert cluster.problems == ()


def test_where_nodes_share_a_range_nothing_follows_from_it(cluster_of):
    cluster = cluster_of(pod("a", "k1", "10.244.9.7"), pod("b", "k2", "10.244.9.8"))
    assert [t[2] for t in told(cluster)] == ["10.244.1.0/24", "10.244.2.0/24"]


def test_a_name_that_no_node_can_have_is_an_unknown_node(cluster_of, problem_of):
    for name in ("../etc", "Big Node", "router", "cp"):
        document = pod("web", name)
        assert name in problem_of("unknown-node", document).message
        assert cluster_of(document).pods["default/web"].node is None


def test_with_node_objects_other_names_are_unknown(cluster_of, problem_of):
    node = "{apiVersion: v1, kind: Node, metadata: {name: n1}}"
    problem = problem_of("unknown-node", node, pod("web", "n2"))
    assert '"n2"' in problem.message
    assert "n1" in problem.message
    assert problem.line == 7
    assert cluster_of(node, pod("web", "n2")).pods["default/web"].ips == ()
