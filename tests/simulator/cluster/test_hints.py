"""Hints of endpoints: trafficDistribution and topology-mode."""


def node(name: str, zone: str, cpu: str = "4") -> str:
    labels = f"topology.kubernetes.io/zone: {zone}" if zone else ""
    return f"{{apiVersion: v1, kind: Node, metadata: {{name: {name}, labels: {{{labels}}}}}, status: {{allocatable: {{cpu: '{cpu}'}}}}}}"


def pods(**per_node: int) -> str:
    return "\n---\n".join(
        f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}-{n}, labels: {{app: web}}}}, spec: {{nodeName: {name}, containers: [{{name: m, image: i}}]}}}}"
        for name, count in per_node.items()
        for n in range(count)
    )


def service(spec: str = "", annotations: str = "") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: web, annotations: {{{annotations}}}}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}], {spec}}}
"""


AUTO = "service.kubernetes.io/topology-mode: Auto"


def hints(cluster):
    return [(e.zone, *e.hint_zones, *e.hint_nodes) for s in cluster.slices_of("default/web") for e in s.endpoints]


ZONES = (node("a", "z1"), node("b", "z2"))


def test_nobody_asks_for_hints(cluster_of):
    assert hints(cluster_of(*ZONES, pods(a=1, b=1), service())) == [("z1",), ("z2",)]


def test_traffic_distribution(cluster_of):
    for wish in ("PreferClose", "PreferSameZone"):
        assert hints(cluster_of(*ZONES, pods(a=1, b=1), service(f"trafficDistribution: {wish}"))) == [
            ("z1", "z1"),
            ("z2", "z2"),
        ]
    same_node = cluster_of(*ZONES, pods(a=1, b=1), service("trafficDistribution: PreferSameNode"))
    assert hints(same_node) == [("z1", "z1", "a"), ("z2", "z2", "b")]


def test_an_endpoint_that_is_not_ready_gets_no_hint(cluster_of):
    pod = pods(a=1).replace("spec:", "status: {conditions: [{type: Ready, status: 'False'}]}, spec:")
    assert hints(cluster_of(*ZONES, pod, service("trafficDistribution: PreferClose"))) == [("z1",)]


def test_without_a_zone_there_is_only_the_node_to_prefer(cluster_of):
    assert hints(cluster_of(node("a", ""), pods(a=1), service("trafficDistribution: PreferSameNode"))) == [(None, "a")]


def test_topology_mode_gives_each_zone_its_share(cluster_of):
    assert (
        hints(cluster_of(*ZONES, pods(a=2, b=2), service(annotations=AUTO))) == [("z1", "z1")] * 2 + [("z2", "z2")] * 2
    )


def test_a_zone_with_too_many_gives_some_away(cluster_of):
    found = hints(cluster_of(*ZONES, pods(a=5, b=1), service(annotations=AUTO)))
    assert [hint for _, hint in found].count("z1") == 3
    assert [hint for _, hint in found].count("z2") == 3


def test_no_hints_where_a_zone_would_be_overloaded(cluster_of):
    for documents in (
        (*ZONES, pods(a=1)),  # fewer endpoints than zones
        (node("a", "z1", "12"), node("b", "z2", "1"), pods(a=1, b=1)),  # shares that two endpoints cannot have
        (node("a", "z1"), node("b", ""), pods(a=2, b=2)),  # a node without zone
        (node("a", "z1"), node("b", "z2", "0"), pods(a=2, b=2)),  # a node that says nothing of its CPU
        (node("a", "z1"), node("b", "z1"), pods(a=2, b=2)),  # one zone
    ):
        assert not any(len(h) > 1 for h in hints(cluster_of(*documents, service(annotations=AUTO))))


def test_the_annotation_wins_over_the_field(cluster_of):
    cluster = cluster_of(*ZONES, pods(a=1), service("trafficDistribution: PreferClose", AUTO))
    assert hints(cluster) == [("z1",)]
