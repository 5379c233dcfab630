"""What is to be said of a table as a whole."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.diagnostics import Level, Problem

if TYPE_CHECKING:
    from simulator.analysis.connectivity.table import Table
    from simulator.cluster.cluster import Cluster


def no_workloads(table: "Table", cluster: "Cluster") -> Iterator[Problem]:
    """An empty table says nothing about the policies in it."""
    if table.workloads:
        return
    files = [p.source.manifest.file for p in cluster.policies if p.source is not None]
    yield Problem(
        Level.WARNING, "no-workloads", "There are no workloads, so there is nobody to connect.",
        "Upload the Pods, Deployments and their like, too.", files[0] if files else None, None,
    )  # fmt: skip
