"""A node's rules as the real tools print them: what `netviz rules` shows."""

from simulator.cluster.cluster import Cluster
from simulator.compilers.node import node_tables
from simulator.linux.iptables_save import render

PROXY_MODES = ("iptables",)
"""Modes of kube-proxy whose rules can be printed."""


class UnsupportedSetting(ValueError):
    """A setting that this part of NetViz cannot follow, though the profile knows it."""

    def __init__(self, key: str, value: str, hint: str) -> None:
        super().__init__(f"{key}={value}: {hint}")
        self.key = key
        self.value = value
        self.hint = hint


def rules_text(cluster: Cluster, node_name: str, family: int = 4, everything: bool = False) -> str:
    """What the hostPort plugin and kube-proxy wrote, or `everything`: the network plugin's rules too.

    A node that is none raises KeyError, a kube-proxy mode without printable rules UnsupportedSetting.
    """
    mode = cluster.profile.proxy
    if mode not in PROXY_MODES:
        hint = f"Rules can be printed for {' and '.join(PROXY_MODES)} so far; try --set proxy={PROXY_MODES[0]}."
        raise UnsupportedSetting("proxy", mode, hint)
    return render(node_tables(cluster, cluster.nodes[node_name], family, masquerade=everything))
