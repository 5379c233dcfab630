"""Services to upstreams: a proxy knows the endpoints behind a Service port and dials them itself.

ingress-nginx: internal/ingress/controller/endpointslices.go:getEndpointsFromSlices(); gateways do the same.
"""

from collections.abc import Iterator

from simulator.cluster.cluster import Cluster
from simulator.cluster.model import Endpoint, Pod, Service, ServicePort
from simulator.compilers.kubelet import pod_sockets
from simulator.origin import Origins
from simulator.packet.headers import IPAddress, Protocol
from simulator.programs.routes import Fault, Target, Upstream

EXTERNAL_NAME = "ExternalName"


def upstream(cluster: Cluster, service: Service, port: ServicePort, **changes: object) -> Upstream:
    """A Service port with the endpoints that are ready, or, where none is, those that still serve while they end."""
    fault = None
    if service.type == EXTERNAL_NAME:
        fault = Fault("ExternalName", f"{service.key} is another name for {service.external_name}; where that leads is "
                      "outside of the manifests", 502)  # fmt: skip
    made = Upstream(
        name=service.key, port=port.port, targets=tuple(_targets(cluster, service, port)), fault=fault,
        origins=service.origin("spec", "ports", port.index),
    )  # fmt: skip
    from msgspec.structs import replace

    return replace(made, **changes)


def missing(name: str, fault: Fault, origins: Origins = ()) -> Upstream:
    return Upstream(name=name, fault=fault, origins=origins)


def _targets(cluster: Cluster, service: Service, port: ServicePort) -> list[Target]:
    found: list[tuple[Endpoint, IPAddress, int]] = list(_endpoints(cluster, service, port))
    ready = [one for one in found if one[0].ready is not False]
    usable = ready or [one for one in found if one[0].serving and one[0].terminating]
    families = {address.version for _, address, _ in usable}
    first = min(families, default=4)
    return [_target(cluster, e, a, n, port.protocol) for e, a, n in usable if a.version == first]


def _endpoints(cluster: Cluster, service: Service, port: ServicePort) -> Iterator[tuple[Endpoint, IPAddress, int]]:
    for piece in cluster.slices_of(service.key):
        number = next((p.port for p in piece.ports if p.name == port.name and p.protocol is port.protocol), None)
        if number is None:
            continue
        for endpoint in piece.endpoints:
            for address in endpoint.addresses[:1]:
                yield endpoint, address, number


def _target(cluster: Cluster, endpoint: Endpoint, address: IPAddress, port: int, protocol: Protocol) -> Target:
    pod = _pod(cluster, endpoint, address)
    if pod is None:
        return Target(address, port, origins=endpoint.origins)
    listens = pod_sockets(pod, cluster.profile.listen).lookup(protocol, address, port)
    return Target(
        address, port, pod.key, workload=workload_of(pod), refuses=listens is None,
        program=pod.containers[0].image if pod.containers else "", origins=pod.origin(),
    )  # fmt: skip


def _pod(cluster: Cluster, endpoint: Endpoint, address: IPAddress) -> Pod | None:
    named = cluster.pods.get((endpoint.target or "").removeprefix("Pod "))
    return named or cluster.pod_by_ip(address)


def workload_of(pod: Pod) -> str:
    """ "default/web" of the Deployment's pod, a bare pod's own name."""
    return f"{pod.namespace}/{pod.owner.partition(' ')[2]}" if pod.owner else pod.key
