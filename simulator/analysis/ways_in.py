"""The way in from outside to a Service's address: which nodes something out there may hand a packet to."""

from typing import TYPE_CHECKING

import msgspec

from simulator.linux.network import Assumption
from simulator.packet.headers import IPAddress
from simulator.trace.model import Balancer

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Node, Service

EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"
"""Nodes with this label get nothing from load balancers. cloud-provider's controllers/service/controller.go"""


class WayIn(msgspec.Struct, frozen=True):
    """The node that gets the packet, or the balancer that chooses one; neither where no node is there."""

    via: str | None = None
    balancer: Balancer | None = None
    assumptions: tuple[Assumption, ...] = ()


def way_in(cluster: "Cluster", service: "Service", address: IPAddress) -> WayIn:
    """A load balancer chooses among nodes; who brings an external IP to a node is nobody's business in Kubernetes."""
    nodes = [n for n in cluster.nodes.values() if n.ready and not n.control_plane]
    if any(address == ingress.ip for ingress in service.load_balancer):
        return _balanced(cluster, service, address, [n for n in nodes if EXCLUDED not in n.labels])
    if not nodes or any(address in node.addresses for node in cluster.nodes.values()):
        return WayIn()
    first = min(node.name for node in nodes)
    message = f"Something outside must hand {address} to a node; it was taken that {first} gets it."
    return WayIn(first, None, (Assumption("via", first, message),))


def _balanced(cluster: "Cluster", service: "Service", address: IPAddress, nodes: "list[Node]") -> WayIn:
    names = sorted(node.name for node in nodes)
    if not names:
        return WayIn()
    check = service.health_check_node_port
    healthy = sorted(_healthy(cluster, service, nodes)) if check is not None else names
    chosen, unhealthy = tuple(healthy or names), tuple(name for name in names if name not in healthy)
    field = "type" if check is None else "externalTrafficPolicy"
    balancer = Balancer(service.key, chosen, check, unhealthy, service.origin("spec", field))
    message = f"A load balancer outside has {address} and hands it to {_among(chosen)}."
    return WayIn(None, balancer, (Assumption("via", ", ".join(chosen), message),))


def _healthy(cluster: "Cluster", service: "Service", nodes: "list[Node]") -> list[str]:
    """Those that answer 200 at the health check port."""
    from simulator.compilers.kube_proxy.health import local_endpoints

    return [node.name for node in nodes if local_endpoints(cluster, node, service)]


def _among(nodes: tuple[str, ...]) -> str:
    return nodes[0] if len(nodes) == 1 else f"{', '.join(nodes[:-1])} or {nodes[-1]}, with equal chances"
