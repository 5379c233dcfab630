"""A node's rules as the real tools print them: what `netviz rules` shows."""

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Node
from simulator.compilers.kube_proxy.proxy import KubeProxy
from simulator.compilers.node import node_tables
from simulator.linux import iptables_save, nft_list

PROXY_MODES = ("iptables", "nftables")
"""Modes of kube-proxy whose rules can be printed."""


class UnsupportedSetting(ValueError):
    """A setting that this part of NetViz cannot follow, though the profile knows it."""

    def __init__(self, key: str, value: str, hint: str) -> None:
        super().__init__(f"{key}={value}: {hint}")
        self.key = key
        self.value = value
        self.hint = hint


def rules_text(cluster: Cluster, node_name: str, family: int = 4, everything: bool = False) -> str:
    """What kube-proxy wrote, and in iptables mode the hostPort plugin; `everything`: the network plugin's rules too.

    iptables has one text a family, nftables one for all. A node that is none raises KeyError, a kube-proxy mode
    without printable rules UnsupportedSetting.
    """
    node = cluster.nodes[node_name]
    mode = cluster.profile.proxy
    if mode == "iptables":
        return iptables_save.render(node_tables(cluster, node, family, masquerade=everything))
    if mode == "nftables":
        return _nftables(cluster, node)
    hint = f"Rules can be printed for {' and '.join(PROXY_MODES)}; try --set proxy={PROXY_MODES[0]}."
    raise UnsupportedSetting("proxy", mode, hint)


def _nftables(cluster: Cluster, node: Node) -> str:
    proxy = KubeProxy(cluster)
    families = sorted({address.version for address in node.addresses})
    return nft_list.render([proxy.table(node, family) for family in families])
