"""The chains of one service port: its balancing, its outside entrance, its endpoints.

pkg/proxy/iptables/proxier.go: syncProxyRules(), writeServiceToEndpointRules()
"""

from simulator.compilers.kube_proxy import names
from simulator.compilers.kube_proxy.choices import Choices
from simulator.compilers.kube_proxy.endpoints import ProxyEndpoint
from simulator.compilers.kube_proxy.services import ProxyPort
from simulator.compilers.kube_proxy.writing import TO_MASQUERADE, destination, port_match, source, write
from simulator.linux.iptables import (
    AddrType,
    Comment,
    Dnat,
    IpProtocol,
    Jump,
    L4Ports,
    Match,
    Recent,
    Rule,
    Source,
    Statistic,
)

RECENT_MASK = {4: "255.255.255.255", 6: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}
FROM_NODE = AddrType(src_type="LOCAL")


def chain_prefixes(choices: Choices, port: ProxyPort) -> tuple[str, ...]:
    """Which chains a port has on this node, besides those of its endpoints."""
    if not port.usable:
        return ()
    policies, choice = port.policies, choices.of(port)
    asked = (
        (names.CLUSTER_POLICY, bool(choice.cluster)),
        (names.LOCAL_POLICY, bool(choice.local)),
        (names.EXTERNAL, policies.externally_accessible),
        (names.FIREWALL, port.firewalled),
    )
    return tuple(prefix for prefix, there in asked if there)


def service_rules(choices: Choices, port: ProxyPort, prefix: str) -> tuple[Rule, ...]:
    """The rules of one of the chains that `chain_prefixes` names."""
    if prefix == names.EXTERNAL:
        return _external(choices, port)
    if prefix == names.FIREWALL:
        return _firewall(choices, port)
    local = prefix == names.LOCAL_POLICY
    choice = choices.of(port)
    masquerade = _masquerade(choices, port) if local == port.policies.internal_local else ()
    return (*masquerade, *_balance(choices, port, (choice.local if local else choice.cluster) or ()))


def _masquerade(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    """Who is no pod gets the node's address, so that the answer comes back this way."""
    node = choices.node
    if node.pods is None and not node.masquerade_all:
        return ()
    proto, ports = port_match(port.port.protocol, port.port.port)
    whom = () if node.masquerade_all else node.not_from_pods
    comment = Comment(f"{port.name} cluster IP")
    return (
        write(
            TO_MASQUERADE, *whom, destination(port.cluster_ip), proto, comment, ports, origins=port.origin("port")
        ),
    )  # fmt: skip


def _balance(choices: Choices, port: ProxyPort, endpoints: tuple[ProxyEndpoint, ...]) -> tuple[Rule, ...]:
    """First whoever was here lately goes where they went; then each endpoint takes its share of what is left."""
    comments = [_comment(choices, f"{port.name} -> {endpoint.text}") for endpoint in endpoints]
    rules = []
    seconds = port.service.affinity_seconds
    if seconds is not None:
        origins = port.service.origin("spec", "sessionAffinity")
        for endpoint, comment in zip(endpoints, comments, strict=True):
            name = endpoint_chain(port, endpoint)
            again = Recent("rcheck", name, seconds, reap=True, mask=RECENT_MASK[port.family])
            rules.append(write(Jump(name), *comment, again, origins=(*origins, *endpoint.origins)))
    for place, (endpoint, comment) in enumerate(zip(endpoints, comments, strict=True)):
        share = _share(len(endpoints) - place)
        origins = (*port.origin("targetPort"), *endpoint.origins)
        rules.append(write(Jump(endpoint_chain(port, endpoint)), *comment, *share, origins=origins))
    return tuple(rules)


def _share(left: int) -> tuple[Statistic, ...]:
    """One of those that are left; the last takes all. kube-proxy writes ten decimals, the kernel keeps 31 bits."""
    return () if left == 1 else (Statistic(round(float(f"{1 / left:.10f}") * 2**31)),)


def _comment(choices: Choices, words: str) -> tuple[Comment, ...]:
    return () if choices.services.large else (Comment(words),)


def _external(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    """Where traffic for externalIPs, load balancer addresses and node ports comes in."""
    cluster = Jump(names.CLUSTER_POLICY + port.hash)
    origins = port.service.origin("spec", "externalTrafficPolicy")
    if not port.policies.uses_external_local:
        comment = Comment(f"masquerade traffic for {port.name} external destinations")
        return (write(TO_MASQUERADE, comment, origins=origins), write(cluster, origins=origins))
    rules = []
    if choices.node.pods is not None:
        comment = Comment(f"pod traffic for {port.name} external destinations")
        rules.append(write(cluster, *choices.node.from_pods, comment, origins=origins))
    comment = Comment(f"masquerade LOCAL traffic for {port.name} external destinations")
    rules.append(write(TO_MASQUERADE, comment, FROM_NODE, origins=origins))
    comment = Comment(f"route LOCAL traffic for {port.name} external destinations")
    rules.append(write(cluster, comment, FROM_NODE, origins=origins))
    if choices.of(port).local:
        rules.append(write(Jump(names.LOCAL_POLICY + port.hash), origins=origins))
    return tuple(rules)


def _firewall(choices: Choices, port: ProxyPort) -> tuple[Rule, ...]:
    """Only sources in loadBalancerSourceRanges go on; others fall out at the end and are dropped in table filter."""
    entrance = Jump(names.EXTERNAL + port.hash)
    comment = Comment(f"{port.name} loadbalancer IP")
    field = ("spec", "loadBalancerSourceRanges")
    rules = [
        write(entrance, Source(network), comment, origins=port.service.origin(*field, at))
        for at, network in port.source_ranges
    ]
    node_ip = choices.node.ip
    if node_ip is not None and any(node_ip in network for _, network in port.source_ranges):
        # A node may have the balancer's address as its own, and then its packets have it as their source.
        rules += [
            write(entrance, source(ip), comment, origins=port.service.origin(*field))
            for _, ip in port.load_balancer_ips
        ]
    others = Comment(f"other traffic to {port.name} will be dropped by {names.PROXY_FIREWALL}")
    return (*rules, write(None, others, origins=port.service.origin(*field)))


def endpoint_chain(port: ProxyPort, endpoint: ProxyEndpoint) -> str:
    return names.ENDPOINT + names.endpoint_hash(port.name, port.port.protocol, endpoint.text)


def endpoint_rules(choices: Choices, port: ProxyPort, endpoint: ProxyEndpoint) -> tuple[Rule, ...]:
    """Mark a pod that calls itself (the answer must not go straight back), then translate."""
    comment = _comment(choices, port.name)
    origins = (*port.origin("targetPort"), *endpoint.origins)
    remember: tuple[Match, ...] = ()
    if port.service.affinity_seconds is not None:
        remember = (Recent("set", endpoint_chain(port, endpoint), mask=RECENT_MASK[port.family]),)
    protocol = port.port.protocol
    return (
        write(TO_MASQUERADE, source(endpoint.address), *comment, origins=origins),
        write(
            Dnat(endpoint.address, endpoint.port),
            IpProtocol(protocol),
            *comment,
            *remember,
            L4Ports(protocol),
            origins=origins,
        ),
    )
