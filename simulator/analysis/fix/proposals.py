"""Proposals: for every reason why a flow fails, the edits that may remove it. Whether they do, the engine will say."""

from collections.abc import Callable, Iterator, Mapping

from simulator.analysis.blame import Case, port_of
from simulator.analysis.fix.desk import Desk, Proposal, Texts
from simulator.analysis.fix.policy_rules import add_a_rule, label_the_peer, open_the_port
from simulator.analysis.why_endpoints import mended_selector, nearest_pod, selected
from simulator.cluster.model import Pod, Service
from simulator.manifests.edit import CannotEdit


def proposals(code: str, case: Case, texts: Texts) -> Iterator[Proposal]:
    """The edits worth trying for a reason, the smallest first."""
    desk = Desk(case, texts)
    for make in _BY_CODE.get(code, ()):
        try:
            yield from make(desk)
        except CannotEdit:
            continue


def _service(desk: Desk) -> Service:
    """The Service that was called; for names, the one that was meant."""
    if desk.case.door is not None:
        return desk.case.door.service
    host = (desk.case.flow.host or "").split(".")
    space = host[1] if len(host) > 1 else (desk.case.flow.asker or desk.case.flow.source).partition("/")[0]
    found = desk.case.cluster.services.get(f"{space}/{host[0]}")
    if found is None:
        raise CannotEdit("No Service was called.")
    return found


def _mend_selector(desk: Desk) -> Iterator[Proposal]:
    service = _service(desk)
    pod = nearest_pod(desk.case.cluster, service)
    mended = mended_selector(service.selector or {}, pod.labels) if pod else None
    if mended is None:
        return
    old = dict(service.selector or {})
    if set(old) != set(mended):
        yield Proposal((desk.set(service, ("spec", "selector"), mended),))
        return
    changed = {key: value for key, value in mended.items() if old[key] != value}
    yield Proposal(tuple(desk.set(service, ("spec", "selector", key), value) for key, value in changed.items()))


def _label_pod(desk: Desk) -> Iterator[Proposal]:
    service = _service(desk)
    pod = nearest_pod(desk.case.cluster, service)
    missing = {k: v for k, v in (service.selector or {}).items() if pod is not None and pod.labels.get(k) != v}
    if pod is not None and missing:
        yield Proposal(tuple(desk.set(pod, ("metadata", "labels", key), value) for key, value in missing.items()))


def _target_port(desk: Desk) -> Iterator[Proposal]:
    """Send the Service's port on to a port that its pods have."""
    service, door = _service(desk), desk.case.door
    port = door.port if door else None
    if port is None:
        return
    pods = selected(desk.case.cluster, service)
    declared = dict.fromkeys(p for pod in pods for p in _declared(pod, desk.case.flow.protocol.value))
    for number in declared:
        yield Proposal((desk.set(service, ("spec", "ports", port.index, "targetPort"), number),))


def _declare_port(desk: Desk) -> Iterator[Proposal]:
    """Say that the pod does listen there: true only if its program does."""
    pod = desk.case.cluster.pods.get(desk.case.step.netns)
    number = desk.case.step.packet.dport
    if pod is None or number is None or not pod.containers:
        return
    container = pod.containers[0]
    entry: dict[str, int | str] = {"containerPort": number}
    if desk.case.flow.protocol.value != "TCP":
        entry["protocol"] = desk.case.flow.protocol.value
    at = len(container.ports)
    yield Proposal((desk.set(pod, (*container.path, "ports", at), entry),))


def _service_port(desk: Desk) -> Iterator[Proposal]:
    """Let the Service be called at the port that was asked for."""
    service, asked = _service(desk), desk.case.flow.port
    spoken = desk.case.flow.protocol
    if asked is None:
        return
    if port_of(service, asked, spoken) is None:
        for port in service.ports:
            if port.port == asked:
                yield Proposal((desk.set(service, ("spec", "ports", port.index, "protocol"), spoken.value),))
            elif port.protocol is spoken:
                yield Proposal((desk.set(service, ("spec", "ports", port.index, "port"), asked),))


def _policy_cluster(desk: Desk) -> Iterator[Proposal]:
    service = _service(desk)
    for field, value in (
        ("externalTrafficPolicy", service.external_traffic_policy),
        ("internalTrafficPolicy", service.internal_traffic_policy),
    ):
        if value == "Local":
            yield Proposal((desk.set(service, ("spec", field), "Cluster"),))


def _publish_not_ready(desk: Desk) -> Iterator[Proposal]:
    yield Proposal((desk.set(_service(desk), ("spec", "publishNotReadyAddresses"), True),))


def _source_range(desk: Desk) -> Iterator[Proposal]:
    service = _service(desk)
    address = desk.case.step.packet.ip.src
    at = len(service.source_ranges)
    cidr = f"{address}/{address.max_prefixlen}"
    yield Proposal((desk.set(service, ("spec", "loadBalancerSourceRanges", at), cidr),))


def _declared(pod: Pod, protocol: str) -> Iterator[int]:
    return (p.number for c in pod.containers for p in c.ports if p.protocol.value == protocol)


_BY_CODE: Mapping[str, tuple[Callable[[Desk], Iterator[Proposal]], ...]] = {
    "selector-matches-nothing": (_mend_selector, _label_pod),
    "headless-without-endpoints": (_mend_selector, _label_pod, _publish_not_ready),
    "target-port-name-unknown": (_target_port,),
    "wrong-target-port": (_target_port, _declare_port),
    "port-not-declared": (_declare_port,),
    "wrong-service-port": (_service_port,),
    "wrong-protocol": (_service_port,),
    "no-local-endpoint": (_policy_cluster,),
    "endpoints-not-ready": (_publish_not_ready,),
    "source-not-in-ranges": (_source_range,),
    "policy-isolates": (label_the_peer, open_the_port, add_a_rule),
}
