"""Why a flow fails: the object, the field and the line to blame, and a change that would mend it."""

import re
from pathlib import Path

from simulator.analysis.ask import parse_flow
from simulator.analysis.why import explain
from simulator.cluster.cluster import Cluster
from simulator.compilers import compile_network
from simulator.trace.model import Explanation
from simulator.trace.tracing import trace

NODES = """
apiVersion: v1
kind: Node
metadata: {name: left}
spec: {podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24]}
status: {addresses: [{type: InternalIP, address: 192.168.56.11}], conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Node
metadata: {name: right}
spec: {podCIDR: 10.244.2.0/24, podCIDRs: [10.244.2.0/24]}
status: {addresses: [{type: InternalIP, address: 192.168.56.12}], conditions: [{type: Ready, status: "True"}]}
"""


def pod(
    name: str, node: str, ip: str, labels: str = "", ports: str = "", ready: str = "True", phase: str = "Running"
) -> str:
    return f"""---
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  labels: {{{labels}}}
spec:
  nodeName: {node}
  containers:
  - name: main
    image: app
    ports: [{ports}]
status: {{phase: {phase}, podIP: {ip}, podIPs: [{{ip: {ip}}}], conditions: [{{type: Ready, status: "{ready}"}}]}}
"""


def service(selector: str, ports: str, more: str = "", status: str = "") -> str:
    return f"""---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  clusterIP: 10.96.20.1
  {more}
  selector:
    {selector}
  ports:
  - {ports}
{status}
"""


CLIENT = pod("client", "left", "10.244.1.100", "app: client")
WEB = pod("web-1", "right", "10.244.2.10", "app: web", "{containerPort: 8080, name: http}")
PORTS = "{port: 80, targetPort: 8080}"


def why(cluster: Cluster, target: str, source: str = "default/client", protocol: str = "TCP") -> Explanation | None:
    return explain(cluster, trace(compile_network(cluster), parse_flow(cluster, source, target, protocol), 0))


def line_of(text: str, wanted: str) -> int:
    """The line of shop.yaml that starts with `wanted`."""
    lines = text.splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(wanted))


def test_what_arrives_needs_no_explanation(cluster_of):
    assert why(cluster_of(NODES + CLIENT + WEB + service("app: web", PORTS)), "web:80") is None


def test_a_selector_with_a_slip_is_told_with_its_line_and_the_label_that_was_meant(cluster_of):
    text = NODES + CLIENT + WEB + service("app: wbe", PORTS)
    found = why(cluster_of(text), "web:80")
    assert found.code == "selector-matches-nothing"
    assert (found.object, found.field) == ("Service default/web", "spec.selector")
    assert (found.file, found.line) == ("shop.yaml", line_of(text, "selector:"))
    assert "`app: wbe`" in found.message
    assert "`app: web`" in found.fix
    assert "Pod default/web-1" in found.fix


def test_a_selector_with_the_wrong_key_is_mended_with_the_pods_key(cluster_of):
    found = why(cluster_of(NODES + CLIENT + WEB + service("name: web", PORTS)), "web:80")
    assert found.code == "selector-matches-nothing"
    assert "`app: web`" in found.fix


def test_where_no_label_comes_near_the_pod_with_the_port_is_told_to_take_the_label(cluster_of):
    bare = pod("web-1", "right", "10.244.2.10", "", "{containerPort: 8080}")
    found = why(cluster_of(NODES + CLIENT + bare + service("name: deployment", PORTS)), "web:80")
    assert found.code == "selector-matches-nothing"
    assert "Pod default/web-1" in found.fix
    assert "has no labels" in found.fix
    assert "`name: deployment`" in found.fix


OPERATED = """---
apiVersion: monitoring.example.com/v1
kind: Database
metadata: {name: main, labels: {app: web, tier: front}}
spec: {}
"""


def test_pods_that_a_custom_resource_would_make_are_missed_and_nobody_is_told_to_take_their_labels(cluster_of):
    text = NODES + pod("client", "left", "10.244.1.7") + service("app: web\n    tier: front", "port: 80")
    found = why(cluster_of(text + OPERATED), "web:80")
    assert found.code == "pods-of-custom-resource"
    assert "Database default/main" in found.message
    assert found.object == "Database default/main"
    assert found.fix == "Upload them, too: kubectl get pods -n default -o yaml."


def test_a_pod_that_is_plainly_something_else_is_not_told_to_become_it(cluster_of):
    other = pod("adapter", "right", "10.244.2.7", "app: metrics, tier: tools")
    text = NODES + pod("client", "left", "10.244.1.7", "app: client, tier: tools") + other
    found = why(cluster_of(text + service("app: web\n    tier: front", "port: 80")), "web:80")
    assert (found.code, found.fix[:25]) == ("selector-matches-nothing", "No pod here comes near: a")


