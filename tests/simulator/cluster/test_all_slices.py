"""Slices of the upload and computed ones: which are used, and what is said where they differ."""

SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}"
BARE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, targetPort: 8080}]}}"
POD = """
apiVersion: v1
kind: Pod
metadata: {name: web-1, labels: {app: web}}
spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
status: {podIP: 10.244.1.5}
"""
CONTROLLER = "endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io, "


def piece(address: str, labels: str = "", service: str = "web", name: str = "web-abc", ready: str = "true") -> str:
    return f"""
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: {name}, labels: {{{labels}kubernetes.io/service-name: {service}}}}}
addressType: IPv4
endpoints: [{{addresses: ['{address}'], conditions: {{ready: {ready}, serving: {ready}, terminating: false}}}}]
ports: [{{name: '', port: 8080, protocol: TCP}}]
"""


def endpoints(subsets: str, name: str = "web", metadata: str = "") -> str:
    return f"{{apiVersion: v1, kind: Endpoints, metadata: {{name: {name}, {metadata}}}, subsets: {subsets}}}"


SUBSETS = "[{addresses: [{ip: 10.9.9.9, nodeName: n1}, {ip: 'fd00::9'}], notReadyAddresses: [{ip: 10.9.9.8}], ports: [{port: 8080}]}]"


def told(cluster):
    return [
        (s.address_type, str(e.addresses[0]), e.ready) for s in cluster.slices_of("default/web") for e in s.endpoints
    ]


def ids(cluster):
    return [p.id for p in cluster.problems]


def test_a_dumps_slices_win(cluster_of, problem_of):
    documents = (SERVICE, POD, piece("10.244.1.77", CONTROLLER))
    assert told(cluster_of(*documents)) == [("IPv4", "10.244.1.77", True)]
    problem = problem_of("slices-disagree", *documents)
    assert "only in the upload: 10.244.1.77 (8080/TCP); missing there: 10.244.1.5 (8080/TCP)" in problem.message
    assert problem.object == "EndpointSlice default/web-abc"


def test_slices_that_agree_are_no_problem(cluster_of):
    cluster = cluster_of(SERVICE, POD, piece("10.244.1.5", CONTROLLER))
    assert (told(cluster), ids(cluster)) == ([("IPv4", "10.244.1.5", True)], [])
    (written,) = cluster.slices_of("default/web")
    assert (written.written, written.source is not None) == (True, True)


def test_readiness_may_differ_too(problem_of):
    problem = problem_of("slices-disagree", SERVICE, POD, piece("10.244.1.5", CONTROLLER, ready="false"))
    assert "otherwise: 10.244.1.5 (8080/TCP) is not ready" in problem.message


def test_a_slice_made_by_hand_is_beside_the_controllers(cluster_of):
    assert told(cluster_of(SERVICE, POD, piece("10.244.1.77"))) == [
        ("IPv4", "10.244.1.77", True),
        ("IPv4", "10.244.1.5", True),
    ]


def test_a_slice_of_a_service_without_selector(cluster_of):
    cluster = cluster_of(BARE, piece("198.51.100.7"))
    assert (told(cluster), ids(cluster)) == ([("IPv4", "198.51.100.7", True)], [])
    (endpoint,) = cluster.slices_of("default/web")[0].endpoints
    assert endpoint.origins[0].field == "endpoints[0]"


def test_a_made_up_name_is_not_one_that_the_upload_has(cluster_of):
    names = [s.name for s in cluster_of(SERVICE, POD, piece("10.244.1.77", name="web-1")).slices_of("default/web")]
    assert len(set(names)) == 2


def test_endpoints_of_a_service_without_selector_are_mirrored(cluster_of):
    cluster = cluster_of(BARE, endpoints(SUBSETS))
    assert told(cluster) == [("IPv4", "10.9.9.9", True), ("IPv4", "10.9.9.8", False), ("IPv6", "fd00::9", True)]
    first = cluster.slices_of("default/web")[0]
    assert first.labels["endpointslice.kubernetes.io/managed-by"] == "endpointslicemirroring-controller.k8s.io"
    assert (first.endpoints[0].node, first.endpoints[0].serving) == ("n1", None)
    assert first.endpoints[0].origins[0].object == "Endpoints default/web"


def test_endpoints_that_were_mirrored_in_the_dump_are_not_mirrored_again(cluster_of):
    mirrored = piece("10.9.9.9", "endpointslice.kubernetes.io/managed-by: endpointslicemirroring-controller.k8s.io, ")
    assert told(cluster_of(BARE, endpoints(SUBSETS), mirrored)) == [("IPv4", "10.9.9.9", True)]


def test_endpoints_of_a_service_with_selector_win_where_there_are_no_slices(cluster_of):
    cluster = cluster_of(SERVICE, POD, endpoints("[{addresses: [{ip: 10.9.9.9}], ports: [{port: 8080}]}]"))
    assert told(cluster) == [("IPv4", "10.9.9.9", True)]
    assert ids(cluster) == ["slices-disagree"]


def test_endpoints_may_ask_not_to_be_mirrored(cluster_of):
    skipped = endpoints(SUBSETS, metadata="labels: {endpointslice.kubernetes.io/skip-mirror: 'true'}")
    leader = endpoints(SUBSETS, metadata="annotations: {control-plane.alpha.kubernetes.io/leader: '{}'}")
    assert told(cluster_of(BARE, skipped)) == told(cluster_of(BARE, leader)) == []


def test_what_belongs_to_no_service_is_told(problem_of, cluster_of):
    assert "Service default/api" in problem_of("slice-service-unknown", piece("10.1.1.1", service="api")).message
    assert "Service default/api" in problem_of("endpoints-without-service", endpoints(SUBSETS, "api")).message
    without = piece("10.1.1.1").replace("labels: {kubernetes.io/service-name: web}", "labels: {}")
    assert problem_of("slice-without-service", without).level.value == "warning"
    assert len(cluster_of(without).slices) == 2


def test_what_is_wrong_inside_a_slice_is_told_by_its_line(problem_of):
    for document, id_, line in (
        (piece("10.1.1.300"), "invalid-address", 6),
        (piece("fd00::1"), "slice-address-type", 6),
        (piece("10.1.1.1").replace("port: 8080", "port: 80800"), "invalid-port", 7),
        (piece("a.example").replace("IPv4", "FQDN"), "slice-address-type", 5),
    ):
        assert problem_of(id_, BARE.replace("}}", "}}"), document).line == line + 2


def test_the_upload_may_bring_the_api_servers_own_slice(cluster_of):
    own = piece("172.18.0.2", name="kubernetes", service="kubernetes")
    (slice_,) = cluster_of(own).slices
    assert str(slice_.endpoints[0].addresses[0]) == "172.18.0.2"
