"""What the worker processes do for drills, answered as JSON. The fault leaves the desk with the answer only."""

from functools import lru_cache
from typing import Any

import msgspec

from netviz.labs import telling
from netviz.labs.drills import TRACES, Drill, drill, grade
from netviz.labs.model import FlowSpec
from netviz.labs.world import World
from netviz.work import Refused
from simulator.trace.encode import to_json


@lru_cache(maxsize=8)
def _drill(seed: int) -> tuple[Drill, World]:
    made = drill(seed)
    return made, made.broken()


def begin(seed: int) -> bytes:
    """The symptom, who may be asked about, the picture, and what it could be."""
    made, world = _drill(seed)
    pods = sorted(world.cluster.pods)
    services = [f"{s.name}.{s.namespace}:{s.ports[0].port}" for s in world.cluster.services.values() if s.ports]
    told = {
        "seed": seed, "traces": TRACES,
        "symptom": {"from": made.flow.source, "to": made.flow.target, "ends": world.trace(made.flow).disposition.value},
        "sources": [*pods, *world.cluster.nodes],
        "targets": [made.flow.target, *services, *_directly(world)],
        "choices": [one.title for one in made.choices],
    }  # fmt: skip
    return to_json(told | telling.still(world))


def _directly(world: World) -> list[str]:
    """Pods by their own addresses and ports."""
    return [
        f"{pod.ips[0]}:{port.number}"
        for pod in world.cluster.pods.values()
        for container in pod.containers
        for port in container.ports
        if pod.ips
    ]


def ask(seed: int, source: str, target: str) -> bytes:
    """A trace of the broken cluster, without the words that would name what is broken."""
    _, world = _drill(seed)
    flow = FlowSpec("asked", source, target, "TCP", 0, None, 0)
    played = telling.playing(world, flow, None)
    trace: dict[str, Any] = msgspec.json.decode(bytes(played["trace"]))
    last = max((step["seq"] for leg in trace["legs"] for step in leg["steps"] if step["cause"]), default=0)
    return to_json(played | {"trace": trace | {"explanation": None}, "step": last, "ends": trace["disposition"]})


def name(seed: int, choice: int, asked: int) -> bytes:
    """Whether that was it, and what was."""
    made, _ = _drill(seed)
    if not 0 <= choice < len(made.choices):
        raise Refused(400, "bad-answer", f"There are {len(made.choices)} choices.", "They are counted from 0.")
    right = made.choices[choice] is made.breakage
    return to_json({"right": right, "choice": made.choices.index(made.breakage), "because": made.breakage.because,
                    "grade": grade(right, asked)})  # fmt: skip
