"""Proxies at the edge: those of the upload are found, else one is assumed, and moves nobody."""

from collections.abc import Callable

import pytest

from simulator.cluster.addons import with_addons
from simulator.cluster.cluster import Cluster
from simulator.cluster.http.front import front_addresses, fronts

ClusterOf = Callable[..., Cluster]

INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules: [{host: shop.example}, {host: "*.shop.example"}]
"""
GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door, namespace: infra}
spec:
  gatewayClassName: any
  listeners: [{name: a, port: 8080, protocol: HTTP, hostname: door.example}, {name: b, port: 53, protocol: UDP}]
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: infra}
spec: {parentRefs: [{name: door}], rules: [{}]}
"""
OWN = """
apiVersion: v1
kind: Pod
metadata: {name: own, namespace: edge, labels: {app: nginx}}
spec: {containers: [{name: c, image: "registry.k8s.io/ingress-nginx/controller:v1.12", ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: own, namespace: edge}
spec: {type: LoadBalancer, selector: {app: nginx}, ports: [{name: http, port: 80, targetPort: http}]}
"""


def test_a_proxy_is_assumed_behind_a_load_balancer_with_its_listeners_ports(cluster_of: ClusterOf) -> None:
    before = cluster_of(GATEWAY, ROUTE)
    after = with_addons(before)
    (front,) = fronts(after)
    assert front.service is not None
    assert [(p.port, p.protocol.value) for p in front.service.ports] == [(8080, "TCP"), (53, "UDP")]
    assert [pod.namespace for pod in front.pods] == ["infra"]
    assert str(front.address) == "203.0.113.10"
    assert front.hosts == ("door.example",)
    assert any("no pod that serves Gateway infra/door" in a.message for a in after.assumptions)


def test_what_is_assumed_is_no_part_of_the_cluster_itself(cluster_of: ClusterOf) -> None:
    before = cluster_of(INGRESS)
    pods, services = dict(before.pods), dict(before.services)
    after = with_addons(before)
    assert (before.pods, before.services) == (pods, services)
    assert {key: after.pods[key] for key in pods} == pods
    ips = [ip for pod in after.pods.values() for ip in pod.ips] + [
        ip for s in after.services.values() for ip in s.cluster_ips
    ]
    assert len(ips) == len(set(ips))


def test_a_controller_of_the_upload_is_found_by_its_image_and_gets_an_address(cluster_of: ClusterOf) -> None:
    (front,) = fronts(with_addons(cluster_of(INGRESS, OWN)))
    assert [pod.key for pod in front.pods] == ["edge/own"]
    assert front.service is not None
    assert front.service.key == "edge/own"
    assert str(front.address) == "203.0.113.10"
    assert front.listener_port(front.pods[0], 8080) == 80


def test_none_is_assumed_where_add_ons_are_not_wanted(cluster_of: ClusterOf) -> None:
    cluster = cluster_of(INGRESS, settings={"addons": "none"})
    assert with_addons(cluster) is cluster


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("shop.example", True),
        ("a.shop.example", True),
        ("a.b.shop.example", True),
        ("example", False),
        ("x.example", False),
    ],
)
def test_the_worlds_dns_knows_the_names_of_fronts(cluster_of: ClusterOf, name: str, found: bool) -> None:
    assert (front_addresses(with_addons(cluster_of(INGRESS)))(name) is not None) is found
