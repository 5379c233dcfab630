"""Selectors answered for all members at once: a set of members is one big integer, a bit for each."""

from collections.abc import Iterable, Iterator
from itertools import compress

from simulator.analysis.connectivity.members import Member
from simulator.cluster.policies.model import PodPeer
from simulator.cluster.policies.view import PolicyView
from simulator.cluster.selectors import Requirement

_FROM_DIGITS = bytes.maketrans(b"01", b"\0\1")


def digits(mask: int, length: int) -> str:
    """A set as text, a digit for each number: "0110" is {1, 2}."""
    return format(mask, f"0{length}b")[::-1] if length else ""


def bits(mask: int) -> Iterator[int]:
    """The numbers in a set, small ones first."""
    text = digits(mask, 1)
    return compress(range(len(text)), text.encode().translate(_FROM_DIGITS))


def columns(masks: Iterable[int], length: int) -> list[tuple[str, ...]]:
    """For each number, in which of the sets it is: two numbers with the same answer are in the same sets."""
    return list(zip(*(digits(mask, length) for mask in masks), strict=True)) or [()] * length


class Masks:
    """Looks peers up among the members. Each answer is kept."""

    def __init__(self, members: list[Member], view: PolicyView) -> None:
        self._view = view
        self._label: dict[tuple[str, str], int] = {}
        self._key: dict[str, int] = {}
        self._namespace: dict[str, int] = {}
        self.pods = 0
        """Whom selectors can mean: every member that is a pod for policies."""
        for number, member in enumerate(members):
            self._add(number, member)
        self._found: dict[tuple[object, ...], int] = {}
        self._one: dict[Requirement, int] = {}

    def _add(self, number: int, member: Member) -> None:
        pod = member.side.pod
        if pod is None:
            return
        bit = 1 << number
        self.pods |= bit
        self._namespace[pod.namespace or ""] = self._namespace.get(pod.namespace or "", 0) | bit
        for key, value in pod.labels.items():
            self._key[key] = self._key.get(key, 0) | bit
            self._label[key, value] = self._label.get((key, value), 0) | bit

    def of(self, peer: PodPeer) -> int:
        """The members that a peer means."""
        key = peer.namespace, peer.namespaces, peer.pods
        if key not in self._found:
            self._found[key] = self._search(peer)
        return self._found[key]

    def _search(self, peer: PodPeer) -> int:
        if peer.namespace is not None:
            mask = self._namespace.get(peer.namespace, 0)
        elif not peer.namespaces.requirements:
            mask = self.pods
        else:
            there = ((name, self._view.namespace_labels(name)) for name in self._namespace)
            mask = 0
            for name, labels in there:
                mask |= self._namespace[name] if peer.namespaces.matches(labels) else 0
        for requirement in peer.pods.requirements:
            mask &= self._meeting(requirement)
        return mask

    def _meeting(self, requirement: Requirement) -> int:
        if requirement not in self._one:
            self._one[requirement] = self._meets(requirement)
        return self._one[requirement]

    def _meets(self, requirement: Requirement) -> int:
        key, mask = requirement.key, 0
        match requirement.operator:
            case "Exists":
                return self._key.get(key, 0)
            case "DoesNotExist":
                return self.pods & ~self._key.get(key, 0)
        for value in requirement.values:
            mask |= self._label.get((key, value), 0)
        return mask if requirement.operator == "In" else self.pods & ~mask
