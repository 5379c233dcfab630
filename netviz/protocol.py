"""What the site and its clients say to each other: websocket messages and API answers (docs/websocket-protocol.md).

The TypeScript types in `static/src/protocol.ts` are generated from these structs by
`python manage.py generate_protocol`; a test fails when they are stale.
"""

from typing import Annotated

import msgspec

from netviz.work import Answers, Connection
from simulator.chance import Option
from simulator.diagnostics import Problem
from simulator.linux.network import Assumption
from simulator.packet.packet import Packet
from simulator.steps import Cause, Disposition, Outcome, Step
from simulator.trace.model import Choice, Earlier, Explanation, Flow, LegKind, Trace

PROTOCOL_VERSION = 1

Words = Annotated[str, msgspec.Meta(max_length=2048)]
Seed = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
"""What both Python and JavaScript count exactly."""
Pick = Annotated[int, msgspec.Meta(ge=0, le=2**16)]
"""The index of an option at a place where chance decides."""


MAX_FAULTS = 16
"""The same as simulator.cluster.faults.MAX_FAULTS, which the web process does without."""
MAX_SIZE = 65_000
"""Bytes of data: what one UDP datagram may hold, nearly."""
FaultTexts = Annotated[tuple[Words, ...], msgspec.Meta(max_length=MAX_FAULTS)]
Size = Annotated[int, msgspec.Meta(ge=0, le=MAX_SIZE)]


