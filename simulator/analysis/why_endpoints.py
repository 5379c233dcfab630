"""Why a Service has no endpoints: its selector, its pods, or the name of its target port."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from simulator.analysis.blame import at, explanation
from simulator.cluster.fields import part
from simulator.cluster.services import DEFAULT
from simulator.cluster.workloads import TEMPLATE
from simulator.trace.model import Explanation

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Labels, Pod, Service, ServicePort
    from simulator.manifests.manifest import Manifest, Path

MOST_NAMES = 3
ALIKE = 0.6
CONTRADICTIONS = 2
"""A pod that says something else under so many keys of a selector is another program's."""


def no_endpoints(cluster: "Cluster", service: "Service", port: "ServicePort") -> Explanation:
    """The nearest reason that can be seen in the manifests."""
    if not service.selector:
        return _no_selector(service)
    pods = selected(cluster, service)
    if not pods:
        return (
            _no_replicas(cluster, service) or _pods_elsewhere(cluster, service)
            or _pods_of_custom_resource(cluster, service) or selects_nothing(cluster, service)
        )  # fmt: skip
    return _pods_unfit(service, pods) or _no_such_port_name(service, port, pods) or _none_at_all(service, port)


def selected(cluster: "Cluster", service: "Service") -> tuple["Pod", ...]:
    """The pods that a Service's selector means, ready or not."""
    here = (p for p in cluster.pods.values() if p.namespace == service.namespace)
    return tuple(p for p in here if _fits(service.selector or {}, p.labels))


def idle_workload(cluster: "Cluster", service: "Service") -> "tuple[Manifest, Path] | None":
    """A workload whose pods the selector means, if it made any, and where it says that it makes none."""
    for manifest in cluster.workloads:
        labels = part(manifest.body, *map(str, TEMPLATE.get(manifest.kind, ())), "metadata", "labels")
        here = (manifest.namespace or DEFAULT) == service.namespace
        none = part(manifest.body, "spec").get("replicas") == 0
        if here and none and labels and _fits(service.selector or {}, labels):
            return manifest, ("spec", "replicas")
    return None


def _no_replicas(cluster: "Cluster", service: "Service") -> Explanation | None:
    found = idle_workload(cluster, service)
    if found is None:
        return None
    manifest, path = found
    return explanation(
        "workload-without-pods",
        f"Service {service.key} selects the pods of {manifest.ref}, which has replicas: 0, so there are none and the "
        "Service has no endpoints.",
        (manifest.origin(path),),
        "Set replicas to 1 or more.",
    )


def pod_elsewhere(cluster: "Cluster", service: "Service") -> "Pod | None":
    """A pod that the selector would mean if it were in the Service's namespace."""
    return next((p for p in cluster.pods.values() if _fits(service.selector or {}, p.labels)), None)


def _pods_elsewhere(cluster: "Cluster", service: "Service") -> Explanation | None:
    pod = pod_elsewhere(cluster, service)
    if pod is None:
        return None
    return explanation(
        "pods-in-another-namespace",
        f"Service {service.key} selects pods with {labels_text(service.selector or {})}, and those that have it are in "
        f"namespace {pod.namespace}, as Pod {pod.key}{at(pod.origin('metadata', 'labels'))}. A Service selects in its "
        "own namespace only, so it has no endpoints and every connection to it is refused.",
        service.origin("metadata", "namespace") or service.origin("spec", "selector"),
        f"Put both into one namespace: move the pods to {service.namespace}, or the Service to {pod.namespace} and "
        f"call it {service.name}.{pod.namespace}.",
    )


