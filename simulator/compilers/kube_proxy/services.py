"""The service ports that kube-proxy handles, and all that is the same on every node.

pkg/proxy/serviceport.go: newBaseServicePortInfo()
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TypeVar

from simulator.cluster.model import EndpointPort, EndpointSlice, Service, ServicePort
from simulator.compilers.kube_proxy import names
from simulator.compilers.kube_proxy.endpoints import (
    Policies,
    ProxyEndpoint,
    any_usable,
    endpoints_of,
    first_is_well,
    matching_ports,
)
from simulator.origin import Origins
from simulator.packet.headers import IPAddress, IPNetwork

LARGE_CLUSTER_ENDPOINTS = 1000
"""pkg/proxy/iptables/proxier.go: largeClusterEndpointsThreshold"""

NOT_OURS = ("service.kubernetes.io/service-proxy-name", "service.kubernetes.io/headless")
"""Services with one of these labels are left to somebody else. cmd/kube-proxy/app/server.go"""

T = TypeVar("T")
Indexed = tuple[tuple[int, T], ...]
"""Items of one family with their place in the list that was written."""

SlicesOf = Callable[[str], tuple[EndpointSlice, ...]]


class ProxyPort:
    """One port of one Service in one IP family; `cluster_ip` is of that family."""

    def __init__(self, service: Service, port: ServicePort, cluster_ip: IPAddress, slices_of: SlicesOf) -> None:
        self.service = service
        self.port = port
        self.cluster_ip = cluster_ip
        self.family: int = cluster_ip.version
        self._slices_of = slices_of

    @cached_property
    def name(self) -> str:
        """Upstream's ServicePortName, as comments show it."""
        return names.service_port_name(self.service.namespace, self.service.name, self.port.name)

    @cached_property
    def hash(self) -> str:
        return names.port_hash(self.name, self.port.protocol)

    @cached_property
    def external_ips(self) -> Indexed[IPAddress]:
        return tuple((i, ip) for i, ip in enumerate(self.service.external_ips) if ip.version == self.family)

    @cached_property
    def load_balancer_ips(self) -> Indexed[IPAddress]:
        """Addresses that packets arrive with: not those of a load balancer that is a proxy itself."""
        return tuple(
            (i, ingress.ip)
            for i, ingress in enumerate(self.service.load_balancer)
            if ingress.ip is not None and ingress.ip.version == self.family and ingress.ip_mode == "VIP"
        )

    @cached_property
    def source_ranges(self) -> Indexed[IPNetwork]:
        """() where everybody may come: no range given, or one that holds all addresses."""
        ranges = [(i, _network(text)) for i, text in enumerate(self.service.source_ranges)]
        ours = tuple((i, net) for i, net in ranges if net is not None and net.version == self.family)
        return () if any(net.prefixlen == 0 for _, net in ours) else ours

    @cached_property
    def policies(self) -> Policies:
        outside = bool(self.port.node_port or self.load_balancer_ips or self.external_ips)
        return Policies(self.internal_local, self.external_local, outside)

    @property
    def internal_local(self) -> bool:
        return self.service.internal_traffic_policy == "Local"

    @property
    def external_local(self) -> bool:
        return self.service.external_traffic_policy == "Local"

    @property
    def health_check_port(self) -> int | None:
        if self.service.type != "LoadBalancer" or not self.external_local:
            return None
        return self.service.health_check_node_port or None

    def slice_ports(self) -> list[tuple[EndpointSlice, EndpointPort]]:
        """The slices that hold this port's endpoints, each with its own port of that name."""
        return matching_ports(self._slices_of(self.service.key), self.port.name, self.port.protocol, self.family)

    @cached_property
    def endpoints(self) -> tuple[ProxyEndpoint, ...]:
        return endpoints_of(self.slice_ports())

    @property
    def endpoint_count(self) -> int:
        """How many endpoints there are, usable or not, without making them."""
        found = {
            (endpoint.addresses[0], port.port)
            for piece, port in self.slice_ports()
            for endpoint in piece.endpoints
            if endpoint.addresses
        }
        return len(found)

    @cached_property
    def usable(self) -> bool:
        """Whether any endpoint anywhere could take traffic; without one everything is rejected."""
        return first_is_well(self.slice_ports()) or any_usable(self.endpoints)

    @property
    def firewalled(self) -> bool:
        return self.usable and bool(self.load_balancer_ips) and bool(self.source_ranges)

    def origin(self, field: str) -> Origins:
        """The manifest line of a field of this port."""
        return self.service.origin("spec", "ports", self.port.index, field)