def test_pods_that_are_not_ready_are_named(cluster_of):
    sick = pod("web-1", "right", "10.244.2.10", "app: web", "{containerPort: 8080}", ready="False")
    found = why(cluster_of(NODES + CLIENT + sick + service("app: web", PORTS)), "web:80")
    assert found.code == "endpoints-not-ready"
    assert found.object == "Pod default/web-1"


def test_a_port_that_the_service_does_not_have_is_told_with_those_it_has(cluster_of):
    text = NODES + CLIENT + WEB + service("app: web", PORTS)
    found = why(cluster_of(text), "web:81")
    assert found.code == "wrong-service-port"
    assert "80/TCP" in found.message
    assert (found.object, found.field, found.file) == ("Service default/web", "spec.ports", "shop.yaml")


def test_the_target_port_asked_of_the_service_is_recognised(cluster_of):
    found = why(cluster_of(NODES + CLIENT + WEB + service("app: web", PORTS)), "web:8080")
    assert found.code == "wrong-service-port"
    assert "targetPort" in found.message


def test_the_right_port_with_the_wrong_protocol_is_recognised(cluster_of):
    found = why(cluster_of(NODES + CLIENT + WEB + service("app: web", PORTS)), "web:80", protocol="UDP")
    assert found.code == "wrong-protocol"


def test_a_target_port_that_nobody_listens_on_points_at_the_target_port(cluster_of):
    text = NODES + CLIENT + WEB + service("app: web", "port: 80\n    targetPort: 9999")
    found = why(cluster_of(text), "web:80")
    assert found.code == "wrong-target-port"
    assert (found.field, found.line) == ("spec.ports[0].targetPort", line_of(text, "targetPort:"))
    assert "8080" in found.fix
    assert "netviz.dev/listen" in found.fix


def test_the_name_of_a_target_port_that_no_pod_has_is_told(cluster_of):
    found = why(cluster_of(NODES + CLIENT + WEB + service("app: web", "{port: 80, targetPort: web}")), "web:80")
    assert found.code == "target-port-name-unknown"
    assert "http" in found.fix


def test_a_pod_called_at_a_port_it_does_not_declare(cluster_of):
    found = why(cluster_of(NODES + CLIENT + WEB), "web-1:9999")
    assert found.code == "port-not-declared"
    assert found.object == "Pod default/web-1"
    assert 'netviz.dev/listen: "9999/TCP"' in found.fix


def test_an_address_that_no_pod_has_is_told_with_its_node(cluster_of):
    found = why(cluster_of(NODES + CLIENT), "10.244.2.99:80")
    assert found.code == "no-such-pod-address"
    assert "right" in found.message


def test_a_pod_outside_of_its_nodes_range_is_told_at_its_address(cluster_of):
    found = why(cluster_of(NODES + CLIENT + pod("web-1", "right", "10.244.9.9")), "web-1:80")
    assert found.code == "pod-outside-range"
    assert found.object == "Pod default/web-1"
    assert "10.244.2.0/24" in found.message


def test_a_pod_range_that_two_nodes_have_is_told_where_the_packet_came_to(cluster_of):
    twins = NODES.replace("10.244.2.0/24", "10.244.1.0/24")
    found = why(cluster_of(twins + CLIENT + pod("web-1", "right", "10.244.1.99")), "web-1:80")
    assert found.code == "pod-range-of-two"
    assert found.object == "Node left"


def test_an_address_of_the_service_range_that_no_service_has(cluster_of):
    found = why(cluster_of(NODES + CLIENT), "10.96.99.99:80")
    assert found.code == "unknown-cluster-ip"


def test_a_node_port_that_no_service_has_is_told_with_those_there_are(cluster_of):
    more = "type: NodePort"
    cluster = cluster_of(
        NODES + CLIENT + WEB + service("app: web", "{port: 80, targetPort: 8080, nodePort: 30080}", more)
    )
    found = why(cluster, "right:30081")
    assert found.code == "no-such-node-port"
    assert "30080/TCP" in found.message


def test_a_node_port_with_policy_local_and_no_endpoint_there(cluster_of):
    more = "type: NodePort\n  externalTrafficPolicy: Local"
    text = NODES + CLIENT + WEB + service("app: web", "{port: 80, targetPort: 8080, nodePort: 30080}", more)
    found = why(cluster_of(text), "left:30080", source="internet")
    assert found.code == "no-local-endpoint"
    assert (found.field, found.line) == ("spec.externalTrafficPolicy", line_of(text, "externalTrafficPolicy:"))
    assert "right" in found.message


def test_a_cluster_ip_with_policy_local_and_no_endpoint_there(cluster_of):
    found = why(cluster_of(NODES + CLIENT + WEB + service("app: web", PORTS, "internalTrafficPolicy: Local")), "web:80")
    assert found.code == "no-local-endpoint"
    assert found.field == "spec.internalTrafficPolicy"


def test_a_source_outside_the_load_balancers_ranges(cluster_of):
    status = "status: {loadBalancer: {ingress: [{ip: 203.0.113.5}]}}"
    more = "type: LoadBalancer\n  loadBalancerSourceRanges: [10.1.0.0/16]"
    text = NODES + CLIENT + WEB + service("app: web", PORTS, more, status)
    found = why(cluster_of(text), "web:80", source="internet")
    assert found.code == "source-not-in-ranges"
    assert found.line == line_of(text, "loadBalancerSourceRanges:")


