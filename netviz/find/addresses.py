"""Who has an address, and who is behind a port."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address

import msgspec

from netviz.find.entries import GROUPS, bracketed
from netviz.find.index import Index, group
from netviz.find.model import Found, FoundGroup
from netviz.find.question import Address, Port
from netviz.graph import Pod, Service, ServicePort

Has = Callable[[str], bool]


def address(index: Index, question: Address, most: int) -> Iterator[FoundGroup]:
    """Services first: theirs is the address of no device."""
    wanted = str(ip_address(question.text.strip("[]"))) if question.whole else question.text

    def has(one: str) -> bool:
        own = one.partition("/")[0]
        return own == wanted if question.whole else own.startswith(wanted)

    titles = ("Services", "Pods", "Devices")
    for title, found in zip(titles, (_services(index, has), _pods(index, has), _devices(index, has)), strict=True):
        things = list(found)
        if things:
            yield group(f"{title} with {'this address' if question.whole else 'such an address'}", things, most)
    total, lines = index.lines_with(wanted, most, whole=question.whole)
    if lines:
        yield group(GROUPS["line"], lines, most, total)


def _told(index: Index, element: str, detail: str) -> Found | None:
    known = index.thing(element)
    return msgspec.structs.replace(known, detail=detail) if known else None


def _services(index: Index, has: Has) -> Iterator[Found]:
    for service in index.graph.services:
        kinds = (
            ("cluster IP", service.cluster_ips),
            ("external IP", service.external_ips),
            ("load balancer", service.load_balancer_ips),
        )
        told = [f"{kind} {one}" for kind, listed in kinds for one in listed if has(one)]
        found = _told(index, service.id, f"{', '.join(told)} · no machine has it: rules translate it") if told else None
        if found:
            yield found


def _pods(index: Index, has: Has) -> Iterator[Found]:
    for pod in index.graph.pods:
        told = [one for one in pod.addresses if has(one)]
        where = (
            f"{(pod.node or '').removeprefix('node:')}'s, as it is on the host network" if pod.host_network else "eth0"
        )
        found = _told(index, pod.id, f"{', '.join(told)} · {where}") if told else None
        if found:
            yield found


def _devices(index: Index, has: Has) -> Iterator[Found]:
    for host in index.graph.hosts:
        for device in host.devices:
            told = [one for one in device.addresses if has(one)]
            found = _told(index, device.id, f"{device.kind} · {', '.join(told)}") if told else None
            if found:
                yield found


def port(index: Index, question: Port, most: int) -> Iterator[FoundGroup]:
    """Services that lead to a port of this number, and pods that declare it. A trace tells who listens."""
    services = [found for service in index.graph.services for found in _leading(index, service, question)]
    if services:
        yield group(f"Services at port {question.number}", services, most)
    pods = [found for pod in index.graph.pods for found in _declaring(index, pod, question)]
    if pods:
        yield group(f"Pods that declare port {question.number}", pods, most)


def _same(question: Port, protocol: str) -> bool:
    return question.protocol in (None, protocol)


def _leading(index: Index, service: Service, question: Port) -> Iterator[Found]:
    for one in service.ports:
        as_what = _numbers(one).get(question.number)
        known = index.thing(service.id) if as_what and _same(question, one.protocol) else None
        if known and as_what:
            target = f"{service.name}.{service.namespace}:{one.port}"
            detail = f"{as_what} · {one.port}/{one.protocol} → {one.target_port} · {service.type}"
            yield msgspec.structs.replace(known, detail=detail, target=target)


def _numbers(one: ServicePort) -> dict[int, str]:
    """What the numbers of a Service's port are; its own counts before its target's."""
    found = {int(one.target_port): "as its target port"} if one.target_port.isdigit() else {}
    if one.node_port:
        found[one.node_port] = "as its node port"
    found[one.port] = "as its port"
    return found


def _declaring(index: Index, pod: Pod, question: Port) -> Iterator[Found]:
    for container in pod.containers:
        for one in container.ports:
            known = index.thing(pod.id) if one.number == question.number and _same(question, one.protocol) else None
            if known and pod.addresses:
                detail = " · ".join(
                    filter(None, (f"{one.number}/{one.protocol}", one.name, f"container {container.name}"))
                )
                target = f"{bracketed(pod.addresses[0])}:{one.number}"
                yield msgspec.structs.replace(known, detail=detail, target=target)