def _network(text: str) -> IPNetwork | None:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


class ProxyServices:
    """Every service port of one family, in the order of namespace, Service and port."""

    def __init__(self, services: Iterable[Service], slices_of: SlicesOf, family: int) -> None:
        ordered = sorted(services, key=lambda service: (service.namespace or "", service.name))
        self.family = family
        self._hashed: dict[str, ProxyPort] = {}
        self.ports = tuple(
            ProxyPort(service, port, cluster_ip, slices_of)
            for service in ordered
            for cluster_ip in [_cluster_ip(service, family)]
            if cluster_ip is not None
            for port in service.ports
        )

    @cached_property
    def by_cluster_ip(self) -> Mapping[IPAddress, tuple[int, ...]]:
        """Which ports have a ClusterIP, by place in `ports`."""
        return _index((port.cluster_ip, at) for at, port in enumerate(self.ports))

    @cached_property
    def by_external_ip(self) -> Mapping[IPAddress, tuple[int, ...]]:
        """Which ports have an externalIP or a load balancer's address."""
        outside = (
            (at, port) for at, port in enumerate(self.ports) if port.service.external_ips or port.service.load_balancer
        )
        return _index((ip, at) for at, port in outside for _, ip in (*port.external_ips, *port.load_balancer_ips))

    @cached_property
    def by_node_port(self) -> Mapping[int, tuple[int, ...]]:
        return _index((port.port.node_port, at) for at, port in enumerate(self.ports) if port.port.node_port)

    @cached_property
    def by_service(self) -> Mapping[str, tuple[int, ...]]:
        """Which ports a Service has, by namespace/name."""
        return _index((port.service.key, at) for at, port in enumerate(self.ports))

    def with_address(self, key: Sequence[object]) -> list[int]:
        """The ports that can be meant by the address at the start of a key."""
        address = key[0]
        if not isinstance(address, IPv4Address | IPv6Address):
            return []
        return sorted({*self.by_cluster_ip.get(address, ()), *self.by_external_ip.get(address, ())})

    @cached_property
    def by_endpoint(self) -> Mapping[IPAddress, tuple[int, ...]]:
        """Which ports have an endpoint with an address; not all of its endpoints may be of use."""
        return _index(
            (endpoint.addresses[0], at)
            for at, port in enumerate(self.ports)
            for piece, _ in port.slice_ports()
            for endpoint in piece.endpoints
            if endpoint.addresses
        )

    def with_endpoint(self, key: Sequence[object]) -> tuple[int, ...]:
        """The ports that can be meant by an endpoint that talks to itself: key begins with source and destination."""
        source, destination = key[:2]
        if source != destination or not isinstance(source, IPv4Address | IPv6Address):
            return ()
        return self.by_endpoint.get(source, ())

    def with_node_port(self, key: Sequence[object]) -> tuple[int, ...]:
        """The ports that can be meant by the node port at the end of a key."""
        number = key[-1]
        return self.by_node_port.get(number, ()) if isinstance(number, int) else ()

    @cached_property
    def by_health_check_port(self) -> Mapping[int, tuple[int, ...]]:
        numbers = ((port.health_check_port, at) for at, port in enumerate(self.ports))
        return _index((number, at) for number, at in numbers if number is not None)

    def by_hash(self, port_hash: str) -> ProxyPort | None:
        """The port whose chains have this hash; a walk asks for those that it was just sent to."""
        if port_hash not in self._hashed:
            for port in self.ports:
                self.remember(port)
        return self._hashed.get(port_hash)

    def remember(self, port: ProxyPort) -> str:
        """The hash of a port, which will be asked for next."""
        self._hashed[port.hash] = port
        return port.hash

    @cached_property
    def large(self) -> bool:
        """Over 1000 endpoints, usable or not, kube-proxy leaves comments out to keep its rules small."""
        total = 0
        for port in self.ports:
            total += port.endpoint_count
            if total > LARGE_CLUSTER_ENDPOINTS:
                return True
        return False


K = TypeVar("K")


def _index(pairs: Iterable[tuple[K, int]]) -> Mapping[K, tuple[int, ...]]:
    found: dict[K, tuple[int, ...]] = {}
    for key, at in pairs:
        found[key] = (*found.get(key, ()), at)
    return found


def _cluster_ip(service: Service, family: int) -> IPAddress | None:
    if service.headless or service.type == "ExternalName" or any(label in service.labels for label in NOT_OURS):
        return None
    return next((ip for ip in service.cluster_ips if ip.version == family), None)
