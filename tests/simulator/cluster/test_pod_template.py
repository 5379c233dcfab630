"""Pod specs: containers, ports, probes, what the annotation says."""

from simulator.packet.headers import Protocol


def pod(spec: str, annotations: str = "") -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: web, annotations: {{{annotations}}}}}
spec:
{spec}
"""


def test_ports_get_their_defaults(cluster_of):
    document = pod(
        "  containers: [{name: main, image: nginx, ports: [{containerPort: 80}, {name: dns, containerPort: 53, protocol: UDP, hostPort: 5353, hostIP: 127.0.0.1}]}]"
    )
    (container,) = cluster_of(document).pods["default/web"].containers
    first, second = container.ports
    assert (first.number, first.protocol, first.name, first.host_port) == (80, Protocol.TCP, None, None)
    assert (second.name, second.protocol, second.host_port, str(second.host_ip)) == (
        "dns",
        Protocol.UDP,
        5353,
        "127.0.0.1",
    )
    assert second.path == ("spec", "containers", 0, "ports", 1)


def test_host_network_makes_container_ports_host_ports(cluster_of):
    document = pod("  hostNetwork: true\n  containers: [{name: main, image: nginx, ports: [{containerPort: 80}]}]")
    assert cluster_of(document).pods["default/web"].containers[0].ports[0].host_port == 80


def test_sidecars_are_containers_and_plain_init_containers_are_not(cluster_of):
    document = pod("""
  initContainers:
  - {name: migrate, image: tool}
  - {name: proxy, image: envoy, restartPolicy: Always, ports: [{containerPort: 15001}]}
  containers: [{name: main, image: nginx}]""")
    assert [(c.name, c.sidecar) for c in cluster_of(document).pods["default/web"].containers] == [
        ("main", False),
        ("proxy", True),
    ]


def test_probes_tell_ports_too(cluster_of):
    document = pod("""
  containers:
  - name: main
    image: nginx
    ports: [{name: http, containerPort: 8080}]
    livenessProbe: {httpGet: {path: /, port: http}}
    readinessProbe: {tcpSocket: {port: 9000}}
    startupProbe: {grpc: {port: 9001}}""")
    assert cluster_of(document).pods["default/web"].containers[0].probe_ports == (8080, 9000, 9001)


def test_the_annotation_says_what_is_listened_on(cluster_of, problem_of):
    main = "  containers: [{name: main, image: nginx}]"
    listens = cluster_of(pod(main, 'netviz.dev/listen: "8080/TCP, 53/udp, 90"')).pods["default/web"].listens
    assert listens == ((8080, Protocol.TCP), (53, Protocol.UDP), (90, Protocol.TCP))
    assert cluster_of(pod(main, 'netviz.dev/listen: ""')).pods["default/web"].listens == ()
    assert cluster_of(pod(main)).pods["default/web"].listens is None
    assert '"http"' in problem_of("invalid-listen", pod(main, "netviz.dev/listen: http")).message


def test_two_containers_on_one_port(problem_of):
    document = pod("""
  containers:
  - {name: a, image: nginx, ports: [{containerPort: 80}]}
  - {name: b, image: nginx, ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]}""")
    problem = problem_of("container-port-conflict", document)
    assert "The containers a and b of one pod both have port 80/TCP" in problem.message
    assert problem.line == 9


def test_wrong_ports_and_protocols(problem_of):
    for port, id_ in (
        ("{containerPort: 70000}", "invalid-port"),
        ("{containerPort: 0}", "invalid-port"),
        ("{name: http}", "port-without-number"),
        ("{containerPort: 80, protocol: HTTP}", "invalid-protocol"),
        ("{containerPort: 80, protocol: tcp}", "invalid-protocol"),
        ("{containerPort: 80, hostPort: 99999}", "invalid-port"),
        ("{containerPort: 80, hostIP: here}", "invalid-address"),
    ):
        assert problem_of(id_, pod(f"  containers: [{{name: main, image: nginx, ports: [{port}]}}]")).line == 6, port


def test_a_pod_without_containers(problem_of):
    assert problem_of("pod-without-containers", pod("  containers: []")).level.value == "error"
