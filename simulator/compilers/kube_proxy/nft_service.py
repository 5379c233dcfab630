"""The chains of one service port in nftables: its balancing, its outside entrance, its firewall, its endpoints.

pkg/proxy/nftables/proxier.go: syncProxyRules(), writeServiceToEndpointRules()
"""

from ipaddress import ip_network

from simulator.compilers.kube_proxy import nft_names as names
from simulator.compilers.kube_proxy.choices import Choices
from simulator.compilers.kube_proxy.endpoints import ProxyEndpoint
from simulator.compilers.kube_proxy.nft_fixed import MARK, from_pods
from simulator.compilers.kube_proxy.services import ProxyPort
from simulator.linux.nftables import (
    AddressInSet,
    AddressMatch,
    Chain,
    DnatRandom,
    DnatTo,
    Drop,
    FibLocal,
    Goto,
    GotoRandom,
    L4Protocol,
    Rule,
    Set,
    UpdateSet,
)
from simulator.packet.headers import IPNetwork

ADDRESS_TYPE = {4: "ipv4_addr", 6: "ipv6_addr"}


def port_chains(choices: Choices, port: ProxyPort) -> tuple[Chain, ...]:
    """All chains of a port on this node."""
    base = names.port_base(port)
    chains = []
    if port.load_balancer_ips and port.source_ranges:
        chains.append(Chain(names.FIREWALL + base, _firewall(choices, port)))
    if not port.usable:
        return tuple(chains)
    choice = choices.of(port)
    if choice.cluster:
        chains.append(Chain(names.CLUSTER_POLICY + base, _balance(port, choice.cluster)))
    if choice.local:
        chains.append(Chain(names.LOCAL_POLICY + base, _balance(port, choice.local)))
    if port.policies.externally_accessible:
        chains.append(Chain(names.EXTERNAL + base, _external(choices, port, base)))
    if port.service.affinity_seconds is not None:
        chains += [_endpoint(port, endpoint) for endpoint in choice.reachable]
    return tuple(chains)


def affinity_sets(choices: Choices, port: ProxyPort) -> tuple[Set, ...]:
    """One set an endpoint, of the sources that it served lately."""
    seconds = port.service.affinity_seconds
    if seconds is None or not port.usable:
        return ()
    kind = (ADDRESS_TYPE[port.family],)
    return tuple(
        Set(names.AFFINITY + names.endpoint_base(port, endpoint), kind, timeout=seconds)
        for endpoint in choices.of(port).reachable
    )


def _balance(port: ProxyPort, endpoints: tuple[ProxyEndpoint, ...]) -> tuple[Rule, ...]:
    origins = (*port.origin("targetPort"), *(origin for endpoint in endpoints for origin in endpoint.origins))
    if port.service.affinity_seconds is None:
        dnat = DnatRandom(tuple((endpoint.address, endpoint.port) for endpoint in endpoints))
        return (Rule((L4Protocol(port.port.protocol), dnat), origins=origins),)
    bases = [names.endpoint_base(port, endpoint) for endpoint in endpoints]
    again = [
        Rule((AddressInSet("saddr", names.AFFINITY + base), Goto(names.ENDPOINT + base)),
             origins=(*port.service.origin("spec", "sessionAffinity"), *endpoint.origins))
        for base, endpoint in zip(bases, endpoints, strict=True)
    ]  # fmt: skip
    return (*again, Rule((GotoRandom(tuple(names.ENDPOINT + base for base in bases)),), origins=origins))


def _external(choices: Choices, port: ProxyPort, base: str) -> tuple[Rule, ...]:
    """Where traffic for externalIPs, load balancer addresses and node ports comes in."""
    cluster = Goto(names.CLUSTER_POLICY + base)
    origins = port.service.origin("spec", "externalTrafficPolicy")
    if not port.policies.uses_external_local:
        return (Rule((MARK,), "masquerade", origins), Rule((cluster,), origins=origins))
    rules = []
    if choices.node.pods is not None:
        rules.append(Rule((from_pods(choices.node), cluster), "short-circuit pod traffic", origins))
    rules.append(Rule((FibLocal("saddr"), MARK), "masquerade local traffic", origins))
    rules.append(Rule((FibLocal("saddr"), cluster), "short-circuit local traffic", origins))
    if choices.of(port).local:
        rules.append(Rule((Goto(names.LOCAL_POLICY + base),), origins=origins))
    return tuple(rules)


def _firewall(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    """Whoever is in none of loadBalancerSourceRanges is dropped before any translation."""
    ranges: list[IPNetwork] = [network for _, network in port.source_ranges]
    node_ip = choices.node.ip
    if node_ip is not None and any(node_ip in network for network in ranges):
        # A node may have the balancer's address as its own, and then its packets have it as their source.
        ranges += [ip_network(ip) for _, ip in port.load_balancer_ips]
    allowed = AddressMatch("saddr", tuple(ranges), invert=True)
    return (Rule((allowed, Drop()), origins=port.service.origin("spec", "loadBalancerSourceRanges")),)


def _endpoint(port: ProxyPort, endpoint: ProxyEndpoint) -> Chain:
    base = names.endpoint_base(port, endpoint)
    origins = (*port.origin("targetPort"), *endpoint.origins)
    dnat = DnatTo(endpoint.address, endpoint.port)
    return Chain(names.ENDPOINT + base, (
        Rule((UpdateSet(names.AFFINITY + base),), origins=origins),
        Rule((L4Protocol(port.port.protocol), dnat), origins=origins),
    ))  # fmt: skip
