"""A policy's rules as chains: which ports first, then who."""

from collections.abc import Iterator
from ipaddress import ip_network

from simulator.cluster.model import Pod
from simulator.cluster.policies.match import named_ports
from simulator.cluster.policies.model import Action, Direction, NodePeer, PodPeer, Policy, PortMatch, Rule
from simulator.compilers.network_policy import names
from simulator.compilers.network_policy.peers import Addresses, Meant, block_rules, blocks, peer_rules
from simulator.linux import iptables
from simulator.linux.iptables import (
    Comment,
    Destination,
    Drop,
    IpProtocol,
    Jump,
    L4Ports,
    MarkMatch,
    Match,
    Return,
    SetXMark,
    Target,
)  # fmt: skip
from simulator.packet.headers import Protocol

PROTOCOLS = (Protocol.TCP, Protocol.UDP, Protocol.SCTP)
TARGETS: dict[Action, Target] = {
    Action.ALLOW: SetXMark(names.ACCEPTED, names.ACCEPTED),
    Action.DENY: Drop(),
    Action.PASS: SetXMark(names.PASSED, names.PASSED),
}
DECIDED = tuple(
    iptables.Rule((MarkMatch(bit, bit), Comment(word)), Return())
    for bit, word in ((names.ACCEPTED, "allowed"), (names.PASSED, "passed on to the next tier"))
)


def policy_chain(policy: Policy, direction: Direction) -> str:
    prefix = names.INGRESS if direction is Direction.INGRESS else names.EGRESS
    return names.chain(prefix, policy.ref)


class PolicyChains:
    """The chains of one policy in one direction. `pods` are those here that it selects: where ports have names."""

    def __init__(self, policy: Policy, direction: Direction, pods: list[Pod], addresses: Addresses) -> None:
        self._policy = policy
        self._direction = direction
        self.pods = pods
        self._addresses = addresses

    def names(self) -> Iterator[str]:
        """Of the policy's chain and those of its rules; others are reached from these."""
        yield policy_chain(self._policy, self._direction)
        for rule in self._policy.rules(self._direction) or ():
            yield self._name(names.RULE, rule)

    def chains(self) -> Iterator[tuple[str, tuple[iptables.Rule, ...]]]:
        """By name: the policy's own, then one for each of its rules, and those of blocks with exceptions."""
        own: list[iptables.Rule] = []
        for rule in self._policy.rules(self._direction) or ():
            own += self._entries(rule)
            own += self._after(rule)
            yield from self._rule_chains(rule)
        yield policy_chain(self._policy, self._direction), tuple(own)

    def _name(self, prefix: str, rule: Rule, *more: str) -> str:
        return names.chain(prefix, self._policy.ref, self._direction.value, str(rule.index), *more)

    def _comment(self, rule: Rule) -> Comment:
        name = f' "{rule.name}"' if rule.name else ""
        return Comment(f"{self._policy.ref}: {self._direction.value}[{rule.index}]{name} {rule.action.value}"[:255])

    def _entries(self, rule: Rule) -> Iterator[iptables.Rule]:
        """The rule's ports, each with the way to its peers."""
        comment, origins = self._comment(rule), self._policy.origin(*rule.path)
        target: Target = TARGETS[rule.action] if rule.peers is None else Jump(self._name(names.RULE, rule))
        if rule.ports is None:
            yield iptables.Rule((comment,), target, origins)
        for port in rule.ports or ():
            there = self._policy.origin(*port.path) or origins
            if port.name is None:
                for protocol in PROTOCOLS if port.protocol is None else (port.protocol,):
                    yield iptables.Rule((*_l4(protocol, port.low, port.high), comment), target, there)
            else:
                yield from self._named(rule, port, comment, target)

    def _named(self, rule: Rule, port: PortMatch, comment: Comment, target: Target) -> Iterator[iptables.Rule]:
        """A name is another number in each destination: the selected pods (ingress), or the peers (egress)."""
        if self._direction is Direction.INGRESS:
            own = (Meant(ip, pod.key, pod) for pod in self.pods for ip in self._addresses.of_family(pod.ips))
            there = list(own)
        else:
            peers = rule.peers if rule.peers is not None else (PodPeer(),)
            there = [m for peer in peers if isinstance(peer, PodPeer) for m in self._addresses.meant(peer)]
            target = TARGETS[rule.action]
        for each in there:
            for protocol, number in named_ports(each.pod, port.name or ""):
                if port.protocol in (None, protocol):
                    to = Destination(ip_network(each.address))
                    matches = (to, *_l4(protocol, number, number), comment)
                    yield iptables.Rule(matches, target, self._policy.origin(*port.path))

    def _after(self, rule: Rule) -> tuple[iptables.Rule, ...]:
        """Who has been decided on goes back."""
        return {Action.ALLOW: DECIDED[:1], Action.PASS: DECIDED[1:], Action.DENY: ()}[rule.action]

    def _rule_chains(self, rule: Rule) -> Iterator[tuple[str, tuple[iptables.Rule, ...]]]:
        if rule.peers is None:
            return
        target = TARGETS[rule.action]
        found: list[iptables.Rule] = []
        for number, peer in enumerate(rule.peers):
            origins = self._policy.origin(*peer.path)
            if isinstance(peer, PodPeer | NodePeer):
                found += peer_rules(self._addresses.meant(peer), self._direction, target, origins)
            for index, block in enumerate(blocks(peer, self._addresses)):
                inside = block_rules(block, self._direction, target, self._addresses, origins)
                if len(inside) == 1:
                    found += inside
                    continue
                name = self._name(names.PEER, rule, str(number), str(index))
                yield name, inside
                found.append(iptables.Rule((Comment(str(block.cidr)),), Jump(name), origins))
        yield self._name(names.RULE, rule), tuple(found)


def _l4(protocol: Protocol, low: int, high: int) -> tuple[Match, ...]:
    return IpProtocol(protocol), L4Ports(protocol, dports=(low, high))
