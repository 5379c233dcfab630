"""The way in from outside to a Service's address: which nodes something out there may hand a packet to."""

from typing import TYPE_CHECKING

import msgspec

from simulator.linux.network import Assumption
from simulator.packet.headers import IPAddress, Protocol
from simulator.trace.model import Balancer

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Node, Service

EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"
"""Nodes with this label get nothing from load balancers. cloud-provider's controllers/service/controller.go"""


class Relay(msgspec.Struct, frozen=True):
    """A balancer that ends the client's connection and opens one of its own (ipMode Proxy, KEP-1860) to a node port."""

    balancer: IPAddress
    node: str
    address: IPAddress
    ports: tuple[tuple[int, Protocol, int], ...]

    def port(self, number: int | None, protocol: Protocol) -> int | None:
        """The node port behind a port of the balancer."""
        return next((there for here, spoken, there in self.ports if (here, spoken) == (number, protocol)), None)

    def told(self, port: int | None, there: int) -> Assumption:
        message = (
            f"The balancer at {self.balancer} is a proxy (ipMode: Proxy): it takes the client's connection to port "
            f"{port} itself. Its own one to a node is shown, to {self.node}, port {there}; internet stands for it."
        )
        return Assumption("balancer", self.node, message)


class WayIn(msgspec.Struct, frozen=True):
    """The node that gets the packet, or the balancer that chooses one; neither where no node is there."""

    via: str | None = None
    balancer: Balancer | None = None
    assumptions: tuple[Assumption, ...] = ()
    relay: Relay | None = None


def way_in(cluster: "Cluster", service: "Service", address: IPAddress) -> WayIn:
    """A load balancer chooses among nodes; who brings an external IP to a node is nobody's business in Kubernetes."""
    nodes = [n for n in cluster.nodes.values() if n.ready and not n.control_plane]
    ingress = next((i for i in service.load_balancer if i.ip == address), None)
    if ingress is not None:
        way = _balanced(cluster, service, address, [n for n in nodes if EXCLUDED not in n.labels])
        return way if ingress.ip_mode == "VIP" else _relayed(cluster, service, address, way)
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


def _relayed(cluster: "Cluster", service: "Service", address: IPAddress, way: WayIn) -> WayIn:
    """kube-proxy writes no rules for such an address: packets for it never come to a node."""
    if way.balancer is None:
        return way
    node = cluster.nodes[way.balancer.nodes[0]]
    to = next((a for a in node.addresses if a.version == address.version), None)
    ports = tuple((p.port, p.protocol, p.node_port) for p in service.ports if p.node_port is not None)
    return WayIn(relay=Relay(address, node.name, to, ports) if to is not None and ports else None)


def _healthy(cluster: "Cluster", service: "Service", nodes: "list[Node]") -> list[str]:
    """Those that answer 200 at the health check port."""
    from simulator.compilers.kube_proxy.health import local_endpoints

    return [node.name for node in nodes if local_endpoints(cluster, node, service)]


def _among(nodes: tuple[str, ...]) -> str:
    return nodes[0] if len(nodes) == 1 else f"{', '.join(nodes[:-1])} or {nodes[-1]}, with equal chances"
