"""Questions about many flows, and about the cluster itself."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from netviz.labs.model import FlowSpec
from netviz.labs.questions.base import Answer, Asking
from netviz.labs.world import NotAsked
from simulator.cluster.objects import objects
from simulator.steps import Outcome

REACHED = (Outcome.DELIVERED.value, Outcome.CONNECTED.value)
MOST_FLOWS = 200


def _sources(asked: Asking, given: Any) -> list[str]:
    """Those named; `pods` are all that run."""
    named = [given] if isinstance(given, str) else list(given)
    found: list[str] = []
    for name in named:
        found += _pods(asked) if name == "pods" else [str(name)]
    return found


def _pods(asked: Asking) -> list[str]:
    return sorted(key for key, pod in asked.world.cluster.pods.items() if pod.ips and pod.phase == "Running")


def _flow(source: str, target: str, asked: Asking) -> FlowSpec:
    return FlowSpec("", source, target, asked.word("protocol", "TCP"), 0, None, 0)


def who(asked: Asking) -> Answer:
    """Who of those named reaches a target; with `verdict`, for whom it ends so."""
    sources = _sources(asked, asked.arguments["from"])
    wanted = asked.arguments.get("verdict")
    endings = REACHED if wanted is None else (str(wanted),)
    flows = [_flow(source, asked.subject, asked) for source in sources]
    inside = tuple(flow.source for flow in flows if asked.world.ends(flow) in endings)
    return Answer(inside, flows[0] if flows else None, None)


def unreachable(asked: Asking) -> Answer:
    """Pairs of pods that do not reach each other, "a -> b"."""
    port = asked.word("port", "80")
    cluster, pods = asked.world.cluster, _pods(asked)
    if len(pods) * len(pods) > MOST_FLOWS:
        raise NotAsked(f"{len(pods)} pods are too many for every pair.", "Name a few of them with who: and from:.")
    lost: list[str] = []
    shown: FlowSpec | None = None
    for source in pods:
        for target in pods:
            address = str(cluster.pods[target].ips[0])
            flow = _flow(source, f"[{address}]:{port}" if ":" in address else f"{address}:{port}", asked)
            if source != target and asked.world.ends(flow) not in REACHED:
                lost.append(f"{source} -> {target}")
                shown = shown or flow
    return Answer(tuple(lost), shown, None)


def endpoints(asked: Asking) -> Answer:
    """How many ready endpoints a Service has."""
    if asked.subject not in asked.world.cluster.services:
        raise NotAsked(f'There is no Service "{asked.subject}".', "Services are named NAMESPACE/NAME.")
    slices = asked.world.cluster.slices_of(asked.subject)
    ready = {(end.target or "", end.addresses) for piece in slices for end in piece.endpoints if end.ready}
    number = len(ready)
    return Answer(str(number), None, None, tuple(str(n) for n in (0, 1, number + 1, number + 2)))


def problem(asked: Asking) -> Answer:
    """Whether the manifests have a problem of this id: yes or no."""
    of = asked.word("of")
    found = next((p for p in asked.world.problems if p.id == asked.subject and of in ("", p.object)), None)
    if found is None:
        return Answer("no", None, None, ("yes",))
    place = f"{found.file}, line {found.line}: " if found.file and found.line else ""
    return Answer("yes", None, None, ("no",), f"{place}{found.message}")


def problems(asked: Asking) -> Answer:
    """The ids of all problems of a level, or of errors and warnings."""
    level = asked.word("level")
    levels = (level,) if level else ("error", "warning")
    return Answer(_once(p.id for p in asked.world.problems if p.level.value in levels))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _found(asked: Asking, ref: str) -> dict[str, Any] | None:
    """An object of the completed cluster by "KIND NAMESPACE/NAME" or "KIND NAME"; those not modelled as written.

    The name `*` is any.
    """
    kind, _, name = ref.partition(" ")
    namespace, slash, bare = name.rpartition("/")
    cluster = asked.world.cluster
    written = [dict(m.body) for m in (*cluster.others, *cluster.workloads, *cluster.profiles) if m.kind == kind]
    for one in (*objects(cluster, kind), *written):
        metadata = one.get("metadata") or {}
        if bare in ("*", metadata.get("name")) and (not slash or (metadata.get("namespace") or "default") == namespace):
            return one
    return None


def object_(asked: Asking) -> Answer:
    """Whether there is such an object, "Ingress default/shop": yes or no."""
    return Answer("no" if _found(asked, asked.subject) is None else "yes", None, None, ("yes", "no"))


def field(asked: Asking) -> Answer:
    """A field of an object, as kubectl get -o jsonpath would print it: spec.ports[0].targetPort; "none" without it.

    A word in brackets takes the item of a list that has this name: spec.containers[web].image.
    """
    held: Any = _found(asked, asked.word("of"))
    if held is None:
        return Answer("none")
    for key in _path(asked.subject):
        held = _inside(held, key)
        if held is None:
            return Answer("none")
    return Answer(held if isinstance(held, str) else json.dumps(held))


def _path(text: str) -> Sequence[str]:
    return [part for part in text.replace("]", "").replace("[", ".").split(".") if part]


def _inside(held: Any, key: str) -> Any:
    if isinstance(held, list) and not key.isdecimal():
        return next((item for item in held if isinstance(item, dict) and item.get("name") == key), None)
    if isinstance(held, list):
        return held[int(key)] if int(key) < len(held) else None
    return held.get(key) if isinstance(held, dict) else None
