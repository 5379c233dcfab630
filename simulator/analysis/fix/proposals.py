"""Proposals: for every reason why a flow fails, the edits that may remove it. Whether they do, the engine will say."""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network

from simulator.analysis.blame import Case, port_of
from simulator.analysis.fix.backends import mend_backend
from simulator.analysis.fix.desk import Desk, Proposal, Texts
from simulator.analysis.fix.policy_rules import add_a_rule, label_the_peer, open_the_port, put_a_rule_first
from simulator.analysis.why_endpoints import idle_workload, mended_selector, nearest_pod, pod_elsewhere, selected
from simulator.analysis.why_name import pod_of_name
from simulator.analysis.why_policy import OF_CONTROLLERS
from simulator.cluster.model import Pod, Service
from simulator.cluster.written_at import written_range
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


def _bring_the_pods(desk: Desk) -> Iterator[Proposal]:
    """Move the workload whose pods the selector means into the Service's namespace."""
    service = _service(desk)
    pod = pod_elsewhere(desk.case.cluster, service)
    if pod is not None and pod.source is not None:
        yield Proposal((desk.set_in(pod.source.manifest, ("metadata", "namespace"), service.namespace),))


def _one_replica(desk: Desk) -> Iterator[Proposal]:
    found = idle_workload(desk.case.cluster, _service(desk))
    if found is not None:
        yield Proposal((desk.set_in(*found, 1),))


def _give_a_selector(desk: Desk) -> Iterator[Proposal]:
    """Let the Service find pods of its namespace that have the port it sends to."""
    service, door = _service(desk), desk.case.door
    port = door.port if door else None
    offered: list[dict[str, str]] = []
    for pod in desk.case.cluster.pods.values():
        fits = any(port and port.target_port in (p.number, p.name) for c in pod.containers for p in c.ports)
        labels = {key: value for key, value in sorted(pod.labels.items()) if key not in OF_CONTROLLERS}
        if pod.namespace == service.namespace and fits and labels and labels not in offered:
            offered.append(labels)
            yield Proposal((desk.set(service, ("spec", "selector"), labels),))


def _target_port(desk: Desk) -> Iterator[Proposal]:
    """Send the Service's port on to a port that its pods have."""
    service, door = _service(desk), desk.case.door
    port = door.port if door else None
    if port is None:
        return
    pods = selected(desk.case.cluster, service)
    if isinstance(port.target_port, str):
        named = (p.name for pod in pods for c in pod.containers for p in c.ports if p.protocol is port.protocol)
        for name in dict.fromkeys(name for name in named if name):
            yield Proposal((desk.set(service, ("spec", "ports", port.index, "targetPort"), name),))
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


def _subdomain(desk: Desk) -> Iterator[Proposal]:
    """Call the governing Service of a pod as the name that was asked for has it."""
    found = pod_of_name(desk.case)
    if found is None or found[0].source is None:
        return
    pod, wanted = found
    assert pod.source is not None
    manifest = pod.source.manifest
    if manifest.kind == "StatefulSet":
        yield Proposal((desk.set_in(manifest, ("spec", "serviceName"), wanted),))
    else:
        yield Proposal((desk.set(pod, ("spec", "subdomain"), wanted),))


def _node_range(desk: Desk) -> Iterator[Proposal]:
    """Give the node the range, as long as the one it has, that its pod's address is in."""
    address = desk.case.step.packet.ip.dst
    pod = desk.case.cluster.pod_by_ip(address)
    node = desk.case.cluster.nodes.get(pod.node or "") if pod is not None else None
    for cidr in node.pod_cidrs if node is not None else ():
        if node is not None and cidr.version == address.version:
            right = ip_network(f"{address}/{cidr.prefixlen}", strict=False)
            yield Proposal((desk.set(node, written_range(node, cidr), str(right)),))


def _setting(key: str, value: bool | str) -> Callable[[Desk], Iterator[Proposal]]:
    """What the CNI plugin or the node's kernel is told, where a ClusterProfile says it."""

    def propose(desk: Desk) -> Iterator[Proposal]:
        yield Proposal((desk.setting(key, value),))

    return propose


def _declared(pod: Pod, protocol: str) -> Iterator[int]:
    return (p.number for c in pod.containers for p in c.ports if p.protocol.value == protocol)


_BY_CODE: Mapping[str, tuple[Callable[[Desk], Iterator[Proposal]], ...]] = {
    "selector-matches-nothing": (_mend_selector, _label_pod),
    "pods-in-another-namespace": (_bring_the_pods,),
    "workload-without-pods": (_one_replica,),
    "no-selector": (_give_a_selector,),
    "pod-name-without-service": (_subdomain,),
    "pod-outside-range": (_node_range,),
    "hairpin-off": (_setting("cni.hairpinMode", True),),
    "bridge-netfilter-off": (_setting("sysctl.net.bridge.bridge-nf-call-iptables", "1"),),
    "forwarding-off": (_setting("sysctl.net.ipv4.ip_forward", "1"),),
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
    "policy-denies": (put_a_rule_first,),
    "http-500": (mend_backend,),
    "http-503": (mend_backend,),
}
