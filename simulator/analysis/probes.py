"""The kubelet's probes as questions: from the pod's own node to the ports that it dials.

pkg/kubelet/prober/prober.go: by HTTP, gRPC or TCP it is always a TCP connection from the node's own namespace; exec
probes run inside the container and send nothing.
"""

from typing import TYPE_CHECKING

from simulator.analysis.diff.flows import Question

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Pod


def probes_of(cluster: "Cluster", pod: "Pod") -> tuple[Question, ...]:
    """One for each port that a probe of the pod dials; () where none does, or nobody would ask."""
    if pod.node is None or not pod.ips:
        return ()
    ports = dict.fromkeys(port for container in pod.containers for port in container.probe_ports)
    return tuple(Question(pod.node, f"{host_of(cluster, pod)}:{port}") for port in ports)


def host_of(cluster: "Cluster", pod: "Pod") -> str:
    """A pod by its name, unless a Service has the same one; then by its address."""
    if pod.key not in cluster.services:
        return pod.key
    address = pod.ips[0]
    return f"[{address}]" if address.version == 6 else str(address)
