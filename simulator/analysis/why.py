"""Why a flow failed, said in the words of Kubernetes: the object and field to blame, its file and line, and a fix.

The kernel's cause (the last step of the walk) says where it ended; the cluster says how it came to that.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from simulator.analysis.blame import Case, case_of, explanation
from simulator.analysis.why_endpoints import no_endpoints
from simulator.analysis.why_faults import due_to_faults
from simulator.analysis.why_http import explain_answer, hung_up, sent_on, unsigned
from simulator.analysis.why_link import conntrack_full, link_down, no_fdb_entry, too_big
from simulator.analysis.why_name import no_such_name
from simulator.analysis.why_policy import denied_by_policy
from simulator.analysis.why_ports import nobody_listens, wrong_port
from simulator.analysis.why_service import denied_by_service
from simulator.analysis.why_unpoliced import let_through
from simulator.analysis.why_way import lost_on_the_way, no_neighbor
from simulator.steps import Cause, Outcome
from simulator.trace.model import Explanation, Trace

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

BRIDGE_NETFILTER = "net.bridge.bridge-nf-call-iptables"


def explain(cluster: "Cluster", trace: Trace) -> Explanation | None:
    """Why the client did not get what it asked for, or why it did though policies forbid it; else None."""
    if trace.disposition is Outcome.DELIVERED:
        found = explain_answer(cluster, trace, explain) or unsigned(cluster, trace) or sent_on(trace)
        return found or let_through(cluster, trace)
    if trace.disposition is Outcome.CONNECTED and trace.cause is None:
        return hung_up(cluster, trace, explain) or let_through(cluster, trace)
    case = case_of(cluster, trace)
    usual = _BY_CAUSE.get(case.cause, lost_on_the_way)(case) if case is not None else None
    if cluster.faults:
        return due_to_faults(cluster, trace, usual) or usual
    return usual


def explained(cluster: "Cluster", trace: Trace) -> Trace:
    """The same trace with its explanation."""
    return msgspec.structs.replace(trace, explanation=explain(cluster, trace))


def _rejected(case: Case) -> Explanation:
    if case.door is None:
        return _by_rule(case)
    if case.flow.port is None:
        return lost_on_the_way(case)
    if case.door.port is None:
        return wrong_port(case)
    return no_endpoints(case.cluster, case.door.service, case.door.port)


def _dropped(case: Case) -> Explanation:
    found = denied_by_policy(case) or (denied_by_service(case) if case.door is not None else None)
    if found is not None:
        return found
    in_service_range = any(case.flow.address in cidr for cidr in case.cluster.profile.service_cidrs)
    if case.door is None and in_service_range:
        return lost_on_the_way(case)
    return _by_rule(case)


def _by_rule(case: Case) -> Explanation:
    rule = case.step.matched
    chain = f"{rule.table} {rule.chain}" if rule else case.step.text.params.get("chain", "a chain")
    text = f': "{rule.text}"' if rule and rule.text else ", by the chain's policy"
    origins = (rule.origins if rule else ()) or case.step.origins
    made_by = f"It was made for {origins[0].object}; change that object." if origins else "Look at who wrote that rule."
    return explanation("rule", f"On {case.step.host} the rules of {chain} do not let it pass{text}.", origins, made_by)


def _hairpin(case: Case) -> Explanation:
    pod = case.flow.source
    return explanation(
        "hairpin-off",
        f"{pod} called a Service and chance sent it back to {pod} itself. The bridge port of that pod has hairpin mode "
        "off, so the frame may not return where it came from. Other clients are not affected.",
        case.door.service.origin("spec", "ports") if case.door else (),
        'Switch it on in the CNI configuration ("hairpinMode": true; here --set cni.hairpinMode=true).',
    )


def _unknown_connection(case: Case) -> Explanation:
    asked = case.flow.address
    answered = case.step.packet.ip.src
    profile = case.cluster.profile
    if profile.cni == "bridge" and profile.sysctl.get(BRIDGE_NETFILTER) == "0":
        return explanation(
            "bridge-netfilter-off",
            f"{case.flow.source} called {asked}, but the answer came from {answered}. Both pods are on one bridge, so "
            f"the answer went straight across it, past the rules that would have given it back the address {asked}.",
            case.door.service.origin("spec") if case.door else (),
            f"Load br_netfilter and set {BRIDGE_NETFILTER}=1 on every node (here --set sysctl.{BRIDGE_NETFILTER}=1).",
        )
    return explanation(
        "answer-from-elsewhere",
        f"{case.flow.source} called {asked}, but the answer came from {answered}, which it never called.",
        case.step.origins,
        "Let answers take the way of the request, through the machine that translated it.",
    )


def _invalid(case: Case) -> Explanation:
    return explanation(
        "asymmetric-path",
        f"{case.step.host} has seen only one side of this connection, takes its packets for invalid and drops them: "
        "requests and answers go different ways.",
        case.step.origins,
        "Let both directions pass the same node, or set nf_conntrack_tcp_be_liberal=1 there.",
    )


def _forwarding_off(case: Case) -> Explanation:
    return explanation(
        "forwarding-off",
        f"{case.step.host} does not route packets of others: net.ipv4.ip_forward is 0 there.",
        case.step.origins,
        "Set net.ipv4.ip_forward=1 (here --set sysctl.net.ipv4.ip_forward=1); every Kubernetes node needs it.",
    )


def _martian(case: Case) -> Explanation:
    packet = case.step.packet
    return explanation(
        "martian",
        f"{case.step.host} drops a packet from {packet.ip.src} to {packet.ip.dst}: these may not travel there.",
        case.step.origins,
        _martian_fix(case),
    )


def _martian_fix(case: Case) -> str:
    packet = case.step.packet
    if packet.ip.src.is_loopback or packet.ip.dst.is_loopback:
        return "Call an address that is not a loopback address."
    return (
        "rp_filter wants a packet to come by the way that leads back to its source: mend the routes, or be less strict "
        "(here --set sysctl.net.ipv4.conf.all.rp_filter=0)."
    )


def _no_way(case: Case) -> Explanation:
    if case.door is not None and case.door.port is None and case.flow.port is not None:
        return wrong_port(case)
    return lost_on_the_way(case)


_BY_CAUSE: Mapping[Cause | None, Callable[[Case], Explanation]] = {
    Cause.RULE_REJECT: _rejected,
    Cause.RULE_DROP: _dropped,
    Cause.CHAIN_POLICY: _by_rule,
    Cause.NO_LISTENER: nobody_listens,
    Cause.PORT_NOT_DECLARED: nobody_listens,
    Cause.NEIGHBOR_FAILED: no_neighbor,
    Cause.HAIRPIN_OFF: _hairpin,
    Cause.UNKNOWN_CONNECTION: _unknown_connection,
    Cause.INVALID_STATE: _invalid,
    Cause.FORWARDING_OFF: _forwarding_off,
    Cause.MARTIAN: _martian,
    Cause.NO_SUCH_NAME: no_such_name,
    Cause.LINK_DOWN: link_down,
    Cause.NO_FDB_ENTRY: no_fdb_entry,
    Cause.CONNTRACK_FULL: conntrack_full,
    Cause.PACKET_TOO_BIG: too_big,
    Cause.MTU_BLACK_HOLE: too_big,
    Cause.NO_ROUTE: _no_way,
    Cause.BLACKHOLE: _no_way,
    Cause.TTL_EXPIRED: _no_way,
    None: _no_way,
}