def test_a_load_balancer_called_at_a_port_it_does_not_have_runs_in_a_circle(cluster_of):
    status = "status: {loadBalancer: {ingress: [{ip: 203.0.113.5}]}}"
    cluster = cluster_of(NODES + CLIENT + WEB + service("app: web", PORTS, "type: LoadBalancer", status))
    found = why(cluster, "web:81", source="internet")
    assert found.code == "wrong-service-port"


def test_a_cluster_ip_called_from_outside(cluster_of):
    found = why(cluster_of(NODES + CLIENT + WEB + service("app: web", PORTS)), "10.96.20.1:80", source="internet")
    assert found.code == "cluster-ip-from-outside"


def test_a_cluster_ip_called_from_outside_has_perhaps_a_door_that_is_meant_for_it(cluster_of):
    def fix(more: str, status: str = "") -> str:
        text = NODES + pod("web", "right", "10.244.2.7", "app: web") + service("app: web", "port: 80", more, status)
        return why(cluster_of(text), "10.96.20.1:80", "internet").fix

    assert fix("type: ClusterIP").startswith("Make it type: NodePort or LoadBalancer")
    balancer = "status: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}"
    assert fix("type: LoadBalancer", balancer) == "Call 203.0.113.9:80, which is its address outside."
    assert fix("externalIPs: [198.51.100.99]") == "Call 198.51.100.99:80, which is its address outside."
    assert "its node port" in fix("type: NodePort")


def test_a_service_cannot_be_pinged(cluster_of):
    found = why(cluster_of(NODES + CLIENT + WEB + service("app: web", PORTS)), "web", protocol="ICMP")
    assert found.code == "service-answers-no-ping"


def test_a_pod_that_calls_itself_with_hairpin_mode_off(cluster_of):
    cluster = cluster_of(NODES + WEB + service("app: web", PORTS), {"cni.hairpinMode": "false"})
    assert why(cluster, "web:80", source="default/web-1").code == "hairpin-off"


def test_a_neighbor_behind_a_service_without_br_netfilter(cluster_of):
    near = pod("web-1", "left", "10.244.1.10", "app: web", "{containerPort: 8080}")
    settings = {"sysctl.net.bridge.bridge-nf-call-iptables": "0"}
    found = why(cluster_of(NODES + CLIENT + near + service("app: web", PORTS), settings), "web:80")
    assert found.code == "bridge-netfilter-off"
    assert "10.244.1.10" in found.message


def test_an_address_that_nobody_knows(cluster_of):
    assert why(cluster_of(NODES + CLIENT), "203.0.113.77:80").code == "no-way"


def test_a_hand_written_endpoint_that_points_at_nobody(cluster_of):
    stale = """---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.20.1, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints:
- addresses: [10.244.2.99]
ports: [{name: "", port: 8080, protocol: TCP}]
"""
    found = why(cluster_of(NODES + CLIENT + stale), "web:80")
    assert found.code == "stale-endpoint"
    assert "EndpointSlice default/web-1" in found.message
    assert found.file == "shop.yaml"


def test_a_service_without_selector_and_slices(cluster_of):
    bare = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: 10.96.20.1, ports: [{port: 80}]}\n"
    assert why(cluster_of(NODES + CLIENT + bare), "web:80").code == "no-selector"


SCALED_DOWN = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 0, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {}}}
"""


def test_a_workload_that_is_scaled_to_none_is_named(cluster_of):
    found = why(cluster_of(NODES + CLIENT + SCALED_DOWN + service("app: web", PORTS)), "web:80")
    assert (found.code, found.object, found.field) == (
        "workload-without-pods", "Deployment default/web", "spec.replicas",
    )  # fmt: skip


def test_pods_of_another_namespace_are_named(cluster_of):
    elsewhere = pod("web-1", "right", "10.244.2.10", "app: web").replace(
        "name: web-1", "namespace: shop\n  name: web-1"
    )
    found = why(cluster_of(NODES + CLIENT + elsewhere + service("app: web", PORTS)), "web:80")
    assert found.code == "pods-in-another-namespace"
    assert "Pod shop/web-1" in found.message
    assert "web.shop" in found.fix


def test_every_reason_has_its_row_in_the_documents():
    root = Path(__file__).resolve().parents[3]
    code = re.compile(r'^\s+"([a-z]+(?:-[a-z]+)+)",$|explanation\("([a-z-]+)"', re.MULTILINE)
    texts = [path.read_text() for path in sorted((root / "simulator" / "analysis").glob("why*.py"))]
    codes = {one or other for text in texts for one, other in code.findall(text)}
    documented = set(re.findall(r"`([a-z0-9-]+)`", (root / "docs" / "why.md").read_text()))
    assert codes - documented == set()
