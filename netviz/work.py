"""What the web process and its workers hand each other, as plain picklable values."""

from typing import Any, NamedTuple


class Taken(NamedTuple):
    """An upload that was read: what to keep, its hash, its problems as JSON, its files, and how many objects."""

    bundle: bytes
    snapshot: str
    problems: bytes
    files: list[dict[str, Any]]
    objects: int


class Answers(NamedTuple):
    """A trace as JSON, in pieces: without steps, and each step."""

    key: str
    head: bytes
    steps: list[bytes]
    disposition: str


class Connection(NamedTuple):
    """A connection as somebody asks for it: who, to what, and how its chances are settled."""

    source: str
    target: str
    protocol: str
    seed: int
    picks: tuple[int, ...] = ()


class TraceQuestion(NamedTuple):
    """A question about one connection, as it was typed, with what is to be broken first."""

    source: str
    target: str
    protocol: str = "TCP"
    seed: int = 0
    picks: tuple[int, ...] = ()
    after: tuple[Connection, ...] = ()
    faults: tuple[str, ...] = ()
    size: int = 0

    @property
    def connection(self) -> Connection:
        return Connection(self.source, self.target, self.protocol, self.seed, self.picks)


class Ask(NamedTuple):
    """A question about a snapshot; `bundle` is given where the worker did not have the snapshot.

    `against` is a second snapshot, for questions about what has changed since.
    """

    operation: str
    snapshot: str
    arguments: tuple[Any, ...] = ()
    bundle: bytes | None = None
    against: str = ""
    against_bundle: bytes | None = None


class Take(NamedTuple):
    """An upload to read. `add`: its files come to those of `base`. Of `draft`s a worker remembers fewer."""

    files: list[tuple[str, bytes]] | None
    settings: dict[str, str] | None
    base: bytes | None
    limits: dict[str, int]
    add: bool = False
    draft: bool = False


class LabWork(NamedTuple):
    """Something that a lab's page asks (netviz/labs/desk.py)."""

    operation: str
    arguments: tuple[Any, ...]


Job = Ask | Take | LabWork


class Done(NamedTuple):
    value: Any


class BundleNeeded(NamedTuple):
    """The worker does not know the snapshot (any more)."""


class Failed(NamedTuple):
    """The engine made a mistake. Only its kind and place are told: messages may hold what users wrote."""

    kind: str
    place: str


class OutOfMemory(NamedTuple):
    pass


class Refused(Exception):
    """A question that cannot be answered, in words; it crosses the process border as a value."""

    def __init__(self, status: int, code: str, message: str, hint: str) -> None:
        super().__init__(status, code, message, hint)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint


Reply = Done | Refused | BundleNeeded | Failed | OutOfMemory
