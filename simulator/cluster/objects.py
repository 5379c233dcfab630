"""The completed cluster as Kubernetes objects again: what `kubectl get -o json` would print.

An object that somebody wrote keeps everything that was written; what the API server, the scheduler and the
controllers would have added is filled in.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator.cluster.model import Endpoint, EndpointSlice, Namespace, Node, Pod, Service, ServicePort, Sourced

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

Json = dict[str, Any]


def objects(cluster: "Cluster", kind: str | None = None) -> list[Json]:
    """Every object, or those of one kind (in any case)."""
    return [found for found in _all(cluster) if kind is None or found["kind"].lower() == kind.lower()]


def _all(cluster: "Cluster") -> Iterator[Json]:
    for namespace in cluster.namespaces.values():
        yield _namespace(namespace)
    for node in cluster.nodes.values():
        yield _node(node)
    for service in cluster.services.values():
        yield _service(service)
    for piece in cluster.slices:
        yield _slice(piece)
    for pod in cluster.pods.values():
        yield _pod(pod)
    for manifest in cluster.workloads:
        yield _plain(manifest.body)
    yield from _others(cluster)


def _others(cluster: "Cluster") -> Iterator[Json]:
    """As they were written; with the status that controllers give routes and Gateways, where they have none."""
    from simulator.cluster.http.status_fields import status_fields

    statuses = status_fields(cluster.web)
    for manifest in cluster.others:
        made = _plain(manifest.body)
        if manifest.ref in statuses:
            made.setdefault("status", statuses[manifest.ref])
        yield made


def _namespace(namespace: Namespace) -> Json:
    return _object(namespace, "v1")


def _node(node: Node) -> Json:
    made = _object(node, "v1")
    spec, status = made.setdefault("spec", {}), made.setdefault("status", {})
    if node.pod_cidrs:
        spec["podCIDR"] = str(node.pod_cidrs[0])
        spec["podCIDRs"] = [str(cidr) for cidr in node.pod_cidrs]
    if node.taints:
        spec["taints"] = [
            {"key": t.key, "effect": t.effect} | ({"value": t.value} if t.value else {}) for t in node.taints
        ]
    if node.unschedulable:
        spec["unschedulable"] = True
    status.setdefault("addresses", [{"type": "InternalIP", "address": str(ip)} for ip in node.addresses])
    _set_condition(status, "Ready", node.ready)
    return made


def _pod(pod: Pod) -> Json:
    made = _object(pod, "v1")
    if pod.owner is not None:
        kind, _, name = pod.owner.partition(" ")
        made["metadata"].setdefault("ownerReferences", [{"kind": kind, "name": name, "controller": True}])
    spec, status = made.setdefault("spec", {}), made.setdefault("status", {})
    if pod.node is not None:
        spec["nodeName"] = pod.node
    if pod.hostname is not None:
        spec["hostname"] = pod.hostname
    if pod.subdomain is not None:
        spec["subdomain"] = pod.subdomain
    status["phase"] = pod.phase
    if pod.ips:
        status["podIP"] = str(pod.ips[0])
        status["podIPs"] = [{"ip": str(ip)} for ip in pod.ips]
    _set_condition(status, "Ready", pod.ready)
    return made


def _service(service: Service) -> Json:
    made = _object(service, "v1")
    spec = made.setdefault("spec", {})
    spec["type"] = service.type
    if service.ports:
        written = spec.get("ports") or []
        spec["ports"] = [_service_port(p, written) for p in service.ports]
    if service.selector is not None:
        spec["selector"] = dict(service.selector)
    addresses = ["None"] if service.headless else [str(ip) for ip in service.cluster_ips]
    if addresses:
        spec["clusterIP"], spec["clusterIPs"] = addresses[0], addresses
    if service.external_name is None:
        spec["ipFamilies"] = [f"IPv{family}" for family in service.ip_families]
        spec["internalTrafficPolicy"] = service.internal_traffic_policy
    if service.type in ("NodePort", "LoadBalancer") or service.external_ips:
        spec["externalTrafficPolicy"] = service.external_traffic_policy
    if service.health_check_node_port is not None:
        spec["healthCheckNodePort"] = service.health_check_node_port
    spec["sessionAffinity"] = "None" if service.affinity_seconds is None else "ClientIP"
    return made


def _service_port(port: ServicePort, written: list[Json]) -> Json:
    there = written[port.index] if port.index < len(written) else {}
    made = dict(there) | {"protocol": port.protocol.value, "port": port.port, "targetPort": port.target_port}
    if port.name:
        made["name"] = port.name
    if port.node_port is not None:
        made["nodePort"] = port.node_port
    if port.app_protocol is not None:
        made["appProtocol"] = port.app_protocol
    return made


def _slice(piece: EndpointSlice) -> Json:
    made = _object(piece, "discovery.k8s.io/v1")
    if piece.service is not None:
        made["metadata"].setdefault("labels", {})["kubernetes.io/service-name"] = piece.service
    made["addressType"] = piece.address_type
    made["endpoints"] = [_endpoint(endpoint) for endpoint in piece.endpoints]
    made["ports"] = [
        _filled(name=p.name, protocol=p.protocol.value, port=p.port, appProtocol=p.app_protocol) for p in piece.ports
    ]
    return made


def _endpoint(endpoint: Endpoint) -> Json:
    hints = _filled(
        forZones=[{"name": zone} for zone in endpoint.hint_zones] or None,
        forNodes=[{"name": node} for node in endpoint.hint_nodes] or None,
    )
    return _filled(
        addresses=[str(address) for address in endpoint.addresses],
        conditions=_filled(ready=endpoint.ready, serving=endpoint.serving, terminating=endpoint.terminating),
        hostname=endpoint.hostname,
        targetRef=_reference(endpoint.target) if endpoint.target else None,
        nodeName=endpoint.node,
        zone=endpoint.zone,
        hints=hints or None,
    )


def _reference(target: str) -> Json:
    kind, _, key = target.partition(" ")
    namespace, slash, name = key.rpartition("/")
    return {"kind": kind, "namespace": namespace, "name": name} if slash else {"kind": kind, "name": name}


def _object(thing: Sourced, api_version: str) -> Json:
    """What was written, with kind and metadata completed."""
    written = _written(thing)
    metadata = dict(written.get("metadata") or {})
    metadata["name"] = thing.name
    if thing.namespace is not None:
        metadata["namespace"] = thing.namespace
    if thing.labels:
        metadata["labels"] = dict(thing.labels)
    if thing.annotations:
        metadata["annotations"] = dict(thing.annotations)
    rest = {k: v for k, v in written.items() if k not in ("apiVersion", "kind", "metadata")}
    return {"apiVersion": api_version, "kind": type(thing).__name__, "metadata": metadata, **rest}


def _written(thing: Sourced) -> Json:
    """A copy of the manifest behind an object, or of the template inside it; {} where nobody wrote it."""
    if thing.source is None:
        return {}
    part: Any = thing.source.manifest.body
    for key in thing.source.prefix:
        part = part[key]
    copy = _plain(part)
    return copy if isinstance(copy, dict) else {}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def _set_condition(status: Json, kind: str, holds: bool) -> None:
    conditions = status.get("conditions")
    if not isinstance(conditions, list):
        conditions = status["conditions"] = []
    for condition in conditions:
        if isinstance(condition, dict) and condition.get("type") == kind:
            condition["status"] = str(holds)
            return
    conditions.append({"type": kind, "status": str(holds)})


def _filled(**fields: Any) -> Json:
    """The fields that have a value."""
    return {k: v for k, v in fields.items() if v is not None}
