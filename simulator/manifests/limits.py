"""Limits: an upload is hostile until proven otherwise. Each limit is a setting; a message names it."""

import msgspec

from simulator.diagnostics import Level, Problem


class Limits(msgspec.Struct, frozen=True):
    """How much one upload may hold. `expanded` counts values after aliases have been followed; `pods` and `endpoints`
    are those that its workloads and Services make."""

    total_bytes: int = 10 * 1024 * 1024
    documents: int = 20_000
    depth: int = 64
    expanded: int = 1_000_000
    files: int = 2_000
    pods: int = 20_000
    endpoints: int = 200_000


DEFAULT = Limits()

SETTINGS = {
    "total_bytes": "NETVIZ_MAX_UPLOAD_BYTES",
    "documents": "NETVIZ_MAX_DOCUMENTS",
    "depth": "NETVIZ_MAX_DEPTH",
    "expanded": "NETVIZ_MAX_EXPANDED_VALUES",
    "files": "NETVIZ_MAX_FILES",
    "pods": "NETVIZ_MAX_PODS",
    "endpoints": "NETVIZ_MAX_ENDPOINTS",
}
"""The environment variable that raises each limit."""


class LimitExceeded(Exception):
    """An input went over a limit; `line` is where, if it is known."""

    def __init__(self, limit: str, allowed: int, line: int | None = None) -> None:
        super().__init__(limit)
        self.limit = limit
        self.allowed = allowed
        self.line = line

    def problem(self, file: str) -> Problem:
        return Problem(Level.ERROR, f"limit-{self.limit.replace('_', '-')}", _WHAT[self.limit].format(self.allowed),
                       f"Raise it with {SETTINGS[self.limit]}, or upload less.", file, self.line)  # fmt: skip


_WHAT = {
    "total_bytes": "The upload is larger than {} bytes once unpacked; the rest was left out.",
    "documents": "There are more than {} documents; the rest was left out.",
    "depth": "This document is nested deeper than {} levels, which no Kubernetes object is; it was left out.",
    "expanded": "This document grows to more than {} values once its aliases are followed; it was left out.",
    "files": "There are more than {} files; the rest was left out.",
}
