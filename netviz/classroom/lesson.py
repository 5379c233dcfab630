"""The lab that a class was made from: its questions beside those of the present step, its text as first notes.

The labs' worker knows them (netviz/labs/lesson.py); here they become what a presenter may ask.
"""

import msgspec

from netviz import learners
from netviz.classroom.messages import ClassOffer, LessonFrom
from netviz.classroom.models import Classroom
from netviz.labs.desk import Variant
from netviz.pool import pool, value_of
from netviz.refusal import Refusal
from netviz.work import LabWork


class Lesson(msgspec.Struct, frozen=True):
    questions: tuple[ClassOffer, ...]
    notes: str


def lesson(source: LessonFrom, owner: str) -> Lesson:
    """What a screen of a lab gives a class. Raises Refusal where there is no such lab."""
    own = learners.own_lab(source.slug)
    variant = Variant(source.slug, source.seed, learners.variant_files(own) if own else None)
    engine = pool()
    made = value_of(engine.submit(owner, LabWork("lesson", (variant, source.screen))).result(), engine.limits)
    assert isinstance(made, bytes)
    return msgspec.json.decode(made, type=Lesson)


def offers(found: Classroom) -> list[ClassOffer]:
    """The lab's questions; none for a class of a workspace, and none where the lab has been taken back."""
    if not found.lesson:
        return []
    try:
        return list(lesson(msgspec.convert(found.lesson, LessonFrom), f"class {found.code}").questions)
    except Refusal:
        return []
