"""What is wrong with Services: they select nothing, nobody is ready, a port leads nowhere.

All of this the API server takes without a word; it shows when a packet gets no answer.
"""

from collections.abc import Iterable

from simulator.cluster.endpoint_slices import find_port, has_slices
from simulator.cluster.fields import part
from simulator.cluster.model import EndpointSlice, Labels, Pod, Service, ServicePort
from simulator.cluster.nearest import Nearest
from simulator.cluster.pods import COMPLETED
from simulator.cluster.problems import Problems, listed
from simulator.cluster.selectors import LabelIndex
from simulator.diagnostics import Level
from simulator.manifests.manifest import Manifest, Path

SELECTOR: Path = ("spec", "selector")


def check_services(
    services: Iterable[Service],
    slices: Iterable[EndpointSlice],
    pods: LabelIndex[Pod],
    idle: LabelIndex[str],
    problems: Problems,
) -> None:
    """Every Service that somebody wrote. `idle` are workloads that make no pods at present."""
    with_slices = {f"{piece.namespace}/{piece.service}" for piece in slices}
    check = ServiceCheck(pods, idle, with_slices, problems)
    for service in services:
        if service.source is not None:
            check.check(service, service.source.manifest)


class ServiceCheck:
    """Looks at one Service after the other."""

    def __init__(self, pods: LabelIndex[Pod], idle: LabelIndex[str], with_slices: set[str], problems: Problems) -> None:
        self._pods = pods
        self._idle = idle
        self._with_slices = with_slices
        self._problems = problems
        self._nearest = Nearest(pods)
        self._selections: dict[tuple[object, ...], list[Pod]] = {}
        self._lacking: dict[tuple[object, ...], list[Pod]] = {}

    def check(self, service: Service, manifest: Manifest) -> None:
        self._without_ports(service, manifest)
        if service.type == "ExternalName":
            self._external_name(service, manifest)
        elif has_slices(service):
            self._selected(service, manifest)
        elif service.key not in self._with_slices:
            self._problems.info(
                "service-without-selector",
                "This Service has no selector and no EndpointSlice, so nobody is behind it.",
                f'Add a selector, or an EndpointSlice with the label kubernetes.io/service-name: "{service.name}".',
                manifest, ("spec",),
            )  # fmt: skip
        if service.type == "LoadBalancer" and not service.load_balancer:
            self._problems.info(
                "load-balancer-pending",
                "No load balancer has given this Service an address: only its cluster IP and node ports lead to it.",
                "Write the address into status.loadBalancer.ingress, as a cloud would.", manifest, ("spec", "type"),
            )  # fmt: skip

    def _without_ports(self, service: Service, manifest: Manifest) -> None:
        if service.ports or service.type == "ExternalName" or service.headless:
            return
        if not part(manifest.body, "spec").get("ports"):
            self._problems.error("service-without-ports", "This Service has no ports; the API server refuses it.",
                                 "Add ports: with port: and the targetPort: of the pods, or clusterIP: None.", manifest,
                                 ("spec",))  # fmt: skip

    def _external_name(self, service: Service, manifest: Manifest) -> None:
        if not service.external_name:
            self._problems.error("external-name-missing", "A Service of type ExternalName needs spec.externalName.",
                                 "Add externalName: with a DNS name.", manifest, ("spec", "type"))  # fmt: skip
        if service.selector:
            message = "An ExternalName Service is only a DNS name: its selector is not used, and it has no endpoints."
            hint = "Remove the selector, or the type ExternalName."
            self._problems.warning("external-name-selector", message, hint, manifest, SELECTOR)

    def _selected(self, service: Service, manifest: Manifest) -> None:
        selector = service.selector or {}
        pods = self._having(service.namespace or "", selector)
        wanted = ", ".join(f"{key}: {value}" for key, value in selector.items())
        if not pods:
            message = (
                f"No pod in the namespace {service.namespace} has the labels that this Service selects ({wanted}), so "
                "nobody is behind it."
            )
            asleep = next(self._idle.having(service.namespace or "", selector), None)
            hint = self._nearest.hint(service.namespace or "", selector) if asleep is None else (
                f"{asleep} makes such pods, but has replicas: 0. Raise it."
            )  # fmt: skip
            self._problems.warning("selector-matches-nothing", message, hint, manifest, self._line(service))
            return
        self._ready(service, pods, manifest)
        for port in service.ports:
            self._target_port(service, port, pods, manifest)

    def _having(self, namespace: str, selector: Labels) -> list[Pod]:
        """The selected pods; many Services may select the same."""
        key = namespace, tuple(selector.items())
        if key not in self._selections:
            self._selections[key] = list(self._pods.having(namespace, selector))
        return self._selections[key]

    def _without(self, service: Service, port: ServicePort, pods: list[Pod]) -> list[Pod]:
        """Those that do not have a named port."""
        key = service.namespace, tuple((service.selector or {}).items()), port.target_port, port.protocol
        if key not in self._lacking:
            self._lacking[key] = [pod for pod in pods if find_port(pod, port) is None]
        return self._lacking[key]

    def _line(self, service: Service) -> Path:
        """The line of the label, if there is only one."""
        selector = service.selector or {}
        return (*SELECTOR, next(iter(selector))) if len(selector) == 1 else SELECTOR

    def _ready(self, service: Service, pods: list[Pod], manifest: Manifest) -> None:
        if service.publish_not_ready or any(pod.ready and pod.ips and not pod.terminating for pod in pods):
            return
        states = listed(f"{pod.name} {_state(pod)}" for pod in pods)
        message = f"None of the pods that this Service selects is ready, so nobody gets its packets: {states}."
        hint = "See why with kubectl describe pod; a pod is ready when its readinessProbe succeeds."
        if all(pod.node is None for pod in pods):
            hint = "Let the pods run first: another problem says why they do not."
        self._problems.warning("no-ready-pods", message, hint, manifest, SELECTOR)

    def _target_port(self, service: Service, port: ServicePort, pods: list[Pod], manifest: Manifest) -> None:
        written = "targetPort" in (part(manifest.body, "spec").get("ports") or [{}])[port.index]
        path: Path = ("spec", "ports", port.index, "targetPort" if written else "port")
        if isinstance(port.target_port, str):
            without = self._without(service, port, pods)
            if without:
                self._named_port(port, port.target_port, (len(pods), without), manifest, path)
        else:
            self._numbered_port(port, port.target_port, pods, manifest, path)

    def _named_port(
        self, port: ServicePort, name: str, pods: tuple[int, list[Pod]], manifest: Manifest, path: Path
    ) -> None:
        """`pods`: how many there are, and those without the port."""
        count, without = pods
        named = {p.name: p.protocol.value for pod in without for c in pod.containers for p in c.ports if p.name}
        there = listed(f'"{n}" ({protocol})' for n, protocol in named.items())
        if name in named:
            hint = f'A port "{name}" is there, but for {named[name]}: write protocol: {named[name]}.'
        elif named:
            hint = f"They name these ports: {there}. Use one of them, or give a container port this name."
        else:
            hint = f"They name no ports. Write the number, or give a container port the name {name}."
        wanted = f'{port.protocol.value} port called "{name}"'
        if len(without) == count:
            level, message = Level.WARNING, f"No pod of this Service has a {wanted}: port {port.port} leads nowhere."
        else:
            level, names = Level.INFO, listed(pod.name for pod in without)
            message = f"{len(without)} of the {count} pods of this Service have no {wanted} and are left out: {names}."
        self._problems.add(level, "target-port-name-unknown", message, hint, manifest, path)

    def _numbered_port(self, port: ServicePort, number: int, pods: list[Pod], manifest: Manifest, path: Path) -> None:
        declared: dict[str, None] = {}
        for pod in pods:
            own = _listening(pod)
            if not own or (number, port.protocol.value) in own:
                return
            declared.update(dict.fromkeys(f"{n}/{protocol}" for n, protocol in own))
        target = f"{number}/{port.protocol.value}"
        message = (
            f"Port {port.port} leads to {target} of the pods, but none of them declares that port; they declare "
            f"{listed(declared)}."
        )
        hint = (
            "Correct targetPort. If the program does listen there, add the containerPort or the annotation "
            f'netviz.dev/listen: "{target}".'
        )
        self._problems.warning("target-port-not-declared", message, hint, manifest, path)


def _listening(pod: Pod) -> dict[tuple[int, str], None]:
    """Where a pod listens, as far as it says; {} where it does not say."""
    if pod.listens is not None:
        return {(number, protocol.value): None for number, protocol in pod.listens}
    declared = {(p.number, p.protocol.value): None for c in pod.containers for p in c.ports}
    return declared | {(number, "TCP"): None for c in pod.containers for number in c.probe_ports}


def _state(pod: Pod) -> str:
    if pod.phase in COMPLETED:
        return f"has ended ({pod.phase})"
    if pod.node is None:
        return "has no node"
    return "is terminating" if pod.terminating else "is not ready"
