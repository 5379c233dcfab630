"""Proposals for connections that network policies forbid: the label, the port or the rule that is missing."""

from collections.abc import Iterator
from typing import Any

from simulator.analysis.fix.desk import Desk, Proposal
from simulator.analysis.why_policy import PORT_CLAUSES, Denial, denial_of, peer_item, port_item
from simulator.cluster.policies.match import Clause
from simulator.cluster.policies.model import Direction, Policy

DNS_PORT = 53


def label_the_peer(desk: Desk) -> Iterator[Proposal]:
    """The nearest rule wants a label that the other end does not have."""
    denial = denial_of(desk.case)
    near = denial.nearest if denial else None
    if denial is None or near is None or near.failed is None or near.failed.clause is not Clause.LABEL:
        return
    pod = denial.peer.pod
    key, equals, value = near.failed.wanted.partition("=")
    if pod is not None and equals and "!" not in key:
        yield Proposal((desk.set(pod, ("metadata", "labels", key.strip()), value.strip()),))


def open_the_port(desk: Desk) -> Iterator[Proposal]:
    """The nearest rule means the right end, at another port."""
    denial = denial_of(desk.case)
    near = denial.nearest if denial else None
    if near is None or near.failed is None or near.policy.kind != "NetworkPolicy":
        return
    if near.failed.clause in PORT_CLAUSES:
        at = len(near.rule.ports or ())
        yield Proposal((desk.set(near.policy, (*near.rule.path, "ports", at), port_item(desk.case)),))


def add_a_rule(desk: Desk) -> Iterator[Proposal]:
    """One more rule, for this peer and port alone, in a policy that isolates."""
    denial = denial_of(desk.case)
    if denial is None:
        return
    for policy in _nearest_first(denial):
        if policy.kind != "NetworkPolicy":
            continue
        ingress = denial.verdict.direction is Direction.INGRESS
        rules = policy.rules(denial.verdict.direction) or ()
        rule = {"from" if ingress else "to": [peer_item(denial.peer, policy)], "ports": _ports(desk)}
        yield Proposal((desk.set(policy, ("spec", denial.verdict.direction.value, len(rules)), rule),))


def _nearest_first(denial: Denial) -> list[Policy]:
    near = denial.nearest
    first = [near.policy] if near is not None and near.policy in denial.verdict.isolating else []
    return [*first, *(policy for policy in denial.verdict.isolating if policy not in first)]


def _ports(desk: Desk) -> list[dict[str, Any]]:
    """Names are asked for by UDP, and by TCP where an answer is too long."""
    port = port_item(desk.case)
    return [port, {**port, "protocol": "TCP"}] if port == {"port": DNS_PORT, "protocol": "UDP"} else [port]
