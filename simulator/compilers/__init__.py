"""Stage 3: the cluster to Linux, one module per real program.

Input: a `Cluster`. Output: a `linux.Network` that builds a namespace when a packet first needs it.
"""

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
    underlay = Underlay(cluster)
    flannel = Flannel(underlay) if cluster.profile.overlay == "vxlan" else None
    proxy = KubeProxy(cluster)
    before = KubeProxy(cluster.whole) if cluster.whole is not None else proxy
    fixed = {ROUTER: router_netns, INTERNET: internet_netns}
    if underlay.own_control_plane:
        fixed[CONTROL_PLANE] = control_plane_netns

    def build(name: str) -> Netns:
        node = cluster.nodes.get(name)
        if node is not None:
            writer = breaker.proxy(name, proxy, before) if breaker is not None else proxy
            return node_netns(cluster, underlay, node, flannel, writer)
        if name in fixed:
            return fixed[name](underlay)
        pod = cluster.pods[name]
        if not running(pod):
            raise KeyError(name)
        if pod.host_network:
            assert pod.node is not None
            return build(pod.node)
        return pod_on_network(cluster, pod)

    breaker = Breaker(cluster, build) if cluster.faults else None
    if breaker is not None:
        breaker.check()
    assumptions = [Assumption(a.key, a.value, a.message) for a in cluster.assumptions]
    names, proxies, relays = Names(cluster), Proxies(cluster), Relays(cluster)
    owner = partial(_owner, cluster, underlay)

    def program(netns: str, port: int, address: IPAddress | None = None) -> object | None:
        relay = relays.program(port, address) if netns == ROUTER else None
        return relay or names.program(netns, port) or proxies.program(netns, port)

    segments, trust = underlay.segments(), trust_of(cluster.profile)
    faults = {str(found.fault): found.says for found in cluster.faults}
    if breaker is not None:
        segments, trust = breaker.segments(segments), breaker.trust(trust)
    return Network(build if breaker is None else breaker.netns, segments, owner, revision, trust, assumptions,
                   cluster.profile.neighbors == "cold", names.resolv_conf, program, faults)  # fmt: skip


def _owner(cluster: Cluster, underlay: Underlay, address: IPAddress) -> str | None:
    """The namespace that has an address."""
    pod = cluster.pod_by_ip(address)
    if pod is not None and not pod.host_network:
        return pod.key
    machines = {cluster.profile.internet_address: INTERNET, cluster.profile.router_address: ROUTER}
    if underlay.own_control_plane:
        machines[cluster.profile.control_plane_address] = CONTROL_PLANE
    return machines.get(address) or underlay.node_of(address)
