"""The way in from outside to a Service's address: which nodes something out there may hand a packet to."""

from typing import TYPE_CHECKING

import msgspec

from simulator.compilers.balancers import answers_itself, taking_part
from simulator.linux.network import Assumption
from simulator.packet.headers import IPAddress
from simulator.trace.model import Balancer

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Service


class WayIn(msgspec.Struct, frozen=True):
    """The node that gets the packet, or the balancer that chooses one; neither where no node is there, or where the
    balancer takes the packet itself."""

    via: str | None = None
    balancer: Balancer | None = None
    assumptions: tuple[Assumption, ...] = ()


def way_in(cluster: "Cluster", service: "Service", address: IPAddress) -> WayIn:
    """A load balancer chooses among nodes; who brings an external IP to a node is nobody's business in Kubernetes.

    An address that a node has (as with the balancers of small clusters) leads there by itself.
    """
    if any(address in node.addresses for node in cluster.nodes.values()):
        return WayIn()
    if any(one.ip == address for one in service.load_balancer):
        way = _relayed if answers_itself(cluster, service, address) else _balanced
        return way(cluster, service, address)
    nodes = [node.name for node in cluster.nodes.values() if node.ready and not node.control_plane]
    if not nodes:
        return WayIn()
    first = min(nodes)
    message = f"Something outside must hand {address} to a node; it was taken that {first} gets it."
    return WayIn(first, None, (Assumption("via", first, message),))


def _balanced(cluster: "Cluster", service: "Service", address: IPAddress) -> WayIn:
    chosen, unhealthy = (tuple(node.name for node in nodes) for nodes in taking_part(cluster, service))
    if not chosen:
        return WayIn()
    check = service.health_check_node_port
    field = "type" if check is None else "externalTrafficPolicy"
    balancer = Balancer(service.key, chosen, check, unhealthy, service.origin("spec", field))
    message = f"A load balancer outside has {address} and hands it to {_among(chosen)}."
    return WayIn(None, balancer, (Assumption("via", ", ".join(chosen), message),))


def _relayed(cluster: "Cluster", service: "Service", address: IPAddress) -> WayIn:
    """The balancer is a program at that address, and calls a node port; kube-proxy knows nothing of it."""
    chosen = tuple(node.name for node in taking_part(cluster, service)[0])
    if not chosen:
        return WayIn()
    message = (
        f"The balancer at {address} is a proxy (ipMode: Proxy): it takes the client's connection itself, and opens one "
        f"of its own to a node port of {_among(chosen)}. The router stands for it; only TCP is carried so."
    )
    return WayIn(assumptions=(Assumption("balancer", ", ".join(chosen), message),))


def _among(nodes: tuple[str, ...]) -> str:
    return nodes[0] if len(nodes) == 1 else f"{', '.join(nodes[:-1])} or {nodes[-1]}, with equal chances"
