"""What the worker processes do for labs: one operation for each thing a lab's page asks, answered as JSON.

A right answer, a hint and an explanation leave the desk when they are asked for, never before.
"""

import gc
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from netviz.labs import drill_desk, library, telling
from netviz.labs import lesson as lessons
from netviz.labs.check import check
from netviz.labs.grade import Offered, offered, run_all, same, world_of
from netviz.labs.markup import html, words
from netviz.labs.model import Fix, FlowSpec, Lab, Predict, Scene, Screen, Watch, task_id
from netviz.labs.parse import parse
from netviz.labs.questions.flow import last_step
from netviz.labs.reading import Problems
from netviz.labs.world import NotAsked, World
from netviz.work import Refused
from simulator.trace.encode import to_json

KEPT_WORLDS = 12
MOST_NUMBER = 12
OWN_SEEDS = 5


class Variant(NamedTuple):
    """Which lab is meant. `files` are an own lab's; those of NetViz are found by their slug."""

    slug: str
    seed: int
    files: tuple[tuple[str, str], ...] | None = None


_worlds: OrderedDict[tuple[Any, ...], World] = OrderedDict()


def lab_of(variant: Variant) -> Lab:
    if variant.files is None:
        found = library.load(variant.slug, variant.seed)
    else:
        found = parse(variant.slug, dict(variant.files), variant.seed, Problems())
    if found is None:
        raise Refused(404, "unknown-lab", "There is no such lab.", "All labs are listed at /labs/.")
    return found


def world(variant: Variant, lab: Lab, scene: Scene, changed: Mapping[str, str] | None = None) -> World:
    """The cluster of a task, compiled once for all that is asked about it."""
    key = (variant, repr(scene), tuple(sorted((changed or {}).items())))
    found = _worlds.pop(key, None) or world_of(lab, scene, changed)
    _worlds[key] = found
    if len(_worlds) > KEPT_WORLDS:
        _worlds.popitem(last=False)
    return found


def _screen(lab: Lab, number: int) -> Screen:
    if not 0 <= number < len(lab.screens):
        raise Refused(404, "unknown-screen", f"This lab has {len(lab.screens)} screens.", "They are counted from 0.")
    return lab.screens[number]


def _predict(lab: Lab, number: int) -> tuple[Screen, Predict]:
    screen = _screen(lab, number)
    if not isinstance(screen.task, Predict):
        raise Refused(400, "no-question", "Nothing is asked on this screen.", "Look at the lab's other screens.")
    return screen, screen.task


def _fix(lab: Lab, number: int) -> tuple[Screen, Fix]:
    screen = _screen(lab, number)
    if not isinstance(screen.task, Fix):
        raise Refused(400, "no-fix", "There is nothing to mend on this screen.", "Look at the lab's other screens.")
    return screen, screen.task


def page(variant: Variant) -> bytes:
    """The lab without answers, hints and explanations."""
    lab = lab_of(variant)
    return to_json(telling.page(lab, lambda task: _offered(variant, lab, task)))


def _offered(variant: Variant, lab: Lab, task: Predict) -> Offered:
    return offered(lab, task, world(variant, lab, task.scene))


def scene(variant: Variant, number: int) -> bytes:
    """The picture of a screen, and its trace up to where the packet waits."""
    lab = lab_of(variant)
    task = _screen(lab, number).task
    if task is None:
        return to_json({"graph": None, "trace": None, "step": 0, "total": 0})
    there = world(variant, lab, task.scene)
    if isinstance(task, Predict):
        held = offered(lab, task, there)
        if task.flow is None:
            return to_json(telling.still(there))
        return to_json(telling.waiting(there, task, held))
    flow = getattr(task, "flow", None)
    if flow is None:
        return to_json(telling.still(there))
    try:
        trace = there.trace(flow)
        start = telling.start_of(trace, task.leg) if isinstance(task, Watch) else last_step(trace)
        return to_json(telling.playing(there, flow, start))
    except NotAsked:
        return to_json(telling.still(there))  # what is to be mended may not even be there to be asked about


def answer(variant: Variant, number: int, choice: str) -> bytes:
    """Whether a prediction was right, what there is to say about it, and the whole trace."""
    lab = lab_of(variant)
    screen, task = _predict(lab, number)
    there = world(variant, lab, task.scene)
    held = offered(lab, task, there)
    right, after = _graded(task, held, choice)
    told = {
        "right": right,
        "choice": None if task.number else held.right,
        "value": held.answer.words,
        "after": words(telling.afterwards(after, held.answer.words, choice if task.number else _chosen(held, choice))),
        "explanation": html(screen.after),
    }
    flow = held.answer.flow or task.flow
    played = telling.still(there) if flow is None else telling.playing(there, flow, held.answer.step)
    return to_json(told | played)


def _graded(task: Predict, held: Offered, choice: str) -> tuple[bool, str]:
    if task.number:
        if not choice.isdecimal() or len(choice) > MOST_NUMBER:
            raise Refused(400, "bad-answer", "A number is asked for here.", "Write it in digits.")
        right = same(str(int(choice)), held.answer.value)
        return right, task.right if right else task.wrong
    if not choice.isdecimal() or not 0 <= int(choice[:3]) < len(held.choices):
        raise Refused(400, "bad-answer", f"There are {len(held.choices)} choices.", "They are counted from 0.")
    chosen, right = held.choices[int(choice[:3])], int(choice[:3]) == held.right
    return right, chosen.after or (task.right if right else task.wrong)


