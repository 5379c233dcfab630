"""What stands in kube-proxy's sets and maps for one service port.

pkg/proxy/nftables/proxier.go: syncProxyRules()
"""

from collections.abc import Iterator

from simulator.compilers.kube_proxy import nft_names as names
from simulator.compilers.kube_proxy.choices import Choices
from simulator.compilers.kube_proxy.services import ProxyPort
from simulator.linux.nftables import Drop, Element, Goto, Key, Verdict
from simulator.origin import Origins

Entries = Iterator[tuple[Key, Element]]


def cluster_ips(choices: Choices, port: ProxyPort) -> Entries:
    """Every ClusterIP, with or without endpoints."""
    yield (port.cluster_ip,), Element(origins=port.service.origin("spec", "clusterIP"))


def hairpins(choices: Choices, port: ProxyPort) -> Entries:
    """The node's own endpoints, talking to themselves."""
    if port.usable:
        for endpoint in choices.of(port).reachable:
            if endpoint.node == choices.node.name:
                key = (endpoint.address, endpoint.address, port.port.protocol, endpoint.port)
                yield key, Element(origins=endpoint.origins)


def service_ips(choices: Choices, port: ProxyPort) -> Entries:
    """The ways in: the ClusterIP, and from outside externalIPs and load balancer addresses."""
    if choices.has_internal(port):
        prefix = names.LOCAL_POLICY if port.policies.internal_local else names.CLUSTER_POLICY
        yield from _goto((port.cluster_ip, port.port.protocol, port.port.port), prefix, port, port.origin("port"))
    if port.usable:
        for key, origins in _outside_addresses(port):
            yield from _goto(key, names.EXTERNAL, port, origins)


def service_node_ports(choices: Choices, port: ProxyPort) -> Entries:
    if port.usable and port.port.node_port:
        key = (port.port.protocol, port.port.node_port)
        yield from _goto(key, names.EXTERNAL, port, port.origin("nodePort"))


def no_endpoint_services(choices: Choices, port: ProxyPort) -> Entries:
    """Refusals: a reject without any endpoint, a drop where a Local policy finds none on this node."""
    if not choices.has_internal(port):
        key = (port.cluster_ip, port.port.protocol, port.port.port)
        yield key, _refusal(port, port.service.origin("spec", "internalTrafficPolicy"))
    if not choices.has_external(port):
        for address, _ in _outside_addresses(port):
            yield address, _refusal(port, port.service.origin("spec", "externalTrafficPolicy"))


def no_endpoint_node_ports(choices: Choices, port: ProxyPort) -> Entries:
    if port.port.node_port and not choices.has_external(port):
        key = (port.port.protocol, port.port.node_port)
        yield key, _refusal(port, port.service.origin("spec", "externalTrafficPolicy"))


def firewall_ips(choices: Choices, port: ProxyPort) -> Entries:
    """Load balancer addresses that not everybody may use, with or without endpoints."""
    if port.source_ranges:
        origins = port.service.origin("spec", "loadBalancerSourceRanges")
        for _, ip in port.load_balancer_ips:
            yield from _goto((ip, port.port.protocol, port.port.port), names.FIREWALL, port, origins)


def _outside_addresses(port: ProxyPort) -> Iterator[tuple[Key, Origins]]:
    protocol, number, origin = port.port.protocol, port.port.port, port.service.origin
    for at, ip in port.external_ips:
        yield (ip, protocol, number), origin("spec", "externalIPs", at)
    for at, ip in port.load_balancer_ips:
        yield (ip, protocol, number), origin("status", "loadBalancer", "ingress", at, "ip")


def _goto(key: Key, prefix: str, port: ProxyPort, origins: Origins) -> Entries:
    yield key, Element(Goto(prefix + names.port_base(port)), origins=origins)


def _refusal(port: ProxyPort, policy: Origins) -> Element:
    if port.usable:
        return Element(Drop(), port.name, policy)
    verdict: Verdict = Goto(names.REJECT)
    return Element(verdict, port.name, (*port.origin("port"), *port.service.origin("spec", "selector")))
