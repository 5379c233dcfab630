"""Add-ons: what nearly every cluster runs and few uploads hold. Assumed, and only for questions that need them.

Nothing of them is part of what `objects`, `rules` and `connectivity` tell.
"""

from collections.abc import Iterator

from simulator.cluster.addresses import DNS
from simulator.cluster.cluster import Cluster
from simulator.cluster.model import (
    Container,
    ContainerPort,
    Endpoint,
    EndpointPort,
    EndpointSlice,
    Namespace,
    Node,
    Pod,
    Service,
    ServicePort,
)
from simulator.cluster.profile import Assumption
from simulator.packet.headers import IPAddress, Protocol

SYSTEM = "kube-system"
DNS_SERVICE = "kube-dns"
DNS_LABELS = {"k8s-app": "kube-dns"}
PORTS = (("dns", Protocol.UDP, 53), ("dns-tcp", Protocol.TCP, 53), ("metrics", Protocol.TCP, 9153))
"""cmd/kubeadm/app/phases/addons/dns/manifests.go"""
SERVERS = ("coredns", "kube-dns", "k8s-dns")
"""Words in the names of images that answer DNS."""


def dns_service(cluster: Cluster) -> Service | None:
    """The Service that pods are told to ask: kube-system/kube-dns, or whichever has the DNS address of the range."""
    named = cluster.services.get(f"{SYSTEM}/{DNS_SERVICE}")
    if named is not None:
        return named
    usual = _usual_address(cluster)
    return next((s for s in cluster.services.values() if usual in s.cluster_ips), None)


def answers_dns(pod: Pod) -> bool:
    """Whether a pod is a DNS server of the cluster, as its image tells."""
    images = (container.image.rpartition("/")[2] for container in pod.containers)
    return any(word in image for image in images for word in SERVERS)


def with_dns(cluster: Cluster) -> Cluster:
    """The cluster with a DNS Service and one CoreDNS pod, where it has none of its own and there is room for one."""
    address = _usual_address(cluster)
    if cluster.profile.addons == "none" or dns_service(cluster) is not None or address is None:
        return cluster
    found = next(free_places(cluster), None)
    if found is None:
        return cluster
    node, ip = found
    pod, service = _pod(node, ip), _service(address)
    message = f"The manifests have no DNS server: CoreDNS was taken to be {pod.key} behind {service.key} ({address})."
    system = Namespace(name=SYSTEM, labels={"kubernetes.io/metadata.name": SYSTEM})
    return cluster.extended(
        Assumption("addons", "auto", message), namespaces=(system,), pods=(pod,), services=(service,),
        slices=(_slice(pod),),
    )  # fmt: skip


def with_addons(cluster: Cluster) -> Cluster:
    """The cluster with all that is assumed for questions about names and URLs: a DNS server, proxies at the edge."""
    from simulator.cluster.http.front import with_fronts

    return with_dns(with_fronts(cluster))


def _usual_address(cluster: Cluster) -> IPAddress | None:
    cidr = cluster.profile.service_cidrs[0]
    return cidr[DNS] if cidr.num_addresses > DNS else None


def free_places(cluster: Cluster) -> Iterator[tuple[Node, IPAddress]]:
    """Nodes that take pods, each with the last free address of its range: there it moves nobody else's."""
    family = cluster.profile.service_cidrs[0].version
    for node in cluster.nodes.values():
        cidr = next((c for c in node.pod_cidrs if c.version == family), None)
        if cidr is None or node.unschedulable or not node.ready or node.control_plane:
            continue
        for back in range(2, min(cidr.num_addresses, 256)):
            if cluster.pod_by_ip(cidr[-back]) is None:
                yield node, cidr[-back]
                break


def _service(address: IPAddress) -> Service:
    ports = tuple(ServicePort(name, protocol, port, port, at) for at, (name, protocol, port) in enumerate(PORTS))
    return Service(name=DNS_SERVICE, namespace=SYSTEM, labels=DNS_LABELS, type="ClusterIP", cluster_ips=(address,),
                   ports=ports, selector=DNS_LABELS, ip_families=(address.version,))  # fmt: skip


def _pod(node: Node, address: IPAddress) -> Pod:
    ports = tuple(ContainerPort(port, protocol, name) for name, protocol, port in PORTS)
    container = Container("coredns", "registry.k8s.io/coredns/coredns", ports)
    return Pod(name="coredns", namespace=SYSTEM, labels=DNS_LABELS, node=node.name, ips=(address,),
               containers=(container,))  # fmt: skip


def _slice(pod: Pod) -> EndpointSlice:
    ports = tuple(EndpointPort(name, protocol, port) for name, protocol, port in PORTS)
    there = Endpoint(pod.ips, ready=True, serving=True, terminating=False, node=pod.node, target=pod.ref)
    return EndpointSlice(name=f"{DNS_SERVICE}-assumed", namespace=SYSTEM, service=DNS_SERVICE,
                         address_type=f"IPv{pod.ips[0].version}", ports=ports, endpoints=(there,))  # fmt: skip
