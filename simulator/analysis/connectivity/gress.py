"""What policies allow a class of pods in one direction, towards every class and every range of addresses.

The same order of tiers as in simulator/cluster/policies/decide.py, with sets of ports in place of one port: a rule
takes its ports out of what is still undecided.
"""

from collections.abc import Iterable, Iterator

import msgspec

from simulator.analysis.connectivity.address_ranges import AddressRange, covers, merged, pieces
from simulator.analysis.connectivity.classes import Classes, blocks_of
from simulator.analysis.connectivity.masks import Masks, bits, columns, digits
from simulator.analysis.connectivity.port_sets import ALL, PROTOCOLS, PortSet, ports, union_of
from simulator.analysis.connectivity.undecided import Undecided
from simulator.cluster.policies.match import failed_peer, named_ports
from simulator.cluster.policies.model import TIERS, BlockPeer, Direction, Peer, PodPeer, Policy, PortMatch, Rule, Tier
from simulator.cluster.policies.view import PolicyView, Side

NOBODY = Side()


class Allowed(msgspec.Struct):
    """By class; who is not in `classes` has `default`. `ranges` are those outside with at least one port."""

    default: PortSet
    classes: dict[int, PortSet]
    ranges: list[tuple[AddressRange, PortSet]]

    def to(self, number: int) -> PortSet:
        return self.classes.get(number, self.default)


class Gress:
    """Works one direction out; classes that the same policies select share the answer."""

    def __init__(
        self, direction: Direction, classes: Classes, masks: Masks, view: PolicyView, families: tuple[int, ...]
    ) -> None:
        self._direction = direction
        self._classes = classes
        self._members = masks
        self._view = view
        self._families = families
        self._all = (1 << len(classes.sides)) - 1
        self._nodes = sum(1 << number for number, side in enumerate(classes.sides) if side.pod is None)
        self._apart = [number for number, side in enumerate(classes.sides) if side.pod is None or side.addresses]
        """Whom blocks of addresses and selectors of nodes may mean."""
        self._peers: dict[object, int] = {}
        self._known: dict[tuple[object, ...], Allowed] = {}
        self._policies = [policy for policy in view.policies if policy.rules(direction) is not None]

    def every(self) -> list[Allowed]:
        """For each class what it may do (egress), or what may be done to it (ingress)."""
        sides = self._classes.sides
        selected = columns((self._mask(policy.subject) for policy in self._policies), len(sides))
        policies = {
            each: [policy for policy, said in zip(self._policies, each, strict=True) if said == "1"]
            for each in dict.fromkeys(selected)
        }
        return [self._cached(policies[each], side) for each, side in zip(selected, sides, strict=True)]

    def _cached(self, policies: list[Policy], side: Side) -> Allowed:
        named: tuple[object, ...] = ()
        if self._direction is Direction.INGRESS:
            names = dict.fromkeys(port.name for rule in self._rules(policies) for port in rule.ports or () if port.name)
            named = tuple(named_ports(side.pod, name) for name in names)
        key = tuple(policy.ref for policy in policies), named, side.node if policies and self._nodes else None
        if key not in self._known:
            self._known[key] = self._work_out(policies, side)
        return self._known[key]

    def _rules(self, policies: Iterable[Policy]) -> Iterator[Rule]:
        for policy in policies:
            yield from policy.rules(self._direction) or ()

    def _work_out(self, policies: list[Policy], side: Side) -> Allowed:
        blocks = list(blocks_of(self._rules(policies)))
        outside = [piece for family in self._families for piece in pieces(blocks, family)]
        state = Undecided()
        isolated = False
        for tier in TIERS:
            here = [policy for policy in policies if policy.tier is tier]
            isolated = isolated or (tier is Tier.NETWORK_POLICY and bool(here))
            adds_up = isolated and here == policies
            for rule in self._rules(here):
                for cell, there in self._cells(rule, side, outside):
                    if adds_up:
                        state.allow(cell, there)
                    else:
                        state.rule(cell, rule.action, there)
            if isolated:
                break
            state.next_tier()
        state.deny_rest() if isolated else state.allow_rest()
        count = len(self._classes.sides)
        ranges = merged((piece, state.to(count + index)) for index, piece in enumerate(outside))
        classes = {cell: there for cell, there in state.allowed.items() if cell < count}
        for node in bits(self._nodes if policies else 0):
            if self._classes.sides[node].node == side.node:
                classes[node] = ALL  # a pod's own node always gets through, and is always reached
        return Allowed(state.default, classes, ranges)

    def _cells(self, rule: Rule, side: Side, outside: list[AddressRange]) -> Iterator[tuple[int, PortSet]]:
        """Whom a rule speaks about, and which ports: classes first, ranges after them."""
        mask = self._all if rule.peers is None else 0
        for peer in rule.peers or ():
            mask |= self._mask(peer)
        by_name = self._direction is Direction.EGRESS and any(port.name is not None for port in rule.ports or ())
        fixed = _ports(rule.ports, side if self._direction is Direction.INGRESS else NOBODY)
        for number in bits(mask):
            yield number, _ports(rule.ports, self._classes.sides[number]) if by_name else fixed
        blocks = list(blocks_of([rule]))
        for index, piece in enumerate(outside):
            if rule.peers is None or any(covers(block, piece.version, piece.low) for block in blocks):
                yield len(self._classes.sides) + index, fixed

    def _mask(self, peer: Peer) -> int:
        """The classes that a peer means."""
        if isinstance(peer, PodPeer):
            members = self._members.of(peer)
            if members not in self._peers:
                text = digits(members, len(self._classes.of_member))
                self._peers[members] = int("".join(text[member] for member in reversed(self._classes.first)) or "0", 2)
            return self._peers[members]
        if peer not in self._peers:
            everybody = isinstance(peer, BlockPeer) and any(block.everybody for block in peer.blocks)
            those = range(len(self._classes.sides)) if everybody else self._apart
            meant = (n for n in those if failed_peer(peer, self._classes.sides[n], self._view) is None)
            self._peers[peer] = sum(1 << number for number in meant)
        return self._peers[peer]


def _ports(wanted: tuple[PortMatch, ...] | None, destination: Side) -> PortSet:
    """The ports that a rule is about, if it goes there."""
    if wanted is None:
        return ALL
    return union_of(each for port in wanted for each in _each(port, destination))


def _each(port: PortMatch, destination: Side) -> Iterator[PortSet]:
    for protocol in PROTOCOLS:
        if port.protocol not in (None, protocol):
            continue
        if port.name is None:
            yield ports(protocol, port.low, port.high)
            continue
        for there, number in named_ports(destination.pod, port.name):
            if there is protocol:
                yield ports(protocol, number, number)
