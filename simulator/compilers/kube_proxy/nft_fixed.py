"""The chains of kube-proxy's nftables table that are there without any Service.

pkg/proxy/nftables/proxier.go: nftablesJumpChains, setupNFTables()
"""

from collections.abc import Mapping
from ipaddress import ip_network

from simulator.compilers.kube_proxy import nft_names as names
from simulator.compilers.kube_proxy.iptables_fixed import MASQUERADE_MARK
from simulator.compilers.kube_proxy.node import ProxyNode
from simulator.linux.iptables import InInterface, Source
from simulator.linux.nftables import (
    AddressInSet,
    AddressMatch,
    BaseHook,
    Chain,
    CtStateNew,
    CtStatusDnat,
    Drop,
    FibLocal,
    InputInterface,
    Jump,
    KeyInSet,
    MarkSet,
    MarkTest,
    Masquerade,
    Reject,
    Rule,
    Statement,
    VerdictMap,
)

DNAT = -100
BEFORE_DNAT = DNAT - 10
FILTER = 0
SNAT = 100

TO_ADDRESS = ("daddr", "meta l4proto", "th dport")
TO_PORT = ("meta l4proto", "th dport")
HAIRPIN = ("saddr", "daddr", "meta l4proto", "th dport")
LOCALHOST = {4: ip_network("127.0.0.0/8"), 6: ip_network("::1/128")}
MARK = MarkSet("|", MASQUERADE_MARK)


def _base(name: str, hook: BaseHook, *jumps: str, new: bool = True) -> Chain:
    state = (CtStateNew(),) if new else ()
    return Chain(name, tuple(Rule((*state, Jump(jump))) for jump in jumps), hook)


BASE_CHAINS = (
    _base("filter-prerouting-pre-dnat", BaseHook("filter", "prerouting", BEFORE_DNAT), "firewall-check"),
    _base("filter-output-pre-dnat", BaseHook("filter", "output", BEFORE_DNAT), "firewall-check"),
    _base(
        "filter-input", BaseHook("filter", "input", FILTER), "nodeport-endpoints-check", "service-endpoints-check"
    ),
    _base("filter-forward", BaseHook("filter", "forward", FILTER), "service-endpoints-check", "cluster-ips-check"),
    _base("filter-output", BaseHook("filter", "output", FILTER), "service-endpoints-check", "cluster-ips-check"),
    _base("nat-prerouting", BaseHook("nat", "prerouting", DNAT), "services", new=False),
    _base("nat-output", BaseHook("nat", "output", DNAT), "services", new=False),
    _base("nat-postrouting", BaseHook("nat", "postrouting", SNAT), "masquerading", new=False),
)  # fmt: skip


def fixed_chains(node: ProxyNode) -> Mapping[str, Chain]:
    """The base chains and those that they jump to."""
    inner = (
        Chain("nodeport-endpoints-check", (_node_port_lookup(node, names.NO_ENDPOINT_NODE_PORTS, checked=False),)),
        Chain("service-endpoints-check", (Rule((VerdictMap(TO_ADDRESS, names.NO_ENDPOINT_SERVICES),)),)),
        Chain("firewall-check", (Rule((VerdictMap(TO_ADDRESS, names.FIREWALL_IPS),)),)),
        Chain("services", _services(node)),
        Chain("masquerading", _masquerading()),
        Chain("cluster-ips-check", _cluster_ips_check(node)),
        Chain(
            names.REJECT,
            (Rule((Reject(),)),),
            comment="helper for @no-endpoint-services / @no-endpoint-nodeports",
        ),
    )
    return {chain.name: chain for chain in (*BASE_CHAINS, *inner)}


def _services(node: ProxyNode) -> tuple[Rule, ...]:
    lookup = Rule((VerdictMap(TO_ADDRESS, names.SERVICE_IPS),))
    return (*_masquerade_cluster_ips(node), lookup, _node_port_lookup(node, names.SERVICE_NODE_PORTS, checked=True))


def _masquerade_cluster_ips(node: ProxyNode) -> tuple[Rule, ...]:
    to_cluster_ip = AddressInSet("daddr", names.CLUSTER_IPS)
    if node.masquerade_all:
        return (Rule((to_cluster_ip, MARK), "masquerade all clusterIP traffic"),)
    if node.pods is None:
        return ()
    others = from_pods(node, invert=True)
    return (Rule((to_cluster_ip, others, MARK), "masquerade clusterIP traffic from outside cluster"),)


def from_pods(node: ProxyNode, invert: bool = False) -> Statement:
    """The local detector in nft's words. pkg/proxy/util/localdetector.go: IfLocalNFT()"""
    pods = node.pods
    if isinstance(pods, Source):
        return AddressMatch("saddr", (pods.network,), invert)
    assert isinstance(pods, InInterface)
    return InputInterface(pods.name.replace("+", "*"), invert)


def _node_port_lookup(node: ProxyNode, map_name: str, checked: bool) -> Rule:
    """Node ports are served on the addresses in a set, or where all are, on every local address but localhost."""
    lookup = VerdictMap(TO_PORT, map_name)
    if not node.any_node_port_address:
        return Rule((AddressInSet("daddr", names.NODE_PORT_IPS), lookup))
    elsewhere = AddressMatch("daddr", (LOCALHOST[node.family],), invert=True)
    return Rule((FibLocal("daddr"), elsewhere, lookup) if checked else (elsewhere, lookup))


def _masquerading() -> tuple[Rule, ...]:
    masquerade = Masquerade(fully_random=True)
    return (
        Rule((MarkTest(MASQUERADE_MARK), MarkSet("^", MASQUERADE_MARK), masquerade)),
        Rule((CtStatusDnat(), KeyInSet(HAIRPIN, names.HAIRPINS), masquerade)),
    )


def _cluster_ips_check(node: ProxyNode) -> tuple[Rule, ...]:
    to_cluster_ip = AddressInSet("daddr", names.CLUSTER_IPS)
    reject = Rule((to_cluster_ip, Reject()), "Reject traffic to invalid ports of ClusterIPs")
    if not node.service_cidrs:
        return (reject,)
    unallocated = AddressMatch("daddr", node.service_cidrs)
    return (reject, Rule((unallocated, Drop()), "Drop traffic to unallocated ClusterIPs"))
