"""What kube-proxy knows of the node it runs on, besides Services.

cmd/kube-proxy/app/server_linux.go; pkg/proxy/util/localdetector.go; pkg/proxy/util/nodeport_addresses.go
"""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import msgspec

from simulator.cluster.model import Node
from simulator.linux.iptables import InInterface, Match, Source
from simulator.packet.headers import IPAddress, IPNetwork

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.profile import Profile

INVALID_DROPPED = "ct_state_invalid_dropped_pkts"
LOCALHOST_ACCEPTED = "localhost_nps_accepted_pkts"
LOOPBACK = {4: ip_address("127.0.0.1"), 6: ip_address("::1")}
BRIDGE = "cni0"


class ProxyNode(msgspec.Struct, frozen=True):
    """`pods` matches packets that come from pods (None: nobody can tell); `node_port_addresses` () means all.

    `addresses` are those of all the node's devices, loopback included; `counters` the nfacct objects that exist.
    """

    name: str
    family: int
    labels: Mapping[str, str] = {}
    ip: IPAddress | None = None
    addresses: tuple[IPAddress, ...] = ()
    pods: Source | InInterface | None = None
    node_port_addresses: tuple[IPNetwork, ...] = ()
    service_cidrs: tuple[IPNetwork, ...] = ()
    masquerade_all: bool = False
    localhost_node_ports: bool = True
    random_fully: bool = True
    tcp_be_liberal: bool = False
    counters: tuple[str, ...] = (INVALID_DROPPED, LOCALHOST_ACCEPTED)

    @property
    def from_pods(self) -> tuple[Match, ...]:
        """pkg/proxy/util/localdetector.go: IfLocal()"""
        return () if self.pods is None else (self.pods,)

    @property
    def not_from_pods(self) -> tuple[Match, ...]:
        """IfNotLocal()"""
        if isinstance(self.pods, Source):
            return (Source(self.pods.network, invert=True),)
        return () if self.pods is None else (InInterface(self.pods.name, invert=True),)

    @property
    def any_node_port_address(self) -> bool:
        ours = [network for network in self.node_port_addresses if network.version == self.family]
        return not self.node_port_addresses or any(network.prefixlen == 0 for network in ours)

    @property
    def localhost_takes_node_ports(self) -> bool:
        """IPv4 only, and only where nodePortAddresses holds the loopback address."""
        if self.family == 6 or not self.localhost_node_ports:
            return False
        return self.any_node_port_address or any(LOOPBACK[4] in network for network in self.node_port_addresses)

    @property
    def node_port_ips(self) -> tuple[IPAddress, ...]:
        """The node's addresses that take node ports, where not all do."""
        return tuple(
            address
            for address in self.addresses
            if address.version == self.family
            and any(address in network for network in self.node_port_addresses)
            and (not address.is_loopback or self.localhost_takes_node_ports)
        )


def proxy_node(cluster: "Cluster", node: Node, family: int) -> ProxyNode:
    """kube-proxy's view of one of the cluster's nodes, with the flags of the profile.

    Where nodePortAddresses is not set, iptables mode serves node ports on all addresses, nftables mode on the primary.
    """
    profile = cluster.profile
    primary = next((address for address in node.addresses if address.version == family), None)
    served = profile.node_port_addresses
    if profile.proxy == "nftables" and not served and primary is not None:
        served = (ip_network(primary),)
    return ProxyNode(
        name=node.name,
        family=family,
        labels=node.labels,
        ip=primary,
        addresses=_device_addresses(node, profile.overlay),
        pods=_local_detector(profile, node, family),
        node_port_addresses=served,
        service_cidrs=tuple(cidr for cidr in profile.service_cidrs if cidr.version == family),
        masquerade_all=profile.masquerade_all,
    )


def _local_detector(profile: "Profile", node: Node, family: int) -> Source | InInterface | None:
    """--detect-local-mode: how packets of pods are told from others."""
    mode = profile.detect_local_mode
    if mode == "BridgeInterface":
        return InInterface(BRIDGE)
    if mode == "InterfaceNamePrefix":
        return InInterface("veth+")
    cidrs = node.pod_cidrs if mode == "NodeCIDR" else profile.cluster_cidrs
    return next((Source(cidr) for cidr in cidrs if cidr.version == family), None)


def _device_addresses(node: Node, overlay: str) -> tuple[IPAddress, ...]:
    """Loopback, the node's own, the bridge's, and with VXLAN the tunnel's."""
    bridges = tuple(cidr[1] for cidr in node.pod_cidrs)
    tunnels = tuple(cidr[0] for cidr in node.pod_cidrs) if overlay == "vxlan" else ()
    return (LOOPBACK[4], LOOPBACK[6], *node.addresses, *bridges, *tunnels)
