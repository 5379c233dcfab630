"""A lab as values: its head, its screens with one task each, and its checks."""

from typing import Any

import msgspec


class Ask(msgspec.Struct, frozen=True):
    """What is asked of the engine: a question of the closed set by name, its subject, and its other arguments."""

    name: str
    subject: str | None
    arguments: dict[str, Any]
    line: int


class FlowSpec(msgspec.Struct, frozen=True):
    """A connection as the lab writes it. `pick` is the pod that chance is to choose, wherever it may."""

    name: str
    source: str
    target: str
    protocol: str
    seed: int
    pick: str | None
    line: int


class Scene(msgspec.Struct, frozen=True):
    """Where a task takes place: a folder of manifests, the settings and the faults."""

    manifests: str
    settings: dict[str, str]
    faults: tuple[str, ...]


class Choice(msgspec.Struct, frozen=True):
    """One answer to choose. `value` is held against the engine's, `words` are read, `after` is told afterwards."""

    value: str
    words: str
    after: str
    line: int


class Picture(msgspec.Struct, frozen=True):
    scene: Scene
    line: int
    kind: str = "picture"


class Watch(msgspec.Struct, frozen=True):
    """A trace to play. `until` and `start` are places, as in a question's `at`."""

    flow: FlowSpec
    scene: Scene
    leg: str
    line: int
    kind: str = "watch"


class Predict(msgspec.Struct, frozen=True):
    """A question before its trace. `others`: so many wrong choices the engine is to find; `number`: no choices."""

    id: str
    question: str
    ask: Ask
    flow: FlowSpec | None
    scene: Scene
    choices: tuple[Choice, ...]
    others: int
    number: bool
    right: str
    wrong: str
    stop: str | None
    hints: tuple[str, ...]
    line: int
    kind: str = "predict"


class Fix(msgspec.Struct, frozen=True):
    """Manifests to mend. `files` may be edited (all, where none is named); `checks` must hold in the end."""

    id: str
    task: str
    scene: Scene
    flow: FlowSpec | None
    files: tuple[str, ...]
    checks: tuple[str, ...]
    solution: str
    hints: tuple[str, ...]
    line: int
    kind: str = "fix"


Task = Picture | Watch | Predict | Fix


def task_id(task: Task | None, at: int) -> str:
    """What progress is kept under."""
    return getattr(task, "id", "") or f"screen-{at + 1}"


class Screen(msgspec.Struct, frozen=True):
    """What is seen at one time. `before` is Markdown read before the task, `after` what is told when it is done."""

    title: str
    before: str
    task: Task | None
    after: str
    line: int


class Check(msgspec.Struct, frozen=True):
    """A property that must hold. `expected` are the words to compare the answer with, by `how`."""

    id: str
    must: str
    ask: Ask
    flow: FlowSpec | None
    how: str
    expected: tuple[str, ...]
    weight: int
    settings: dict[str, str]
    faults: tuple[str, ...]
    hint: str
    line: int


class Reading(msgspec.Struct, frozen=True):
    title: str
    url: str


class Lab(msgspec.Struct, frozen=True):
    """One variant of a lab. `folders` are its manifests by folder and path; "" is the lab's own folder."""

    slug: str
    title: str
    summary: str
    number: int | None
    session: int | None
    minutes: int
    optional: bool
    think: str
    truth: str
    commands: tuple[str, ...]
    reading: tuple[Reading, ...]
    flows: dict[str, FlowSpec]
    screens: tuple[Screen, ...]
    checks: dict[str, Check]
    folders: dict[str, dict[str, str]]
    seed: int
    values: dict[str, str]
