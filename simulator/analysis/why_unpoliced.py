"""What arrives although policies forbid it: nobody enforces them there."""

from typing import TYPE_CHECKING

from simulator.analysis.blame import explanation
from simulator.cluster.policies.checks import BR_NETFILTER
from simulator.cluster.policies.decide import Verdict, decide
from simulator.cluster.policies.model import Direction, Policy
from simulator.cluster.policies.view import PolicyView
from simulator.cluster.profile_document import written_setting
from simulator.origin import Origins
from simulator.trace.model import Explanation, LegKind, Trace

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.model import Pod


def let_through(cluster: "Cluster", trace: Trace) -> Explanation | None:
    """Why a connection that policies forbid was opened all the same; None where they allow it."""
    found = _ends(cluster, trace) if cluster.policies else None
    if found is None:
        return None
    source, server, verdict = found
    policy = verdict.policy or verdict.isolating[0]
    forbids = f"{policy.ref} forbids {source.key} to open this connection to {server.key}, and yet it was opened"
    skipped = server if verdict.direction is Direction.INGRESS else source
    if cluster.profile.policy == "none":
        return explanation(
            "policy-not-enforced",
            f"{forbids}: the network plugin ignores policies, as flannel alone does.",
            _said(cluster, "policy") or _origin(policy, verdict),
            "Run a plugin that enforces policies (here policy: generic in a ClusterProfile, or --set policy=generic).",
        )
    if skipped.host_network:
        return explanation(
            "policy-skips-host-network",
            f"{forbids}: {skipped.key} uses its node's network, and there most plugins enforce no policies.",
            skipped.origin("spec", "hostNetwork"),
            "Give the pod a network of its own; if your plugin does police such pods, say so: "
            "--set policy.hostNetworkPods=policed.",
        )
    if source.node == server.node and cluster.profile.sysctl.get(BR_NETFILTER) == "0":
        return explanation(
            "policy-needs-br-netfilter",
            f"{forbids}: both pods are on one bridge, and with {BR_NETFILTER}=0 what crosses it never meets iptables.",
            _said(cluster, f"sysctl.{BR_NETFILTER}") or _origin(policy, verdict),
            f"Set {BR_NETFILTER}=1 on every node.",
        )
    return None


def _ends(cluster: "Cluster", trace: Trace) -> "tuple[Pod, Pod, Verdict] | None":
    """The pods of a connection, and the verdict of the policies that would have forbidden it, were they enforced."""
    source = cluster.pods.get(trace.flow.asker or trace.flow.source)
    arrival = next((leg.steps[-1] for leg in trace.legs if leg.kind is LegKind.REQUEST and leg.steps), None)
    if source is None or arrival is None:
        return None
    server, last = cluster.pods.get(arrival.text.params.get("owner", "")), arrival.packet
    if server is None or last.dport is None:
        return None
    view = PolicyView(cluster, policed=True)
    for direction in (Direction.EGRESS, Direction.INGRESS):
        verdict = decide(view, view.of_pod(source), view.of_pod(server), last.ip.protocol, last.dport, direction)
        if not verdict.allowed:
            return source, server, verdict
    return None


def _origin(policy: Policy, verdict: Verdict) -> Origins:
    return policy.origin(*(verdict.rule.path if verdict.rule else policy.subject.path))


def _said(cluster: "Cluster", key: str) -> Origins:
    """The line of a ClusterProfile that says a setting."""
    place = written_setting(cluster.profiles, key)
    return (place[0].origin(place[1]),) if place is not None else ()
