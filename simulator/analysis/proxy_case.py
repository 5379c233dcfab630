"""A packet-flow case of kube-proxy's own tests: Services, EndpointSlices, a node and packets, as JSON.

The objects come without the API server's defaults, and some on purpose with addresses that only old readers accept.
"""

from ipaddress import ip_address, ip_interface, ip_network

import msgspec

from simulator.cluster import model
from simulator.compilers.kube_proxy.node import ProxyNode
from simulator.linux.iptables import Source
from simulator.packet.headers import IPAddress, Protocol

FAMILIES = {"IPv4": 4, "IPv6": 6}
SERVICE_LABEL = "kubernetes.io/service-name"


class Json(msgspec.Struct, rename="camel", frozen=True):
    """Objects of the API; fields that are not asked for are left where they are."""


class Meta(Json, frozen=True):
    name: str
    namespace: str
    labels: dict[str, str] = {}


class Port(Json, frozen=True):
    port: int
    name: str = ""
    protocol: Protocol = Protocol.TCP
    target_port: int | str | None = None
    node_port: int = 0


class ClientIP(Json, frozen=True):
    timeout_seconds: int


class AffinityConfig(Json, frozen=True):
    client_ip: ClientIP | None = msgspec.field(name="clientIP", default=None)


class ServiceSpec(Json, frozen=True):
    type: str = "ClusterIP"
    cluster_ip: str = msgspec.field(name="clusterIP", default="")
    cluster_ips: tuple[str, ...] = msgspec.field(name="clusterIPs", default=())
    ports: tuple[Port, ...] = ()
    external_ips: tuple[str, ...] = msgspec.field(name="externalIPs", default=())
    load_balancer_source_ranges: tuple[str, ...] = ()
    external_traffic_policy: str = "Cluster"
    internal_traffic_policy: str = "Cluster"
    session_affinity: str = "None"
    session_affinity_config: AffinityConfig = AffinityConfig()
    health_check_node_port: int = 0


class Ingress(Json, frozen=True):
    ip: str = ""
    hostname: str | None = None
    ip_mode: str = "VIP"


class LoadBalancer(Json, frozen=True):
    ingress: tuple[Ingress, ...] = ()


class ServiceStatus(Json, frozen=True):
    load_balancer: LoadBalancer = LoadBalancer()


class Service(Json, frozen=True):
    metadata: Meta
    spec: ServiceSpec = ServiceSpec()
    status: ServiceStatus = ServiceStatus()


class SlicePort(Json, frozen=True):
    name: str | None = None
    protocol: Protocol | None = None
    port: int | None = None


class Conditions(Json, frozen=True):
    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class Named(Json, frozen=True):
    name: str


class Hints(Json, frozen=True):
    for_zones: tuple[Named, ...] = ()
    for_nodes: tuple[Named, ...] = ()


class Endpoint(Json, frozen=True):
    addresses: tuple[str, ...]
    conditions: Conditions = Conditions()
    node_name: str | None = None
    hints: Hints | None = None


class EndpointSlice(Json, frozen=True):
    metadata: Meta
    address_type: str = "IPv4"
    ports: tuple[SlicePort, ...] | None = ()
    endpoints: tuple[Endpoint, ...] | None = ()


class Detector(Json, frozen=True):
    pod_cidr: str | None = msgspec.field(name="podCIDR", default=None)


class NodePortAddresses(Json, frozen=True):
    cidrs: tuple[str, ...] = ()


class Flags(Json, frozen=True):
    localhost_node_ports: bool = True
    random_fully: bool = True
    conntrack_tcp_liberal: bool = msgspec.field(name="conntrackTCPLiberal", default=False)
    nfacct_counters: tuple[str, ...] = ()


class NftFlags(Json, frozen=True):
    service_cidrs: tuple[str, ...] = msgspec.field(name="serviceCIDRs", default=())


class CaseNode(Json, frozen=True):
    """Where the case says nothing, the node of upstream's tests."""

    name: str = "test-node"
    node_ip: str = msgspec.field(name="nodeIP", default="192.168.0.2")
    interface_addrs: tuple[str, ...] = ()
    local_ips: tuple[str, ...] = msgspec.field(
        name="localIPs", default=("127.0.0.1", "::1", "192.168.0.2", "192.168.1.2", "2001:db8::1", "2001:db8:1::2")
    )
    topology_labels: dict[str, str] = {}
    local_detector: Detector = Detector()
    node_port_addresses: NodePortAddresses = NodePortAddresses()
    masquerade_all: bool = False
    iptables: Flags = Flags()
    nftables: NftFlags = NftFlags()


class CaseFlow(Json, frozen=True):
    name: str
    source_ip: str = msgspec.field(name="sourceIP")
    dest_ip: str = msgspec.field(name="destIP")
    dest_port: int
    protocol: Protocol = Protocol.TCP


class Rules(Json, frozen=True):
    given: str | None = None


