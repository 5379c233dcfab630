"""What stands in the shared chains for one service port: the ways in (table nat) and the refusals (table filter).

REJECT where a Service has no endpoints at all, DROP where its traffic policy is Local and the node has none.
pkg/proxy/iptables/proxier.go: syncProxyRules()
"""

from simulator.compilers.kube_proxy import names
from simulator.compilers.kube_proxy.choices import Choices
from simulator.compilers.kube_proxy.iptables_fixed import LOCALNET, node_port_jumps
from simulator.compilers.kube_proxy.iptables_shared import SharedChain, SharedRules, Writer, places_in
from simulator.compilers.kube_proxy.node import LOCALHOST_ACCEPTED
from simulator.compilers.kube_proxy.services import ProxyPort
from simulator.compilers.kube_proxy.writing import destination, port_match, write
from simulator.linux.iptables import (
    Accept,
    AddrType,
    Chain,
    Comment,
    Destination,
    Drop,
    Jump,
    Match,
    NfAcct,
    Reject,
    Rule,
    Target,
)
from simulator.origin import Origins
from simulator.packet.headers import IPAddress, Protocol

PORT_UNREACHABLE = {4: Reject("icmp-port-unreachable"), 6: Reject("icmp6-port-unreachable")}

Portal = tuple[IPAddress, str, str, tuple[str | int, ...]]
"""An address that a Service is reached by, what it is called, the prefix of the chain behind, where it is written."""


def nat_services(choices: Choices) -> Chain:
    services = choices.services
    by_address = dict(services.by_cluster_ip)
    for address, places in services.by_external_ip.items():
        by_address[address] = (*by_address.get(address, ()), *places)
    writer = Writer(_count_portals, _write_portals)
    return SharedChain(names.SERVICES, SharedRules(choices, writer, node_port_jumps(choices.node)), by_address)


def _count_portals(choices: Choices, port: ProxyPort) -> int:
    """As many as `_portals` names; a cluster has thousands that only have a ClusterIP."""
    inside = 1 if choices.has_internal(port) else 0
    if not (port.service.external_ips or port.service.load_balancer) or not port.usable:
        return inside
    return inside + len(port.external_ips) + len(port.load_balancer_ips)


def _portals(choices: Choices, port: ProxyPort) -> list[Portal]:
    found: list[Portal] = []
    if choices.has_internal(port):
        prefix = names.LOCAL_POLICY if port.policies.internal_local else names.CLUSTER_POLICY
        found.append((port.cluster_ip, "cluster IP", prefix, ("spec", "ports", port.port.index, "port")))
    if not port.usable:
        return found
    for at, ip in port.external_ips:
        found.append((ip, "external IP", names.EXTERNAL, ("spec", "externalIPs", at)))
    behind = names.FIREWALL if port.firewalled else names.EXTERNAL
    for at, ip in port.load_balancer_ips:
        found.append((ip, "loadbalancer IP", behind, ("status", "loadBalancer", "ingress", at, "ip")))
    return found


