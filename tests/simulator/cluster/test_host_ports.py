"""Two pods on one node cannot both have a host port."""


def pod(name: str, ports: str, spec: str = "nodeName: node-a") -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec: {{{spec}, containers: [{{name: main, image: nginx, ports: [{ports}]}}]}}
"""


def test_node_name_goes_past_the_scheduler(problem_of):
    port = "{containerPort: 80, hostPort: 8080}"
    problem = problem_of("host-port-conflict", pod("a", port), pod("b", port))
    assert "default/a and default/b both want port 8080/TCP of the node node-a" in problem.message
    assert problem.object == "Pod default/b"


def test_host_network_pods_are_in_each_others_way_too(problem_of):
    assert problem_of(
        "host-port-conflict", *(pod(n, "{containerPort: 80}", "nodeName: node-a, hostNetwork: true") for n in "ab")
    )


def test_other_nodes_protocols_and_addresses_are_no_conflict(cluster_of):
    port = "{containerPort: 80, hostPort: 8080, hostIP: 10.0.0.1}"
    for other in (
        pod("b", port, "nodeName: node-b"),
        pod("b", "{containerPort: 80, hostPort: 8080, protocol: UDP}"),
        pod("b", "{containerPort: 80, hostPort: 8080, hostIP: 10.0.0.2}"),
    ):
        assert cluster_of(pod("a", port), other).problems == ()
