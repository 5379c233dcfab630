"""Assumed add-ons: a DNS server where the upload has none, and nothing else changed."""

import pytest

from simulator.cluster.addons import dns_service, with_dns
from simulator.cluster.cluster import Cluster
from tests.simulator.cluster.conftest import ClusterOf

POD = """
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: c, image: nginx}]}
"""
OWN_DNS = """
apiVersion: v1
kind: Service
metadata: {name: names, namespace: kube-system}
spec: {clusterIP: 10.96.0.10, selector: {app: dns}, ports: [{port: 53, protocol: UDP}]}
"""


@pytest.fixture
def plain(cluster_of: ClusterOf) -> Cluster:
    return cluster_of(POD)


def test_the_service_has_the_tenth_address_and_one_pod_behind_it(plain: Cluster) -> None:
    world = with_dns(plain)
    service = dns_service(world)
    assert service is not None
    assert [str(ip) for ip in service.cluster_ips] == ["10.96.0.10"]
    (piece,) = world.slices_of(service.key)
    assert piece.endpoints[0].addresses == world.pods["kube-system/coredns"].ips


def test_it_moves_nobody_elses_address_and_says_that_it_is_assumed(plain: Cluster) -> None:
    world = with_dns(plain)
    assert world.pods["default/a"].ips == plain.pods["default/a"].ips
    assert set(world.pods) - set(plain.pods) == {"kube-system/coredns"}
    assert "kube-system/coredns" in world.assumptions[-1].message


def test_a_dns_service_of_the_upload_is_left_alone(cluster_of: ClusterOf) -> None:
    cluster = cluster_of(POD, OWN_DNS)
    assert with_dns(cluster) is cluster


def test_none_where_it_is_not_wanted(cluster_of: ClusterOf) -> None:
    cluster = cluster_of(POD, settings={"addons": "none"})
    assert with_dns(cluster) is cluster
