"""Asking: a question of a lab to the engine's answer, and to what one might take for it."""

from netviz.labs.model import Ask, FlowSpec
from netviz.labs.questions.base import Answer, Asking, Question
from netviz.labs.questions.kinds import KNOWN
from netviz.labs.world import World

__all__ = ["Answer", "Question", "answer", "candidates"]


def answer(world: World, ask: Ask, flow: FlowSpec | None) -> Answer:
    """What the engine says. Raises NotAsked where the cluster cannot be asked this."""
    return KNOWN[ask.name].answer(Asking(world, ask.subject, ask.arguments, flow))


def candidates(found: Answer, most: int, without: frozenset[str]) -> tuple[str, ...]:
    """Wrong answers that one might give, as many as are wanted and there are."""
    wrong: list[str] = []
    for other in found.others:
        if other != found.value and other not in without and other not in wrong:
            wrong.append(other)
    return tuple(wrong[:most])