class FlowQuestion(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """Who sends what to whom, as somebody types it: from "default/client" to "http://web:80/"."""

    source: Words
    target: Words
    protocol: Words = "TCP"


class FixWanted(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """Which of the changes that would mend a flow is to be made in a copy, counted from 0."""

    source: Words
    target: Words
    number: Annotated[int, msgspec.Meta(ge=0, le=100)]
    protocol: Words = "TCP"


class EarlierQuestion(msgspec.Struct, frozen=True):
    """A connection that the same session opened before."""

    flow: FlowQuestion
    seed: Seed = 0
    picks: tuple[Pick, ...] = ()


class TraceStart(msgspec.Struct, frozen=True, tag="trace.start"):
    """Ask for a trace; the answers carry `id`.

    `picks` are the options to take, choice by choice; where they end, the seed draws. `after` are connections that
    are replayed first, so that conntrack, affinity and neighbours remember them. `draft` asks about unsaved changes:
    the key that they are held under (docs/http-api.md). `faults` are broken first, as texts ("node-cut:node-b",
    docs/faults.md); `size` is how many bytes of data are sent each way, 0 for a few.
    """

    id: Words
    flow: FlowQuestion
    seed: Seed = 0
    picks: tuple[Pick, ...] = ()
    after: tuple[EarlierQuestion, ...] = ()
    draft: Words | None = None
    faults: FaultTexts = ()
    size: Size = 0


class TraceResume(msgspec.Struct, frozen=True, tag="trace.resume"):
    """Ask for the steps after the one with seq `after` (-1: all). On the socket of the trace `key` may be left out."""

    id: Words
    after: Annotated[int, msgspec.Meta(ge=-1)]
    key: Words | None = None


ClientMessage = TraceStart | TraceResume


class LegHead(msgspec.Struct, frozen=True):
    """A leg without its steps; a step says by `leg` which one it belongs to."""

    kind: LegKind
    packet: Packet
    disposition: Disposition
    cause: Cause | None


class TraceHead(msgspec.Struct, frozen=True):
    """A trace without its steps."""

    key: str
    flow: Flow
    seed: int
    legs: tuple[LegHead, ...]
    disposition: Outcome
    cause: Cause | None
    explanation: Explanation | None
    server: str | None
    assumptions: tuple[Assumption, ...]
    choices: tuple[Choice, ...]
    picks: tuple[int, ...]
    after: tuple[Earlier, ...]
    status: int | None
    faults: tuple[str, ...]
    version: int


class TraceBegin(msgspec.Struct, frozen=True, tag="trace.begin"):
    """The trace is computed and its steps follow; `steps` counts them."""

    id: str
    trace: TraceHead
    steps: int


class TraceStep(msgspec.Struct, frozen=True, tag="trace.step"):
    """One step, in order of `seq`."""

    id: str
    seq: int
    step: Step


class TraceEnd(msgspec.Struct, frozen=True, tag="trace.end"):
    """All steps have been sent."""

    id: str
    disposition: Outcome


class ErrorMessage(msgspec.Struct, frozen=True, tag="error"):
    """A question that could not be answered; the socket stays open. `id` is None where the message had none."""

    id: str | None
    code: str
    message: str
    hint: str


ServerMessage = TraceBegin | TraceStep | TraceEnd | ErrorMessage


class ErrorAnswer(msgspec.Struct, frozen=True):
    """The body of an HTTP answer that says no."""

    code: str
    message: str
    hint: str


class WorkspaceCreated(msgspec.Struct, frozen=True):
    """Answer to a new workspace: `slug` reads, `edit_token` writes and is never shown again."""

    slug: str
    edit_token: str
    url: str
    problems: tuple[Problem, ...]


class WorkspaceFound(msgspec.Struct, frozen=True):
    """Where a workspace is, and whether this client may change it."""

    slug: str
    url: str
    editable: bool


class WorkspaceReplaced(msgspec.Struct, frozen=True):
    """Answer to new files for a workspace: the version and the snapshot that are in force now."""

    slug: str
    url: str
    snapshot: str
    version: int
    problems: tuple[Problem, ...]


class DraftHeld(msgspec.Struct, frozen=True):
    """Answer to unsaved changes: `draft` is the key to ask about them, for a while."""

    draft: str
    snapshot: str
    problems: tuple[Problem, ...]


class VersionLine(msgspec.Struct, frozen=True):
    """A version of a workspace. `made_by` is upload, save, settings or restore; `parent`: it was made from that one."""

    number: int
    parent: int
    made_by: str
    made: str
    files: int
    lines: int


class Versions(msgspec.Struct, frozen=True):
    """Which versions are kept, the newest first; `current` is in force, 0 where nothing has ever been changed."""

    current: int
    snapshot: str
    undo: bool
    redo: bool
    versions: tuple[VersionLine, ...]


class Problems(msgspec.Struct, frozen=True):
    """Everything that is wrong with the manifests of a workspace."""

    problems: tuple[Problem, ...]


class Example(msgspec.Struct, frozen=True):
    """What an example has to show."""

    name: str
    title: str
    summary: str
    notice: tuple[str, ...]


class Boot(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to", "ws_path": "wsPath",
           "graph_url": "graphUrl", "files_url": "filesUrl", "problems_url": "problemsUrl", "trace_url": "traceUrl",
           "workspace_url": "workspaceUrl", "original_url": "originalUrl", "embed_url": "embedUrl",
           "embed_sites": "embedSites"}):  # fmt: skip
    """What a workspace page knows before it asks: the JSON in its element `netviz-boot`.

    `original` is the slug that this is a copy of, for those who may change the copy. `embed_url` may be shown
    by pages of `embed_sites`.
    """

    version: int
    slug: str
    ws_path: str
    graph_url: str
    files_url: str
    problems_url: str
    trace_url: str
    workspace_url: str
    editable: bool
    original: str | None
    original_url: str | None
    embed_url: str
    embed_sites: tuple[str, ...]
    source: str
    target: str
    protocol: str
    protocols: tuple[str, ...]
    seed: int
    example: Example | None


class CompareBoot(msgspec.Struct, frozen=True, rename={"api_url": "apiUrl", "before_url": "beforeUrl",
                  "after_url": "afterUrl"}):  # fmt: skip
    """What the page of a comparison knows: what to ask with `query`, and the names of both (of versions, numbers)."""

    api_url: str
    query: str
    before: str
    after: str
    before_url: str
    after_url: str
    versions: bool


ANSWERS: tuple[type[msgspec.Struct], ...] = (
    Trace,
    ErrorAnswer,
    WorkspaceCreated,
    WorkspaceFound,
    WorkspaceReplaced,
    DraftHeld,
    Versions,
    CompareBoot,
    Problems,
    Boot,
    Option,
)
"""What HTTP answers with, beside the graph."""


_MESSAGE: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)


def decode(text: str) -> ClientMessage:
    """What a client said; msgspec.DecodeError where it is no message of this protocol."""
    return _MESSAGE.decode(text)


def connections(earlier: tuple[EarlierQuestion, ...]) -> tuple[Connection, ...]:
    """Earlier connections as the engine is asked about them."""
    return tuple(Connection(e.flow.source, e.flow.target, e.flow.protocol, e.seed, e.picks) for e in earlier)


def id_of(text: str) -> str | None:
    """The id of a message that could not be read otherwise, if it has one."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    identity = found.get("id") if isinstance(found, dict) else None
    return identity if isinstance(identity, str) else None


def begin(identity: str, answers: Answers) -> str:
    """A TraceBegin around a trace that is JSON already."""
    head = msgspec.Raw(answers.head)
    return _text({"type": "trace.begin", "id": identity, "trace": head, "steps": len(answers.steps)})


def step(identity: str, seq: int, answers: Answers) -> str:
    """A TraceStep around a step that is JSON already."""
    return _text({"type": "trace.step", "id": identity, "seq": seq, "step": msgspec.Raw(answers.steps[seq])})


def end(identity: str, answers: Answers) -> str:
    return _text({"type": "trace.end", "id": identity, "disposition": answers.disposition})


def _text(message: object) -> str:
    return msgspec.json.encode(message).decode()
