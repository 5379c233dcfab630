"""A node: its compilers in boot order (underlay; pods with their CNI plugins; kube-proxy; masquerading)."""

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Node, Pod
from simulator.compilers.cni import bridge, ptp
from simulator.compilers.cni.flannel import Flannel, fitted
from simulator.compilers.cni.ip_masq import write_masquerade
from simulator.compilers.cni.plugin import Plugin
from simulator.compilers.cni.portmap import DNAT_CHAIN, maps_ports, write_portmap
from simulator.compilers.kube_proxy.health import health_sockets
from simulator.compilers.kube_proxy.nft_fixed import BASE_CHAINS
from simulator.compilers.kube_proxy.proxy import KubeProxy
from simulator.compilers.kubelet import pod_netns, pod_sockets
from simulator.compilers.network_policy.write import write_policies
from simulator.compilers.underlay import LOOPBACK, Underlay, connected, default_routes, wire_neighbors
from simulator.linux import nftables as nft
from simulator.linux.device import Device
from simulator.linux.iptables import Tables, base_tables
from simulator.linux.neighbor import Neighbor, NeighborLookup
from simulator.linux.netfilter import BaseChain, base_chains, nft_base_chains, running_order
from simulator.linux.netns import Netns
from simulator.linux.route import RoutingTable
from simulator.linux.socket import Sockets
from simulator.packet.headers import IPAddress

PLUGINS: dict[str, Plugin] = {"bridge": bridge, "ptp": ptp}
"""By the setting `cni`."""


def running(pod: Pod) -> bool:
    """Whether a pod has a sandbox at all."""
    return pod.node is not None and pod.phase not in ("Succeeded", "Failed", "Pending")


def node_netns(
    cluster: Cluster, underlay: Underlay, node: Node, flannel: Flannel | None = None, proxy: KubeProxy | None = None
) -> Netns:
    """The root namespace of a node; with `flannel`, pods of other nodes are reached through its overlay."""
    plugin = PLUGINS[cluster.profile.cni]
    pods = [p for p in cluster.pods_on(node.name) if running(p)]
    networked = [p for p in pods if not p.host_network]
    ends = [plugin.host_end(p, node, cluster.profile.hairpin_mode) for p in networked]
    own = [LOOPBACK, underlay.eth0(node), *plugin.shared_devices(node)]
    tunnel = flannel.device(node) if flannel else None
    devices: dict[str, Device] = {d.name: d for d in (*own, *([tunnel] if tunnel else []), *ends)}
    wire = underlay.wire_of(node.name)
    remote = underlay.pod_routes(wire) if flannel is None else flannel.routes() if tunnel else None
    routes = [*default_routes(wire, node.addresses), *plugin.host_routes(node, networked), *connected(devices["eth0"])]
    if flannel is not None:
        devices = {d.name: fitted(d) for d in devices.values()}
    families = dict.fromkeys(a.version for a in node.addresses)
    neighbors = _node_neighbors(cluster, underlay, node)
    proxy = proxy or KubeProxy(cluster)
    tables: dict[int, Tables] = {family: node_tables(cluster, node, family, proxy=proxy) for family in families}
    nftables = {} if cluster.profile.proxy != "nftables" else {f: proxy.table(node, f) for f in families}
    return Netns(
        name=node.name,
        host=node.name,
        element=f"node:{node.name}",
        devices=devices,
        routes=RoutingTable(routes, remote, node.pod_cidrs),
        neighbors=flannel.neighbors(neighbors) if flannel else neighbors,
        sockets=node_sockets(cluster, node, pods),
        sysctl=node_sysctl(
            cluster, [e.master or e.name for p, e in zip(networked, ends, strict=True) if maps_ports(p)]
        ),
        fdb=plugin.fdb(networked),
        tables=tables,
        nftables={(family, table.name): table for family, table in nftables.items()},
        hooks=running_order(chain for f in families for chain in _registered(tables[f], nftables.get(f))),
        conntrack=True,
        origins=node.origin(),
    )


