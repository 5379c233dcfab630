"""What an Ingress controller may open, listed as {ingress-controller} where Ingress or Route objects name Services.

Where the controller runs is not known. It is taken to be a pod without labels in a namespace without labels, so only
rules that admit everybody, or every namespace, let it in.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.analysis.connectivity.members import Member
from simulator.analysis.connectivity.port_sets import NONE, PortSet, ports, union, union_of
from simulator.cluster.cluster import Cluster
from simulator.cluster.endpoint_slices import find_port
from simulator.cluster.fields import part
from simulator.cluster.model import Pod, Service, ServicePort
from simulator.manifests.manifest import Manifest
from simulator.packet.headers import Protocol

TITLE = "{ingress-controller}"
CONTROLLER = Pod(name=TITLE, namespace="", node=None, ips=(), containers=())
INGRESS_GROUPS = ("networking.k8s.io", "extensions")
ROUTE_GROUP = "route.openshift.io"


def published(cluster: Cluster, members: Iterable[Member]) -> dict[int, PortSet]:
    """The members behind Services that an Ingress or a Route names, by number, and the ports that it sends to."""
    wanted: dict[str, list[ServicePort]] = {}
    for manifest in cluster.others:
        for service, port in _backends(manifest, cluster):
            there = wanted.setdefault(service.key, [])
            there += [port] if port not in there else []
    found: dict[int, PortSet] = {}
    for number, member in enumerate(members if wanted else ()):
        pod = member.side.pod
        for key, there in wanted.items():
            if pod is not None and _selects(cluster.services[key], pod):
                targets = ((port.protocol, find_port(pod, port)) for port in there)
                sets = (ports(protocol, target, target) for protocol, target in targets if target)
                found[number] = union(found.get(number, NONE), union_of(sets))
    return found


def _selects(service: Service, pod: Pod) -> bool:
    selector = service.selector
    if not selector or pod.namespace != service.namespace:
        return False
    return all(pod.labels.get(key) == value for key, value in selector.items())


def _backends(manifest: Manifest, cluster: Cluster) -> Iterator[tuple[Service, ServicePort]]:
    group = manifest.api_version.rpartition("/")[0]
    spec = part(manifest.body, "spec")
    if manifest.kind == "Ingress" and group in INGRESS_GROUPS:
        for backend in _ingress_backends(spec):
            inner = part(backend, "service")
            name = inner.get("name") or backend.get("serviceName")
            port = part(inner, "port").get("name") or part(inner, "port").get("number") or backend.get("servicePort")
            yield from _ports_of(cluster.services.get(f"{manifest.namespace}/{name}"), port, by_target=False)
    elif manifest.kind == "Route" and group in (ROUTE_GROUP, ""):
        port = part(spec, "port").get("targetPort")
        targets = [spec.get("to"), *_items(spec, "alternateBackends")]
        for target in targets:
            if isinstance(target, dict) and target.get("kind") in (None, "Service"):
                service = cluster.services.get(f"{manifest.namespace}/{target.get('name')}")
                yield from _ports_of(service, port, by_target=True)


def _ingress_backends(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for field in ("defaultBackend", "backend"):
        if isinstance(spec.get(field), dict):
            yield spec[field]
    for rule in _items(spec, "rules"):
        for path in _items(part(rule, "http"), "paths"):
            yield part(path, "backend")


def _items(body: Mapping[str, Any], field: str) -> list[Any]:
    value = body.get(field)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _ports_of(service: Service | None, wanted: Any, by_target: bool) -> Iterator[tuple[Service, ServicePort]]:
    """The Service's TCP ports that a backend names; all of them, where it names none (a Route).

    An Ingress names a port of the Service, a Route a target port; each may mean the other, if nothing fits.
    """
    if service is None:
        return
    there = [port for port in service.ports if port.protocol is Protocol.TCP]
    ways = [[p for p in there if wanted in (p.port, p.name)], [p for p in there if wanted in (p.target_port, p.name)]]
    if by_target:
        ways.reverse()
    for port in there if wanted is None else ways[0] or ways[1]:
        yield service, port
