"""Services as the API server would hold them."""

from ipaddress import ip_address, ip_network

import pytest

from simulator.packet.headers import Protocol


def service(spec: str, name: str = "web", rest: str = "") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{{spec}}}
{rest}"""


def made(cluster, name="web"):
    return cluster.services[f"default/{name}"]


def test_defaults(cluster_of):
    web = made(cluster_of(service("selector: {app: web}, ports: [{port: 80}]")))
    assert (web.type, web.headless, web.internal_traffic_policy, web.external_traffic_policy) == (
        "ClusterIP",
        False,
        "Cluster",
        "Cluster",
    )
    assert (web.affinity_seconds, web.ip_families, web.publish_not_ready, web.health_check_node_port) == (
        None,
        (4,),
        False,
        None,
    )
    (port,) = web.ports
    assert (port.name, port.protocol, port.port, port.target_port, port.node_port, port.index) == (
        "",
        Protocol.TCP,
        80,
        80,
        None,
        0,
    )


def test_the_service_of_the_api_server_is_always_there(cluster_of):
    kubernetes = made(cluster_of(), "kubernetes")
    assert list(map(str, kubernetes.cluster_ips)) == ["10.96.0.1"]
    assert [(p.name, p.port, p.target_port) for p in kubernetes.ports] == [("https", 443, 6443)]
    assert kubernetes.source is None
    other = made(cluster_of(settings={"serviceCIDR": "172.16.0.0/20"}), "kubernetes")
    assert list(map(str, other.cluster_ips)) == ["172.16.0.1"]


def test_cluster_ips_are_given_from_the_range_and_never_twice(cluster_of):
    cluster = cluster_of(*(service("ports: [{port: 80}]", f"s{n}") for n in range(300)))
    given = [s.cluster_ips[0] for s in cluster.services.values()]
    assert len(set(given)) == 301
    assert all(ip in ip_network("10.96.0.0/12") for ip in given)
    assert ip_address("10.96.0.10") not in given


def test_a_further_service_changes_no_other_one(cluster_of):
    one = service("type: NodePort, ports: [{port: 80}]")
    before, after = made(cluster_of(one)), made(cluster_of(service("type: NodePort, ports: [{port: 80}]", "api"), one))
    assert (before.cluster_ips, before.ports[0].node_port) == (after.cluster_ips, after.ports[0].node_port)


@pytest.mark.parametrize("cidr", ["10.0.0.0/28", "10.0.0.0/24", "fd00:10:96::/112", "fd00:10:96::/124"])
def test_small_and_ipv6_ranges(cluster_of, cidr):
    cluster = cluster_of(service("ports: [{port: 80}]"), settings={"serviceCIDR": cidr})
    network = ip_network(cidr)
    (ip,) = made(cluster).cluster_ips
    assert ip in network
    assert ip not in (network[0], network[1], network[10])


def test_a_spent_range_is_a_problem(cluster_of, problem_of):
    documents = [service("ports: [{port: 80}]", f"s{n:02}") for n in range(13)]
    settings = {"serviceCIDR": "10.0.0.0/28"}
    assert "10.0.0.0/28, is spent" in problem_of("service-range-spent", *documents, settings=settings).message


def test_headless_and_external_name_services_have_no_cluster_ip(cluster_of):
    headless = made(cluster_of(service("clusterIP: None, ports: [{port: 80}]")))
    assert (headless.headless, headless.cluster_ips) == (True, ())
    external = made(cluster_of(service("type: ExternalName, externalName: example.org")))
    assert (external.external_name, external.cluster_ips) == ("example.org", ())


def test_a_written_cluster_ip_stands(cluster_of):
    assert list(map(str, made(cluster_of(service("clusterIP: 10.96.7.7, ports: [{port: 80}]"))).cluster_ips)) == [
        "10.96.7.7"
    ]


def test_a_cluster_ip_outside_the_range_is_told(problem_of):
    problem = problem_of("cluster-ip-outside-range", service("clusterIP: 10.43.7.7, ports: [{port: 80}]"))
    assert "10.43.7.7 is not in the range of Services, 10.96.0.0/12" in problem.message
    assert "serviceCIDR=10.43.0.0/16" in problem.hint
    assert problem.line == 5


def test_the_first_of_two_with_one_cluster_ip_keeps_it(cluster_of, problem_of):
    documents = [service("clusterIP: 10.96.7.7, ports: [{port: 80}]", name) for name in ("web", "api")]
    assert problem_of("duplicate-cluster-ip", *documents).object == "Service default/api"
    cluster = cluster_of(*documents)
    assert str(made(cluster, "web").cluster_ips[0]) == "10.96.7.7"
    assert str(made(cluster, "api").cluster_ips[0]) != "10.96.7.7"


def test_node_ports_are_given_from_their_range(cluster_of):
    cluster = cluster_of(
        *(service("type: NodePort, ports: [{name: a, port: 80}, {name: b, port: 81}]", f"s{n}") for n in range(100))
    )
    given = [p.node_port for s in cluster.services.values() for p in s.ports if p.node_port]
    assert len(set(given)) == 200
    assert all(30000 <= port <= 32767 for port in given)


def test_load_balancers_have_node_ports_unless_they_want_none(cluster_of):
    assert made(cluster_of(service("type: LoadBalancer, ports: [{port: 80}]"))).ports[0].node_port
    without = service("type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 80}]")
    assert made(cluster_of(without)).ports[0].node_port is None


def test_the_first_of_two_with_one_node_port_keeps_it(cluster_of, problem_of):
    documents = [service("type: NodePort, ports: [{port: 80, nodePort: 30080}]", name) for name in ("web", "api")]
    problem = problem_of("duplicate-node-port", *documents)
    assert "Service default/web has the node port 30080/TCP already" in problem.message
    assert problem.object == "Service default/api"
    cluster = cluster_of(*documents)
    assert made(cluster, "web").ports[0].node_port == 30080
    assert made(cluster, "api").ports[0].node_port not in (None, 30080)


def test_one_node_port_for_two_protocols_is_fine(cluster_of):
    spec = "type: NodePort, ports: [{name: t, port: 53, nodePort: 30053}, {name: u, protocol: UDP, port: 53, nodePort: 30053}]"
    cluster = cluster_of(service(spec))
    assert [p.node_port for p in made(cluster).ports] == [30053, 30053]
    assert "duplicate-node-port" not in {p.id for p in cluster.problems}


def test_load_balancer_addresses_come_from_the_status(cluster_of):
    status = "status: {loadBalancer: {ingress: [{ip: 203.0.113.5}, {hostname: lb.example.org}, {ip: 203.0.113.6, ipMode: Proxy}]}}"
    web = made(cluster_of(service("type: LoadBalancer, ports: [{port: 80}]", rest=status)))
    assert [(str(i.ip), i.hostname, i.ip_mode) for i in web.load_balancer] == [
        ("203.0.113.5", None, "VIP"), ("None", "lb.example.org", "VIP"), ("203.0.113.6", None, "Proxy"),
    ]  # fmt: skip


def test_local_load_balancers_have_a_health_check_port(cluster_of):
    spec = "type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]"
    assert made(cluster_of(service(spec))).health_check_node_port in range(30000, 32768)
    assert made(cluster_of(service(f"{spec}, healthCheckNodePort: 32000"))).health_check_node_port == 32000


def test_session_affinity(cluster_of):
    assert made(cluster_of(service("sessionAffinity: ClientIP, ports: [{port: 80}]"))).affinity_seconds == 10800
    config = "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}, ports: [{port: 80}]"
    assert made(cluster_of(service(config))).affinity_seconds == 60


DUAL = {"clusterCIDR": "10.244.0.0/16,fd00:10:244::/56"}


def test_ip_families(cluster_of):
    for spec, families in (
        ("", (4,)),
        ("ipFamilyPolicy: SingleStack", (4,)),
        ("ipFamilyPolicy: PreferDualStack", (4, 6)),
        ("ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6, IPv4]", (6, 4)),
        ("ipFamilies: [IPv6]", (6,)),
    ):
        web = made(cluster_of(service(f"{spec}{', ' if spec else ''}ports: [{{port: 80}}]"), settings=DUAL))
        assert (web.ip_families, tuple(ip.version for ip in web.cluster_ips)) == (families, families), spec


def test_two_families_in_a_cluster_of_one(cluster_of, problem_of):
    preferred = service("ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]")
    assert made(cluster_of(preferred)).ip_families == (4,)
    assert (
        "IPv4" in problem_of("not-dual-stack", service("ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]")).message
    )


def test_what_the_api_server_refuses_is_told_by_its_line(problem_of):
    for spec, id_ in (
        ("ports: [{port: 80}, {port: 81, name: b}]", "unnamed-port"),
        ("ports: [{port: 80, name: a}, {port: 81, name: a}]", "duplicate-port-name"),
        ("ports: [{port: 0}]", "invalid-port"),
        ("ports: [{targetPort: 80}]", "port-without-number"),
        ("ports: [{port: 80, protocol: HTTP}]", "invalid-protocol"),
        ("ports: [{port: 80, nodePort: 30080}]", "node-port-unused"),
        ("type: NodePort, ports: [{port: 80, nodePort: 8080}]", "node-port-outside-range"),
        ("type: Nodeport, ports: [{port: 80}]", "invalid-value"),
        ("internalTrafficPolicy: local, ports: [{port: 80}]", "invalid-value"),
        ("clusterIP: 10.96.0.300, ports: [{port: 80}]", "invalid-address"),
        ("externalIPs: [010.0.0.1], ports: [{port: 80}]", "invalid-address"),
        ("type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/33], ports: [{port: 80}]", "invalid-address"),
    ):
        assert problem_of(id_, service(spec)).line == 5, spec


def test_a_type_with_other_capitals_is_understood(cluster_of):
    assert made(cluster_of(service("type: nodeport, ports: [{port: 80}]"))).type == "NodePort"
