"""kubelet: the pods of a node, their namespaces and who listens in them."""

from simulator.cluster.model import Container, Pod
from simulator.linux.device import Device
from simulator.linux.neighbor import NeighborLookup
from simulator.linux.netns import Netns
from simulator.linux.route import RoutingTable
from simulator.linux.socket import Socket, Sockets
from simulator.packet.headers import Protocol
from simulator.steps import Cause


def pod_sockets(pod: Pod, listen: str) -> Sockets:
    """Who listens in a pod: what the annotation says, else every declared and probed port; nothing known, any port.

    `listen` "all" takes every port to be listened on, whatever is declared.
    """
    if pod.listens is not None:
        annotated = tuple(
            Socket(protocol, None, port, pod.key, origins=pod.origin("metadata", "annotations", "netviz.dev/listen"))
            for port, protocol in pod.listens
        )
        return Sockets(annotated, pod.key, missing=Cause.NO_LISTENER, origins=pod.origin())
    declared = [socket for container in pod.containers for socket in _declared(pod, container)]
    if listen == "all" or not declared:
        return Sockets(tuple(declared), pod.key, any_port=True, origins=pod.origin("spec", "containers"))
    return Sockets(tuple(declared), pod.key, missing=Cause.PORT_NOT_DECLARED,
                   origins=pod.origin("spec", "containers"))  # fmt: skip


def _declared(pod: Pod, container: Container) -> list[Socket]:
    found = [
        Socket(port.protocol, None, port.number, pod.key, origins=pod.origin(*port.path, "containerPort"))
        for port in container.ports
    ]
    known = {(s.protocol, s.port) for s in found}
    return found + [
        Socket(Protocol.TCP, None, port, pod.key, origins=pod.origin(*container.path))
        for port in container.probe_ports
        if (Protocol.TCP, port) not in known
    ]


def pod_netns(
    pod: Pod, devices: tuple[Device, ...], routes: RoutingTable, neighbors: NeighborLookup, listen: str
) -> Netns:
    """A pod's network namespace, as the sandbox holds it once CNI is done."""
    namespace = pod.namespace or "default"
    return Netns(
        name=pod.key,
        host=pod.node or "",
        element=f"pod:{pod.key}",
        devices={d.name: d for d in devices},
        routes=routes,
        neighbors=neighbors,
        sockets=pod_sockets(pod, listen),
        enter=("kubectl", "exec", "-n", namespace, pod.name, "--"),
        origins=pod.origin(),
    )
