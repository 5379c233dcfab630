"""Kinds that are read, but that no packet meets yet: said for each, so that nobody trusts what is not there."""

from collections.abc import Iterable

from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Manifest

NOT_FOLLOWED = {
    "NetworkPolicy": "it is not enforced in traces: their packets pass as if it were not there. What it allows, netviz connectivity tells",
    "AdminNetworkPolicy": "it is not enforced in traces: their packets pass as if it were not there. What it allows, netviz connectivity tells",
    "BaselineAdminNetworkPolicy": "it is not enforced in traces: their packets pass as if it were not there. What it allows, netviz connectivity tells",
    "ClusterNetworkPolicy": "it is not enforced in traces: their packets pass as if it were not there. What it allows, netviz connectivity tells",
}


def tell_not_followed(others: Iterable[Manifest], problems: Problems) -> None:
    """An info for every object of a kind that a user would expect to matter."""
    for manifest in others:
        if manifest.kind in NOT_FOLLOWED:
            message = f"This {manifest.kind} is read, but {NOT_FOLLOWED[manifest.kind]}."
            problems.info("not-followed", message, "docs/fidelity.md lists what is modelled.", manifest)
