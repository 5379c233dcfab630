"""What a class gets from the lab that it was made from: its questions as polls, and its text as the presenter's notes.

A class has one cluster, so these are the screens that take place in it.
"""

import re
from collections.abc import Sequence
from html import unescape
from typing import Any, NamedTuple

from netviz.labs import telling
from netviz.labs.grade import Offered, offered
from netviz.labs.markup import words
from netviz.labs.model import Lab, Predict, Scene, Screen, task_id
from netviz.labs.questions import candidates
from netviz.labs.world import World

NUMBERS = 4
"""So many wrong numbers stand beside a right one that is not typed in a class."""
_TAG = re.compile(r"<[^>]*>")
_YES = re.compile(r"^Yes[.:,] *")


class Part(NamedTuple):
    """A screen that asks, with what it offers, and the cluster that knows."""

    at: int
    screen: Screen
    task: Predict
    held: Offered
    world: World


def parts(lab: Lab, place: Scene, world: World) -> list[Part]:
    """The screens with a question about a cluster."""
    return [
        Part(at, screen, screen.task, offered(lab, screen.task, world), world)
        for at, screen in enumerate(lab.screens)
        if isinstance(screen.task, Predict) and screen.task.scene == place
    ]


def notes(lab: Lab, told: Sequence[Part]) -> str:
    """What stands around these questions, as Markdown."""
    words = [_note(part) for part in told]
    return "\n\n".join([*words, lab.truth] if words and lab.truth else words)


def question(part: Part) -> dict[str, Any]:
    """With the engine's answer, where the packet waits for it, and where one sees it."""
    choices, right = _choices(part)
    return {
        "id": f"lab:{task_id(part.task, part.at)}",
        "question": plain(part.task.question),
        "choices": [{"text": plain(choice)} for choice in choices],
        "answer": right,
        "explanation": _because(part),
        "place": _place(part),
        "seen": part.held.answer.step or 0,
    }


def _choices(part: Part) -> tuple[list[str], int]:
    """What is written; for a number, others beside it."""
    held = part.held
    if not part.task.number:
        assert held.right is not None, "a sound lab's question has one right choice"
        return [choice.words for choice in held.choices], held.right
    wrong = candidates(held.answer, NUMBERS, frozenset())
    numbers = sorted({held.answer.words, *wrong}, key=int)
    return numbers, numbers.index(held.answer.words)


def _because(part: Part) -> str:
    """Why it is so: what is told to whoever was right, and what stands after the task."""
    chosen = part.task.right if part.task.number or part.held.right is None else ""
    if part.held.right is not None and not part.task.number:
        chosen = part.held.choices[part.held.right].after or part.task.right
    value = part.held.answer.words
    said = _YES.sub("", plain(telling.afterwards(chosen, value, value)))
    return said or plain(part.screen.after)


def _place(part: Part) -> dict[str, Any] | None:
    """The connection, its chances, and the step where the packet waits."""
    flow = part.task.flow
    if flow is None:
        return None
    trace = part.world.trace(flow)
    return {
        "flow": {"from": flow.source, "to": flow.target, "protocol": flow.protocol},
        "seed": flow.seed,
        "picks": [choice.picked for choice in trace.choices] if flow.pick is not None else [],
        "step": telling.stop_of(trace, part.task, part.held),
    }


def _note(part: Part) -> str:
    value = part.held.answer.words if part.task.number or part.held.right is None else ""
    right = value or part.held.choices[part.held.right or 0].words
    return "\n\n".join(
        words for words in (f"**{part.screen.title}**", part.screen.before,
                            f"{part.task.question} *{right}*", part.screen.after) if words
    )  # fmt: skip


def plain(text: str) -> str:
    """A line of Markdown without its marks."""
    return unescape(_TAG.sub("", words(text)))
