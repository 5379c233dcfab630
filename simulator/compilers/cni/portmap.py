"""CNI plugin portmap: a container's hostPort is translated to its pod on the pod's own node.

containernetworking/plugins 1.1.1, plugins/meta/portmap/portmap.go
"""

from collections.abc import Iterable, Iterator
from hashlib import sha512
from ipaddress import ip_network

import msgspec

from simulator.cluster.model import Node, Pod
from simulator.linux.iptables import (
    AddrType,
    Chain,
    Comment,
    Destination,
    Dnat,
    IpProtocol,
    Jump,
    L4Ports,
    MarkMatch,
    Masquerade,
    Match,
    Multiport,
    Rule,
    SetXMark,
    Source,
    Tables,
)
from simulator.origin import Origins
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

NETWORK_NAME = "cbr0"
DNAT_CHAIN = "CNI-HOSTPORT-DNAT"
SET_MARK_CHAIN = "CNI-HOSTPORT-SETMARK"
MASQUERADE_CHAIN = "CNI-HOSTPORT-MASQ"
MARK = 1 << 13
MAX_CHAIN_NAME = 28
MAX_COMMENT = 255
PORTS_IN_A_RULE = 15
"""What -m multiport can hold."""

LOCALHOST = ip_network("127.0.0.1/32")


class PortMapping(msgspec.Struct, frozen=True):
    """One hostPort of a pod."""

    protocol: Protocol
    host_port: int
    container_port: int
    host_ip: IPAddress | None
    origins: Origins


def write_portmap(pods: Iterable[Pod], node: Node, tables: Tables) -> None:
    """Add the chains of every pod with a hostPort; without one the plugin writes nothing at all."""
    found = [(pod, ip, mappings) for pod in pods for ip, mappings in _mapped(pod, tables.family)]
    if not found:
        return
    nat = tables.tables["nat"]
    chains = dict(nat.chains)
    entries: list[Rule] = []
    for pod, ip, mappings in found:
        chain = pod_chain_name(pod)
        entries += _entry_rules(chain, pod, mappings)
        subnet = _subnet(ip, node)
        chains[chain] = Chain(chain, tuple(rule for one in mappings for rule in _pod_rules(one, ip, subnet)))
    _add_shared_chains(chains, tuple(entries))
    nat.chains = chains


def maps_ports(pod: Pod) -> bool:
    """Whether the plugin has an IPv4 port to map to a pod; then it sets route_localnet on the device towards it.

    portmap.go: forwardPorts(), enableLocalnetRouting()
    """
    return any(True for _ in _mapped(pod, 4))


def _mapped(pod: Pod, family: int) -> Iterator[tuple[IPAddress, tuple[PortMapping, ...]]]:
    """The pod's address of a family and its mappings; a hostIP of the other family does not count."""
    mappings = tuple(
        PortMapping(port.protocol, port.host_port, port.number, port.host_ip, pod.origin(*port.path, "hostPort"))
        for container in pod.containers
        for port in container.ports
        if port.host_port and (port.host_ip is None or port.host_ip.version == family)
    )
    if mappings and not pod.host_network:
        yield from ((ip, mappings) for ip in pod.ips if ip.version == family)


def _add_shared_chains(chains: dict[str, Chain], entries: tuple[Rule, ...]) -> None:
    marked = MarkMatch(MARK, MARK)
    set_mark = Rule((Comment("CNI portfwd masquerade mark"),), SetXMark(MARK, MARK))
    chains[DNAT_CHAIN] = Chain(DNAT_CHAIN, entries)
    chains[SET_MARK_CHAIN] = Chain(SET_MARK_CHAIN, (set_mark,))
    chains[MASQUERADE_CHAIN] = Chain(MASQUERADE_CHAIN, (Rule((marked,), Masquerade()),))
    to_dnat = Rule((AddrType(dst_type="LOCAL"),), Jump(DNAT_CHAIN))
    for name in ("PREROUTING", "OUTPUT"):
        chains[name].rules = (*chains[name].rules, to_dnat)
    to_masquerade = Rule((Comment("CNI portfwd requiring masquerade"),), Jump(MASQUERADE_CHAIN))
    postrouting = chains["POSTROUTING"]
    postrouting.rules = (to_masquerade, *postrouting.rules)


def container_id(pod: Pod) -> str:
    """A runtime's ids are random; ours say whose they are."""
    return f"p-{pod.namespace}-{pod.name}"


def pod_chain_name(pod: Pod) -> str:
    """pkg/utils/utils.go: MustFormatChainNameWithPrefix()"""
    digest = sha512(f"{NETWORK_NAME}{container_id(pod)}".encode()).hexdigest()
    return f"CNI-DN-{digest}"[:MAX_CHAIN_NAME]


def _entry_rules(chain: str, pod: Pod, mappings: tuple[PortMapping, ...]) -> list[Rule]:
    """From the shared chain to the pod's own: one rule for up to 15 ports of a protocol."""
    comment = Comment(_trim(f'dnat name: "{NETWORK_NAME}" id: "{container_id(pod)}"'))
    rules = []
    for protocol in sorted({mapping.protocol for mapping in mappings}, key=lambda found: found.keyword):
        ours = [mapping for mapping in mappings if mapping.protocol is protocol]
        for start in range(0, len(ours), PORTS_IN_A_RULE):
            some = ours[start : start + PORTS_IN_A_RULE]
            ports = Multiport(tuple((mapping.host_port, mapping.host_port) for mapping in some))
            origins = tuple(origin for mapping in some for origin in mapping.origins)
            rules.append(Rule((IpProtocol(protocol), comment, ports), Jump(chain), origins))
    return rules


def _trim(comment: str) -> str:
    return comment if len(comment) <= MAX_COMMENT else comment[: MAX_COMMENT - 3] + "..."


def _pod_rules(mapping: PortMapping, ip: IPAddress, subnet: IPNetwork) -> tuple[Rule, ...]:
    """Mark what must come back this way (neighbours on the bridge, the node's own loopback), then translate."""
    protocol = IpProtocol(mapping.protocol)
    ports = L4Ports(mapping.protocol, dports=(mapping.host_port, mapping.host_port))
    host: tuple[Match, ...] = ()
    if mapping.host_ip is not None and not mapping.host_ip.is_unspecified:
        host = (Destination(ip_network(mapping.host_ip)),)
    to_mark = Jump(SET_MARK_CHAIN)
    marked = [subnet, LOCALHOST] if ip.version == 4 else [subnet]
    return (
        *(Rule((Source(whom), *host, protocol, ports), to_mark, mapping.origins) for whom in marked),
        Rule((*host, protocol, ports), Dnat(ip, mapping.container_port), mapping.origins),
    )


def _subnet(ip: IPAddress, node: Node) -> IPNetwork:
    return next((cidr for cidr in node.pod_cidrs if cidr.version == ip.version and ip in cidr), ip_network(ip))
