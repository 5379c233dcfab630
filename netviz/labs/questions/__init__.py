"""The closed set of questions. A predict task offers answers to one, a check holds one against what it expects.

Each is a function from a world, a flow and arguments to an Answer; docs/writing-a-lab.md has a row for each.
"""

from netviz.labs.questions.ask import Answer, Question, answer, candidates
from netviz.labs.questions.kinds import KNOWN

__all__ = ["KNOWN", "Answer", "Question", "answer", "candidates"]
