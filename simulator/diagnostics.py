"""Problem: what is wrong with an input, where, and how to mend it."""

from enum import Enum

import msgspec


class Level(Enum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One diagnostic. `line` and `column` count from 1; None means the whole file."""

    level: Level
    id: str
    message: str
    hint: str
    file: str | None
    line: int | None
    column: int | None = None
    object: str | None = None
