"""Who asks whom about names: the resolv.conf of every pod and node, and the programs that answer DNS."""

from functools import cached_property

from simulator.cluster.addons import answers_dns, dns_service
from simulator.cluster.addresses import DNS
from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Pod
from simulator.compilers.coredns import coredns, outside_names
from simulator.compilers.resolv_conf import pod_resolv_conf
from simulator.compilers.underlay import ROUTER
from simulator.linux.resolv_conf import ResolvConf
from simulator.packet.headers import IPAddress
from simulator.programs.coredns import CoreDns
from simulator.programs.dns import PORT


class Names:
    """Made once a cluster; everything is worked out when it is asked for."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._of_nodes = ResolvConf((cluster.profile.router_address,))

    def resolv_conf(self, name: str) -> ResolvConf | None:
        """What stands in /etc/resolv.conf of a pod ("namespace/name") or node; None for anybody else."""
        pod = self._cluster.pods.get(name)
        if pod is not None:
            return pod_resolv_conf(pod, self._cluster_dns, self._of_nodes)
        return self._of_nodes if name in self._cluster.nodes else None

    def program(self, netns: str, port: int) -> CoreDns | None:
        """The DNS server behind a port of a network namespace; the router has one for names of the world outside."""
        if port != PORT:
            return None
        if netns == ROUTER:
            return CoreDns((), self._nothing, outside_names(self._cluster))
        pods = [self._cluster.pods[netns]] if netns in self._cluster.pods else self._on_the_machine(netns)
        return self._coredns if any(answers_dns(pod) or pod.ref in self._servers for pod in pods) else None

    def _on_the_machine(self, node: str) -> list[Pod]:
        return [pod for pod in self._cluster.pods_on(node) if pod.host_network]

    @staticmethod
    def _nothing(name: str) -> None:
        return None

    @cached_property
    def _coredns(self) -> CoreDns:
        return coredns(self._cluster)

    @cached_property
    def _cluster_dns(self) -> tuple[IPAddress, ...]:
        """kubelet's clusterDNS."""
        service = dns_service(self._cluster)
        cidr = self._cluster.profile.service_cidrs[0]
        return service.cluster_ips if service is not None else (cidr[min(DNS, cidr.num_addresses - 1)],)

    @cached_property
    def _servers(self) -> frozenset[str]:
        """The pods behind the DNS Service, whatever their image is called."""
        service = dns_service(self._cluster)
        if service is None:
            return frozenset()
        pieces = self._cluster.slices_of(service.key)
        return frozenset(e.target for piece in pieces for e in piece.endpoints if e.target is not None)
