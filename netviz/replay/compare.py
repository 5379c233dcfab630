"""Holding a kernel's outcome against the walk's: which branch it took, and where the two part."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from simulator.chance import Option
from simulator.datapath.session import Session
from simulator.linux.network import Network
from simulator.trace.model import Flow

Json = dict[str, Any]
SCALARS = ("result", "server", "server_saw", "client_ip", "http_status", "http_body")


class Verdict(msgspec.Struct, frozen=True):
    """What became of one flow on both sides. `differences` in words, empty where model and kernel are one."""

    id: str
    model: Json
    kernel: Json
    differences: tuple[str, ...] = ()
    branches: int = 1

    @property
    def equal(self) -> bool:
        return not self.differences


class Branch(msgspec.Struct):
    """One way that chance can go; `then` are the outcomes of a second connection of a client that is remembered."""

    outcome: Json
    then: Sequence["Branch"] = ()


def model_branches(network: Network, flow: Flow, again: bool = False) -> list[Branch]:
    """Every way that chance can go, as packet sockets would have seen it."""
    from simulator.trace.tracing import every_way
    from simulator.trace.wire import outcome

    return [
        Branch(outcome(held.session, held.said, flow), _second(network, flow, held.session) if again else ())
        for held in every_way(network, flow)
    ]


def _second(network: Network, flow: Flow, before: Session) -> list[Branch]:
    """A later connection: what was tracked is over, which server the client had is remembered."""
    from copy import deepcopy

    from simulator.trace.conversation import converse, open_session
    from simulator.trace.wire import outcome

    found: list[Branch] = []
    width = 1
    while len(found) < width:
        widths: list[int] = []

        def choose(options: Sequence[Option], first: int = len(found), widths: list[int] = widths) -> int:
            widths.append(len(options))
            return first if len(widths) == 1 else 0

        session = open_session(network, flow, choose, 0)
        session.recent = deepcopy(before.recent)
        found.append(Branch(outcome(session, converse(session, flow), flow)))
        width = widths[0] if widths else 1
    return found


def judge(name: str, branches: Sequence[Branch], kernel: Json) -> tuple[Verdict, Branch]:
    """Against the branch that is most like what the kernel did; of several that are as like, the first."""
    ranked = sorted(((differences(b.outcome, kernel), place) for place, b in enumerate(branches)),
                    key=lambda pair: (_is_other(branches[pair[1]].outcome, kernel), len(pair[0]), pair[1]))  # fmt: skip
    found, place = ranked[0]
    return Verdict(name, branches[place].outcome, kernel, tuple(found), len(branches)), branches[place]


def _is_other(model: Json, kernel: Json) -> bool:
    return (model.get("result"), model.get("server")) != (kernel.get("result"), kernel.get("server"))


def differences(model: Json, kernel: Json) -> list[str]:
    """Every part in which the two are not the same."""
    found = [
        f"{key}: the kernel has {_short(kernel.get(key))}, the model {_short(model.get(key))}"
        for key in SCALARS
        if model.get(key) != kernel.get(key)
    ]
    for part in ("request", "reply"):
        found += _hops(part, _without_repeats(model.get(part) or []), kernel.get(part) or [])
    if "conntrack" in kernel and kernel["conntrack"] is None:
        return found
    ours, theirs = _tracked(model), _tracked(kernel)
    for node in sorted(ours.keys() | theirs.keys()):
        if ours.get(node) != theirs.get(node):
            found.append(f"conntrack on {node}: the kernel has {theirs.get(node)}, the model {ours.get(node)}")
    return found


def _hops(part: str, model: Sequence[Json], kernel: Sequence[Json]) -> Iterable[str]:
    for place in range(max(len(model), len(kernel))):
        ours = model[place] if place < len(model) else None
        theirs = kernel[place] if place < len(kernel) else None
        if ours == theirs:
            continue
        if ours is None or theirs is None:
            yield f"{part}, frame {place + 1}: the kernel has {_where(theirs)}, the model {_where(ours)}"
            return
        keys = [key for key in sorted(ours.keys() | theirs.keys()) if ours.get(key) != theirs.get(key)]
        parts = "; ".join(f"{key} is {_short(theirs.get(key))}, not {_short(ours.get(key))}" for key in keys)
        yield f"{part}, frame {place + 1} ({_where(theirs)}): {parts}"
        return


def _without_repeats(hops: Sequence[Json]) -> list[Json]:
    """What is sent a second time, in smaller pieces, passes the same devices; a capture tells of each frame once."""
    return [hop for place, hop in enumerate(hops) if hop not in hops[:place]]


def _where(hop: Json | None) -> str:
    return "nothing" if hop is None else f"{hop['ns']} {hop['dev']} {hop['dir']}"


def _tracked(outcome: Json) -> dict[str, list[str]]:
    """Entries as text, in no order; a host without any does not count."""
    tracked = outcome.get("conntrack") or {}
    return {node: sorted(_short(entry) for entry in entries) for node, entries in tracked.items() if entries}


def _short(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
