"""Equivalence classes: members that every policy treats alike, as who is selected and as who is named by a rule."""

from collections.abc import Iterable, Iterator

import msgspec

from simulator.analysis.connectivity.masks import Masks, columns
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
    """Members are alike that are the same by themselves, and that the same selectors mean."""
    rules = list(rules_of(view.policies))
    names = sorted({port.name for rule in rules for port in rule.ports or () if port.name is not None})
    blocks = list(dict.fromkeys(blocks_of(rules)))
    peers = [*(policy.subject for policy in view.policies), *peers_of(rules)]
    named = dict.fromkeys(masks.of(peer) for peer in peers if isinstance(peer, PodPeer))
    numbers: dict[object, int] = {}
    of_member: list[int] = []
    first_of: list[int] = []
    for member, inside in enumerate(columns(named, len(members))):
        number = numbers.setdefault((_own(members[member], names, blocks), inside), len(numbers))
        of_member.append(number)
        if number == len(first_of):
            first_of.append(member)
    return Classes(of_member, first_of, [members[number].side for number in first_of])


def _own(member: Member, names: list[str], blocks: list[Block]) -> object:
    """What a member is apart from its labels."""
    side = member.side
    inside = tuple(in_block(block, side) for block in blocks if side.addresses or block.everybody)
    if side.pod is None:
        return side.node, any(inside), inside
    return tuple(named_ports(side.pod, name) for name in names), inside if any(inside) else (), side.node
