"""What a lab's page is told: values for JSON, with nothing in them that answers a question too early."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from netviz import engine
from netviz.labs.grade import Offered, Result, credit, stop_before
from netviz.labs.markup import html, words
from netviz.labs.model import Fix, FlowSpec, Lab, Predict, Screen, Task, task_id
from netviz.labs.questions.base import at_place, place_of
from netviz.labs.world import World
from simulator.steps import Step, StepKind
from simulator.trace.encode import to_json
from simulator.trace.model import Trace

START = "start"
UNTOLD = ("disposition", "cause", "explanation", "server", "status")
"""What a trace says of its end, and is not told while its packet waits."""


def page(lab: Lab, offers: Callable[[Predict], Offered]) -> dict[str, Any]:
    return {
        "slug": lab.slug, "number": lab.number, "session": lab.session, "title": lab.title, "summary": lab.summary,
        "minutes": lab.minutes, "seed": lab.seed,
        "screens": [_screen(lab, screen, at, offers) for at, screen in enumerate(lab.screens)],
    }  # fmt: skip


def end(lab: Lab) -> dict[str, Any]:
    """What is told when a lab is done."""
    return {
        "think": words(lab.think),
        "truth": words(lab.truth),
        "commands": list(lab.commands),
        "reading": [{"title": one.title, "url": one.url} for one in lab.reading],
    }


def _screen(lab: Lab, screen: Screen, at: int, offers: Callable[[Predict], Offered]) -> dict[str, Any]:
    return {
        "id": task_id(screen.task, at),
        "title": screen.title,
        "before": html(screen.before),
        "after": html(screen.after) if not isinstance(screen.task, Predict | Fix) else "",
        "task": None if screen.task is None else _task(lab, screen.task, offers),
    }


def _task(lab: Lab, task: Task, offers: Callable[[Predict], Offered]) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": task.kind, "hints": len(getattr(task, "hints", ())), "flow": None}
    flow = getattr(task, "flow", None)
    if flow is not None:
        told["flow"] = {"from": flow.source, "to": flow.target, "protocol": flow.protocol}
    if isinstance(task, Predict):
        told["question"] = words(task.question)
        told["number"] = task.number
        told["choices"] = [] if task.number else [words(choice.words) for choice in offers(task).choices]
    if isinstance(task, Fix):
        told["text"] = words(task.task or "")
        told["files"] = [{"path": path, "text": text} for path, text in editable(lab, task).items()]
        told["checks"] = [
            {"id": name, "must": words(lab.checks[name].must)} for name in task.checks if name in lab.checks
        ]
    return told


def editable(lab: Lab, task: Fix) -> dict[str, str]:
    """The files that a fix lets one change, by path."""
    held = lab.folders.get(task.scene.manifests, {})
    return {path: text for path, text in sorted(held.items()) if not task.files or path in task.files}


def still(world: World) -> dict[str, Any]:
    """The picture alone."""
    return {"graph": _graph(world), "trace": None, "step": 0, "total": 0, "waits": None}


def _graph(world: World) -> msgspec.Raw:
    return msgspec.Raw(engine.graph(world.loaded))


def playing(world: World, flow: FlowSpec, step: int | None) -> dict[str, Any]:
    """The whole trace, to be seen at a step."""
    found = world.trace(flow)
    count = sum(len(leg.steps) for leg in found.legs)
    return {
        "graph": _graph(world),
        "trace": msgspec.Raw(to_json(found)),
        "step": step or 0,
        "total": count,
        "waits": None,
    }


def waiting(world: World, task: Predict, held: Offered) -> dict[str, Any]:
    """The trace as far as the packet has come while the question waits for its answer."""
    assert task.flow is not None, "a question that a packet waits for is about a flow"
    found = world.trace(task.flow)
    stop = stop_of(found, task, held)
    told = msgspec.json.decode(to_json(found))
    for key in UNTOLD:
        told[key] = None
    told["choices"] = [choice for choice in told["choices"] if choice["at"] <= stop]
    told["legs"] = _until(told["legs"], stop)
    place = next((_waits(step) for leg in found.legs for step in leg.steps if step.seq == stop), "")
    total = sum(len(leg["steps"]) for leg in told["legs"])
    return {"graph": _graph(world), "trace": told, "step": stop, "total": total, "waits": place}


def _waits(step: Step) -> str:
    """Where the packet waits; between a device and a hook, what the kernel does with it."""
    between = {StepKind.ROUTE: "routing", StepKind.FORWARD: "routing", StepKind.NEIGHBOR: "neighbour lookup"}
    doing = between.get(step.kind) if step.hook is None and step.netns == step.host else None
    return f"{step.netns} {doing}" if doing else place_of(step)


def _until(legs: Sequence[dict[str, Any]], stop: int) -> list[dict[str, Any]]:
    """The legs that have begun by a step, the last one as far as it goes."""
    found = []
    for leg in legs:
        steps = [step for step in leg["steps"] if step["seq"] <= stop]
        whole = len(steps) == len(leg["steps"])
        if steps:
            found.append(leg if whole else leg | {"steps": steps, "disposition": None, "cause": None})
    return found


def stop_of(trace: Trace, task: Predict, held: Offered) -> int:
    """The step where the packet waits for the answer."""
    steps = [step for leg in trace.legs for step in leg.steps]
    if task.stop == START:
        return 0
    if task.stop:
        found = next((step.seq for step in steps if at_place(step, task.stop)), None)
        if found is not None:
            return found
    return stop_before(steps, held.answer.step) or 0


def start_of(trace: Trace, leg: str) -> int:
    """The first step of a leg of this kind."""
    return next((one.steps[0].seq for one in trace.legs if one.kind.value == leg and one.steps), 0)


def afterwards(text: str, answer: str, chosen: str) -> str:
    """What is told after an answer, with it and what was chosen."""
    return text.replace("{{answer}}", answer).replace("{{chosen}}", chosen)


def checked(results: Sequence[Result], world: World) -> dict[str, Any]:
    """How the checks stand, and what is wrong with the manifests as they are."""
    held = credit(results)
    return {
        "credit": held,
        "checks": [
            {"id": one.id, "holds": one.holds, "said": words(one.said), "hint": words(one.hint),
             "trace": one.flow is not None, "step": one.step}
            for one in results
        ],
        "problems": [msgspec.to_builtins(problem) for problem in world.problems],
        "explanation": "",
    }  # fmt: skip
