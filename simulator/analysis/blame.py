"""Blame: what a failed trace asked of the cluster, and making Explanations out of manifest lines."""

from typing import TYPE_CHECKING

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress, Protocol
from simulator.steps import Cause, Disposition, Step, StepKind
from simulator.trace.model import Explanation, Flow, LegKind, Trace

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Service, ServicePort

CLUSTER_IP = "ClusterIP"
LOAD_BALANCER = "load balancer address"
EXTERNAL_IP = "external IP"
NODE_PORT = "NodePort"


class Door(msgspec.Struct, frozen=True):
    """The Service that a flow called, by which of its doors, and its port; None where it has no such port."""

    service: "Service"
    way: str
    port: "ServicePort | None"


class Case(msgspec.Struct, frozen=True):
    """What the detectives know: the cluster, the flow, the step where it ended and why, the Service called."""

    cluster: "Cluster"
    flow: Flow
    cause: Cause | None
    step: Step
    door: Door | None


def case_of(cluster: "Cluster", trace: Trace) -> Case | None:
    """The case of a trace; None where no packet was ever sent."""
    step = _last_step(trace)
    if step is None:
        return None
    flow = _flow_of(trace, step)
    return Case(cluster, flow, trace.cause or step.cause, step, door_of(cluster, flow))


def _flow_of(trace: Trace, step: Step) -> Flow:
    """What was asked when it ended: the DNS server, or the address that it had given."""
    if trace.flow.host is None or step.cause is Cause.NO_SUCH_NAME:
        return trace.flow
    request = next((leg for leg in trace.legs if leg.kind is LegKind.REQUEST), None)
    if request is not None:
        return msgspec.structs.replace(trace.flow, address=request.packet.ip.dst)
    asked = next((leg.packet for leg in trace.legs if leg.kind is LegKind.DNS), step.packet)
    return msgspec.structs.replace(trace.flow, address=asked.ip.dst, port=asked.dport, protocol=asked.ip.protocol)


def _last_step(trace: Trace) -> Step | None:
    """The step that the trace's cause is about, else the last one of a packet that did not arrive."""
    steps = [step for leg in trace.legs for step in leg.steps]
    if trace.cause is Cause.MTU_BLACK_HOLE:
        return next(s for s in reversed(steps) if s.cause in (Cause.MTU_BLACK_HOLE, Cause.PACKET_TOO_BIG))
    for step in reversed(steps):
        if step.kind is StepKind.RESOLVE and step.cause is not Cause.NO_SUCH_NAME:
            continue  # the resolver's view of what happened to its question
        if step.cause is not None and step.cause is (trace.cause or step.cause):
            return step
    lost = [leg for leg in trace.legs if leg.disposition is not Disposition.DELIVERED and leg.steps]
    if lost:
        return lost[-1].steps[-1]
    return steps[-1] if steps else None


def door_of(cluster: "Cluster", flow: Flow) -> Door | None:
    """The Service behind the address that was called."""
    for service in cluster.services.values():
        way = _way(service, flow.address)
        if way is not None:
            return Door(service, way, port_of(service, flow.port, flow.protocol))
    if is_node_address(cluster, flow.address):
        for service in cluster.services.values():
            for port in service.ports:
                if port.node_port == flow.port and port.protocol is flow.protocol:
                    return Door(service, NODE_PORT, port)
    return None


def _way(service: "Service", address: IPAddress) -> str | None:
    if address in service.cluster_ips:
        return CLUSTER_IP
    if any(address == ingress.ip for ingress in service.load_balancer):
        return LOAD_BALANCER
    return EXTERNAL_IP if address in service.external_ips else None


def is_node_address(cluster: "Cluster", address: IPAddress) -> bool:
    """One of a node's own addresses: its InternalIPs, and the first of its pod range, which the bridge has."""
    for node in cluster.nodes.values():
        if address in node.addresses or any(address == cidr[1] for cidr in node.pod_cidrs):
            return True
    return address.is_loopback


def port_of(service: "Service", number: int | None, protocol: Protocol) -> "ServicePort | None":
    return next((p for p in service.ports if p.port == number and p.protocol is protocol), None)


def explanation(code: str, message: str, origins: Origins, fix: str) -> Explanation:
    """An Explanation that points at the first of `origins`; without one it points at nothing."""
    if not origins:
        return Explanation(code, message, fix=fix)
    where = origins[0]
    return Explanation(code, message, where.object, where.field, where.file, where.line, fix)


def at(origins: Origins) -> str:
    """ " (shop.yaml:12)", or nothing where no line was written."""
    if not origins or origins[0].line is None:
        return ""
    return f" ({origins[0].file}:{origins[0].line})"
