"""Pairing: which translation a step takes back.

A connection is translated at most twice in a namespace, once at each end. A rule decides for its first packet, and
answers get the opposite, both by the connection's entry (net/netfilter/nf_nat_core.c:nf_nat_packet()).
"""

import msgspec

from simulator.steps import Hook, Step, StepKind

DESTINATION_HOOKS = (Hook.PREROUTING, Hook.OUTPUT)
SET_UP = {"nat.dnat": "destination", "nat.snat": "source", "nat.masquerade": "source"}
UNDONE = {"nat.undo-dnat": "destination", "nat.undo-snat": "source"}

End = tuple[str, str, str]
"""Namespace, entry, and which end of the connection is translated."""


class Translations:
    """The translations of a trace so far: the step that decided each."""

    def __init__(self) -> None:
        self._decided: dict[End, int] = {}

    def paired(self, step: Step) -> Step:
        """The step, with `undoes` where it takes a translation back."""
        entry = next((change.key for change in step.state if change.table == "conntrack"), None)
        if step.kind is not StepKind.NAT or entry is None:
            return step
        end = SET_UP.get(step.text.id)
        if end is not None:
            self._decided[step.netns, entry, end] = step.seq
            return step
        undone = _undone(step)
        found = self._decided.get((step.netns, entry, undone)) if undone is not None else None
        return step if found is None else msgspec.structs.replace(step, undoes=found)


def _undone(step: Step) -> str | None:
    """The end whose translation a step takes back. An ICMP error gets back what it was about, as an answer would."""
    if step.text.id == "icmp.translated":
        return "source" if step.hook in DESTINATION_HOOKS else "destination"
    return UNDONE.get(step.text.id)