def _chosen(held: Offered, choice: str) -> str:
    return held.choices[int(choice[:3])].words


def hint(variant: Variant, number: int, depth: int) -> bytes:
    """A hint: 0 is a place, 1 a field, 2 the line."""
    hints = getattr(_screen(lab_of(variant), number).task, "hints", ())
    if not 0 <= depth < len(hints):
        raise Refused(404, "no-hint", "There is no further hint.", "Look at the picture again.")
    return to_json({"hint": words(hints[depth]), "more": depth + 1 < len(hints)})


def checks(variant: Variant, number: int, files: Mapping[str, str]) -> bytes:
    """All checks of a fix, with the files as they are now."""
    lab = lab_of(variant)
    screen, task = _fix(lab, number)
    changed = _allowed(lab, task, files)
    there = world(variant, lab, task.scene, changed)
    gc.disable()  # nothing that is made meanwhile is garbage
    try:
        results = run_all(lab, task, changed, there)
    finally:
        gc.enable()
    told = telling.checked(results, there)
    if told["credit"] == 1:
        told["explanation"] = html(screen.after)
    return to_json(told)


def shown(variant: Variant, number: int, files: Mapping[str, str], name: str) -> bytes:
    """The trace that shows how a check stands, at the step that decides; without a name, that of the task."""
    lab = lab_of(variant)
    _, task = _fix(lab, number)
    changed = _allowed(lab, task, files)
    if not name and task.flow is not None:
        mended = world(variant, lab, task.scene, changed)
        return to_json(telling.playing(mended, task.flow, last_step(mended.trace(task.flow))))
    result = next((r for r in run_all(lab, task, changed) if r.id == name), None)
    if result is None or result.flow is None:
        raise Refused(404, "no-trace", "No packet shows this.", "Look at the checks that have a trace.")
    asked = lab.checks[name]
    place = Scene(task.scene.manifests, task.scene.settings | asked.settings, (*task.scene.faults, *asked.faults))
    shown_in = world(variant, lab, place, changed)
    step = last_step(shown_in.trace(result.flow)) if result.step is None else result.step
    return to_json(telling.playing(shown_in, result.flow, step))


def files(variant: Variant, number: int) -> bytes:
    """The cluster of a screen as one would upload it, and what chance is to pick, for whoever wants to look around."""
    lab = lab_of(variant)
    task = _screen(lab, number).task
    place = task.scene if task is not None else Scene("manifests", {}, ())
    held = lab.folders.get(place.manifests, {})
    told = [{"path": path, "text": text} for path, text in sorted(held.items())]
    drawn = _drawn(variant, lab, place, getattr(task, "flow", None))
    return to_json({"files": told, "settings": place.settings, "faults": list(place.faults), **drawn})


def _drawn(variant: Variant, lab: Lab, place: Scene, flow: FlowSpec | None) -> dict[str, Any]:
    """The seed and the picks by which a question comes out as in the lab."""
    if flow is None or flow.pick is None:
        return {"seed": flow.seed if flow else 0, "picks": []}
    try:
        choices = world(variant, lab, place).trace(flow).choices
    except NotAsked:
        choices = ()
    return {"seed": flow.seed, "picks": [choice.picked for choice in choices]}


def lesson(variant: Variant, number: int) -> bytes:
    """For a class of this screen's cluster: what it may be asked, and notes for its presenter."""
    lab = lab_of(variant)
    task = _screen(lab, number).task
    parts = [] if task is None else lessons.parts(lab, task.scene, world(variant, lab, task.scene))
    return to_json({"questions": [lessons.question(part) for part in parts], "notes": lessons.notes(lab, parts)})


def _allowed(lab: Lab, task: Fix, files: Mapping[str, str]) -> dict[str, str]:
    known = telling.editable(lab, task)
    strange = next((path for path in files if path not in known), None)
    if strange is not None:
        raise Refused(
            400, "unknown-file", f'"{strange}" is no file of this task.', f"Its files are: {', '.join(known)}."
        )
    return {path: text for path, text in files.items() if text != known[path]}


def end(variant: Variant) -> bytes:
    """The misconception, the commands of a real cluster, and where to read on."""
    return to_json(telling.end(lab_of(variant)))


def own(files: tuple[tuple[str, str], ...], label: str) -> bytes:
    """What is wrong with somebody's own lab, and what it is called."""
    problems = check(label, dict(files), OWN_SEEDS)
    lab = parse(label, dict(files), 0, Problems())
    tasks = [] if lab is None else [task_id(screen.task, at) for at, screen in enumerate(lab.screens)]
    return to_json({"title": lab.title if lab else label, "problems": problems, "tasks": tasks})


OPERATIONS: dict[str, Callable[..., bytes]] = {
    "page": page,
    "scene": scene,
    "answer": answer,
    "hint": hint,
    "checks": checks,
    "show": shown,
    "end": end,
    "files": files,
    "lesson": lesson,
    "own": own,
    "drill": drill_desk.begin,
    "drill-ask": drill_desk.ask,
    "drill-name": drill_desk.name,
}


def work(operation: str, arguments: tuple[Any, ...]) -> bytes:
    """An operation by name. What a lab's cluster cannot be asked is a refusal in words."""
    try:
        return OPERATIONS[operation](*arguments)
    except NotAsked as not_asked:
        raise Refused(400, "not-asked", not_asked.message, not_asked.hint) from None