def node_tables(
    cluster: Cluster, node: Node, family: int, masquerade: bool = True, proxy: KubeProxy | None = None
) -> Tables:
    """What iptables holds on a node, written in the order in which the programs start.

    Without `masquerade`, only what kube-proxy and the hostPort plugin write. `proxy` is shared between nodes; in
    nftables mode it writes nothing here.
    """
    tables = base_tables(family)
    write_portmap([pod for pod in cluster.pods_on(node.name) if running(pod)], node, tables)
    if cluster.profile.proxy == "iptables":
        (proxy or KubeProxy(cluster)).write(node, tables)
    if masquerade:
        write_masquerade(tables, cluster.profile.cluster_cidrs)
        write_policies(cluster, [p for p in cluster.pods_on(node.name) if running(p)], tables)
    return tables


def _registered(tables: Tables, kube_proxy: nft.Table | None) -> tuple[BaseChain, ...]:
    """The base chains of a family in the order in which the kernel came to know them.

    A table of iptables is made when its first rule is: by the hostPort plugin, which runs before kube-proxy, or else
    by the masquerading that comes last.
    """
    xtables = base_chains(tables)
    if kube_proxy is None:
        return xtables
    own = nft_base_chains(kube_proxy, BASE_CHAINS)
    return (*xtables, *own) if DNAT_CHAIN in tables.tables["nat"].chains else (*own, *xtables)


def node_sysctl(cluster: Cluster, host_port_devices: list[str]) -> dict[str, str]:
    """The profile's, and what kube-proxy and the hostPort plugin set so that their ports answer on 127.0.0.1."""
    localnet = "1" if cluster.profile.proxy == "iptables" else "0"
    of_devices = {f"net.ipv4.conf.{device}.route_localnet": "1" for device in host_port_devices}
    return {"net.ipv4.conf.all.route_localnet": localnet, **of_devices, **cluster.profile.sysctl}


def node_sockets(cluster: Cluster, node: Node, pods: list[Pod]) -> Sockets:
    """Who listens on the node itself: hostNetwork pods and kube-proxy's health-check ports."""
    listening = [
        socket for pod in pods if pod.host_network for socket in pod_sockets(pod, cluster.profile.listen).listening
    ]
    return Sockets((*listening, *health_sockets(cluster, node)), node.name)


def _node_neighbors(cluster: Cluster, underlay: Underlay, node: Node) -> NeighborLookup:
    wire = wire_neighbors(underlay, underlay.wire_of(node.name))
    plugin = PLUGINS[cluster.profile.cni]

    def neighbors(device: str, address: IPAddress) -> Neighbor | None:
        if device == "eth0":
            return wire(device, address)
        pod = _pod_here(cluster, node.name, address)
        return plugin.host_neighbor(device, address, pod) if pod else None

    return neighbors


def _pod_here(cluster: Cluster, node: str, address: IPAddress) -> Pod | None:
    pod = cluster.pod_by_ip(address)
    return pod if pod is not None and pod.node == node and not pod.host_network and running(pod) else None


def pod_on_network(cluster: Cluster, pod: Pod) -> Netns:
    """The namespace of a pod that the CNI plugin has put on its node's network."""
    assert pod.node is not None
    node = cluster.nodes[pod.node]
    plugin = PLUGINS[cluster.profile.cni]

    def neighbors(device: str, address: IPAddress) -> Neighbor | None:
        return plugin.pod_neighbor(device, address, pod, node, _pod_here(cluster, node.name, address))

    devices = plugin.pod_devices(pod, node)
    if cluster.profile.overlay == "vxlan":
        devices = tuple(fitted(d) for d in devices)
    return pod_netns(pod, devices, plugin.pod_routes(pod, node), neighbors,
                     cluster.profile.listen)  # fmt: skip
