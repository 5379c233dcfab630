"""EndpointSlices as the controller makes them; `tests/conformance` compares with recordings of the real one."""

import pytest

SERVICE = "{{apiVersion: v1, kind: Service, metadata: {{name: web}}, spec: {{selector: {{app: web}}, {spec}}}}}"


def service(spec: str = "ports: [{port: 80, targetPort: http}]") -> str:
    return SERVICE.format(spec=spec)


def pod(
    name: str, ports: str = "{name: http, containerPort: 8080}", spec: str = "", status: str = "", metadata: str = ""
) -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app: web}}, {metadata}}}
spec: {{containers: [{{name: main, image: nginx, ports: [{ports}]}}], {spec}}}
status: {{{status}}}
"""


def pieces(cluster, key="default/web"):
    return cluster.slices_of(key)


def told(cluster):
    return [
        ([(p.name, p.port) for p in s.ports], [e.target.partition("/")[2] for e in s.endpoints])
        for s in pieces(cluster)
    ]


def test_the_slice_of_the_api_server_is_always_there(cluster_of):
    (piece,) = cluster_of().slices
    assert (piece.name, piece.service, piece.address_type) == ("kubernetes", "kubernetes", "IPv4")
    assert [(p.name, p.port) for p in piece.ports] == [("https", 6443)]
    (endpoint,) = piece.endpoints
    assert (str(endpoint.addresses[0]), endpoint.ready, endpoint.serving) == ("192.168.56.10", True, None)
    other = cluster_of(settings={"controlPlane": "192.168.56.99"}).slices[0].endpoints[0]
    assert str(other.addresses[0]) == "192.168.56.99"


def test_a_named_target_port_may_be_two_numbers(cluster_of):
    cluster = cluster_of(service(), pod("a"), pod("b", "{name: http, containerPort: 9090}"), pod("c"))
    assert told(cluster) == [([("", 8080)], ["a", "c"]), ([("", 9090)], ["b"])]


def test_a_pod_without_the_named_port_is_in_a_slice_without_ports(cluster_of):
    assert told(cluster_of(service(), pod("a"), pod("b", ""))) == [([("", 8080)], ["a"]), ([], ["b"])]


def test_a_port_of_another_protocol_is_another_port(cluster_of):
    assert told(cluster_of(service(), pod("a", "{name: http, containerPort: 8080, protocol: UDP}"))) == [([], ["a"])]


def test_sidecars_are_looked_at_last(cluster_of):
    sidecar = "initContainers: [{name: proxy, image: envoy, restartPolicy: Always, ports: [{name: http, containerPort: 15001}]}]"
    assert told(cluster_of(service(), pod("a", spec=sidecar))) == [([("", 8080)], ["a"])]
    assert told(cluster_of(service(), pod("a", "", spec=sidecar))) == [([("", 15001)], ["a"])]


def test_a_number_needs_no_declared_port(cluster_of):
    assert told(cluster_of(service("ports: [{port: 80, targetPort: 1234}]"), pod("a", ""))) == [([("", 1234)], ["a"])]


def test_nobody_selected_leaves_an_empty_slice(cluster_of):
    assert told(cluster_of(service())) == [([], [])]


def test_a_headless_service_needs_no_ports(cluster_of):
    cluster = cluster_of(service("clusterIP: None"), pod("a"))
    assert told(cluster) == [([], ["a"])]
    assert pieces(cluster)[0].labels["service.kubernetes.io/headless"] == ""


def test_more_than_a_hundred_endpoints_take_more_slices(cluster_of):
    text = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 205
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: nginx}]}}
"""
    cluster = cluster_of(text, service("ports: [{port: 80}]"))
    assert [len(s.endpoints) for s in pieces(cluster)] == [100, 100, 5]
    assert len({s.name for s in pieces(cluster)}) == 3


NOT_READY = "conditions: [{type: Ready, status: 'False'}]"
GOING = "deletionTimestamp: '2026-01-01T00:00:00Z'"


@pytest.mark.parametrize(
    ("publish", "status", "metadata", "conditions"),
    [
        (False, "", "", (True, True, False)),
        (False, NOT_READY, "", (False, False, False)),
        (False, "", GOING, (False, True, True)),
        (True, NOT_READY, "", (True, False, False)),
        (True, "", GOING, (True, True, True)),
    ],
)
def test_conditions(cluster_of, publish, status, metadata, conditions):
    spec = f"publishNotReadyAddresses: {str(publish).lower()}, ports: [{{port: 80}}]"
    (endpoint,) = pieces(cluster_of(service(spec), pod("a", status=status, metadata=metadata)))[0].endpoints
    assert (endpoint.ready, endpoint.serving, endpoint.terminating) == conditions


def test_pods_that_have_ended_or_do_not_run_are_no_endpoints(cluster_of):
    cluster = cluster_of(
        service("ports: [{port: 80}]"),
        pod("done", status="phase: Succeeded, podIP: 10.244.1.9"),
        pod("failed", status="phase: Failed, podIP: 10.244.1.8"),
        pod("waits", status="phase: Pending"),
        pod("lost", spec="nodeSelector: {disk: ssd}"),
        pod("runs"),
    )
    assert told(cluster) == [([("", 80)], ["runs"])]


def test_an_endpoint_knows_its_pod_node_zone_and_hostname(cluster_of):
    node = "{apiVersion: v1, kind: Node, metadata: {name: n1, labels: {topology.kubernetes.io/zone: z1}}}"
    cluster = cluster_of(
        node,
        service("ports: [{port: 80}]"),
        pod("a", spec="hostname: first, subdomain: web"),
        pod("b", spec="hostname: second, subdomain: other"),
    )
    first, second = pieces(cluster)[0].endpoints
    assert (first.target, first.node, first.zone, first.hostname) == ("Pod default/a", "n1", "z1", "first")
    assert second.hostname is None
    assert first.origins[0].object == "Pod default/a"


def test_a_host_network_pod_has_its_nodes_address(cluster_of):
    (endpoint,) = pieces(
        cluster_of(service("ports: [{port: 80}]"), pod("a", spec="hostNetwork: true, nodeName: node-b"))
    )[0].endpoints
    assert list(map(str, endpoint.addresses)) == ["192.168.56.12"]


def test_each_family_has_its_slice(cluster_of):
    settings = {"clusterCIDR": "10.244.0.0/16,fd00:10:244::/56"}
    cluster = cluster_of(service("ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]"), pod("a"), settings=settings)
    assert [(s.address_type, str(s.endpoints[0].addresses[0])) for s in pieces(cluster)] == [
        ("IPv4", "10.244.1.2"), ("IPv6", "fd00:10:244:1::2"),
    ]  # fmt: skip


def test_pods_of_other_namespaces_are_not_selected(cluster_of):
    assert told(cluster_of(service("ports: [{port: 80}]"), pod("a", metadata="namespace: other"))) == [([], [])]


def test_no_slices_without_a_selector_or_for_an_external_name(cluster_of):
    assert pieces(cluster_of(service("ports: [{port: 80}]").replace("selector: {app: web}, ", ""), pod("a"))) == ()
    assert pieces(cluster_of(service("type: ExternalName, externalName: a.example"), pod("a"))) == ()


def test_labels_of_the_service_are_labels_of_its_slices(cluster_of):
    text = service("ports: [{port: 80}]").replace(
        "name: web}", "name: web, labels: {team: a, kubernetes.io/service-name: x}}"
    )
    assert pieces(cluster_of(text))[0].labels == {
        "team": "a",
        "kubernetes.io/service-name": "web",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    }
