"""What a Service itself forbids: traffic policies Local and loadBalancerSourceRanges."""

from simulator.analysis.blame import CLUSTER_IP, LOAD_BALANCER, Case, explanation
from simulator.trace.model import Explanation


def denied_by_service(case: Case) -> Explanation | None:
    """The field of the Service that a drop goes back to; None where there is none."""
    assert case.door is not None
    service, way = case.door.service, case.door.way
    if way == LOAD_BALANCER and service.source_ranges and _from_firewall(case):
        return _source_ranges(case)
    if way == CLUSTER_IP and service.internal_traffic_policy == "Local":
        return _no_local_endpoint(case, "internalTrafficPolicy")
    if way != CLUSTER_IP and service.external_traffic_policy == "Local":
        return _no_local_endpoint(case, "externalTrafficPolicy")
    return None


def _from_firewall(case: Case) -> bool:
    """Whether the rule stands for the Service's own field; both kinds of rules say so in their origins."""
    rule = case.step.matched
    if rule is None:
        return False
    return (
        not rule.origins or any("loadBalancerSourceRanges" in o.field for o in rule.origins) or "FIREWALL" in rule.chain
    )


def _source_ranges(case: Case) -> Explanation:
    assert case.door is not None
    service = case.door.service
    allowed = ", ".join(service.source_ranges)
    return explanation(
        "source-not-in-ranges",
        f"Service {service.key} lets only {allowed} call its load balancer address, and {case.flow.source} comes from "
        f"{case.step.packet.ip.src}. Packets of others are dropped; that goes for pods and nodes, too.",
        service.origin("spec", "loadBalancerSourceRanges"),
        f"Add a range with {case.step.packet.ip.src} to loadBalancerSourceRanges, or call the ClusterIP from inside.",
    )


def _no_local_endpoint(case: Case, field: str) -> Explanation:
    assert case.door is not None
    service, host = case.door.service, case.step.host
    elsewhere = sorted(
        {
            endpoint.node
            for piece in case.cluster.slices_of(service.key)
            for endpoint in piece.endpoints
            if endpoint.node and endpoint.node != host and endpoint.ready is not False
        }
    )
    where = f"Its endpoints are on {', '.join(elsewhere)}." if elsewhere else "It has none on other nodes either."
    return explanation(
        "no-local-endpoint",
        f"Service {service.key} has {field}: Local, so {host} may use only endpoints on {host}, and there are none: "
        f"the packet is dropped. {where}",
        service.origin("spec", field),
        f"Set {field}: Cluster, run a pod on {host}"
        + (f", or enter by {elsewhere[0]}." if elsewhere and case.flow.source == "internet" else "."),
    )
