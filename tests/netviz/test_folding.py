"""What the page gets of a cluster that is too large to draw."""

import pytest

from netviz.elements import graph_of
from netviz.find.question import Filter
from netviz.folding import IN_FULL, ON_PLATE, ON_SHELF, WHOLE, View, folded, view_of
from netviz.graph import Graph
from simulator import build_cluster, compile_network, read_manifests
from simulator.manifests import SourceFile
from tests.benchmarks.cluster_size import manifests


def graph_with(pods: int) -> Graph:
    cluster = build_cluster(read_manifests([SourceFile("a.yaml", manifests(pods))]))
    return graph_of(cluster, compile_network(cluster), (), 0, "")


@pytest.fixture(scope="module")
def large() -> Graph:
    return graph_with(600)


def test_a_small_cluster_is_sent_whole() -> None:
    graph = graph_with(40)
    assert len(graph.pods) <= WHOLE
    assert folded(graph, View()) is graph


def test_of_a_large_one_only_what_a_few_plates_hold_is_sent(large: Graph) -> None:
    part = folded(large, View())
    assert len(part.pods) == IN_FULL * ON_PLATE
    assert part.hosts[0].devices
    assert [host.name for host in part.hosts] == [host.name for host in large.hosts]
    assert not any(device.kind == "veth" for host in part.hosts for device in host.devices)


def test_what_is_left_out_is_counted(large: Graph) -> None:
    counts = folded(large, View()).folded
    assert counts
    assert sum(counts.pods.values()) + counts.unscheduled == len(large.pods)
    assert counts.services == len(large.services)
    assert len(folded(large, View()).services) == ON_SHELF < len(large.services)


def test_what_is_wanted_is_there_by_id_and_by_address(large: Graph) -> None:
    by_id, by_address = large.pods[-1], large.pods[-2]
    service = large.services[-1]
    part = folded(large, View(wanted=(by_id.id, by_address.addresses[0], service.cluster_ips[0])))
    assert {by_id.id, by_address.id} <= {pod.id for pod in part.pods}
    assert service.id in {one.id for one in part.services}
    assert sum(pod.node == by_id.node for pod in part.pods) >= ON_PLATE


def test_an_unfolded_machine_has_pods_and_an_unfolded_plate_has_all(large: Graph) -> None:
    last = next(host for host in reversed(large.hosts) if host.kind == "node")
    of_it = [pod for pod in large.pods if pod.node == last.id]
    some = folded(large, View(unfolded=(last.id,)))
    every = folded(large, View(unfolded=(last.id, f"island:pods@{last.id}")))
    assert sum(pod.node == last.id for pod in some.pods) == ON_PLATE
    assert sum(pod.node == last.id for pod in every.pods) == len(of_it)


def test_a_filter_narrows_pods_services_and_counts(large: Graph) -> None:
    part = folded(large, View(only=Filter(labels=("app=app-3",))))
    assert {pod.labels["app"] for pod in part.pods} == {"app-3"}
    assert part.folded
    assert sum(part.folded.pods.values()) == 10
    assert [service.name for service in part.services] == ["app-3"]
    assert folded(large, View(only=Filter(namespaces=("elsewhere",)))).pods == ()


def test_a_view_is_read_from_an_address() -> None:
    asked = {"wanted": ["pod:a/b"], "unfolded": ["node:x"], "label": ["App=Web"]}
    view = view_of(lambda name: asked.get(name, []))
    assert view == View(("pod:a/b",), ("node:x",), Filter(labels=("app=web",)))
    assert view.mark != View().mark
