"""Equivalence classes: members that every policy treats alike, as who is selected and as who is named by a rule."""

from collections.abc import Iterable, Iterator

import msgspec

from simulator.analysis.connectivity.masks import Masks, bits
from simulator.analysis.connectivity.members import Member
from simulator.cluster.policies.match import in_block, named_ports
from simulator.cluster.policies.model import Block, BlockPeer, Direction, Peer, PodPeer, Policy, Rule
from simulator.cluster.policies.view import PolicyView, Side

DIRECTIONS = (Direction.INGRESS, Direction.EGRESS)


class Classes(msgspec.Struct):
    """`of_member` says which class a member is in; `first` is one member of each class, whose side stands for all."""

    of_member: list[int]
    first: list[int]
    sides: list[Side]


def rules_of(policies: Iterable[Policy]) -> Iterator[Rule]:
    for policy in policies:
        for direction in DIRECTIONS:
            yield from policy.rules(direction) or ()


def peers_of(rules: Iterable[Rule]) -> Iterator[Peer]:
    for rule in rules:
        yield from rule.peers or ()


def blocks_of(rules: Iterable[Rule]) -> Iterator[Block]:
    for peer in peers_of(rules):
        if isinstance(peer, BlockPeer):
            yield from peer.blocks


def classes_of(members: list[Member], masks: Masks, view: PolicyView) -> Classes:
    """Start from what tells members apart one by one, then cut along every selector."""
    rules = list(rules_of(view.policies))
    names = sorted({port.name for rule in rules for port in rule.ports or () if port.name is not None})
    blocks = list(dict.fromkeys(blocks_of(rules)))
    by_own: dict[object, int] = {}
    for number, member in enumerate(members):
        key = _own(member, names, blocks)
        by_own[key] = by_own.get(key, 0) | 1 << number
    groups = list(by_own.values())
    peers = [*(policy.subject for policy in view.policies), *peers_of(rules)]
    for mask in dict.fromkeys(masks.of(peer) for peer in peers if isinstance(peer, PodPeer)):
        groups = [part for group in groups for part in (group & mask, group & ~mask) if part]
    groups.sort(key=lambda group: group & -group)
    of_member = [0] * len(members)
    for number, group in enumerate(groups):
        for member_number in bits(group):
            of_member[member_number] = number
    first_of = [next(bits(group)) for group in groups]
    return Classes(of_member, first_of, [members[number].side for number in first_of])


def _own(member: Member, names: list[str], blocks: list[Block]) -> object:
    """What a member is apart from its labels."""
    side = member.side
    inside = tuple(in_block(block, side) for block in blocks) if side.addresses else ()
    if side.pod is None:
        return side.node, any(inside), inside
    return tuple(named_ports(side.pod, name) for name in names), inside if any(inside) else (), side.node
