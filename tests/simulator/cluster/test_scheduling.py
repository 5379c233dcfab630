"""kube-scheduler: which node a pod is put on, and why on none."""

from simulator.cluster.cluster import Cluster

NODE = """
apiVersion: v1
kind: Node
metadata: {{name: {name}, labels: {{{labels}}}}}
spec: {{podCIDR: 10.244.{number}.0/24, {spec}}}
status: {{addresses: [{{type: InternalIP, address: 192.168.56.{host}}}], allocatable: {{pods: '{pods}'}}}}
"""


def node(number: int, labels: str = "", spec: str = "", pods: int = 110) -> str:
    return NODE.format(name=f"n{number}", labels=labels, number=number, spec=spec, host=10 + number, pods=pods)


def deployment(spec: str = "", replicas: int = 1, name: str = "web", ports: str = "[]") -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: main, image: nginx, ports: {ports}}}], {spec}}}
"""


def places(cluster: Cluster) -> list[str | None]:
    return [pod.node for pod in cluster.pods.values()]


def test_pods_are_spread(cluster_of):
    assert places(cluster_of(node(1), node(2), deployment(replicas=4))) == ["n1", "n2", "n1", "n2"]


def test_a_node_name_is_taken_as_it_is(cluster_of):
    assert places(cluster_of(node(1), node(2), deployment("nodeName: n2", 2))) == ["n2", "n2"]


def test_pods_that_have_a_node_count(cluster_of):
    cluster = cluster_of(node(1), node(2), deployment("nodeName: n1", 2, "fixed"), deployment(replicas=2))
    assert places(cluster) == ["n1", "n1", "n2", "n2"]


def test_a_node_selector_wants_labels(cluster_of):
    assert places(cluster_of(node(1), node(2, "disk: ssd"), deployment("nodeSelector: {disk: ssd}", 2))) == ["n2", "n2"]


def test_kubelet_labels_its_node(cluster_of):
    selector = "nodeSelector: {kubernetes.io/hostname: n2, kubernetes.io/os: linux}"
    assert places(cluster_of(node(1), node(2), deployment(selector))) == ["n2"]


def affinity(expression: str) -> str:
    terms = f"{{nodeSelectorTerms: [{{matchExpressions: [{expression}]}}]}}"
    return f"affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {terms}}}}}"


def test_required_node_affinity(cluster_of):
    nodes = (node(1, "size: '2'"), node(2, "size: '9', zone: a"), node(3, "zone: b"))
    for expression, expected in (
        ("{key: zone, operator: In, values: [a, c]}", "n2"),
        ("{key: zone, operator: NotIn, values: [a]}, {key: size, operator: DoesNotExist}", "n3"),
        ("{key: zone, operator: Exists}, {key: size, operator: Exists}", "n2"),
        ("{key: size, operator: Gt, values: ['5']}", "n2"),
        ("{key: size, operator: Lt, values: ['5']}", "n1"),
    ):
        assert places(cluster_of(*nodes, deployment(affinity(expression)))) == [expected], expression


def test_taints_keep_pods_out_unless_they_tolerate_them(cluster_of):
    tainted = node(1, spec="taints: [{key: gpu, value: 'yes', effect: NoSchedule}]")
    assert places(cluster_of(tainted, node(2), deployment(replicas=2))) == ["n2", "n2"]
    for toleration in (
        "{key: gpu, operator: Exists}",
        "{key: gpu, value: 'yes', effect: NoSchedule}",
        "{operator: Exists}",
    ):
        tolerant = deployment(f"tolerations: [{toleration}]", 2)
        assert places(cluster_of(tainted, node(2), tolerant)) == ["n1", "n2"], toleration
    other = deployment("tolerations: [{key: gpu, value: 'no'}]", 2)
    assert places(cluster_of(tainted, node(2), other)) == ["n2", "n2"]


def test_cordoned_nodes_take_no_pods_but_those_of_daemon_sets(cluster_of):
    cordoned = node(1, spec="unschedulable: true")
    daemon = deployment().replace("Deployment", "DaemonSet").replace("  replicas: 1\n", "")
    assert places(cluster_of(cordoned, node(2), deployment(replicas=2))) == ["n2", "n2"]
    assert places(cluster_of(cordoned, node(2), daemon)) == ["n1", "n2"]


def test_a_full_node_takes_no_more(cluster_of, problem_of):
    documents = (node(1, pods=1), node(2, pods=2), deployment(replicas=5))
    assert places(cluster_of(*documents)) == ["n1", "n2", "n2", None, None]
    problem = problem_of("pod-fits-no-node", *documents)
    assert "2 pods (web-3, web-4) fit no node" in problem.message
    assert "n1: it is full (1 pods)" in problem.message


def test_a_pod_that_fits_no_node_does_not_run(cluster_of, problem_of):
    documents = (
        node(1),
        node(2, spec="taints: [{key: gpu, effect: NoSchedule}]"),
        deployment("nodeSelector: {disk: ssd}"),
    )
    (pod,) = cluster_of(*documents).pods.values()
    assert (pod.node, pod.phase, pod.ips, pod.ready) == (None, "Pending", (), False)
    problem = problem_of("pod-fits-no-node", *documents)
    assert "n1, n2: it has no label disk, the pod's nodeSelector wants disk=ssd" in problem.message


def test_the_problem_names_the_taint(problem_of):
    problem = problem_of("pod-fits-no-node", node(1, spec="taints: [{key: gpu, effect: NoSchedule}]"), deployment())
    assert "n1: it has the taint gpu:NoSchedule, which the pod does not tolerate" in problem.message


def test_a_host_port_is_taken_once_on_a_node(cluster_of, problem_of):
    ports = "[{containerPort: 80, hostPort: 80}]"
    documents = (node(1), node(2), deployment(replicas=3, ports=ports))
    assert places(cluster_of(*documents)) == ["n1", "n2", None]
    assert "another pod has its host port 80/TCP" in problem_of("pod-fits-no-node", *documents).message


def test_the_ports_of_host_network_pods_are_host_ports(cluster_of):
    documents = (node(1), deployment("hostNetwork: true", 2, ports="[{containerPort: 80}]"))
    assert places(cluster_of(*documents)) == ["n1", None]


APART = """affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:
      [{labelSelector: {matchLabels: {app: web}}, topologyKey: TOPOLOGY}]}}"""
NEAR = APART.replace("podAntiAffinity", "podAffinity")


def test_anti_affinity_keeps_pods_apart(cluster_of):
    spec = APART.replace("TOPOLOGY", "kubernetes.io/hostname")
    assert places(cluster_of(node(1), node(2), deployment(spec, 3))) == ["n1", "n2", None]


def test_anti_affinity_holds_for_whole_zones(cluster_of):
    spec = APART.replace("TOPOLOGY", "topology.kubernetes.io/zone")
    zones = (
        node(1, "topology.kubernetes.io/zone: a"),
        node(2, "topology.kubernetes.io/zone: a"),
        node(3, "topology.kubernetes.io/zone: b"),
    )
    assert places(cluster_of(*zones, deployment(spec, 3))) == ["n1", "n3", None]


def test_anti_affinity_of_those_who_are_there_counts_too(cluster_of):
    spec = APART.replace("TOPOLOGY", "kubernetes.io/hostname")
    cluster = cluster_of(node(1), node(2), deployment(spec, 1, "api"), deployment(replicas=2))
    assert places(cluster) == ["n1", "n2", "n2"]


def test_affinity_brings_pods_together(cluster_of):
    spec = NEAR.replace("TOPOLOGY", "kubernetes.io/hostname")
    assert places(cluster_of(node(1), node(2), node(3), deployment(spec, 3))) == ["n1", "n1", "n1"]


def test_affinity_to_pods_that_are_not_there_fits_nowhere(cluster_of):
    spec = NEAR.replace("TOPOLOGY", "kubernetes.io/hostname").replace("app: web", "app: db")
    assert places(cluster_of(node(1), deployment(spec))) == [None]


def test_assumed_nodes_are_as_many_as_pods_that_keep_apart_need(cluster_of):
    cluster = cluster_of(deployment(APART.replace("TOPOLOGY", "kubernetes.io/hostname"), 4))
    assert places(cluster) == ["node-a", "node-b", "node-c", "node-d"]


def test_the_order_of_documents_does_not_matter(cluster_of):
    documents = [node(1), node(2), deployment(replicas=3, name="a"), deployment(replicas=2, name="b")]
    one, other = cluster_of(*documents), cluster_of(*reversed(documents))
    assert [(p.key, p.node, p.ips) for p in one.pods.values()] == [(p.key, p.node, p.ips) for p in other.pods.values()]
