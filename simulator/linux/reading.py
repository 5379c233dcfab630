"""What reading a ruleset can come upon: text that is none, and words that NetViz does not know.

Never a silent skip: a rule that is left out without a word would make a comparison, or a trace, a lie.
"""

import msgspec

from simulator.diagnostics import Level, Problem

MAX_SHOWN = 80
MAX_PROBLEMS = 500
"""More than anybody reads; a text with more is something else than rules."""

INVALID = "rules-invalid"
UNKNOWN = "rules-unknown"
TOO_MANY = "rules-too-many-problems"


class ParseProblem(ValueError):
    """Text that is no ruleset (`code` INVALID), or a word that NetViz does not know (UNKNOWN).

    `line` and `column` count from 1; 0 is not told yet. `place` names the chain or set that it stands in.
    """

    def __init__(
        self, message: str, hint: str, line: int = 0, text: str = "", *, column: int = 0, code: str = INVALID
    ) -> None:
        super().__init__(f"line {line}: {message}: {text}" if line else message)
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column
        self.text = text
        self.code = code
        self.place: str | None = None


def short(word: str) -> str:
    """A word for a message, which is to stay readable whatever stood in the text."""
    return word if len(word) <= MAX_SHOWN else word[:MAX_SHOWN] + "…"


def unknown(message: str, hint: str) -> ParseProblem:
    """A word that may be right, but that NetViz does not know."""
    return ParseProblem(message, hint, code=UNKNOWN)


class Problems:
    """Collects what was found, in order; of too many it keeps the first, and says so."""

    def __init__(self) -> None:
        self._found: list[ParseProblem] = []
        self._left_out: ParseProblem | None = None

    def add(self, problem: ParseProblem, place: str | None = None) -> None:
        problem.place = problem.place or place
        if len(self._found) < MAX_PROBLEMS:
            self._found.append(problem)
        elif self._left_out is None:
            self._left_out = problem

    @property
    def first(self) -> ParseProblem | None:
        return min(self._found, key=_position, default=None)

    def told(self, file: str | None) -> tuple[Problem, ...]:
        """As the rest of NetViz tells problems, in the order of the text."""
        found = [_told(problem, file) for problem in sorted(self._found, key=_position)]
        if self._left_out is not None:
            message = f"more than {MAX_PROBLEMS} problems; the others are not listed"
            hint = "Is this the output of iptables-save or nft list ruleset, as it came?"
            found.append(Problem(Level.ERROR, TOO_MANY, message, hint, file, self._left_out.line))
        return tuple(found)


def _position(problem: ParseProblem) -> tuple[int, int]:
    return problem.line, problem.column


def _told(problem: ParseProblem, file: str | None) -> Problem:
    return Problem(
        Level.ERROR, problem.code, problem.message, problem.hint, file, problem.line or None, problem.column or None,
        problem.place,
    )  # fmt: skip


class Token(msgspec.Struct, frozen=True, gc=False):
    """A word of the text and where it stands."""

    text: str
    line: int
    column: int
    quoted: bool = False
