"""The way in from outside to a Service's address: which nodes something out there may hand a packet to."""

from typing import TYPE_CHECKING

import msgspec

from simulator.compilers.balancers import PROXY, taking_part
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
    """A load balancer chooses among nodes; who brings an external IP to a node is nobody's business in Kubernetes."""
    ingress = next((i for i in service.load_balancer if i.ip == address), None)
    if ingress is not None:
        way = _relayed if answers_itself(service, address) else _balanced
        return way(cluster, service, address)
    nodes = [n for n in cluster.nodes.values() if n.ready and not n.control_plane]
    if not nodes or any(address in node.addresses for node in cluster.nodes.values()):
        return WayIn()
    first = min(node.name for node in nodes)
    message = f"Something outside must hand {address} to a node; it was taken that {first} gets it."
    return WayIn(first, None, (Assumption("via", first, message),))


def answers_itself(service: "Service", address: IPAddress) -> bool:
    """Whether a proxy outside has the address: then it is called from inside the cluster as from outside. KEP-1860"""
    return any(one.ip == address and one.ip_mode == PROXY for one in service.load_balancer)


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
