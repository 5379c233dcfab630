"""From what a person types to a flow: who sends, to which address and port, or why nothing can be asked."""

from ipaddress import ip_address

import pytest

from simulator.analysis.ask import FlowError, ask, parse_flow
from simulator.cluster.cluster import Cluster
from simulator.packet.headers import Protocol

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop, labels: {app: client}}
spec:
  nodeName: node-a
  containers: [{name: shell, image: busybox}, {name: proxy, image: envoy, ports: [{containerPort: 9000, name: admin}]}]
status: {phase: Running, podIP: 10.244.1.7, podIPs: [{ip: 10.244.1.7}], conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: done, namespace: shop}
spec: {nodeName: node-a, containers: [{name: main, image: busybox}]}
status: {phase: Succeeded}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080, name: http}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: 10.96.20.1
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}, {name: metrics, port: 9090, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: single, namespace: shop}
spec: {clusterIP: 10.96.20.2, selector: {app: web}, ports: [{port: 8000, targetPort: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: crew, namespace: shop}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: ghosts, namespace: shop}
spec: {clusterIP: None, selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: outside, namespace: shop}
spec: {type: ExternalName, externalName: www.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: shop}
spec: {type: ExternalName, externalName: single.shop.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: round, namespace: shop}
spec: {type: ExternalName, externalName: round.shop.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec:
  type: LoadBalancer
  clusterIP: 10.96.20.3
  selector: {app: web}
  ports: [{port: 80, targetPort: http, nodePort: 30080}]
status: {loadBalancer: {ingress: [{ip: 203.0.113.5}]}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {clusterIP: 10.96.30.1, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: data}
spec: {clusterIP: 10.96.30.2, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lonely, namespace: data}
spec: {nodeSelector: {disk: none}, containers: [{name: main, image: busybox}]}
"""


@pytest.fixture(scope="module")
def shop(cluster_of) -> Cluster:
    return cluster_of(SHOP)


CLIENT = "shop/client"


@pytest.mark.parametrize(
    ("target", "address", "port"),
    [
        ("10.96.20.1:80", "10.96.20.1", 80),
        ("web:80", "10.96.20.1", 80),
        ("web:http", "10.96.20.1", 80),
        ("web:metrics", "10.96.20.1", 9090),
        ("web:81", "10.96.20.1", 81),
        ("web.shop:80", "10.96.20.1", 80),
        ("web.shop.svc:80", "10.96.20.1", 80),
        ("web.shop.svc.cluster.local:80", "10.96.20.1", 80),
        ("web.shop.svc.cluster.local.:80", "10.96.20.1", 80),
        ("shop/web:80", "10.96.20.1", 80),
        ("WEB:80", "10.96.20.1", 80),
        ("db.data:5432", "10.96.30.1", 5432),
        ("web.data:80", "10.96.30.2", 80),
        ("http://web/", "10.96.20.1", 80),
        ("http://web", "10.96.20.1", 80),
        ("http://web:9090/x?y=1", "10.96.20.1", 9090),
        ("https://web.data/", "10.96.30.2", 443),
        ("single", "10.96.20.2", 8000),
        ("alias:8000", "10.96.20.2", 8000),
        ("localhost:9000", "127.0.0.1", 9000),
        ("127.0.0.1:9000", "127.0.0.1", 9000),
        ("client:admin", "10.244.1.7", 9000),
        ("client", "10.244.1.7", 9000),
        ("10-244-1-7.shop.pod.cluster.local:9000", "10.244.1.7", 9000),
        ("node-a:30080", "192.168.56.11", 30080),
        ("internet:8081", "198.51.100.7", 8081),
        ("198.51.100.7:8081", "198.51.100.7", 8081),
    ],
)
def test_a_target_is_found_as_the_client_would_find_it(shop: Cluster, target: str, address: str, port: int):
    flow = parse_flow(shop, CLIENT, target)
    assert (flow.address, flow.port) == (ip_address(address), port)
    assert flow.target == target
    assert flow.source == CLIENT


@pytest.mark.parametrize(
    ("source", "netns"),
    [
        ("shop/client", "shop/client"),
        ("shop/client/proxy", "shop/client"),
        ("client", "shop/client"),
        ("node-a", "node-a"),
        ("internet", "internet"),
    ],
)
def test_a_source_is_a_pod_a_node_or_the_internet(shop: Cluster, source: str, netns: str):
    assert parse_flow(shop, source, "10.96.20.1:80").source == netns


def test_a_workload_means_its_first_ready_pod(shop: Cluster):
    flow = parse_flow(shop, "shop/web", "10.96.20.1:80")
    assert flow.source == shop.pods_of("shop/web")[0].key


def test_a_headless_service_stands_for_its_first_endpoint(shop: Cluster):
    asked = ask(shop, CLIENT, "crew:8080")
    addresses = [pod.ips[0] for pod in shop.pods_of("shop/web")]
    assert asked.flow.address in addresses
    assert asked.flow == parse_flow(shop, CLIENT, "crew:8080")
    assert [a.key for a in asked.assumptions] == ["endpoint"]


def test_the_port_of_a_headless_service_is_that_of_its_pods(shop: Cluster):
    assert parse_flow(shop, CLIENT, "crew:http").port == 8080


def test_a_port_that_was_not_said_is_told(shop: Cluster):
    (told,) = ask(shop, CLIENT, "single").assumptions
    assert (told.key, told.value) == ("port", "8000")


def test_a_path_is_kept(shop: Cluster):
    assert parse_flow(shop, CLIENT, "http://web/cart?id=7#top").http_path == "/cart?id=7"


def test_a_ping_has_no_port(shop: Cluster):
    flow = parse_flow(shop, CLIENT, "client", "icmp")
    assert (flow.port, flow.protocol) == (None, Protocol.ICMP)


def test_from_the_internet_a_load_balancer_is_called_at_its_address_and_some_node_gets_it(shop: Cluster):
    asked = ask(shop, "internet", "front.shop:80")
    assert (asked.flow.address, asked.flow.via) == (ip_address("203.0.113.5"), None)
    assert asked.flow.balancer is not None
    assert asked.flow.balancer.nodes == ("node-a", "node-b")
    assert [a.key for a in asked.assumptions] == ["via"]


def test_inside_the_cluster_a_load_balancer_service_is_called_at_its_cluster_ip(shop: Cluster):
    assert parse_flow(shop, CLIENT, "front:80").address == ip_address("10.96.20.3")


@pytest.mark.parametrize(
    ("source", "target", "protocol", "code", "hint"),
    [
        ("shop/clinet", "web:80", "TCP", "unknown-pod", "shop/client"),
        ("shpo/client", "web:80", "TCP", "unknown-pod", "shop"),
        ("shop/client/shel", "web:80", "TCP", "unknown-pod", "shell"),
        ("shop/", "web:80", "TCP", "unknown-pod", "NAMESPACE/POD"),
        ("nod-a", "web:80", "TCP", "unknown-node", "node-a"),
        ("shop/done", "web:80", "TCP", "not-running", ""),
        ("data/lonely", "web:80", "TCP", "not-running", "nodeSelector"),
        (CLIENT, "wbe:80", "TCP", "unknown-service", "web"),
        (CLIENT, "db:5432", "TCP", "unknown-service", "db.data"),
        (CLIENT, "db.shop:5432", "TCP", "unknown-service", "db.data"),
        (CLIENT, "shop/wbe:80", "TCP", "unknown-service", "shop/web"),
        ("node-a", "web:80", "TCP", "ambiguous-name", "shop/web"),
        (CLIENT, "web", "TCP", "missing-port", "80/TCP (http), 9090/TCP (metrics)"),
        (CLIENT, "10.1.2.3", "TCP", "missing-port", ""),
        (CLIENT, "web:htpp", "TCP", "bad-port", "http"),
        (CLIENT, "web:http", "UDP", "bad-port", "TCP"),
        (CLIENT, "web:0", "TCP", "bad-port", "65535"),
        (CLIENT, "web:99999999999999999999", "TCP", "bad-port", "65535"),
        (CLIENT, "web:-1", "TCP", "bad-port", ""),
        (CLIENT, "web:80", "ICMP", "bad-port", ":80"),
        (CLIENT, "[fd00::1]:80", "TCP", "bad-address", "IPv4"),
        (CLIENT, "[fd00::1:80", "TCP", "bad-address", ""),
        (CLIENT, "", "TCP", "bad-address", ""),
        (CLIENT, "224.0.0.1:80", "UDP", "bad-address", "one"),
        (CLIENT, "255.255.255.255:67", "UDP", "bad-address", "one"),
        (CLIENT, "http:///x", "TCP", "bad-address", ""),
        (CLIENT, "web..shop:80", "TCP", "bad-address", ""),
        (CLIENT, "web:80", "QUIC", "bad-protocol", "UDP"),
        (CLIENT, "outside:80", "TCP", "unsupported-target", "198.51.100.7"),
        (CLIENT, "round:80", "TCP", "unsupported-target", ""),
        (CLIENT, "www.example.com:80", "TCP", "unsupported-target", "IP:PORT"),
        (CLIENT, "ftp://web/", "TCP", "unsupported-target", "http://"),
        (CLIENT, "ghosts:80", "TCP", "no-pods", "selector"),
        (CLIENT, "done:80", "TCP", "not-running", ""),
    ],
)
def test_what_cannot_be_asked_is_said_with_a_code_and_a_hint(
    shop: Cluster, source: str, target: str, protocol: str, code: str, hint: str
):
    with pytest.raises(FlowError) as caught:
        parse_flow(shop, source, target, protocol)
    assert caught.value.code == code
    assert hint in caught.value.hint
    assert caught.value.message


def test_the_name_of_a_pod_elsewhere_is_told_with_its_namespace(cluster_of) -> None:
    text = """
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: data}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: db, ports: [{containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop}
spec: {containers: [{name: c, image: c}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: books}
spec: {rules: [{host: books.example.com}]}
"""
    cluster = cluster_of(text)
    with pytest.raises(FlowError) as told:
        parse_flow(cluster, "shop/client", "db-0.db:5432", "TCP")
    assert told.value.message == 'There is no Service "db" in namespace shop.'
    assert told.value.hint == "Ask for db-0.db.data."
    with pytest.raises(FlowError) as told:
        parse_flow(cluster, "internet", "book.example.com:80", "TCP")
    assert told.value.hint == "Did you mean books.example.com, which is served here?"
