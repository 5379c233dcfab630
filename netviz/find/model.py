"""What the find box answers with."""

from typing import Literal

import msgspec

from simulator.origin import Origin

FoundKind = Literal[
    "pod", "workload", "service", "node", "device", "namespace", "policy", "object", "problem", "line", "flow", "way"
]


class FoundFlow(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """A question that the page can ask at once."""

    source: str
    target: str
    protocol: str = "TCP"


class Found(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """One thing that was found.

    `id` is its element on the picture and `host` the machine that it is on, where it has any. `source` and `target`
    are what to write into the fields From and To. `asks` is a whole question, `path` the elements that it would pass.
    """

    kind: FoundKind
    title: str
    detail: str = ""
    id: str | None = None
    host: str | None = None
    origin: Origin | None = None
    source: str | None = None
    target: str | None = None
    asks: FoundFlow | None = None
    path: tuple[str, ...] = ()


class FoundGroup(msgspec.Struct, frozen=True):
    """Things of one kind; `total` counts those that are not listed, too."""

    title: str
    total: int
    found: tuple[Found, ...]


class FoundAnswer(msgspec.Struct, frozen=True):
    """Everything that answers what was typed. `remark` says in words what is left to say, if anything."""

    groups: tuple[FoundGroup, ...]
    remark: str = ""
