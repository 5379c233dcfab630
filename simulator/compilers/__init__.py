"""Stage 3: the cluster to Linux, one module per real program.

Input: a `Cluster`. Output: a `linux.Network` that builds a namespace when a packet first needs it.
"""

from collections.abc import Callable
from functools import partial

from simulator.cluster.cluster import Cluster
from simulator.cluster.profile import SettingError
from simulator.compilers.balancers import Relays
from simulator.compilers.cni.flannel import Flannel
from simulator.compilers.faults import Breaker
from simulator.compilers.fidelity import trust_of
from simulator.compilers.http.proxies import Proxies
from simulator.compilers.kube_proxy.proxy import KubeProxy
from simulator.compilers.names import Names
from simulator.compilers.node import node_netns, pod_on_network, running
from simulator.compilers.underlay import (
    CONTROL_PLANE,
    INTERNET,
    ROUTER,
    Underlay,
    control_plane_netns,
    internet_netns,
    router_netns,
)
from simulator.linux.netns import Netns
from simulator.linux.network import Assumption, Network
from simulator.packet.headers import IPAddress

__all__ = ["compile_network"]

WALKED = ("iptables", "nftables")
"""The kube-proxy modes whose rules a packet can be walked through."""


def compile_network(cluster: Cluster, revision: str = "") -> Network:
    """Everything that a packet can meet in a cluster. A name that is none raises KeyError.

    `revision` names the state of the manifests and settings; traces carry it in their keys. A setting that packets
    cannot be walked with raises SettingError.
    """
    if cluster.profile.proxy not in WALKED:
        message = f"packets are not walked through the rules of {cluster.profile.proxy} mode."
        raise SettingError("proxy", message, f"Trace with --set proxy={' or '.join(WALKED)}.")
    builder = _Builder(cluster)
    breaker, underlay, names = builder.breaker, builder.underlay, Names(cluster)
    assumptions = [Assumption(a.key, a.value, a.message) for a in cluster.assumptions]
    segments, trust = underlay.segments(), trust_of(cluster.profile)
    faults = {str(found.fault): found.says for found in cluster.faults}
    if breaker is not None:
        breaker.check()
        segments, trust = breaker.segments(segments), breaker.trust(trust)
    return Network(builder.netns if breaker is None else breaker.netns, segments, partial(_owner, cluster, underlay),
                   revision, trust, assumptions, cluster.profile.neighbors == "cold", names.resolv_conf,
                   _programs(cluster, names), faults)  # fmt: skip


class _Builder:
    """Builds a namespace as its programs write it; what all of a cluster's share is made once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.underlay = Underlay(cluster)
        self._flannel = Flannel(self.underlay) if cluster.profile.overlay == "vxlan" else None
        self._proxy = KubeProxy(cluster)
        self._before = KubeProxy(cluster.whole) if cluster.whole is not None else self._proxy
        self._fixed = {ROUTER: router_netns, INTERNET: internet_netns}
        if self.underlay.own_control_plane:
            self._fixed[CONTROL_PLANE] = control_plane_netns
        self.breaker = Breaker(cluster, self.netns) if cluster.faults else None

    def netns(self, name: str) -> Netns:
        node = self._cluster.nodes.get(name)
        if node is not None:
            proxy = self._proxy if self.breaker is None else self.breaker.proxy(name, self._proxy, self._before)
            return node_netns(self._cluster, self.underlay, node, self._flannel, proxy)
        if name in self._fixed:
            return self._fixed[name](self.underlay)
        pod = self._cluster.pods[name]
        if not running(pod):
            raise KeyError(name)
        if pod.host_network:
            assert pod.node is not None
            return self.netns(pod.node)
        return pod_on_network(self._cluster, pod)


def _programs(cluster: Cluster, names: Names) -> Callable[..., object | None]:
    """Who answers at a port: a balancer outside, a DNS server, a proxy."""
    proxies, relays = Proxies(cluster), Relays(cluster)

    def program(netns: str, port: int, address: IPAddress | None = None) -> object | None:
        relay = relays.program(port, address) if netns == ROUTER else None
        return relay or names.program(netns, port) or proxies.program(netns, port)

    return program


def _owner(cluster: Cluster, underlay: Underlay, address: IPAddress) -> str | None:
    """The namespace that has an address."""
    pod = cluster.pod_by_ip(address)
    if pod is not None and not pod.host_network:
        return pod.key
    machines = {cluster.profile.internet_address: INTERNET, cluster.profile.router_address: ROUTER}
    if underlay.own_control_plane:
        machines[cluster.profile.control_plane_address] = CONTROL_PLANE
    return machines.get(address) or underlay.node_of(address)
