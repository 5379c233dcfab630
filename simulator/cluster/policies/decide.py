"""decide(): may this connection be opened, as far as the policies of one of its two pods say?

A pure function. What enforces policies and what asks questions about them both take their answer from here.
Order of the tiers and what Pass means: network-policy-api ClusterNetworkPolicySpec.Tier; isolation:
kubernetes.io/docs/concepts/services-networking/network-policies, "The two sorts of pod isolation".
"""

from collections.abc import Iterator
from enum import Enum

import msgspec

from simulator.cluster.policies.match import Failed, failed_pods, failed_rule
from simulator.cluster.policies.model import TIERS, Action, Direction, Policy, Rule, Tier
from simulator.cluster.policies.view import PolicyView, Side
from simulator.origin import Origins
from simulator.packet.headers import Protocol


class Reason(Enum):
    """Why a verdict is what it is."""

    NOT_A_POD = "not-a-pod"
    """Policies select pods, and on this side there is none."""
    ITSELF = "itself"
    """A pod can't keep itself away: that traffic never leaves it."""
    OWN_NODE = "own-node"
    """The node that a pod runs on always gets through, and is always reached."""
    RULE = "rule"
    """The first rule of an ordered tier that speaks about the flow, or a rule of a NetworkPolicy."""
    ISOLATED = "isolated"
    """NetworkPolicies select the pod for this direction, and none of their rules allows the flow."""
    DEFAULT = "default"
    """No policy has said a word."""


class Considered(msgspec.Struct, frozen=True):
    """A rule that was looked at; `failed` None: it speaks about the flow."""

    policy: Policy
    rule: Rule
    failed: Failed | None

    @property
    def origins(self) -> Origins:
        return self.policy.origin(*(self.failed.path if self.failed and self.failed.path else self.rule.path))


class Verdict(msgspec.Struct, frozen=True):
    """`isolating`: the NetworkPolicies that select the pod for this direction."""

    allowed: bool
    reason: Reason
    direction: Direction
    policy: Policy | None = None
    rule: Rule | None = None
    isolating: tuple[Policy, ...] = ()
    considered: tuple[Considered, ...] = ()


def decide(
    view: PolicyView, source: Side, destination: Side, protocol: Protocol, port: int, direction: Direction
) -> Verdict:
    """The verdict of the source's egress, or of the destination's ingress. Replies are not asked about."""
    subject, peer = (destination, source) if direction is Direction.INGRESS else (source, destination)
    if subject.pod is None:
        return Verdict(True, Reason.NOT_A_POD, direction)
    if peer.pod is not None and peer.pod.key == subject.pod.key:
        return Verdict(True, Reason.ITSELF, direction)
    if peer.is_node and peer.node == subject.node:
        return Verdict(True, Reason.OWN_NODE, direction)
    considered: list[Considered] = []
    for tier in TIERS:
        policies = [p for p in selecting(view, subject, direction) if p.tier is tier]
        looked_at = _looked_at(policies, peer, destination, (protocol, port), view, direction)
        said = _network_policies(policies, looked_at, considered, direction) if tier is Tier.NETWORK_POLICY else (
            _in_order(looked_at, considered, direction)
        )  # fmt: skip
        if said is not None:
            return msgspec.structs.replace(said, considered=tuple(considered))
    return Verdict(True, Reason.DEFAULT, direction, considered=tuple(considered))


def selecting(view: PolicyView, subject: Side, direction: Direction) -> list[Policy]:
    """The policies that select a pod and speak about the direction, in the order in which they count."""
    if subject.pod is None:
        return []
    return [
        policy
        for policy in view.policies_in(subject.pod.namespace or "")
        if policy.rules(direction) is not None and failed_pods(policy.subject, subject.pod, view) is None
    ]


def _looked_at(
    policies: list[Policy],
    peer: Side,
    destination: Side,
    flow: tuple[Protocol, int],
    view: PolicyView,
    direction: Direction,
) -> Iterator[Considered]:
    for policy in policies:
        for rule in policy.rules(direction) or ():
            yield Considered(policy, rule, failed_rule(rule, peer, destination, flow, view))


def _in_order(looked_at: Iterator[Considered], seen: list[Considered], direction: Direction) -> Verdict | None:
    """The first rule that speaks about the flow decides; None: the next tier does."""
    for each in looked_at:
        seen.append(each)
        if each.failed is None:
            if each.rule.action is Action.PASS:
                return None
            return Verdict(each.rule.action is Action.ALLOW, Reason.RULE, direction, each.policy, each.rule)
    return None


def _network_policies(
    policies: list[Policy], looked_at: Iterator[Considered], seen: list[Considered], direction: Direction
) -> Verdict | None:
    """Policies add up: who is selected by one is isolated, and any rule of any of them lets in."""
    if not policies:
        return None
    isolating = tuple(policies)
    for each in looked_at:
        seen.append(each)
        if each.failed is None:
            return Verdict(True, Reason.RULE, direction, each.policy, each.rule, isolating)
    return Verdict(False, Reason.ISOLATED, direction, isolating=isolating)
