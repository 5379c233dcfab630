"""What the find box finds in a small shop."""

import pytest

from netviz.find import Filter, FoundAnswer, Index, answer
from simulator import build_cluster, compile_network, read_manifests
from simulator.manifests import SourceFile

SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: main, image: cart, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {type: NodePort, clusterIP: 10.96.7.7, selector: {app: cart}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: redis, namespace: data, labels: {app: redis}}
spec: {containers: [{name: main, image: redis, ports: [{containerPort: 6379, name: redis}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-cart, namespace: data}
spec:
  podSelector: {matchLabels: {app: redis}}
  ingress:
  - from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: cart}}}]
    ports: [{port: 6379}]
---
apiVersion: v1
kind: Pod
metadata: {name: stranger, namespace: shop}
spec: {containers: [{name: main, image: busybox}]}
---
apiVersion: v1
kind: Service
metadata: {name: lonely, namespace: shop}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
"""
EVERYTHING = Filter()


@pytest.fixture(scope="module")
def index() -> Index:
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", SHOP.encode())]))
    return Index(cluster, compile_network(cluster), [("shop.yaml", SHOP)], cluster.problems, "")


def ask(index: Index, text: str, only: Filter = EVERYTHING) -> FoundAnswer:
    return answer(index, text, only, most=5, most_kinds=100)


def titles(found: FoundAnswer) -> dict[str, list[str]]:
    return {group.title: [each.title for each in group.found] for group in found.groups}


def test_a_name_finds_things_of_every_kind(index: Index) -> None:
    found = titles(ask(index, "cart"))
    assert found["Services"] == ["shop/cart"]
    assert found["Pods"] == ["shop/cart-0", "shop/cart-1"]
    assert found["Workloads"] == ["shop/cart"]
    assert found["Policies"] == ["data/only-cart"]


def test_a_kind_and_a_label_narrow_it(index: Index) -> None:
    assert titles(ask(index, "kind:service cart")) == {"Services": ["shop/cart"]}
    assert titles(ask(index, "app=redis")) == {"Pods": ["data/redis"]}
    assert list(titles(ask(index, "cart", Filter(namespaces=("data",))))) == ["Policies"]


def test_an_address_says_whose_it_is(index: Index) -> None:
    assert titles(ask(index, "10.96.7.7"))["Services with this address"] == ["shop/cart"]
    pod = next(pod for pod in index.graph.pods if pod.name == "redis")
    assert titles(ask(index, pod.addresses[0]))["Pods with this address"] == ["data/redis"]
    assert any("eth0 of" in title for title in titles(ask(index, "192.168.56."))["Devices with such an address"])


def test_an_address_is_as_good_as_a_name(index: Index) -> None:
    service = next(one for one in index.graph.services if one.endpoints)
    by_name = ask(index, f"who can reach {service.namespace}/{service.name}")
    by_address = ask(index, f"who reaches {service.cluster_ips[0]}:80")
    assert by_name.groups
    assert by_address.groups == by_name.groups


def test_a_port_finds_who_declares_it_and_what_leads_there(index: Index) -> None:
    found = ask(index, "port 8080")
    assert titles(found)["Services at port 8080"] == ["shop/cart"]
    assert found.groups[0].found[0].detail.startswith("as its target port")
    assert titles(ask(index, "port 30080"))["Services at port 30080"] == ["shop/cart"]
    assert titles(ask(index, "port 6379"))["Pods that declare port 6379"] == ["data/redis"]
    assert "Pods that declare port 6379" not in titles(ask(index, "port 6379/udp"))


def test_who_can_reach_somebody_is_the_matrix(index: Index) -> None:
    (group,) = ask(index, "who can reach redis").groups
    assert [(each.title, each.detail) for each in group.found] == [("shop/cart", "Deployment · TCP 6379")]
    asks = group.found[0].asks
    assert asks
    assert (asks.source, asks.target) == ("shop/cart-0", "data/redis:6379")


def test_whom_somebody_reaches_leaves_out_what_a_policy_shuts(index: Index) -> None:
    assert "data/redis" not in titles(ask(index, "what can stranger reach"))["Whom shop/stranger may reach"]
    assert "data/redis" in titles(ask(index, "what can cart reach"))["Whom shop/cart may reach"]


def test_a_way_is_a_question_with_its_cables(index: Index) -> None:
    found = ask(index, "from stranger to cart").groups[0].found[0]
    assert found.asks
    assert (found.asks.source, found.asks.target) == ("shop/stranger", "cart.shop:80")
    assert found.path[0] == "pod:shop/stranger"
    assert found.path[-1] == "pod:shop/cart-0"


def test_a_segment_a_cable_and_a_bottleneck(index: Index) -> None:
    redis = index.pods["pod:data/redis"]
    together = {f"{p.namespace}/{p.name}" for p in index.graph.pods if p.node == redis.node and p.id != redis.id}
    found = ask(index, "who shares a segment with redis").groups[0]
    assert together == {each.title for each in found.found if each.kind == "pod"}
    assert any(each.id == "pod:data/redis" for each in ask(index, "what connects redis").groups[0].found)
    assert "alone connects" in ask(index, "bottlenecks").groups[0].found[0].detail


def test_problems_and_lines_are_found_too(index: Index) -> None:
    found = ask(index, "lonely")
    (line, *_) = next(group for group in found.groups if group.title == "In the manifests").found
    assert line.origin
    assert SHOP.splitlines()[(line.origin.line or 0) - 1].strip() == line.title
    assert "Problems" in titles(found)


def test_it_says_so_where_there_is_nothing(index: Index) -> None:
    assert ask(index, "unheard-of") == FoundAnswer((), "Nothing of that name here.")
    assert ask(index, "who can reach unheard-of").remark == "Nobody here is called unheard-of."
    assert ask(index, "") == FoundAnswer(())
