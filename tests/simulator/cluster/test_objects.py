"""The completed cluster as Kubernetes objects."""

from simulator.cluster.objects import objects

DOCUMENTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 80}]}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: shop}, spec: {podSelector: {}}}
"""


def one(cluster, kind, name):
    (found,) = [o for o in objects(cluster, kind) if o["metadata"]["name"] == name]
    return found


def test_every_kind_is_there(cluster_of):
    kinds = {o["kind"] for o in objects(cluster_of(DOCUMENTS))}
    assert kinds == {"Namespace", "Node", "Service", "EndpointSlice", "Pod", "Deployment", "NetworkPolicy"}


def test_a_pod_of_a_workload_is_a_pod_with_its_template(cluster_of):
    pod = one(cluster_of(DOCUMENTS), "pod", "web-0")
    assert (pod["apiVersion"], pod["metadata"]["namespace"], pod["metadata"]["labels"]) == (
        "v1",
        "shop",
        {"app": "web"},
    )
    assert pod["metadata"]["ownerReferences"][0]["name"] == "web"
    assert (pod["spec"]["nodeName"], pod["spec"]["containers"][0]["image"]) == ("node-a", "nginx")
    assert pod["status"]["podIPs"] == [{"ip": "10.244.1.2"}]


def test_a_node_has_addresses_and_ranges(cluster_of):
    node = one(cluster_of(DOCUMENTS), "Node", "node-a")
    assert node["spec"]["podCIDRs"] == ["10.244.1.0/24"]
    assert node["status"]["addresses"] == [{"type": "InternalIP", "address": "192.168.56.11"}]


def test_a_slice_has_the_form_of_the_api(cluster_of):
    (piece,) = [o for o in objects(cluster_of(DOCUMENTS), "EndpointSlice") if o["metadata"]["namespace"] == "shop"]
    assert (piece["apiVersion"], piece["addressType"]) == ("discovery.k8s.io/v1", "IPv4")
    assert piece["ports"] == [{"name": "", "protocol": "TCP", "port": 80}]
    (endpoint,) = piece["endpoints"]
    assert endpoint["targetRef"] == {"kind": "Pod", "namespace": "shop", "name": "web-0"}
    assert endpoint["conditions"] == {"ready": True, "serving": True, "terminating": False}


def test_a_service_has_what_was_given(cluster_of):
    spec = one(cluster_of(DOCUMENTS), "Service", "web")["spec"]
    assert spec["clusterIP"] == spec["clusterIPs"][0]
    assert spec["ports"][0]["nodePort"] in range(30000, 32768)


def test_there_is_a_namespace_for_each_name_used(cluster_of):
    assert [o["metadata"]["name"] for o in objects(cluster_of(DOCUMENTS), "Namespace")] == ["default", "shop"]