class Case(Json, frozen=True):
    proxy: str
    ip_family: str
    flows: tuple[CaseFlow, ...]
    node: CaseNode = CaseNode()
    services: tuple[Service, ...] = ()
    endpoint_slices: tuple[EndpointSlice, ...] = ()
    rules: Rules = Rules()

    @property
    def family(self) -> int:
        return FAMILIES[self.ip_family]


def read_case(text: str | bytes) -> Case:
    """A case from its JSON. What is no case raises msgspec.ValidationError."""
    return msgspec.json.decode(text, type=Case)


def address(text: str) -> IPAddress:
    """An address as kube-proxy reads it: 10.180.00.001 is 10.180.0.1."""
    if ":" in text:
        return ip_address(text)
    return ip_address(".".join(str(int(part)) for part in text.split(".")))


def endpoint(ip: IPAddress, port: int | None) -> str:
    """As kube-proxy writes one: 10.0.0.1:80, [fd00::1]:80."""
    return f"[{ip}]:{port}" if ip.version == 6 else f"{ip}:{port}"


def services(case: Case) -> list[model.Service]:
    return [_service(one) for one in case.services]


def _service(one: Service) -> model.Service:
    spec = one.spec
    cluster_ips = spec.cluster_ips or (spec.cluster_ip,)
    headless = cluster_ips[0] in ("None", "")
    client = spec.session_affinity_config.client_ip if spec.session_affinity == "ClientIP" else None
    return model.Service(
        name=one.metadata.name,
        namespace=one.metadata.namespace,
        labels=one.metadata.labels,
        type=spec.type,
        cluster_ips=() if headless else tuple(address(ip) for ip in cluster_ips),
        headless=headless,
        ports=tuple(_port(port, at) for at, port in enumerate(spec.ports)),
        external_ips=tuple(address(ip) for ip in spec.external_ips),
        load_balancer=tuple(
            model.LoadBalancerIngress(address(found.ip) if found.ip else None, found.hostname, found.ip_mode)
            for found in one.status.load_balancer.ingress
        ),
        source_ranges=tuple(_network(text) for text in spec.load_balancer_source_ranges),
        external_traffic_policy=spec.external_traffic_policy,
        internal_traffic_policy=spec.internal_traffic_policy,
        affinity_seconds=None if client is None else client.timeout_seconds,
        health_check_node_port=spec.health_check_node_port or None,
    )


def _network(text: str) -> str:
    start, _, length = text.partition("/")
    return f"{address(start.strip())}/{length}"


def _port(port: Port, at: int) -> model.ServicePort:
    target = port.port if port.target_port is None else port.target_port
    return model.ServicePort(port.name, port.protocol, port.port, target, at, node_port=port.node_port or None)


def slices(case: Case) -> dict[str, tuple[model.EndpointSlice, ...]]:
    """The slices of every Service, by its key."""
    found: dict[str, tuple[model.EndpointSlice, ...]] = {}
    for one in case.endpoint_slices:
        service = one.metadata.labels.get(SERVICE_LABEL)
        if service is not None:
            key = f"{one.metadata.namespace}/{service}"
            found[key] = (*found.get(key, ()), _slice(one, service))
    return found


def _slice(one: EndpointSlice, service: str) -> model.EndpointSlice:
    return model.EndpointSlice(
        name=one.metadata.name,
        namespace=one.metadata.namespace,
        service=service,
        address_type=one.address_type,
        ports=tuple(
            model.EndpointPort(port.name or "", port.protocol or Protocol.TCP, port.port) for port in one.ports or ()
        ),
        endpoints=tuple(_endpoint(endpoint) for endpoint in one.endpoints or ()),
    )


def _endpoint(one: Endpoint) -> model.Endpoint:
    hints = one.hints or Hints()
    return model.Endpoint(
        addresses=tuple(address(text) for text in one.addresses),
        ready=one.conditions.ready,
        serving=one.conditions.serving,
        terminating=one.conditions.terminating,
        node=one.node_name,
        hint_zones=tuple(zone.name for zone in hints.for_zones),
        hint_nodes=tuple(node.name for node in hints.for_nodes),
    )


def node(case: Case) -> ProxyNode:
    told = case.node
    pod_cidr = told.local_detector.pod_cidr
    return ProxyNode(
        name=told.name,
        family=case.family,
        labels=told.topology_labels,
        ip=ip_address(told.node_ip),
        addresses=tuple(ip_interface(text).ip for text in told.interface_addrs),
        pods=Source(ip_network(pod_cidr)) if pod_cidr else None,
        node_port_addresses=tuple(ip_network(text) for text in told.node_port_addresses.cidrs),
        service_cidrs=tuple(ip_network(text) for text in told.nftables.service_cidrs),
        masquerade_all=told.masquerade_all,
        localhost_node_ports=told.iptables.localhost_node_ports,
        random_fully=told.iptables.random_fully,
        tcp_be_liberal=told.iptables.conntrack_tcp_liberal,
        counters=told.iptables.nfacct_counters,
    )
