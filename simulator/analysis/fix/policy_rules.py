"""Proposals for connections that network policies forbid: the label, the port or the rule that is missing."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from simulator.analysis.fix.desk import Desk, Proposal
from simulator.analysis.why_policy import (
    NAME_LABEL,
    PORT_CLAUSES,
    Denial,
    denial_of,
    made_up,
    peer_item,
    port_item,
)
from simulator.cluster.policies.cluster_policy import CLUSTER
from simulator.cluster.policies.match import Clause, Failed
from simulator.cluster.policies.model import Direction, Policy, Tier

DNS_PORT = 53


def label_the_peer(desk: Desk) -> Iterator[Proposal]:
    """The nearest rule wants a label that the other end, or its namespace, does not have."""
    denial = denial_of(desk.case)
    near = denial.nearest if denial else None
    pod = denial.peer.pod if denial else None
    if near is None or near.failed is None or pod is None:
        return
    key, equals, value = near.failed.wanted.partition("=")
    if not equals or "!" in key or key == NAME_LABEL:
        return
    space = desk.case.cluster.namespaces.get(pod.namespace or "")
    labelled = {Clause.LABEL: pod, Clause.NAMESPACE: space}.get(near.failed.clause)
    if labelled is not None:
        yield Proposal((desk.set(labelled, ("metadata", "labels", key.strip()), value.strip()),))


def open_the_port(desk: Desk) -> Iterator[Proposal]:
    """The nearest rule means the right end at another port: what it meant to say in its place, or one port more."""
    denial = denial_of(desk.case)
    near = denial.nearest if denial else None
    if denial is None or near is None or near.failed is None or near.policy.kind != "NetworkPolicy":
        return
    if near.failed.clause not in PORT_CLAUSES:
        return
    right = _meant(desk, denial, near.failed)
    if right is not None:
        yield Proposal((desk.set(near.policy, (*near.failed.path, "port"), right),))
    at = len(near.rule.ports or ())
    yield Proposal((desk.set(near.policy, (*near.rule.path, "ports", at), port_item(desk.case)),))


def _meant(desk: Desk, denial: Denial, failed: Failed) -> str | int | None:
    """What the port of a rule was to say, where it says a Service's."""
    door = desk.case.door.port if desk.case.door is not None else None
    number, spoken = desk.case.step.packet.dport, desk.case.step.packet.ip.protocol
    if door is None or number is None:
        return None
    if failed.clause is Clause.PORT and failed.wanted == f"{door.port}/{spoken.value}":
        return number
    pod = denial.destination.pod
    if failed.clause is not Clause.PORT_NAME or pod is None:
        return None
    names = (p.name for c in pod.containers for p in c.ports if (p.protocol, p.number) == (spoken, number))
    return next((name for name in names if name), number)


def put_a_rule_first(desk: Desk) -> Iterator[Proposal]:
    """A rule before those of the policy that denies: the Admin tier leaves it to the next, the Baseline tier allows."""
    denial = denial_of(desk.case)
    if denial is None or denial.verdict.policy is None or made_up(denial.peer):
        return
    policy, direction = denial.verdict.policy, denial.verdict.direction
    allows = "Accept" if policy.kind == CLUSTER else "Allow"
    pod = denial.peer.pod
    if pod is None:
        peer: dict[str, Any] = {"networks": [str(ip_network(denial.peer.addresses[0]))]}
    else:
        peer = {"pods": {"podSelector": {}} | peer_item(denial.peer, policy)}
    rule = {
        "action": "Pass" if policy.tier is Tier.ADMIN else allows,
        "from" if direction is Direction.INGRESS else "to": [peer],
    }
    ports = _ports(desk)
    if policy.kind == CLUSTER:
        rule["protocols"] = [{p["protocol"].lower(): {"destinationPort": {"number": p["port"]}}} for p in ports]
    else:
        rule["ports"] = [{"portNumber": {"protocol": p["protocol"], "port": p["port"]}} for p in ports]
    yield Proposal((desk.put_first(policy, ("spec", direction.value), rule),))


def add_a_rule(desk: Desk) -> Iterator[Proposal]:
    """One more rule, for this peer and port alone, in a policy that isolates."""
    denial = denial_of(desk.case)
    if denial is None or made_up(denial.peer):
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
