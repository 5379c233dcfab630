"""Host ports: two pods on one node cannot both have one. Who writes nodeName goes past the scheduler, which knows."""

from collections.abc import Iterable

from simulator.cluster.model import ContainerPort, Pod
from simulator.cluster.placement import HostPort, same_port
from simulator.cluster.problems import Problems


def check_host_ports(pods: Iterable[Pod], problems: Problems) -> None:
    """Only the first of two pods with one host port gets its packets."""
    taken: dict[tuple[str, int], list[tuple[HostPort, Pod]]] = {}
    for pod in pods:
        for port in _of(pod):
            own = port.protocol, port.host_port or 0, str(port.host_ip or "")
            there = taken.setdefault((pod.node or "", own[1]), [])
            other = next((owner for known, owner in there if owner is not pod and same_port(known, own)), None)
            if other is not None:
                _tell(pod, port, other, problems)
            elif len(there) < MOST_OWNERS:
                there.append((own, pod))


MOST_OWNERS = 8
"""One number can be taken more than once: for other protocols, on other addresses."""


def _of(pod: Pod) -> Iterable[ContainerPort]:
    if pod.node is None or not pod.ips:
        return ()
    return (port for container in pod.containers for port in container.ports if port.host_port is not None)


def _tell(pod: Pod, port: ContainerPort, other: Pod, problems: Problems) -> None:
    if pod.source is None:
        return
    message = (
        f"The pods {other.key} and {pod.key} both want port {port.host_port}/{port.protocol.value} of the node "
        f"{pod.node}; only one of them can have it."
    )
    problems.warning("host-port-conflict", message, "Put them on two nodes, or give one of them another port.",
                     pod.source.manifest, (*pod.source.prefix, *port.path))  # fmt: skip
