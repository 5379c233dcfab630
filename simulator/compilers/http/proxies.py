"""The programs in the pods of ingress controllers and gateways: a reverse proxy with the table of its front."""

from functools import cached_property

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.front import Front, fronts
from simulator.cluster.model import Pod
from simulator.compilers.http.gateway import gateway_table
from simulator.compilers.http.ingress import ingress_table
from simulator.programs.reverse_proxy import ReverseProxy
from simulator.programs.routes import Table


class Proxies:
    """Made once a cluster; tables are compiled when a packet first reaches their proxy."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._tables: dict[str, Table] = {}

    def program(self, netns: str, port: int) -> ReverseProxy | None:
        """What answers behind a port of a namespace, where that is a proxy."""
        if self._cluster.web.empty:
            return None
        pods = [self._cluster.pods[netns]] if netns in self._cluster.pods else self._on_the_machine(netns)
        for pod in pods:
            front = self._fronts.get(pod.key)
            if front is not None:
                return ReverseProxy(self._table(front), front.listener_port(pod, port))
        return None

    def _on_the_machine(self, node: str) -> list[Pod]:
        return [pod for pod in self._cluster.pods_on(node) if pod.host_network]

    @cached_property
    def _fronts(self) -> dict[str, Front]:
        return {pod.key: front for front in fronts(self._cluster) for pod in front.pods}

    def _table(self, front: Front) -> Table:
        found = self._tables.get(front.what)
        if found is None:
            if front.gateway is not None:
                found = gateway_table(self._cluster, self._cluster.web.gateways[front.gateway])
            else:
                assert front.controller is not None
                found = ingress_table(self._cluster, front.controller)
            self._tables[front.what] = found
        return found
