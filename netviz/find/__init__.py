"""Finding things: one question in anybody's words, answered with things of the picture, grouped by kind.

Runs in the worker processes. `question.py` reads what is typed, `index.py` is what is looked through, `answers.py`
and `relations.py` answer.
"""

from netviz.find.answers import answer
from netviz.find.index import Index
from netviz.find.model import Found, FoundAnswer, FoundFlow, FoundGroup
from netviz.find.question import Filter

__all__ = ["Filter", "Found", "FoundAnswer", "FoundFlow", "FoundGroup", "Index", "answer"]