def _write_portals(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    return tuple(
        write(
            Jump(prefix + choices.services.remember(port)),
            destination(address),
            *_with_comment(port, port.port.port, f"{port.name} {what}"),
            origins=port.service.origin(*path),
        )
        for address, what, prefix, path in _portals(choices, port)
    )


def _with_comment(port: ProxyPort, number: int, words: str, *between: AddrType) -> tuple[Match, ...]:
    proto, ports = port_match(port.port.protocol, number)
    return (proto, Comment(words), *between, ports)


def nat_node_ports(choices: Choices) -> Chain:
    writer = Writer(lambda of, port: len(_node_port_entries(of, port)), _write_node_ports)
    by_port = choices.services.by_node_port
    return SharedChain(names.NODE_PORTS, SharedRules(choices, writer, places=places_in(by_port)), by_port=by_port)


def _node_port_entries(choices: Choices, port: ProxyPort) -> tuple[bool, ...]:
    """One rule for every address; before it, where such packets are counted, one for 127.0.0.0/8 (True)."""
    if not port.port.node_port or not port.usable:
        return ()
    node = choices.node
    counted = node.localhost_takes_node_ports and LOCALHOST_ACCEPTED in node.counters
    return (True, False) if counted else (False,)


def _write_node_ports(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    rules = []
    entrance = Jump(names.EXTERNAL + choices.services.remember(port))
    for localhost in _node_port_entries(choices, port):
        matches = _with_comment(port, port.port.node_port or 0, port.name)
        if localhost:
            matches = (Destination(LOCALNET), *matches, NfAcct(LOCALHOST_ACCEPTED))
        rules.append(write(entrance, *matches, origins=port.origin("nodePort")))
    return tuple(rules)


def filter_services(choices: Choices) -> Chain:
    """Refusals of ClusterIPs."""
    writer = Writer(lambda of, port: 0 if of.has_internal(port) else 1, _write_internal_refusal)
    return SharedChain(names.SERVICES, SharedRules(choices, writer), choices.services.by_cluster_ip)


def _write_internal_refusal(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    if choices.has_internal(port):
        return ()
    target, words = _refusal(port)
    matches = _with_comment(port, port.port.port, words)
    return (write(target, destination(port.cluster_ip), *matches, origins=_refusal_origins(port, "internal")),)


def _refusal(port: ProxyPort) -> tuple[Target, str]:
    if port.usable:
        return Drop(), f"{port.name} has no local endpoints"
    return PORT_UNREACHABLE[port.family], f"{port.name} has no endpoints"


def _refusal_origins(port: ProxyPort, side: str) -> Origins:
    """What to look at: the policy that keeps traffic on the node, or the selector that finds nothing."""
    if port.usable:
        return port.service.origin("spec", f"{side}TrafficPolicy")
    return (*port.origin("port"), *port.service.origin("spec", "selector"))


def filter_external_services(choices: Choices) -> Chain:
    """Refusals of externalIPs, load balancer addresses and node ports."""
    services = choices.services
    writer = Writer(lambda of, port: len(_write_external_refusals(of, port)), _write_external_refusals)
    rules = SharedRules(choices, writer, places=places_in(services.by_external_ip, services.by_node_port))
    return SharedChain(names.EXTERNAL_SERVICES, rules, services.by_external_ip, services.by_node_port)


def _write_external_refusals(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    if not port.policies.externally_accessible or choices.has_external(port):
        return ()
    target, words = _refusal(port)
    origins = _refusal_origins(port, "external")
    at_port = _with_comment(port, port.port.port, words)
    addresses = [ip for _, ip in (*port.external_ips, *port.load_balancer_ips)]
    rules = [write(target, destination(ip), *at_port, origins=origins) for ip in addresses]
    if port.port.node_port:
        matches = _with_comment(port, port.port.node_port, words, AddrType(dst_type="LOCAL"))
        rules.append(write(target, *matches, origins=origins))
    return tuple(rules)


def filter_node_ports(choices: Choices) -> Chain:
    """Health checks of load balancers are let in whatever else INPUT says."""
    writer = Writer(lambda of, port: 0 if port.health_check_port is None else 1, _write_health_check)
    by_port = choices.services.by_health_check_port
    return SharedChain(names.NODE_PORTS, SharedRules(choices, writer, places=places_in(by_port)), by_port=by_port)


def _write_health_check(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    if port.health_check_port is None:
        return ()
    tcp = port_match(Protocol.TCP, port.health_check_port)
    comment = Comment(f"{port.name} health check node port")
    return (write(Accept(), tcp[0], comment, tcp[1], origins=port.service.origin("spec", "healthCheckNodePort")),)


def filter_firewall(choices: Choices) -> Chain:
    """Whoever is in none of loadBalancerSourceRanges was not translated, and is dropped here."""
    writer = Writer(lambda of, port: len(port.load_balancer_ips) if port.firewalled else 0, _write_firewall)
    by_address = choices.services.by_external_ip
    return SharedChain(names.PROXY_FIREWALL, SharedRules(choices, writer, places=places_in(by_address)), by_address)


def _write_firewall(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    if not port.firewalled:
        return ()
    words = f"{port.name} traffic not accepted by {names.FIREWALL}{port.hash}"
    matches = _with_comment(port, port.port.port, words)
    origins = port.service.origin("spec", "loadBalancerSourceRanges")
    return tuple(write(Drop(), destination(ip), *matches, origins=origins) for _, ip in port.load_balancer_ips)
