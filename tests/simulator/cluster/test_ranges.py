"""Ranges that nobody set, but that the upload tells."""


def node(name: str, *cidrs: str) -> str:
    ranges = ", ".join(f"'{cidr}'" for cidr in cidrs)
    return f"{{apiVersion: v1, kind: Node, metadata: {{name: {name}}}, spec: {{podCIDRs: [{ranges}]}}}}"


def ranges(cluster):
    profile = cluster.profile
    return list(map(str, profile.cluster_cidrs)), list(map(str, profile.service_cidrs))


def test_without_anything_the_usual_ranges_hold(cluster_of):
    assert ranges(cluster_of()) == (["10.244.0.0/16"], ["10.96.0.0/12"])


def test_pod_ranges_of_nodes_tell_the_clusters_range(cluster_of):
    assert ranges(cluster_of(node("a", "10.244.1.0/24")))[0] == ["10.244.0.0/16"]
    assert ranges(cluster_of(node("a", "172.30.1.0/24"), node("b", "172.30.2.0/24")))[0] == ["172.30.0.0/16"]
    assert ranges(cluster_of(node("a", "10.128.0.0/24"), node("b", "10.129.243.0/24")))[0] == ["10.128.0.0/15"]


def test_nodes_of_two_families_make_the_cluster_dual_stack(cluster_of):
    cluster = cluster_of(node("a", "10.244.1.0/24", "fd00:10:244:1::/64"))
    assert ranges(cluster) == (["10.244.0.0/16", "fd00:10:244::/56"], ["10.96.0.0/12", "fd00:10:96::/112"])


def test_settings_win(cluster_of):
    cluster = cluster_of(
        node("a", "172.30.1.0/24"), settings={"clusterCIDR": "172.16.0.0/12", "serviceCIDR": "10.96.0.0/16"}
    )
    assert ranges(cluster) == (["172.16.0.0/12"], ["10.96.0.0/16"])


def test_the_service_of_the_api_server_tells_the_range_of_services(cluster_of):
    service = "{apiVersion: v1, kind: Service, metadata: {name: kubernetes}, spec: {clusterIP: 10.43.0.1, ports: [{port: 443}]}}"
    cluster = cluster_of(service)
    assert ranges(cluster)[1] == ["10.43.0.0/16"]
    assert list(map(str, cluster.services["default/kubernetes"].cluster_ips)) == ["10.43.0.1"]
