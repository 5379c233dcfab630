"""Load balancers outside that are proxies (ipMode: Proxy): each ends the client's connection and calls a node port.

kube-proxy writes no rules for such an address, so packets for it leave the cluster, those of pods and nodes too; the
router stands for the balancer, as it does for those that only pass packets on. TCP only.
KEP-1860; cloud-provider's controllers/service/controller.go (which nodes take part)
"""

from collections.abc import Iterator
from functools import cached_property

import msgspec

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Node, Service, ServicePort
from simulator.compilers.kube_proxy.health import local_endpoints
from simulator.linux.socket import Socket
from simulator.packet.headers import IPAddress, Protocol
from simulator.programs.reverse_proxy import ReverseProxy
from simulator.programs.routes import Backend, Listener, Rule, Table, Target, Upstream

PROXY = "Proxy"
EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"
"""Nodes with this label get nothing from load balancers. cloud-provider's controllers/service/controller.go"""


class Relayed(msgspec.Struct, frozen=True):
    """A port of a Service at a balancer's address."""

    address: IPAddress
    service: Service
    port: ServicePort

    @property
    def label(self) -> str:
        return f"LoadBalancer {self.service.key}"


def relayed(cluster: Cluster) -> Iterator[Relayed]:
    """What balancers that are proxies listen on."""
    for service in cluster.services.values():
        for one in service.load_balancer:
            if one.ip is not None and answers_itself(cluster, service, one.ip):
                for port in service.ports:
                    if port.protocol is Protocol.TCP and port.node_port is not None:
                        yield Relayed(one.ip, service, port)


def answers_itself(cluster: Cluster, service: Service, address: IPAddress) -> bool:
    """Whether a proxy outside has an address of a Service. Where a node has it, packets come there by themselves."""
    mine = any(one.ip == address and one.ip_mode == PROXY for one in service.load_balancer)
    return mine and not any(address in node.addresses for node in cluster.nodes.values())


def relay_sockets(cluster: Cluster) -> tuple[Socket, ...]:
    return tuple(
        Socket(Protocol.TCP, one.address, one.port.port, one.label,
               origins=one.service.origin("status", "loadBalancer", "ingress"))
        for one in relayed(cluster)
    )  # fmt: skip


class Relays:
    """The programs of these balancers, by address and port."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def program(self, port: int, address: IPAddress | None) -> ReverseProxy | None:
        found = self._relayed.get((address, port))
        if found is None:
            return None
        return ReverseProxy(_table(self._cluster, found), port, found.label, found.service.key)

    @cached_property
    def _relayed(self) -> dict[tuple[IPAddress | None, int], Relayed]:
        return {(one.address, one.port.port): one for one in relayed(self._cluster)}


def _table(cluster: Cluster, one: Relayed) -> Table:
    service, port = one.service, one.port
    origins = service.origin("spec", "ports", port.index)
    upstream = Upstream(f"node port {port.node_port}", port.node_port, tuple(_targets(cluster, one)), origins=origins)
    rule = Rule(f"{service.ref}, port {port.port}", "Service", service.key, backends=(Backend(upstream),),
                origins=origins)  # fmt: skip
    listener = Listener(f"port {port.port} of {one.label}", port.port, "TCP", rules=(rule,), origins=origins)
    return Table(one.label, (listener,), origins=service.origin("spec", "type"))


def _targets(cluster: Cluster, one: Relayed) -> Iterator[Target]:
    for node in taking_part(cluster, one.service)[0]:
        address = next((a for a in node.addresses if a.version == one.address.version), None)
        if address is not None and one.port.node_port is not None:
            yield Target(address, one.port.node_port, node=node.name, origins=node.origin())


def taking_part(cluster: Cluster, service: Service) -> tuple[list[Node], list[Node]]:
    """The nodes that a balancer hands packets to, by name, and those that its health check leaves out.

    With externalTrafficPolicy: Local it asks each node's health check port; where none answers 200, it tries them all.
    """
    ready = sorted((n for n in cluster.nodes.values() if n.ready and not n.control_plane and EXCLUDED not in n.labels),
                   key=lambda node: node.name)  # fmt: skip
    if service.health_check_node_port is None:
        return ready, []
    healthy = [node for node in ready if local_endpoints(cluster, node, service)]
    return healthy or ready, [node for node in ready if node not in healthy]
