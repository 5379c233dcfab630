"""Names in manifests that lead to nothing: aliases, the Service of a StatefulSet, a pod's subdomain, an endpoint's pod.

The API server takes all of them without a word.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from simulator.cluster.fields import part
from simulator.cluster.model import EndpointSlice, Pod, Service
from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Manifest

CLUSTER_DOMAIN = "cluster.local"
DEFAULT = "default"
SERVICE_LABELS = 3
"""In NAME.NAMESPACE.svc, without the domain."""


def check_references(
    services: Mapping[str, Service],
    stateful_sets: Iterable[Manifest],
    pods: Mapping[str, Pod],
    slices: Iterable[EndpointSlice],
    problems: Problems,
) -> None:
    """`services` and `pods` by "namespace/name"."""
    for service in services.values():
        if service.external_name and service.source is not None:
            _alias(service, service.external_name, services, service.source.manifest, problems)
    for manifest in stateful_sets:
        _governing(manifest, services, problems)
    _subdomains(pods.values(), services, problems)
    for piece in slices:
        _targets(piece, services, pods, problems)


def _alias(
    service: Service, name: str, services: Mapping[str, Service], manifest: Manifest, problems: Problems
) -> None:
    path = ("spec", "externalName")
    if _is_address(name):
        problems.warning(
            "external-name-address", f"externalName is a name for the DNS: {name} is looked up as one, and is none.",
            "Use a Service without a selector, and an EndpointSlice with this address.", manifest, path,
        )  # fmt: skip
        return
    plain = name.rstrip(".").lower()
    labels = plain.removesuffix(f".{CLUSTER_DOMAIN}").split(".")
    if labels[-1] == "svc" and len(labels) >= SERVICE_LABELS and not plain.endswith(CLUSTER_DOMAIN):
        problems.warning(
            "external-name-unknown", f"{name} is no whole name: an alias is looked up without a search list.",
            f"Write {plain}.{CLUSTER_DOMAIN}.", manifest, path,
        )  # fmt: skip
    elif plain.endswith(f".{CLUSTER_DOMAIN}") and labels[-1] == "svc" and len(labels) >= SERVICE_LABELS:
        key = f"{labels[-2]}/{labels[-3]}"
        if key not in services:
            problems.warning(
                "external-name-unknown", f"{service.ref} stands for {name}, but there is no Service {key}.",
                _nearest(key, services), manifest, path,
            )  # fmt: skip
        elif _comes_back(service, key, services):
            problems.error(
                "external-name-loop", f"{service.ref} stands for {name}, and that leads back to {service.ref}: "
                "the name has no address.", "Let one of the aliases name something else.", manifest, path,
            )  # fmt: skip


def _comes_back(start: Service, key: str, services: Mapping[str, Service]) -> bool:
    """Whether following aliases from `key` on ends at `start`."""
    seen: set[str] = set()
    while key in services and key not in seen:
        if key == start.key:
            return True
        seen.add(key)
        plain = (services[key].external_name or "").rstrip(".").lower()
        labels = plain.removesuffix(f".{CLUSTER_DOMAIN}").split(".")
        if not plain.endswith(f".{CLUSTER_DOMAIN}") or labels[-1] != "svc" or len(labels) < SERVICE_LABELS:
            return False
        key = f"{labels[-2]}/{labels[-3]}"
    return False


def _is_address(text: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _nearest(key: str, services: Mapping[str, Service]) -> str:
    namespace, _, name = key.partition("/")
    elsewhere = sorted(other for other in services if other.endswith(f"/{name}"))
    close = get_close_matches(name, [s.name for s in services.values() if s.namespace == namespace], 1)
    near = [*elsewhere, *(f"{namespace}/{other}" for other in close)]
    return f"Did you mean {near[0]}?" if near else "Correct the name, or add the Service."


def _governing(manifest: Manifest, services: Mapping[str, Service], problems: Problems) -> None:
    """A StatefulSet's pods have names in DNS by the headless Service that serviceName names."""
    name = part(manifest.body, "spec").get("serviceName")
    if not isinstance(name, str) or not name:
        return
    key = f"{manifest.namespace or DEFAULT}/{name}"
    path = ("spec", "serviceName")
    pod = f"{manifest.name}-0.{name}"
    service = services.get(key)
    if service is None:
        problems.warning(
            "service-name-missing", f"There is no Service {key}, so names like {pod} do not resolve.",
            f"{_nearest(key, services)} It has to be headless: clusterIP: None.", manifest, path,
        )  # fmt: skip
    elif not service.headless:
        problems.info(
            "service-name-missing", f"The Service {key} is not headless, so names like {pod} do not resolve.",
            "If clients ask for single pods, name a Service with clusterIP: None.", manifest, path,
        )  # fmt: skip


def _subdomains(pods: Iterable[Pod], services: Mapping[str, Service], problems: Problems) -> None:
    """hostname.subdomain has a record if a headless Service called as the subdomain selects the pod; one for each
    template."""
    told: set[tuple[str, str]] = set()
    for pod in pods:
        if not pod.subdomain or not pod.hostname or pod.source is None:
            continue
        key = f"{pod.namespace}/{pod.subdomain}"
        service, workload = services.get(key), pod.owner or pod.key
        lacks = _why_no_record(service, key, pod)
        if lacks and (workload, key) not in told:
            told.add((workload, key))
            problems.warning(
                "subdomain-without-service", f"{lacks}, so the name {pod.hostname}.{pod.subdomain} does not resolve.",
                f"Add a Service called {pod.subdomain} with clusterIP: None that selects this pod.",
                pod.source.manifest, (*pod.source.prefix, "spec", "subdomain"),
            )  # fmt: skip


def _why_no_record(service: Service | None, key: str, pod: Pod) -> str:
    if service is None:
        return f"There is no Service {key}"
    if not service.headless:
        return f"The Service {key} is not headless"
    wanted = service.selector or {}
    return "" if wanted.items() <= pod.labels.items() else f"The Service {key} does not select this pod"


def _targets(
    piece: EndpointSlice, services: Mapping[str, Service], pods: Mapping[str, Pod], problems: Problems
) -> None:
    """Where a Service has a selector, a slice that differs from its pods is told already."""
    service = services.get(f"{piece.namespace}/{piece.service}")
    if piece.source is None or piece.source.manifest.kind != "EndpointSlice" or (service and service.selector):
        return
    manifest = piece.source.manifest
    for index, item in enumerate(manifest.body.get("endpoints") or ()):
        target = item.get("targetRef") or {}
        if target.get("kind") != "Pod" or not target.get("name"):
            continue
        key = f"{target.get('namespace') or piece.namespace}/{target['name']}"
        if key not in pods:
            problems.info(
                "slice-pod-unknown", f"There is no Pod {key}, but this endpoint is said to be its address.",
                "Export Pods and EndpointSlices at the same moment, or take the endpoint out.", manifest,
                ("endpoints", index, "targetRef"),
            )  # fmt: skip
