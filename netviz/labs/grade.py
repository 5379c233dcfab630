"""Grading: a prediction against the engine's answer, and checks against mended manifests."""

from collections.abc import Iterable, Mapping

import msgspec

from netviz.labs.model import Check, Choice, Fix, FlowSpec, Lab, Predict, Scene
from netviz.labs.questions import Answer, answer, candidates
from netviz.labs.questions.base import place_of
from netviz.labs.questions.cluster import REACHED
from netviz.labs.questions.flow import last_step
from netviz.labs.world import NotAsked, World
from simulator.chance import Random
from simulator.steps import Step

ENDINGS = ("verdict", "cause", "server", "status")
"""Questions about how a connection ends."""

Words = str | tuple[str, ...]


class Offered(msgspec.Struct, frozen=True):
    """The choices of a question in the order in which they are offered, and which of them is right."""

    choices: tuple[Choice, ...]
    right: int | None
    answer: Answer


class Result(msgspec.Struct, frozen=True):
    """What became of a check. `holds` is None where it could not be judged, and `said` tells why."""

    id: str
    must: str
    holds: bool | None
    said: str
    flow: FlowSpec | None
    step: int | None
    weight: int
    hint: str


def world_of(lab: Lab, scene: Scene, changed: Mapping[str, str] | None = None) -> World:
    """The cluster of a task, with the files that somebody has changed."""
    files = dict(lab.folders.get(scene.manifests, {})) | dict(changed or {})
    return World(files, scene.settings, scene.faults)


def solved(lab: Lab, fix: Fix) -> dict[str, str]:
    """The files of a fix's solution."""
    return dict(lab.folders.get(fix.solution, {}))


def offered(lab: Lab, task: Predict, world: World) -> Offered:
    """What to choose from: the choices written, and as many wrong ones as are wanted from the trace."""
    found = answer(world, task.ask, task.flow)
    found = msgspec.structs.replace(found, step=decided(world, found))
    choices = list(task.choices)
    if task.others:
        known = frozenset(choice.value for choice in choices)
        if found.words not in known:
            choices.append(Choice(found.words, found.words, "", task.line))
        choices += [Choice(value, value, "", task.line) for value in candidates(found, task.others, known)]
        choices = _shuffled(choices, lab.seed, task.line)
    right = [at for at, choice in enumerate(choices) if same(choice.value, found.value)]
    return Offered(tuple(choices), right[0] if len(right) == 1 else None, found)


def _shuffled(choices: list[Choice], seed: int, line: int) -> list[Choice]:
    """In the same order for the same seed."""
    random = Random(seed * 1009 + line)
    left, found = list(choices), []
    while left:
        found.append(left.pop(random.below(len(left))))
    return found


def same(written: str, found: Words) -> bool:
    """Whether words say what the engine says; lists are compared without regard to their order."""
    if isinstance(found, str):
        return written.strip().lower() == found.lower()
    return sorted(part.strip().lower() for part in written.split(",") if part.strip()) == sorted(map(str.lower, found))


def stop_before(steps: Iterable[Step], seq: int | None) -> int | None:
    """The step at which a packet waits before its answer: one gate earlier, so that it does not point there."""
    held = list(steps)
    at = next((n for n, step in enumerate(held) if step.seq == seq), None)
    if at is None:
        return held[0].seq if held else None
    place = (held[at].netns, held[at].hook)
    while at > 0 and (held[at].netns, held[at].hook) == place:
        at -= 1
    return held[at].seq


def run(check: Check, lab: Lab, scene: Scene, changed: Mapping[str, str] | None, known: "Worlds") -> Result:
    """One check, in the cluster of a fix as it is now."""
    settings = scene.settings | check.settings
    faults = (*scene.faults, *check.faults)
    world = known.get(lab, Scene(scene.manifests, settings, faults), changed)
    try:
        found = answer(world, check.ask, check.flow)
    except NotAsked as not_asked:
        holds = check.how in ("is", "any") and "not-asked" in check.expected
        return Result(
            check.id, check.must, True if holds else None, not_asked.message, None, None, check.weight, check.hint
        )
    if meets(check, found):
        return Result(check.id, check.must, True, "", found.flow, None, check.weight, check.hint)
    step = decided(world, found)
    said = found.said or f"Now: {found.words}{_place(world, found, step)}.{_told(world, check, found, step)}"
    return Result(check.id, check.must, False, said, found.flow, step, check.weight, check.hint)


def decided(world: World, found: Answer) -> int | None:
    """The step that shows an answer: its own, or else where it is decided how the flow ends."""
    if found.step is not None or found.flow is None:
        return found.step
    return last_step(world.trace(found.flow))


def _place(world: World, found: Answer, step: int | None) -> str:
    if found.flow is None or step is None or not isinstance(found.value, str):
        return ""
    steps = (one for leg in world.trace(found.flow).legs for one in leg.steps)
    return next((f", decided at {place_of(one)}" for one in steps if one.seq == step), "")


def _told(world: World, check: Check, found: Answer, step: int | None) -> str:
    """What the step says at which a connection ends: a hint that nobody has to write."""
    if check.ask.name not in ENDINGS or found.flow is None or world.ends(found.flow) in REACHED:
        return ""
    steps = (one for leg in world.trace(found.flow).legs for one in leg.steps)
    narration = next((one.narration for one in steps if one.seq == step), None)
    return f" {narration.plain}" if narration else ""


def meets(check: Check, found: Answer) -> bool:
    if check.how in ("least", "most"):
        return _counted(check, found)
    listed = (found.value,) if isinstance(found.value, str) else found.value
    if check.how == "has":
        return set(check.expected) <= set(listed)
    if check.how == "lacks":
        return not set(check.expected) & set(listed)
    if check.how == "any":
        return any(same(words, found.value) for words in check.expected)
    equal = (
        sorted(check.expected) == sorted(listed)
        if not isinstance(found.value, str)
        else len(check.expected) == 1 and same(check.expected[0], found.value)
    )
    return equal if check.how == "is" else not equal


def _counted(check: Check, found: Answer) -> bool:
    number = len(found.value) if isinstance(found.value, tuple) else None
    if number is None:
        if not str(found.value).isdecimal():
            return False
        number = int(str(found.value))
    wanted = int(check.expected[0]) if check.expected[0].isdecimal() else 0
    return number >= wanted if check.how == "least" else number <= wanted


class Worlds:
    """The worlds of one run: checks about the same cluster share it."""

    def __init__(self) -> None:
        self._known: list[tuple[Scene, World]] = []

    def get(self, lab: Lab, scene: Scene, changed: Mapping[str, str] | None) -> World:
        for known, world in self._known:
            if known == scene:
                return world
        return self.add(scene, world_of(lab, scene, changed))

    def add(self, scene: Scene, world: World) -> World:
        self._known.append((scene, world))
        return world


def run_all(lab: Lab, fix: Fix, changed: Mapping[str, str] | None, there: World | None = None) -> list[Result]:
    """All checks of a fix; `there` is its cluster, where that is compiled already."""
    known = Worlds()
    if there is not None:
        known.add(fix.scene, there)
    return [run(lab.checks[name], lab, fix.scene, changed, known) for name in fix.checks if name in lab.checks]


def credit(results: Iterable[Result]) -> float:
    """Partial credit: the part of the weight that holds, from 0 to 1."""
    held = list(results)
    whole = sum(result.weight for result in held)
    return sum(result.weight for result in held if result.holds) / whole if whole else 0.0
