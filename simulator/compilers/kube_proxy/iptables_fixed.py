"""The chains of kube-proxy that are there without any Service, and the jumps to them.

pkg/proxy/iptables/proxier.go: iptablesJumpChains, syncProxyRules()
"""

from collections.abc import Mapping
from ipaddress import ip_network

from simulator.compilers.kube_proxy import names
from simulator.compilers.kube_proxy.node import INVALID_DROPPED, ProxyNode
from simulator.compilers.kube_proxy.writing import write
from simulator.linux.iptables import (
    Accept,
    AddrType,
    Comment,
    CtStateMatch,
    Destination,
    Drop,
    Jump,
    MarkMatch,
    Masquerade,
    Match,
    NfAcct,
    Return,
    Rule,
    SetXMark,
    Source,
)

MASQUERADE_MARK = 0x4000
"""1 << 14, the default of --iptables-masquerade-bit."""

NEW = CtStateMatch(("NEW",))
LOCALNET = ip_network("127.0.0.0/8")
NODE_PORTS_COMMENT = Comment(
    "kubernetes service nodeports; NOTE: this must be the last rule in this chain"
)  # fmt: skip


def _jump(chain: str, comment: str, *state: Match) -> Rule:
    return Rule((*state, Comment(comment)), Jump(chain))


_TO_LOCALNET_FIREWALL = Rule((), Jump(names.LOCALNET_FIREWALL))
_TO_FIREWALL = _jump(names.PROXY_FIREWALL, "kubernetes load balancer firewall", NEW)
_TO_REFUSALS = _jump(names.SERVICES, "kubernetes service portals", NEW)
_TO_EXTERNAL_REFUSALS = _jump(names.EXTERNAL_SERVICES, "kubernetes externally-visible service portals", NEW)
_TO_HEALTH_CHECKS = _jump(names.NODE_PORTS, "kubernetes health check service ports")
_TO_FORWARD = _jump(names.FORWARD, "kubernetes forwarding rules")
_TO_SERVICES = _jump(names.SERVICES, "kubernetes service portals")
_TO_POSTROUTING = _jump(names.POSTROUTING, "kubernetes postrouting rules")

JUMPS: Mapping[str, Mapping[str, tuple[Rule, ...]]] = {
    "mangle": {},
    "filter": {
        "INPUT": (_TO_LOCALNET_FIREWALL, _TO_FIREWALL, _TO_HEALTH_CHECKS, _TO_EXTERNAL_REFUSALS),
        "FORWARD": (_TO_FIREWALL, _TO_FORWARD, _TO_REFUSALS, _TO_EXTERNAL_REFUSALS),
        "OUTPUT": (_TO_LOCALNET_FIREWALL, _TO_FIREWALL, _TO_REFUSALS),
    },
    "nat": {"PREROUTING": (_TO_SERVICES,), "OUTPUT": (_TO_SERVICES,), "POSTROUTING": (_TO_POSTROUTING,)},
}
"""Table -> base chain -> what kube-proxy puts before all rules of others."""


def fixed_chains(node: ProxyNode) -> Mapping[str, Mapping[str, tuple[Rule, ...]]]:
    """Table -> chain -> rules."""
    return {
        "mangle": {names.CANARY: ()},
        "filter": {
            names.CANARY: (),
            names.FORWARD: forward_rules(node),
            names.LOCALNET_FIREWALL: localnet_firewall_rules(node),
        },
        "nat": {
            names.CANARY: (),
            names.POSTROUTING: postrouting_rules(node),
            names.MARK_MASQ: (write(SetXMark(MASQUERADE_MARK, MASQUERADE_MARK)),),
        },
    }


def postrouting_rules(node: ProxyNode) -> tuple[Rule, ...]:
    """Masquerade what is marked, and take the mark off, so that it is done once."""
    return (
        write(Return(), MarkMatch(MASQUERADE_MARK, MASQUERADE_MARK, invert=True)),
        write(SetXMark(MASQUERADE_MARK, 0)),
        write(Masquerade(node.random_fully), Comment("kubernetes service traffic requiring SNAT")),
    )


def forward_rules(node: ProxyNode) -> tuple[Rule, ...]:
    """Let through what was marked, and all that belongs to a known connection, whatever FORWARD's policy is."""
    rules = (
        write(Accept(), Comment("kubernetes forwarding rules"), MarkMatch(MASQUERADE_MARK, MASQUERADE_MARK)),
        write(
            Accept(), Comment("kubernetes forwarding conntrack rule"), CtStateMatch(("RELATED", "ESTABLISHED"))
        ),
    )  # fmt: skip
    if node.tcp_be_liberal:
        return rules
    counter = (NfAcct(INVALID_DROPPED),) if INVALID_DROPPED in node.counters else ()
    return (write(Drop(), CtStateMatch(("INVALID",)), *counter), *rules)


def localnet_firewall_rules(node: ProxyNode) -> tuple[Rule, ...]:
    """route_localnet opens 127.0.0.0/8 to the neighbours (CVE-2020-8558); this shuts it again."""
    if not node.localhost_takes_node_ports:
        return ()
    known = CtStateMatch(("RELATED", "ESTABLISHED", "DNAT"), invert=True)
    outside = Source(LOCALNET, invert=True)
    return (write(Drop(), outside, Destination(LOCALNET), Comment("block incoming localnet connections"), known),)


def node_port_jumps(node: ProxyNode) -> tuple[Rule, ...]:
    """The end of nat KUBE-SERVICES: what is addressed to the node itself may be for a node port."""
    to_node_ports = Jump(names.NODE_PORTS)
    if not node.any_node_port_address:
        return tuple(
            write(to_node_ports, Destination(ip_network(address)), NODE_PORTS_COMMENT) for address in node.node_port_ips
        )
    local = AddrType(dst_type="LOCAL")
    if node.family == 6:
        return (write(to_node_ports, Destination(ip_network("::1/128"), invert=True), NODE_PORTS_COMMENT, local),)
    if not node.localhost_takes_node_ports:
        return (write(to_node_ports, Destination(LOCALNET, invert=True), NODE_PORTS_COMMENT, local),)
    return (write(to_node_ports, NODE_PORTS_COMMENT, local),)
