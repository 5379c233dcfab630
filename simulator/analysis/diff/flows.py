"""Which flows to compare: from each workload and from outside, to every port of every Service."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from simulator.packet.headers import Protocol

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Pod, Service

INTERNET = "internet"


class Question(msgspec.Struct, frozen=True, order=True):
    """A flow by names that mean the same in both clusters; protocol "any" stands for all that a pair may say."""

    source: str
    target: str
    protocol: str = "TCP"

    def __str__(self) -> str:
        spoken = "" if self.protocol in ("TCP", "any") else f" {self.protocol}"
        return f"{self.source} -> {self.target}{spoken}"


def questions(*clusters: "Cluster") -> list[Question]:
    """Every flow that at least one of the clusters can be asked for, by name."""
    found = {question for cluster in clusters for question in _of(cluster)}
    return sorted(found)


def _of(cluster: "Cluster") -> Iterator[Question]:
    sources = tuple(dict.fromkeys(_client(pod) for pod in cluster.pods.values() if _sends(pod)))
    for service in cluster.services.values():
        for target, protocol in _inside(service):
            yield from (Question(source, target, protocol) for source in sources)
        yield from (Question(INTERNET, target, protocol) for target, protocol in doors(cluster, service))


def _client(pod: "Pod") -> str:
    """A workload speaks for all its pods."""
    name = pod.owner.partition(" ")[2] if pod.owner else pod.name
    return f"{pod.namespace}/{name}"


def _sends(pod: "Pod") -> bool:
    return pod.phase == "Running" and pod.node is not None and bool(pod.ips)


def _inside(service: "Service") -> Iterator[tuple[str, str]]:
    if service.external_name is None:
        for port in service.ports:
            yield f"{service.name}.{service.namespace}:{port.port}", port.protocol.value


def doors(cluster: "Cluster", service: "Service") -> Iterator[tuple[str, str]]:
    """Where a Service can be called from outside, and the protocol spoken there."""
    balanced: Sequence[str] = [str(i.ip) for i in service.load_balancer if i.ip is not None and i.ip.version == 4]
    for port in service.ports:
        yield from ((f"{door}:{port.port}", port.protocol.value) for door in balanced)
        if port.node_port and port.protocol is not Protocol.SCTP:
            yield from ((f"{node}:{port.node_port}", port.protocol.value) for node in cluster.nodes)
