"""Services whose selector matches more than was meant: some of their packets go to pods of another kind.

Two versions of one program behind one Service are common (a canary, blue and green), so workloads that share an image
or the ports that they declare are not told.
"""

from collections.abc import Iterable, Mapping

from simulator.cluster.model import Labels, Pod, Service, ServicePort
from simulator.cluster.problems import Problems, listed
from simulator.cluster.selectors import LabelIndex
from simulator.diagnostics import Level
from simulator.manifests.manifest import Manifest

Groups = Mapping[str, Pod]
"""One pod of each workload; the pods of a workload are alike."""


def check_broad_selectors(services: Iterable[Service], pods: LabelIndex[Pod], problems: Problems) -> None:
    """A headless Service is left out: it often names all parts of one program, each found by its own name."""
    for service in services:
        if service.source is None or not service.selector or service.headless or service.type == "ExternalName":
            continue
        groups = _by_workload(pods.having(service.namespace or "", service.selector))
        if len(groups) > 1:
            _check(service, service.selector, groups, service.source.manifest, problems)


def _by_workload(pods: Iterable[Pod]) -> Groups:
    """A bare pod is a workload of its own."""
    groups: dict[str, Pod] = {}
    for pod in pods:
        groups.setdefault(pod.owner or f"Pod {pod.name}", pod)
    return groups


def _check(service: Service, selector: Labels, groups: Groups, manifest: Manifest, problems: Problems) -> None:
    path = ("spec", "selector", next(iter(selector))) if len(selector) == 1 else ("spec", "selector")
    for port in service.ports:
        without = {name: pod for name, pod in groups.items() if not _may_serve(pod, port)}
        declared = {name: pod for name, pod in groups.items() if _serves(pod, port)}
        if without and declared and not _alike([*without.values(), *declared.values()]):
            message = (
                f"This Service selects pods of {listed(groups)}. Some connections to port {port.port} go to "
                f"{listed(without)}, which declare{'' if len(without) > 1 else 's'} other ports, and are refused."
            )
            problems.add(Level.WARNING, "selector-matches-much", message, _hint(declared, without), manifest, path)
            return
    if not _alike([*groups.values()]) and _apart([*groups.values()]):
        message = f"This Service selects pods of {listed(groups)}, which run different programs on different ports."
        first, *others = groups
        hint = _hint({first: groups[first]}, {name: groups[name] for name in others})
        problems.add(Level.INFO, "selector-matches-much", message, hint, manifest, path)


def _alike(pods: list[Pod]) -> bool:
    """Whether one program may be behind all: one of the images is in each, in whatever version."""
    return bool(frozenset.intersection(*(_images(pod) for pod in pods)))


def _apart(pods: list[Pod]) -> bool:
    """Whether no port that one declares is declared by another."""
    every = [port for pod in pods for port in _ports(pod)]
    return all(_ports(pod) for pod in pods) and len(every) == len(set(every))


def _images(pod: Pod) -> frozenset[str]:
    """Without version and registry: the last part of the repository's path."""
    return frozenset(
        c.image.partition("@")[0].rpartition("/")[2].partition(":")[0] for c in pod.containers if not c.sidecar
    )


def _ports(pod: Pod) -> frozenset[tuple[int, str]]:
    if pod.listens is not None:
        return frozenset((number, protocol.value) for number, protocol in pod.listens)
    return frozenset((p.number, p.protocol.value) for c in pod.containers for p in c.ports) | {
        (number, "TCP") for c in pod.containers for number in c.probe_ports
    }


def _serves(pod: Pod, port: ServicePort) -> bool:
    return (port.target_port, port.protocol.value) in _ports(pod)


def _may_serve(pod: Pod, port: ServicePort) -> bool:
    """A pod that declares nothing may listen anywhere; one without a named port gets no packets of it."""
    return not isinstance(port.target_port, int) or not _ports(pod) or _serves(pod, port)


def _hint(wanted: Groups, others: Groups) -> str:
    """A label that all the wanted pods have and none of the others."""
    first, *rest = wanted.values()
    for key, value in first.labels.items():
        if all(pod.labels.get(key) == value for pod in rest) and all(
            pod.labels.get(key) != value for pod in others.values()
        ):
            return f"Add {key}: {value} to the selector, which only {listed(wanted)} {_have(wanted)}."
    return f"Give the pods of {listed(wanted)} a label that the others do not have, and select it."


def _have(wanted: Groups) -> str:
    return "have" if len(wanted) > 1 else "has"
