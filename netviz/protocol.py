"""What the site and its clients say to each other: websocket messages and API answers (design section 8).

The TypeScript types in `static/src/protocol.ts` are generated from these structs by
`python manage.py generate_protocol`; a test fails when they are stale.
"""

import msgspec

from simulator.chance import Option
from simulator.diagnostics import Problem
from simulator.packet.packet import Packet
from simulator.steps import Cause, Disposition, Outcome, Step
from simulator.trace.model import Assumption, Choice, Explanation, Flow, LegKind, Trace

PROTOCOL_VERSION = 1


class FlowQuestion(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """Who sends what to whom, as somebody types it: from "default/client" to "http://web:80/"."""

    source: str
    target: str
    protocol: str = "TCP"


class TraceStart(msgspec.Struct, frozen=True, tag="trace.start"):
    """Ask for a trace; the answers carry `id`."""

    id: str
    flow: FlowQuestion
    seed: int = 0


class TraceResume(msgspec.Struct, frozen=True, tag="trace.resume"):
    """Ask for the steps after the one with seq `after` (-1: all). On the socket of the trace `key` may be left out."""

    id: str
    after: int
    key: str | None = None


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
    version: int


class TraceBegin(msgspec.Struct, frozen=True, tag="trace.begin"):
    """The trace is computed and its steps follow; `steps` counts all of them, also those that a resume skips."""

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


class WorkspaceReplaced(msgspec.Struct, frozen=True):
    """Answer to new files for a workspace."""

    slug: str
    url: str
    problems: tuple[Problem, ...]


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
           "workspace_url": "workspaceUrl"}):  # fmt: skip
    """What a workspace page knows before it asks: the JSON in its element `netviz-boot`."""

    slug: str
    ws_path: str
    graph_url: str
    files_url: str
    problems_url: str
    trace_url: str
    workspace_url: str
    editable: bool
    source: str
    target: str
    protocol: str
    protocols: tuple[str, ...]
    seed: int
    example: Example | None


ANSWERS: tuple[type[msgspec.Struct], ...] = (
    Trace,
    ErrorAnswer,
    WorkspaceCreated,
    WorkspaceReplaced,
    Problems,
    Boot,
    Option,
)
"""What HTTP answers with, beside the graph."""