def _pods_of_custom_resource(cluster: "Cluster", service: "Service") -> Explanation | None:
    """An operator's object that has the labels: the pods that its controller makes have them, too."""
    for manifest in cluster.others:
        group = manifest.api_version.rpartition("/")[0]
        labels = part(manifest.body, "metadata", "labels")
        pods = part(manifest.body, "spec", "podMetadata", "labels")
        here = manifest.namespace == service.namespace and "." in group and not group.endswith(".k8s.io")
        if here and any(each and _fits(service.selector or {}, each) for each in (labels, pods)):
            return explanation(
                "pods-of-custom-resource",
                f"Service {service.key} selects pods with {labels_text(service.selector or {})}, and the upload has "
                f"none. {manifest.ref}{at((manifest.origin(()),))} has these labels: it is a custom resource, and the "
                "pods that its controller makes are not here.",
                (manifest.origin(()),),
                f"Upload them, too: kubectl get pods -n {service.namespace} -o yaml.",
            )
    return None


def selects_nothing(cluster: "Cluster", service: "Service") -> Explanation:
    selector = service.selector or {}
    wanted = labels_text(selector)
    message = (
        f"Service {service.key} selects pods with {wanted}, and no pod in namespace {service.namespace} has "
        f"{'that label' if len(selector) == 1 else 'these labels'}. "
        "It has no endpoints, so every connection to it is refused."
    )
    return explanation(
        "selector-matches-nothing", message, service.origin("spec", "selector"), _what_would_match(cluster, service)
    )


def _what_would_match(cluster: "Cluster", service: "Service") -> str:
    selector = service.selector or {}
    here = [p for p in cluster.pods.values() if p.namespace == service.namespace]
    if not here:
        return f"There is no pod in namespace {service.namespace}: add one with {labels_text(selector)}."
    pod = nearest_pod(cluster, service)
    if pod is None:
        return f"No pod here comes near: add one with {labels_text(selector)}, or upload those that it means."
    new = mended_selector(selector, pod.labels)
    if new is not None:
        where = at(pod.origin("metadata", "labels"))
        return f"Set spec.selector to {labels_text(new)}: that matches Pod {pod.key}{where}."
    has = f"has {labels_text(pod.labels)}" if pod.labels else "has no labels"
    missing = {k: v for k, v in selector.items() if pod.labels.get(k) != v}
    where = at(pod.origin("metadata", "labels") if pod.labels else pod.origin("metadata"))
    return f"Pod {pod.key}{where} {has}: add {labels_text(missing)} to its metadata.labels and it would match."


def nearest_pod(cluster: "Cluster", service: "Service") -> "Pod | None":
    """The pod of the Service's namespace that its selector nearly means; one that is plainly something else is not."""
    selector = service.selector or {}
    here = [p for p in cluster.pods.values() if p.namespace == service.namespace]
    here = [p for p in here if sum(_contradicts(p.labels, *pair) for pair in selector.items()) < CONTRADICTIONS]
    return _nearest(service, here) if here else None


def _contradicts(labels: "Labels", key: str, value: str) -> bool:
    return key in labels and labels[key] != value and not _alike(labels[key], value)


def mended_selector(selector: "Labels", labels: "Labels") -> dict[str, str] | None:
    """The selector mended with the pod's own labels (same key or same value); None where too little is in common."""
    mended: dict[str, str] = {}
    for key, value in selector.items():
        same_value = sorted(k for k, v in labels.items() if v == value)
        if labels.get(key) == value:
            mended[key] = value
        elif same_value:
            mended[same_value[0]] = value
        elif key in labels and _alike(labels[key], value):
            mended[key] = labels[key]
        else:
            return None
    return mended


def _nearest(service: "Service", pods: Iterable["Pod"]) -> "Pod":
    """The pod whose labels come nearest to the selector; among equals one that has the Service's target port."""
    targets = {port.target_port for port in service.ports}
    ranked: dict[frozenset[tuple[str, str]], tuple[int, bool, Pod]] = {}
    for pod in pods:
        labels = frozenset(pod.labels.items())
        has_port = any(p.number in targets or p.name in targets for c in pod.containers for p in c.ports)
        if labels not in ranked or (has_port and not ranked[labels][1]):
            ranked[labels] = (_nearness(service.selector or {}, pod.labels), has_port, pod)
    return max(ranked.values(), key=lambda entry: entry[:2])[2]


