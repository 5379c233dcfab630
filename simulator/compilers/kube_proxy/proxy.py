"""kube-proxy of a whole cluster: what is the same on every node is worked out once."""

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Node
from simulator.compilers.kube_proxy.iptables import write_rules
from simulator.compilers.kube_proxy.nftables import proxy_table
from simulator.compilers.kube_proxy.node import proxy_node
from simulator.compilers.kube_proxy.services import ProxyServices
from simulator.linux import nftables as nft
from simulator.linux.iptables import Tables


class KubeProxy:
    """Writes the rules of any node, in either mode."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._services: dict[int, ProxyServices] = {}

    def write(self, node: Node, tables: Tables) -> None:
        """iptables mode: kube-proxy's rules in the family of the tables."""
        family = tables.family
        write_rules(self._of(family), proxy_node(self._cluster, node, family), tables)

    def table(self, node: Node, family: int) -> nft.Table:
        """nftables mode: kube-proxy's own table of a family."""
        return proxy_table(self._of(family), proxy_node(self._cluster, node, family))

    def _of(self, family: int) -> ProxyServices:
        if family not in self._services:
            cluster = self._cluster
            self._services[family] = ProxyServices(cluster.services.values(), cluster.slices_of, family)
        return self._services[family]
