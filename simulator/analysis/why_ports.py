"""Ports that are not there: of a Service, of a pod, of a node."""

from typing import TYPE_CHECKING

from simulator.analysis.blame import LOAD_BALANCER, Case, explanation, is_node_address
from simulator.analysis.why_endpoints import selected
from simulator.origin import Origins
from simulator.trace.model import Explanation

if TYPE_CHECKING:
    from simulator.cluster.model import Pod, Service, ServicePort

NODE_PORTS = range(30000, 32768)


def wrong_port(case: Case) -> Explanation:
    """The Service is there, but it has no such port."""
    assert case.door is not None
    service, asked = case.door.service, case.flow.port
    spoken = case.flow.protocol.value
    same_number = next((p for p in service.ports if p.port == asked), None)
    origins = service.origin("spec", "ports")
    if same_number is not None:
        return explanation(
            "wrong-protocol",
            f"Service {service.key} has port {asked} for {same_number.protocol.value}, not for {spoken}.",
            service.origin("spec", "ports", same_number.index),
            f"Ask with {same_number.protocol.value}, or add port {asked} with protocol: {spoken}.",
        )
    message = f"Service {service.key} has no port {asked}/{spoken}; it has {service_ports(service)}."
    message += _meant_otherwise(service, asked)
    if case.door.way == LOAD_BALANCER:
        message += " No rule of a node takes the packet, so the node sends it back where it came from, round and round."
    first = service.ports[0].port if service.ports else "another port"
    return explanation(
        "wrong-service-port", message, origins, f"Ask for port {first}, or add port {asked} to spec.ports."
    )


def _meant_otherwise(service: "Service", asked: int | None) -> str:
    for port in service.ports:
        if asked == port.target_port:
            return f" {asked} is its targetPort, the pods' own port; the Service itself is called at {port.port}."
        if asked == port.node_port:
            return f" {asked} is its nodePort, which is called at a node's address."
    return ""


def nobody_listens(case: Case) -> Explanation:
    """The packet reached a machine or a pod, and no program waits on that port."""
    pod = case.cluster.pods.get(case.step.netns)
    if pod is None:
        return _node_without_listener(case)
    door = case.door
    if door is not None and door.port is not None:
        return _wrong_target_port(case, pod, door.service, door.port)
    return _pod_port(case, pod)


def _wrong_target_port(case: Case, pod: "Pod", service: "Service", port: "ServicePort") -> Explanation:
    number, spoken = case.step.packet.dport, case.flow.protocol.value
    declared = _declared(pod, spoken)
    fix = (
        f"Set targetPort to {declared[0]}."
        if len(declared) == 1
        else "Set targetPort to a port that the pod listens on."
    )
    return explanation(
        "wrong-target-port",
        f"Service {service.key} sends port {port.port} on to port {number} of its pods (targetPort), but Pod {pod.key} "
        f"{_has(declared, spoken)}, so its kernel refuses.",
        service.origin("spec", "ports", port.index, "targetPort"),
        f"{fix} {_say_so(number, spoken)}",
    )


def _pod_port(case: Case, pod: "Pod") -> Explanation:
    number, spoken = case.step.packet.dport, case.flow.protocol.value
    declared = _declared(pod, spoken)
    fix = f"Ask for port {declared[0]}. " if declared else ""
    service = _service_with_port(case, pod, number)
    if service is not None:
        fix = f"{number} is the port of Service {service.key}; a pod is called at its own port. {fix}"
    return explanation(
        "port-not-declared",
        f"Pod {pod.key} {_has(declared, spoken)}, and nothing says that it listens on {number}, so its kernel refuses.",
        _port_origin(pod),
        fix + _say_so(number, spoken),
    )


def _say_so(number: int | None, spoken: str) -> str:
    return (
        "A containerPort is only information: if the program does listen there, say so with the annotation "
        f'netviz.dev/listen: "{number}/{spoken}" on the pod.'
    )


def _has(declared: list[int], spoken: str) -> str:
    if not declared:
        return f"declares no {spoken} port"
    return f"declares {'port' if len(declared) == 1 else 'ports'} {', '.join(map(str, declared))}"


def _declared(pod: "Pod", spoken: str) -> list[int]:
    if pod.listens is not None:
        return sorted({number for number, protocol in pod.listens if protocol.value == spoken})
    return sorted({p.number for c in pod.containers for p in c.ports if p.protocol.value == spoken})


def _port_origin(pod: "Pod") -> Origins:
    for container in pod.containers:
        for port in container.ports:
            return pod.origin(*port.path)
    return pod.origin("spec", "containers")


def _service_with_port(case: Case, pod: "Pod", number: int | None) -> "Service | None":
    for service in case.cluster.services.values():
        if service.selector and any(p.port == number for p in service.ports) and pod in selected(case.cluster, service):
            return service
    return None


def _node_without_listener(case: Case) -> Explanation:
    address, number, spoken = case.flow.address, case.flow.port, case.flow.protocol.value
    host = case.step.netns
    for service in case.cluster.services.values() if is_node_address(case.cluster, address) else ():
        for port in service.ports:
            if port.node_port == number:
                return _closed_node_port(case, service, port)
    if number in NODE_PORTS and host in case.cluster.nodes:
        open_ports = _node_ports(case)
        return explanation(
            "no-such-node-port",
            f"No Service has nodePort {number}, and no program on {host} listens there, so its kernel refuses. "
            f"NodePorts here: {open_ports or 'none'}.",
            (),
            "Ask for a nodePort that a Service has, or set this one (spec.ports[].nodePort).",
        )
    return explanation(
        "nobody-listens",
        f"{host} was reached, but no program there listens on port {number}/{spoken}, so its kernel refuses.",
        case.step.origins,
        "Ask for a port that is listened on, or start the program that should be there.",
    )


def _closed_node_port(case: Case, service: "Service", port: "ServicePort") -> Explanation:
    origins = service.origin("spec", "ports", port.index, "nodePort")
    if port.protocol is not case.flow.protocol:
        return explanation(
            "wrong-protocol",
            f"NodePort {port.node_port} of Service {service.key} is for {port.protocol.value}, "
            f"not for {case.flow.protocol.value}.",
            origins,
            f"Ask with {port.protocol.value}.",
        )
    return explanation(
        "node-port-not-on-this-address",
        f"NodePort {port.node_port} of Service {service.key} is not open on {case.flow.address}: in this mode "
        "kube-proxy opens node ports on the node's primary address only.",
        origins,
        "Call the node's own address, or set nodePortAddresses for kube-proxy.",
    )


def _node_ports(case: Case) -> str:
    ports = sorted(
        (p.node_port, p.protocol.value) for s in case.cluster.services.values() for p in s.ports if p.node_port
    )
    return ", ".join(f"{number}/{spoken}" for number, spoken in ports[:8])


def service_ports(service: "Service") -> str:
    """The ports of a Service in words: "80/TCP (http), 443/TCP (https)"."""
    if not service.ports:
        return "none"
    named = (f"{p.port}/{p.protocol.value}" + (f" ({p.name})" if p.name else "") for p in service.ports)
    return ", ".join(named)
