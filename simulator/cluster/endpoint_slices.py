"""The EndpointSlices of a Service, as the endpointslice controller makes them.

staging/src/k8s.io/endpointslice/reconciler.go: reconcileByAddressType(); utils.go: podToEndpoint(), getEndpointPorts()
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from simulator.cluster.hints import Zones, with_hints
from simulator.cluster.model import Endpoint, EndpointPort, EndpointSlice, Labels, Node, Pod, Service, ServicePort
from simulator.cluster.pods import COMPLETED

MOST_ENDPOINTS = 100
"""--max-endpoints-per-slice"""
SERVICE_NAME = "kubernetes.io/service-name"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
CONTROLLER = "endpointslice-controller.k8s.io"
HEADLESS = "service.kubernetes.io/headless"
RESERVED = (SERVICE_NAME, MANAGED_BY, HEADLESS)

Ports = tuple[EndpointPort, ...]


def has_slices(service: Service) -> bool:
    """Whether the controller makes any: not without a selector, and not for a name of somebody else."""
    return bool(service.selector) and service.type != "ExternalName"


def slices_for(service: Service, pods: Iterable[Pod], nodes: Mapping[str, Node], zones: Zones) -> list[EndpointSlice]:
    """One slice for each distinct list of ports and IP family, more where there are over a hundred endpoints."""
    there = [pod for pod in pods if pod.ips and pod.phase not in COMPLETED]
    ports = [(pod, ports_of(service, pod)) for pod in there]
    found: list[EndpointSlice] = []
    for family in service.ip_families:
        groups: dict[Ports, list[Endpoint]] = {}
        for pod, own in ports:
            endpoint = _endpoint(service, pod, nodes, family)
            if endpoint is not None:
                groups.setdefault(own, []).append(endpoint)
        pieces = [(own, chunk) for own, endpoints in groups.items() for chunk in _chunks(endpoints)] or [((), [])]
        hinted = with_hints(service, [chunk for _, chunk in pieces], zones)
        for (own, _), endpoints in zip(pieces, hinted, strict=True):
            found.append(_slice(service, family, own, endpoints, len(found) + 1))
    return found


def ports_of(service: Service, pod: Pod) -> Ports:
    """The Service's ports as this pod has them; a named targetPort may be another number in another pod."""
    found = ((port, find_port(pod, port)) for port in service.ports)
    return tuple(EndpointPort(p.name, p.protocol, number, p.app_protocol) for p, number in found if number is not None)


def find_port(pod: Pod, port: ServicePort) -> int | None:
    """utils.go: FindPort(). Sidecars come last in `containers`, as upstream looks at them last."""
    if isinstance(port.target_port, int):
        return port.target_port
    for container in pod.containers:
        for own in container.ports:
            if own.name == port.target_port and own.protocol is port.protocol:
                return own.number
    return None


def _endpoint(service: Service, pod: Pod, nodes: Mapping[str, Node], family: int) -> Endpoint | None:
    addresses = tuple(ip for ip in pod.ips if ip.version == family)
    if not addresses:
        return None
    node = nodes.get(pod.node or "")
    return Endpoint(
        addresses,
        ready=service.publish_not_ready or (pod.ready and not pod.terminating),
        serving=pod.ready,
        terminating=pod.terminating,
        node=pod.node,
        zone=(node.zone or None) if node else None,
        hostname=pod.hostname if pod.hostname and pod.subdomain == service.name else None,
        target=f"Pod {pod.key}",
        origins=pod.origin(),
    )


def _chunks(endpoints: Sequence[Endpoint]) -> Iterator[list[Endpoint]]:
    for start in range(0, len(endpoints), MOST_ENDPOINTS):
        yield list(endpoints[start : start + MOST_ENDPOINTS])


def _slice(service: Service, family: int, ports: Ports, endpoints: Sequence[Endpoint], number: int) -> EndpointSlice:
    return EndpointSlice(
        name=f"{service.name}-{number}", namespace=service.namespace, labels=_labels(service), source=None,
        service=service.name, address_type=f"IPv{family}", ports=ports, endpoints=tuple(endpoints),
    )  # fmt: skip


def _labels(service: Service) -> Labels:
    """The Service's own, and those that say whose the slice is. utils.go: setEndpointSliceLabels()"""
    own = {key: value for key, value in service.labels.items() if key not in RESERVED}
    headless = {} if service.cluster_ips else {HEADLESS: ""}
    return {**own, **headless, SERVICE_NAME: service.name, MANAGED_BY: CONTROLLER}
