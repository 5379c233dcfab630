"""Names that nobody knows: what was meant, perhaps, and whom the resolver asked."""

from simulator.analysis.ask_source import find_client
from simulator.analysis.ask_target import find_place
from simulator.analysis.blame import Case, explanation
from simulator.analysis.flow_error import FlowError
from simulator.cluster.model import Pod, Service
from simulator.origin import Origins
from simulator.trace.model import Explanation


def no_such_name(case: Case) -> Explanation:
    """The resolver has tried every name of its search in vain."""
    flow = case.flow
    host = (flow.host or "").rstrip(".")
    known = _service_of(case, host)
    if known is not None:
        return _without_address(known)
    named = pod_of_name(case)
    if named is not None:
        return _other_subdomain(*named)
    tried = case.step.text.params.get("tries", "")
    message = f'No name server knows "{host}": {tried} names were tried from {flow.asker or flow.source}.'
    error = _unknown(case, host)
    if error is None:
        return explanation("no-such-name", message, case.step.origins, "Ask for a Service as NAME.NAMESPACE.")
    return explanation("no-such-name", f"{message} {error.message}", case.step.origins, error.hint)


def _service_of(case: Case, host: str) -> Service | None:
    """The Service that was meant, where it is there and has no record all the same."""
    client = find_client(case.cluster, case.flow.asker or case.flow.source)
    labels = host.removesuffix(".cluster.local").removesuffix(".svc").split(".")
    space = labels[1] if len(labels) > 1 else client.namespace
    return case.cluster.services.get(f"{space}/{labels[0]}") if len(labels) < 3 else None


def pod_of_name(case: Case) -> tuple[Pod, str] | None:
    """The pod that POD.SERVICE means, where it belongs to another Service, and the Service that was asked for."""
    client = find_client(case.cluster, case.flow.asker or case.flow.source)
    host = (case.flow.host or "").rstrip(".").removesuffix(".cluster.local").removesuffix(".svc")
    labels = host.split(".")
    if len(labels) not in (2, 3):
        return None
    space = labels[2] if len(labels) == 3 else client.namespace
    service = case.cluster.services.get(f"{space}/{labels[1]}")
    if service is None or not service.headless:
        return None
    for pod in case.cluster.pods.values():
        if pod.namespace == space and pod.hostname == labels[0] and pod.subdomain != service.name:
            return pod, service.name
    return None


def _other_subdomain(pod: Pod, service: str) -> Explanation:
    source = pod.source
    governed = source is not None and source.manifest.kind == "StatefulSet"
    field = "spec.serviceName" if governed else "spec.subdomain"
    has = f"{pod.subdomain}" if pod.subdomain else "nothing"
    origins: Origins = pod.origin("spec", "subdomain")
    if source is not None and governed:
        origins = (source.manifest.origin(("spec", "serviceName")),)
    return explanation(
        "pod-name-without-service",
        f"Pod {pod.key} has its name in DNS below the Service that {field} names, and that is {has}, not {service}: "
        f"{pod.hostname}.{service} is no name.",
        origins,
        f"Set {field} to {service}" + (f", or ask for {pod.hostname}.{pod.subdomain}." if pod.subdomain else "."),
    )


def _without_address(service: Service) -> Explanation:
    if service.external_name is not None:
        return explanation(
            "alias-is-no-name",
            f"Service {service.key} is an alias (ExternalName) for {service.external_name}. That is no name, and DNS "
            "serves nothing for it.",
            service.origin("spec", "externalName"),
            "Write a host name there; for an address, use a Service without selector and an EndpointSlice.",
        )
    return explanation(
        "headless-without-endpoints",
        f"Service {service.key} is headless and has no ready endpoint, so its name has no address: NXDOMAIN.",
        service.origin("spec", "selector") or service.origin("spec", "clusterIP"),
        "Let a ready pod match its selector.",
    )


def _unknown(case: Case, host: str) -> FlowError | None:
    """What would be said of the name without a resolver: who is called nearly so, and where."""
    client = find_client(case.cluster, case.flow.asker or case.flow.source)
    try:
        find_place(case.cluster, client, host, case.flow.protocol)
    except FlowError as error:
        return error
    return None
