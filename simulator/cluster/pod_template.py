"""Pod specs: what is the same for every pod of a workload is read once.

Defaults as in pkg/apis/core/v1/defaults.go.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from simulator.cluster.fields import Reader, part
from simulator.cluster.model import Container, ContainerPort, Labels
from simulator.cluster.placement import Placement, placement_of
from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Manifest, Path
from simulator.packet.headers import Protocol

LISTEN = "netviz.dev/listen"
PROBES = {"livenessProbe": None, "readinessProbe": None, "startupProbe": None}.keys()
_LISTENS = re.compile(r"(\d{1,5})(?:/(TCP|UDP|SCTP))?", re.IGNORECASE)


class PodTemplate(msgspec.Struct, frozen=True):
    """A pod without name, place and address."""

    manifest: Manifest
    prefix: Path
    labels: Labels
    annotations: Labels
    containers: tuple[Container, ...]
    placement: Placement
    node: str | None = None
    host_network: bool = False
    hostname: str | None = None
    subdomain: str | None = None
    listens: tuple[tuple[int, Protocol], ...] | None = None


def read_template(manifest: Manifest, prefix: Path, body: Mapping[str, Any], problems: Problems) -> PodTemplate:
    """A Pod, or the template inside a workload, which starts at `prefix`."""
    reader = Reader(manifest, problems)
    metadata, spec = part(body, "metadata"), part(body, "spec")
    host_network = bool(spec.get("hostNetwork"))
    containers = tuple(_containers(reader, prefix, spec, host_network))
    if not any(not c.sidecar for c in containers):
        problems.error("pod-without-containers", "This pod has no containers; the API server refuses it.",
                       "Give it at least one container with a name and an image.", manifest,
                       (*prefix, "spec", "containers"))  # fmt: skip
    _ports_used_once(reader, prefix, containers)
    annotations = metadata.get("annotations") or {}
    placement = placement_of(spec, _host_ports(containers))
    return PodTemplate(
        manifest, prefix, metadata.get("labels") or {}, annotations, containers, placement,
        node=spec.get("nodeName") or None, host_network=host_network, hostname=spec.get("hostname"),
        subdomain=spec.get("subdomain"), listens=_listens(reader, prefix, annotations),
    )  # fmt: skip


def _containers(reader: Reader, prefix: Path, spec: Mapping[str, Any], host_network: bool) -> Iterator[Container]:
    for field in ("containers", "initContainers"):
        for index, body in enumerate(spec.get(field) or ()):
            sidecar = field == "initContainers"
            if sidecar and body.get("restartPolicy") != "Always":
                continue
            path = ("spec", field, index)
            ports = tuple(_ports(reader, prefix, path, body, host_network))
            yield Container(
                str(body.get("name") or f"container-{index}"), str(body.get("image") or ""), ports,
                tuple(dict.fromkeys(_probe_ports(body, ports))), sidecar, path,
            )  # fmt: skip


def _ports(
    reader: Reader, prefix: Path, path: Path, body: Mapping[str, Any], host_network: bool
) -> Iterator[ContainerPort]:
    for index, item in enumerate(body.get("ports") or ()):
        here = (*path, "ports", index)
        there = (*prefix, *here)
        if not isinstance(item.get("containerPort"), int):
            reader.problems.error("port-without-number", "This port has no containerPort; it is left out.",
                                  "Add containerPort: and the number that the program listens on.", reader.manifest,
                                  there)  # fmt: skip
            continue
        number = reader.port(item["containerPort"], (*there, "containerPort"))
        if number is None:
            continue
        host_port = item.get("hostPort") or (number if host_network else None)
        if host_port is not None:
            host_port = reader.port(host_port, (*there, "hostPort"))
        host_ip = reader.address(item["hostIP"], (*there, "hostIP")) if item.get("hostIP") else None
        yield ContainerPort(number, reader.protocol(item, there), item.get("name"), host_port, host_ip, here)


def _probe_ports(body: Mapping[str, Any], ports: tuple[ContainerPort, ...]) -> Iterator[int]:
    """The port numbers that kubelet will dial."""
    if PROBES.isdisjoint(body):
        return
    for field in PROBES:
        probe = body.get(field) or {}
        for way in ("httpGet", "tcpSocket", "grpc"):
            port = (probe.get(way) or {}).get("port")
            if isinstance(port, str):
                port = int(port) if port.isdigit() else next((p.number for p in ports if p.name == port), None)
            if isinstance(port, int) and 1 <= port <= 65535:
                yield port


def _host_ports(containers: tuple[Container, ...]) -> tuple[tuple[Protocol, int, str], ...]:
    """What the pod takes on its node: protocol, port, address ("" for all)."""
    return tuple(
        (port.protocol, port.host_port, str(port.host_ip or ""))
        for container in containers
        for port in container.ports
        if port.host_port is not None
    )


def _ports_used_once(reader: Reader, prefix: Path, containers: tuple[Container, ...]) -> None:
    """The containers of a pod share one network namespace, so each port can be listened on once."""
    taken: dict[tuple[Protocol, int], str] = {}
    for container in containers:
        for port in container.ports:
            other = taken.setdefault((port.protocol, port.number), container.name)
            if other != container.name:
                reader.problems.warning(
                    "container-port-conflict",
                    f"The containers {other} and {container.name} of one pod both have port {port.number}/"
                    f"{port.protocol.value}. They share the pod's address, so only one of them can listen on it.",
                    "Let one of them listen on another port, or put them into two pods.",
                    reader.manifest, (*prefix, *port.path),
                )  # fmt: skip


def _listens(reader: Reader, prefix: Path, annotations: Labels) -> tuple[tuple[int, Protocol], ...] | None:
    """netviz.dev/listen: "8080/TCP, 53/UDP"; empty: nobody listens."""
    text = annotations.get(LISTEN)
    if text is None:
        return None
    path = (*prefix, "metadata", "annotations", LISTEN)
    found = []
    for word in filter(None, (word.strip() for word in text.split(","))):
        match = _LISTENS.fullmatch(word)
        if match is None:
            reader.problems.error("invalid-listen", f'"{word}" says no port and protocol; it is left out.',
                                  f'Write {LISTEN}: "8080/TCP, 53/UDP".', reader.manifest, path)  # fmt: skip
            continue
        number = reader.port(int(match[1]), path)
        if number is not None:
            found.append((number, Protocol[(match[2] or "TCP").upper()]))
    return tuple(found)
