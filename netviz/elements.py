"""The cluster and its network as the graph that the browser draws."""

from collections.abc import Iterator, Sequence
from typing import Literal

from netviz.graph import (
    Container,
    ContainerPort,
    Counts,
    Device,
    File,
    Graph,
    Host,
    Pod,
    Segment,
    Service,
    ServicePort,
    SettingInForce,
    probe_question,
)
from simulator.analysis.probes import probes_of
from simulator.cluster import model
from simulator.cluster.cluster import Cluster
from simulator.cluster.profile import SETTINGS, SYSCTL, SYSCTLS, Profile
from simulator.linux.device import DeviceKind
from simulator.linux.netns import Netns
from simulator.linux.network import Network
from simulator.origin import Origin, Origins

OutsideKind = Literal["internet", "router", "control-plane"]
_OUTSIDE: dict[str, OutsideKind] = {"internet": "internet", "router": "router", "cp": "control-plane"}
"""Machines that no Node object speaks of, by the name of their network namespace."""


API_SERVER = "default/kubernetes"
"""The Service that every API server makes for itself."""


def graph_of(
    cluster: Cluster, network: Network, files: Sequence[tuple[str, str]], problems: int, snapshot: str
) -> Graph:
    """Everything that the picture needs."""
    by_endpoint = _services_of_pods(cluster)
    pods = tuple(_pod(cluster, pod, by_endpoint.get(key, ())) for key, pod in cluster.pods.items())
    services = tuple(_service(cluster, service) for service in cluster.services.values())
    return Graph(
        snapshot=snapshot,
        segments=tuple(_segments(network)),
        hosts=tuple(_hosts(cluster, network)),
        pods=pods,
        services=services,
        namespaces=tuple(cluster.namespaces),
        files=tuple(File(path, lines_of(text)) for path, text in files),
        assumptions=network.assumptions,
        settings=tuple(settings_in_force(cluster.profile)),
        counts=Counts(
            sum(not pod.assumed for pod in pods),
            sum(not service.assumed for service in services),
            len(cluster.nodes),
            problems,
        ),
    )


def settings_in_force(profile: Profile) -> Iterator[SettingInForce]:
    """Every setting, and every sysctl that has a default, as one would write it after --set."""
    usual = Profile()
    for key, setting in SETTINGS.items():
        value, default = (_text(getattr(which, setting.field)) for which in (profile, usual))
        yield SettingInForce(key, value, default, value != default)
    for name, value in profile.sysctl.items():
        default = SYSCTLS.get(name, "")
        yield SettingInForce(f"{SYSCTL}{name}", value, default, value != default)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(str(one) for one in value) if isinstance(value, tuple) else str(value)


def lines_of(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n") and text != "")


def _segments(network: Network) -> Iterator[Segment]:
    """Every wire, and the networks that the machines on it are configured for."""
    for name, wire in network.segments.items():
        found: dict[str, None] = {}
        for netns, device in wire.ports.values():
            for address in network.netns(netns).devices[device].addresses:
                found.setdefault(str(address.network))
        yield Segment(f"segment:{name}", ", ".join(found))


def _hosts(cluster: Cluster, network: Network) -> Iterator[Host]:
    """The outside first, then the control plane, then the nodes."""
    plugged_in = {netns for wire in network.segments.values() for netns, _ in wire.ports.values()}
    for name, kind in _OUTSIDE.items():
        if name in plugged_in and name not in cluster.nodes:
            yield _outside(network.netns(name), kind)
    for node in cluster.nodes.values():
        netns = network.netns(node.name)
        yield Host(
            id=netns.element,
            kind="control-plane" if node.control_plane else "node",
            name=node.name,
            addresses=tuple(str(address) for address in node.addresses),
            pod_cidrs=tuple(str(cidr) for cidr in node.pod_cidrs),
            zone=node.zone,
            assumed=node.assumed,
            ready=node.ready,
            devices=tuple(_devices(netns)),
        )


def _outside(netns: Netns, kind: OutsideKind) -> Host:
    return Host(
        id=netns.element,
        kind=kind,
        name=netns.name,
        addresses=tuple(str(a.ip) for d in netns.devices.values() if d.segment for a in d.addresses),
        pod_cidrs=(),
        zone=None,
        assumed=True,
        ready=True,
        devices=tuple(_devices(netns)),
    )


def _devices(netns: Netns) -> Iterator[Device]:
    """All but the loopback device, which everybody has."""
    for device in netns.devices.values():
        if device.kind is DeviceKind.LOOPBACK:
            continue
        yield Device(
            id=f"{netns.element}/{device.name}",
            name=device.name,
            kind=device.kind.value,
            segment=f"segment:{device.segment}" if device.segment else None,
            addresses=tuple(str(address) for address in device.addresses),
        )


def _pod(cluster: Cluster, pod: model.Pod, services: Sequence[str]) -> Pod:
    return Pod(
        id=f"pod:{pod.key}",
        name=pod.name,
        namespace=pod.namespace or "",
        node=f"node:{pod.node}" if pod.node else None,
        addresses=tuple(str(ip) for ip in pod.ips),
        host_network=pod.host_network,
        ready=pod.ready,
        terminating=pod.terminating,
        phase=pod.phase,
        owner=pod.owner,
        labels=dict(pod.labels),
        containers=tuple(_container(container) for container in pod.containers),
        services=tuple(services),
        origin=_first(pod.origin()),
        probes=tuple(map(probe_question, probes_of(cluster, pod))),
        assumed=pod.source is None,
    )


def _container(container: model.Container) -> Container:
    ports = tuple(ContainerPort(p.number, p.protocol.value, p.name) for p in container.ports)
    return Container(container.name, container.image, ports)


def _service(cluster: Cluster, service: model.Service) -> Service:
    endpoints = _endpoints(cluster, service)
    return Service(
        id=f"svc:{service.key}",
        name=service.name,
        namespace=service.namespace or "",
        type=service.type,
        cluster_ips=tuple(str(ip) for ip in service.cluster_ips),
        headless=service.headless,
        external_name=service.external_name,
        external_ips=tuple(str(ip) for ip in service.external_ips),
        load_balancer_ips=tuple(str(i.ip) for i in service.load_balancer if i.ip is not None),
        ports=tuple(
            ServicePort(p.name, p.port, p.protocol.value, str(p.target_port), p.node_port) for p in service.ports
        ),
        endpoints=tuple(endpoints),
        ready=sum(endpoints.values()),
        origin=_first(service.origin()),
        others=_others(cluster, service),
        assumed=service.source is None and service.key != API_SERVER,
    )


def _endpoints(cluster: Cluster, service: model.Service) -> dict[str, bool]:
    """The ids of the pods behind a Service, and whether each gets traffic (yes where it is not said)."""
    found: dict[str, bool] = {}
    for piece in cluster.slices_of(service.key):
        for endpoint in piece.endpoints:
            kind, _, name = (endpoint.target or "").partition(" ")
            if kind == "Pod":
                found[f"pod:{name}"] = endpoint.ready is not False
    return found


def _others(cluster: Cluster, service: model.Service) -> int:
    """How many of its endpoints are no pods."""
    ends = {end for piece in cluster.slices_of(service.key) for end in piece.endpoints}
    return sum(not (end.target or "").startswith("Pod ") for end in ends)


def _services_of_pods(cluster: Cluster) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for service in cluster.services.values():
        for pod in _endpoints(cluster, service):
            found.setdefault(pod.removeprefix("pod:"), []).append(f"svc:{service.key}")
    return found


def _first(origins: Origins) -> Origin | None:
    return origins[0] if origins else None