def _nearness(selector: "Labels", labels: "Labels") -> int:
    score = 0
    for key, value in selector.items():
        if labels.get(key) == value:
            score += 4
        elif value in labels.values():
            score += 3
        elif key in labels:
            score += 2 if _alike(labels[key], value) else 0
    return score


def _alike(one: str, other: str) -> bool:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other).ratio() >= ALIKE


def _fits(selector: "Labels", labels: "Labels") -> bool:
    return all(labels.get(k) == v for k, v in selector.items())


def _no_selector(service: "Service") -> Explanation:
    return explanation(
        "no-selector",
        f"Service {service.key} has no selector, so nobody looks for its pods, and no EndpointSlice names any for it.",
        service.origin("spec"),
        f"Add a selector, or an EndpointSlice with the label kubernetes.io/service-name: {service.name}.",
    )


def _pods_unfit(service: "Service", pods: tuple["Pod", ...]) -> Explanation | None:
    homeless = [p for p in pods if p.node is None]
    if len(homeless) == len(pods):
        return explanation(
            "pods-unscheduled",
            f"Service {service.key} selects {names(pods)}, but no node takes {'it' if len(pods) == 1 else 'them'}.",
            homeless[0].origin("spec"),
            "Look at nodeSelector, affinity and tolerations, and at the taints of the nodes.",
        )
    stopped = [p for p in pods if p.node is None or p.phase != "Running"]
    if len(stopped) == len(pods):
        return explanation(
            "pods-not-running",
            f"Service {service.key} selects {names(pods)}, but none of them is running (phase {stopped[0].phase}).",
            stopped[0].origin("status", "phase"),
            "Look at the pod's events: kubectl describe pod.",
        )
    if all(p.terminating or not p.ready for p in pods):
        return explanation(
            "endpoints-not-ready",
            f"Service {service.key} selects {names(pods)}, but none of them is ready. "
            "A pod that is not ready gets no traffic from a Service.",
            pods[0].origin("status", "conditions"),
            "Mend what the readiness probe tests, or set publishNotReadyAddresses: true on the Service.",
        )
    return None


def _no_such_port_name(service: "Service", port: "ServicePort", pods: tuple["Pod", ...]) -> Explanation | None:
    if not isinstance(port.target_port, str):
        return None
    have = sorted({p.name for pod in pods for c in pod.containers for p in c.ports if p.name})
    if port.target_port in have:
        return None
    known = f"they have {', '.join(have)}" if have else "their ports have no names"
    return explanation(
        "target-port-name-unknown",
        f'Port {port.port} of Service {service.key} goes to the pods\' port called "{port.target_port}", '
        f"and none of its pods has a port of that name: {known}.",
        service.origin("spec", "ports", port.index, "targetPort"),
        f"Set targetPort to {have[0]}." if have else f"Give the container port the name {port.target_port}.",
    )


def _none_at_all(service: "Service", port: "ServicePort") -> Explanation:
    return explanation(
        "no-endpoints",
        f"No EndpointSlice of Service {service.key} has a ready endpoint for port {port.port}/{port.protocol.value}.",
        service.origin("spec"),
        f"Compare: kubectl get endpointslices -l kubernetes.io/service-name={service.name} -n {service.namespace}",
    )


def labels_text(labels: "Labels") -> str:
    """`app: web`, `tier: front`, as one would write them."""
    return ", ".join(f"`{key}: {value}`" for key, value in sorted(labels.items()))


def names(pods: tuple["Pod", ...]) -> str:
    shown = ", ".join(f"Pod {p.key}" for p in pods[:MOST_NAMES])
    return shown + (f" and {len(pods) - MOST_NAMES} more" if len(pods) > MOST_NAMES else "")
