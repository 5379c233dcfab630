"""Clusters that contradict themselves, each by the name of what is wrong: documents and settings."""

from collections.abc import Mapping


def node(name: str, address: str | None, *cidrs: str) -> str:
    ranges = ", ".join(f'"{cidr}"' for cidr in cidrs)
    own = f'{{type: InternalIP, address: "{address}"}}' if address else ""
    return (
        f"apiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\n"
        f"spec: {{{f'podCIDRs: [{ranges}]' if cidrs else ''}}}\n"
        f"status:\n  addresses: [{own}]\n"
    )


def pod(name: str, on: str, *addresses: str) -> str:
    ips = ", ".join(f'{{ip: "{address}"}}' for address in addresses)
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: {name}}}}}\n"
        f"spec: {{nodeName: {on}, containers: [{{name: main, image: web, ports: [{{containerPort: 8080}}]}}]}}\n"
        f"status: {{podIPs: [{ips}]}}\n"
    )


def service(name: str, *addresses: str) -> str:
    ips = ", ".join(f'"{address}"' for address in addresses)
    return (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\n"
        f"spec:\n  type: NodePort\n  clusterIPs: [{ips}]\n  selector: {{app: {name}}}\n"
        f"  ports: [{{port: 80, targetPort: 8080, nodePort: {30080 + len(name)}}}]\n"
    )


NODE_A = node("node-a", "192.168.56.11", "10.244.1.0/24")
NODE_B = node("node-b", "192.168.56.12", "10.244.2.0/24")
NODES = (NODE_A, NODE_B)
PODS = (pod("one", "node-a", "10.244.1.20"), pod("two", "node-b", "10.244.2.20"))
SERVICE = service("two", "10.96.0.20")
BOTH = (NODE_A, NODE_B, *PODS, SERVICE)

CONTRADICTORY: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "two nodes with one pod range": (
        (NODE_A, node("node-b", "192.168.56.12", "10.244.1.0/24"), pod("one", "node-a", "10.244.1.20"),
         pod("two", "node-b", "10.244.1.21"), SERVICE), {}),
    "a pod range inside another": ((node("node-a", "192.168.56.11", "10.244.0.0/16"), NODE_B, *PODS, SERVICE), {}),
    "pods outside their node's range": (
        (*NODES, pod("one", "node-a", "10.244.9.20"), pod("two", "node-b", "172.31.0.5"), SERVICE), {}),
    "two pods with one address": (
        (*NODES, pod("one", "node-a", "10.244.1.20"), pod("two", "node-a", "10.244.1.20"), SERVICE), {}),
    "two pods with one address on two nodes": (
        (*NODES, pod("one", "node-a", "10.244.1.20"), pod("two", "node-b", "10.244.1.20"), SERVICE), {}),
    "two nodes with one address": (
        (NODE_A, node("node-b", "192.168.56.11", "10.244.2.0/24"), *PODS, SERVICE), {}),
    "nodes in a pod range": (
        (node("node-a", "10.244.1.5", "10.244.1.0/24"), node("node-b", "10.244.1.6", "10.244.2.0/24"), *PODS, SERVICE),
        {}),
    "a node that is a gateway": ((node("node-a", "10.244.2.1", "10.244.1.0/24"), NODE_B, *PODS, SERVICE), {}),
    "a node that is a Service": ((node("node-a", "10.96.0.20", "10.244.1.0/24"), NODE_B, *PODS, SERVICE), {}),
    "a node that is the router": ((node("node-a", "192.168.56.1", "10.244.1.0/24"), NODE_B, *PODS, SERVICE), {}),
    "nodes that are everybody": (
        (node("node-a", "127.0.0.1", "10.244.1.0/24"), node("node-b", "224.0.0.5", "10.244.2.0/24"), *PODS, SERVICE),
        {}),
    "pods that are everybody": (
        (*NODES, pod("one", "node-a", "127.0.0.1"), pod("two", "node-b", "224.0.0.9"), SERVICE), {}),
    "pods that are machines": (
        (*NODES, pod("one", "node-a", "192.168.56.11"), pod("two", "node-b", "192.168.56.1"), SERVICE), {}),
    "pods that are the client outside and a Service": (
        (*NODES, pod("one", "node-a", "198.51.100.7"), pod("two", "node-b", "10.96.0.20"), SERVICE), {}),
    "Services in the pods' range": ((*NODES, *PODS, service("two", "10.244.2.20")),
                                    {"serviceCIDR": "10.244.0.0/16"}),
    "Services outside their range": ((*NODES, *PODS, service("two", "172.30.0.1"), service("one", "192.168.56.12")), {}),
    "pods in the machines' range": (BOTH, {"clusterCIDR": "192.168.0.0/16"}),
    "machines in the Services' range": (BOTH, {"underlay": "10.96.0.0/16"}),
    "nodes without a pod range": ((node("node-a", "192.168.56.11"), node("node-b", "192.168.56.12"), *PODS, SERVICE), {}),
    "nodes without an address": (
        (node("node-a", None, "10.244.1.0/24"), node("node-b", None, "10.244.2.0/24"), *PODS, SERVICE), {}),
    "pods on a node that does not exist": ((NODE_A, pod("one", "ghost", "10.244.1.20"), PODS[1], SERVICE), {}),
    "no node at all": ((PODS[0], SERVICE), {}),
    "halves of a dual stack": (
        (node("node-a", "192.168.56.11", "10.244.1.0/24", "fd00:10:244:1::/64"),
         node("node-b", "fd00:56::12", "10.244.2.0/24"), pod("one", "node-a", "10.244.1.20", "fd00:10:244:1::20"),
         pod("two", "node-b", "fd00:10:244:2::20"), service("two", "fd00:10:96::20")), {}),
    "a tunnel of which a node has no part": (
        (node("node-a", "192.168.56.11", "fd00:10:244:1::/64"), NODE_B, PODS[1], SERVICE), {"overlay": "vxlan"}),
    "one family each": (
        (node("node-a", "fd00:56::11", "fd00:10:244:1::/64"), NODE_B, pod("one", "node-a", "fd00:10:244:1::20"),
         PODS[1], service("two", "fd00:10:96::20")), {}),
}  # fmt: skip
