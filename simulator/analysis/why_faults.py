"""What was broken on purpose: which of the faults a failure is due to, found by undoing them and asking again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.analysis.blame import explanation
from simulator.steps import Outcome
from simulator.trace.model import Explanation, Trace

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.cluster.faults import Found

TELLS_HOW = ("mtu-black-hole", "fdb-entry-missing", "hairpin-off", "bridge-netfilter-off", "conntrack-full")
"""Explanations that say more than what is broken: how that comes to be the end of the packet."""
ARRIVED = (Outcome.DELIVERED, Outcome.CONNECTED)


def due_to_faults(cluster: "Cluster", trace: Trace, usual: Explanation | None) -> Explanation | None:
    """The smallest change is the one fault whose undoing lets the same packet arrive; None where none of them is to
    blame. `usual` is what would be said of the cluster as it is."""
    culprits = _culprits(cluster, trace)
    if not culprits:
        return None
    told = " ".join(found.says for found in culprits)
    names = " and ".join(str(found.fault) for found in culprits)
    without = "Without that" if len(culprits) == 1 else "Without all of that"
    how = f" {usual.message}" if usual is not None and usual.code in TELLS_HOW else ""
    message = f"This was broken on purpose. {told}{how} {without}, the same packet arrives."
    return explanation("broken-on-purpose", message, culprits[0].fault.origins, f"Undo {names}.")


def _culprits(cluster: "Cluster", trace: Trace) -> "Sequence[Found]":
    if not _arrives(cluster, trace, ()):
        return ()
    for one in cluster.faults:
        if _arrives(cluster, trace, [other for other in cluster.faults if other is not one]):
            return (one,)
    return cluster.faults


def _arrives(cluster: "Cluster", trace: Trace, faults: "Sequence[Found]") -> bool:
    """Whether the same packet gets through with only these faults."""
    from simulator.cluster.breaking import broken
    from simulator.compilers import compile_network
    from simulator.trace.tracing import trace as ask_again

    assert cluster.whole is not None
    network = compile_network(broken(cluster.whole, [found.fault for found in faults]))
    found = ask_again(network, trace.flow, trace.seed, after=trace.after)
    return found.disposition in ARRIVED and found.cause is None
