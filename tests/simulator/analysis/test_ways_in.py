"""The way in from outside: whom a load balancer takes for healthy, and what is taken where nobody says."""

from ipaddress import ip_address

import pytest

from simulator.analysis.ways_in import WayIn, way_in
from simulator.cluster import build_cluster
from simulator.compilers.balancers import EXCLUDED
from simulator.manifests import SourceFile, read_manifests

FRONT = ip_address("203.0.113.5")


def node(name: str, number: int, more: str = "") -> str:
    return f"""
apiVersion: v1
kind: Node
metadata: {{name: {name}, labels: {{{more}}}}}
spec: {{podCIDR: 10.244.{number}.0/24}}
status: {{addresses: [{{type: InternalIP, address: 192.168.56.{10 + number}}}]}}
"""


def pod(name: str, on: str, ready: bool = True) -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app: web}}}}
spec: {{nodeName: {on}, containers: [{{name: main, image: nginx, ports: [{{containerPort: 8080}}]}}]}}
status: {{phase: Running, conditions: [{{type: Ready, status: "{ready}"}}]}}
"""


def way(*documents: str, policy: str = "Cluster", address=FRONT, spec: str = "", mode: str = "VIP") -> WayIn:
    service = f"""
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  type: LoadBalancer
  externalTrafficPolicy: {policy}
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: 8080}}]
  {spec}
status: {{loadBalancer: {{ingress: [{{ip: {FRONT}, ipMode: {mode}}}]}}}}
"""
    text = "\n---\n".join((node("oak", 1), node("elm", 2), node("ash", 3), *documents, service))
    cluster = build_cluster(read_manifests([SourceFile("shop.yaml", text.encode())]))
    return way_in(cluster, cluster.services["default/web"], address)


def test_with_policy_cluster_every_ready_node_takes_part():
    balancer = way(pod("web-1", "oak")).balancer
    assert balancer is not None
    assert (balancer.service, balancer.nodes) == ("default/web", ("ash", "elm", "oak"))
    assert (balancer.check, balancer.unhealthy) == (None, ())


def test_with_policy_local_only_nodes_that_answer_200_get_packets():
    found = way(pod("web-1", "oak"), pod("web-2", "elm", ready=False), policy="Local")
    assert found.balancer is not None
    assert (found.balancer.nodes, found.balancer.unhealthy) == (("oak",), ("ash", "elm"))
    assert found.balancer.check is not None
    assert found.balancer.origins[0].field == "spec.externalTrafficPolicy"
    assert found.assumptions[0].message == "A load balancer outside has 203.0.113.5 and hands it to oak."


def test_where_no_node_is_healthy_all_are_tried():
    balancer = way(pod("web-1", "oak", ready=False), policy="Local").balancer
    assert balancer is not None
    assert balancer.nodes == balancer.unhealthy == ("ash", "elm", "oak")


def test_a_node_that_is_excluded_gets_nothing_from_balancers():
    balancer = way(node("fir", 4, f'{EXCLUDED}: ""'), pod("web-1", "fir")).balancer
    assert balancer is not None
    assert "fir" not in balancer.nodes


def test_an_external_ip_is_handed_to_a_node_that_is_taken_for_granted():
    found = way(pod("web-1", "oak"), address=ip_address("198.18.0.9"), spec="externalIPs: [198.18.0.9]")
    assert (found.via, found.balancer) == ("ash", None)
    assert [a.key for a in found.assumptions] == ["via"]


@pytest.mark.parametrize("address", ["192.168.56.11", "192.168.56.13"])
def test_an_external_ip_that_is_a_nodes_own_goes_there_by_itself(address):
    assert way(address=ip_address(address), spec=f"externalIPs: [{address}]") == WayIn()


def test_a_balancer_that_is_a_proxy_takes_the_packet_itself():
    found = way(pod("web-1", "elm"), policy="Local", mode="Proxy")
    assert (found.via, found.balancer) == (None, None)
    (told,) = found.assumptions
    assert (told.key, told.value) == ("balancer", "elm")
    assert "(ipMode: Proxy)" in told.message
