"""Packets that no rule and no socket refused: there was no way, nobody at its end, or it led in a circle."""

from ipaddress import ip_address
from typing import TYPE_CHECKING

from simulator.analysis.ask_source import INTERNET
from simulator.analysis.blame import CLUSTER_IP, Case, explanation
from simulator.cluster.written_at import written_address, written_range
from simulator.packet.headers import IPAddress
from simulator.steps import Cause
from simulator.trace.model import Explanation

if TYPE_CHECKING:
    from simulator.cluster.model import Service


def no_neighbor(case: Case) -> Explanation:
    """The packet came to the right wire, and nobody there has the address."""
    stray = _stray_pod(case)
    if stray is not None:
        return stray
    address = ip_address(case.step.text.params.get("ip", str(case.step.packet.ip.dst)))
    if case.door is not None:
        return _stale_endpoint(case, address)
    if any(address in cidr for cidr in case.cluster.profile.cluster_cidrs):
        return _no_such_pod(case, address)
    return explanation(
        "no-such-machine",
        f"Nobody on {case.step.host}'s network {case.step.device or ''} has the address {address}.".replace("  ", " "),
        case.step.origins,
        "Ask for an address that a machine has.",
    )


def _stray_pod(case: Case) -> Explanation | None:
    """The packet was for a pod that its address leads away from: routes to pods go by the ranges of nodes."""
    address = case.step.packet.ip.dst
    pod = case.cluster.pod_by_ip(address)
    node = case.cluster.nodes.get(pod.node or "") if pod is not None else None
    if pod is None or node is None:
        return None
    ranges = " and ".join(str(cidr) for cidr in node.pod_cidrs)
    if not any(address in cidr for cidr in node.pod_cidrs):
        return explanation(
            "pod-outside-range",
            f"Pod {pod.key} has the address {address}, which is not in {ranges}, the pod range of {node.name}, where "
            f"it is. Routes to pods go by these ranges, so what is sent to it ends at {case.step.host}.",
            pod.origin(*written_address(pod, address)),
            f"Write the range that {node.name} really has in its spec.podCIDR.",
        )
    there = case.cluster.nodes.get(case.step.host)
    shared = next((c for c in there.pod_cidrs if address in c), None) if there and there is not node else None
    if there is None or shared is None:
        return None
    return explanation(
        "pod-range-of-two",
        f"Pod {pod.key} is on {node.name}, but {there.name} has the pod range {shared} with its address {address} too, "
        "and got the packet.",
        there.origin(*written_range(there, shared)),
        "Give each node a pod range with no address in common.",
    )


def _stale_endpoint(case: Case, address: IPAddress) -> Explanation:
    assert case.door is not None
    service = case.door.service
    for piece in case.cluster.slices_of(service.key):
        for index, endpoint in enumerate(piece.endpoints):
            if address in endpoint.addresses:
                return explanation(
                    "stale-endpoint",
                    f"Service {service.key} sends to {address}, as EndpointSlice {piece.namespace}/{piece.name} says, "
                    "but no pod has that address (any more).",
                    endpoint.origins or piece.origin("endpoints", index, "addresses"),
                    "Remove that endpoint, or let the Service find its pods by a selector.",
                )
    return _no_such_pod(case, address)


def _no_such_pod(case: Case, address: IPAddress) -> Explanation:
    node = next((n.name for n in case.cluster.nodes.values() if any(address in c for c in n.pod_cidrs)), None)
    where = f" (it would be one of {node})" if node else ""
    return explanation(
        "no-such-pod-address",
        f"No pod has the address {address}{where}.",
        (),
        "Ask for a pod by its name, or look up its address: kubectl get pods -A -o wide.",
    )


def lost_on_the_way(case: Case) -> Explanation:
    """No route, a blackhole, a loop, or silence."""
    stray = _stray_pod(case)
    if stray is not None:
        return stray
    address = case.flow.address
    if case.door is not None:
        return _service_unreachable(case)
    if any(address in cidr for cidr in case.cluster.profile.service_cidrs):
        return explanation(
            "unknown-cluster-ip",
            f"{address} is in the range of Services, but no Service has it. {_then(case)}",
            (),
            "Ask for the Service by its name, or look up its address: kubectl get services -A.",
        )
    if any(address in cidr for cidr in case.cluster.profile.cluster_cidrs):
        return _no_such_pod(case, address)
    if case.cause is Cause.TTL_EXPIRED:
        return explanation(
            "routing-loop",
            f"The packet to {address} went round in a circle until its time to live was used up: the machines on its "
            "way send it back to each other.",
            case.step.origins,
            "Give the address to a machine, or to a Service that has it as load balancer address or external IP.",
        )
    return explanation(
        "no-way",
        f"No way leads from {case.flow.source} to {address}: it ended at {case.step.host}.",
        case.step.origins,
        "Ask for an address that these manifests have; of the world outside, NetViz knows only "
        f"{case.cluster.profile.internet_address}.",
    )


def _door_outside(case: Case, service: "Service") -> str:
    """The address that means something outside, where the Service has one."""
    ports = {port.port: port for port in service.ports}
    port = ports.get(case.flow.port or 0, service.ports[0] if service.ports else None)
    outside = [*(i.ip for i in service.load_balancer if i.ip is not None), *service.external_ips]
    if outside and port is not None:
        return f"Call {outside[0]}:{port.port}, which is its address outside."
    if port is not None and port.node_port is not None:
        node = next(iter(case.cluster.nodes))
        return f"Call {node}:{port.node_port}, its node port, or the load balancer that hands packets to it."
    return "Make it type: NodePort or LoadBalancer, or put an Ingress in front of it."


def _then(case: Case) -> str:
    if case.cause is Cause.RULE_DROP:
        return "kube-proxy drops what is sent there."
    if case.cause is Cause.RULE_REJECT:
        return "kube-proxy refuses what is sent there."
    return "No rule takes the packet, so it leaves the cluster by the default route, and nobody answers."


def _service_unreachable(case: Case) -> Explanation:
    assert case.door is not None
    service, way = case.door.service, case.door.way
    if case.flow.source == INTERNET and way == CLUSTER_IP:
        return explanation(
            "cluster-ip-from-outside",
            f"{case.flow.address} is the ClusterIP of Service {service.key}. It means something inside the cluster "
            "only; no router outside knows it.",
            service.origin("spec", "type"),
            _door_outside(case, service),
        )
    if case.flow.source == INTERNET and case.flow.via is None and case.flow.balancer is None:
        return explanation(
            "nobody-brings-it",
            f"{case.flow.address} belongs to Service {service.key}, but nothing outside hands it to a node: Kubernetes "
            "leaves that to a load balancer or a router.",
            service.origin("spec", "type"),
            "Say which node gets it, as a load balancer would: --via NODE.",
        )
    if case.flow.port is None:
        return explanation(
            "service-answers-no-ping",
            f"{case.flow.address} is the address of Service {service.key}, not of a machine: it has rules for its "
            f"ports only, and a ping has none. {_then(case)}",
            service.origin("spec", "ports"),
            "Ask for one of its ports, or ping a pod.",
        )
    return explanation(
        "no-way",
        f"The packet to Service {service.key} ended at {case.step.host}.",
        case.step.origins,
        "Look at the last step.",
    )
