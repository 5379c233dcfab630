"""The websocket of a workspace: questions in, steps out. Time belongs to the browser; nothing is paced here."""

import logging
from collections import OrderedDict
from typing import NamedTuple

import msgspec
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from netviz import drafts, protocol, workspaces
from netviz.protocol import ErrorMessage, TraceResume, TraceStart
from netviz.refusal import Refusal, internal_error
from netviz.work import Answers, TraceQuestion
from netviz.workspaces import Kept

_log = logging.getLogger("netviz.consumers")

UNKNOWN_WORKSPACE = 4404
KEPT_TRACES = 100


class Posed(NamedTuple):
    """A question as it was put to this socket: about the workspace as it is, or about a draft of it."""

    question: TraceQuestion
    draft: str | None = None


class WorkspaceConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """One socket. Its messages are answered one after the other; whatever goes wrong, it stays open."""

    async def connect(self) -> None:
        self.slug: str = self.scope["url_route"]["kwargs"]["slug"]
        self.traces: OrderedDict[str, tuple[str, Posed]] = OrderedDict()  # by the id of the question
        await self.accept()
        try:
            await database_sync_to_async(workspaces.find)(self.slug)
        except Refusal as refusal:
            await self.refuse(None, refusal)
            await self.close(UNKNOWN_WORKSPACE)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        text = text_data or ""
        if len(text) > settings.NETVIZ_MAX_MESSAGE_BYTES or len(bytes_data or b"") > settings.NETVIZ_MAX_MESSAGE_BYTES:
            await self.refuse(None, too_long())
            return
        try:
            message = protocol.decode(text)
        except (msgspec.DecodeError, RecursionError):
            await self.refuse(protocol.id_of(text), not_understood())
            return
        try:
            await self.answer(message)
        except Refusal as refusal:
            await self.refuse(message.id, refusal)
        except Exception as fault:  # noqa: BLE001  a mistake of ours must not end the conversation
            _log.error("a %s failed: %s", type(message).__name__, type(fault).__name__)
            await self.refuse(message.id, internal_error())

    async def answer(self, message: TraceStart | TraceResume) -> None:
        if isinstance(message, TraceStart):
            flow, after = message.flow, protocol.connections(message.after)
            told = (message.seed, message.picks, after, message.faults, message.size)
            question = TraceQuestion(flow.source, flow.target, flow.protocol, *told)
            await self.tell(message.id, Posed(question, message.draft))
        else:
            await self.resume(message)

    async def tell(self, identity: str, posed: Posed) -> None:
        """The whole trace: begin, every step, end."""
        answers = await self.trace(identity, posed)
        await self.send(protocol.begin(identity, answers))
        await self.rest(identity, answers, 0)

    async def resume(self, message: TraceResume) -> None:
        """The steps that the client has not seen; all of them where it asks about a trace that has become another."""
        key, posed = await self.meant(message)
        if posed is None:
            raise stale("Ask again with trace.start.")
        answers = await self.trace(message.id, posed)
        if answers.key == key:
            await self.rest(message.id, answers, message.after + 1)
            return
        await self.refuse(message.id, stale("The new trace follows."))
        await self.send(protocol.begin(message.id, answers))
        await self.rest(message.id, answers, 0)

    async def meant(self, message: TraceResume) -> tuple[str | None, Posed | None]:
        """The key and the question of the trace that a resume is about."""
        for key, posed in self.traces.values():
            if key == message.key:
                return key, posed
        if message.key is not None:
            workspace = await database_sync_to_async(workspaces.find)(self.slug)
            found = await database_sync_to_async(workspaces.recall)(workspace, message.key)
            return message.key, Posed(found) if found else None
        newest = next(reversed(self.traces.values()), (None, None))
        return self.traces.get(message.id, newest)

    async def trace(self, identity: str, posed: Posed) -> Answers:
        """Questions about drafts are forgotten with the socket: nobody can come back to them."""
        workspace = await database_sync_to_async(workspaces.find)(self.slug)
        kept: Kept = workspace
        if posed.draft is not None:
            kept = await database_sync_to_async(drafts.find)(workspace.slug, posed.draft)
        answers: Answers = await workspaces.ask_async(kept, "stepwise-trace", posed.question)
        if posed.draft is None:
            await database_sync_to_async(workspaces.remember)(workspace, answers, posed.question)
        self.traces[identity] = (answers.key, posed)
        self.traces.move_to_end(identity)
        if len(self.traces) > KEPT_TRACES:
            self.traces.popitem(last=False)
        return answers

    async def rest(self, identity: str, answers: Answers, first: int) -> None:
        for seq in range(first, len(answers.steps)):
            await self.send(protocol.step(identity, seq, answers))
        await self.send(protocol.end(identity, answers))

    async def refuse(self, identity: str | None, refusal: Refusal) -> None:
        error = ErrorMessage(identity, refusal.code, refusal.message, refusal.hint)
        await self.send(msgspec.json.encode(error).decode())


def too_long() -> Refusal:
    limit = settings.NETVIZ_MAX_MESSAGE_BYTES
    return Refusal(
        413,
        "message-too-long",
        "A message may have {limit:,} bytes here.",
        "Send a shorter one, or raise NETVIZ_MAX_MESSAGE_BYTES.",
        limit=limit,
    )


def not_understood() -> Refusal:
    return Refusal(
        400,
        "bad-message",
        "This message is not part of the protocol.",
        'Send {"type": "trace.start", "id": "a1", "flow": {"from": ..., "to": ...}}.',
    )


def stale(hint: str) -> Refusal:
    return Refusal(409, "stale-trace", "The manifests have changed since that trace, or it is not known here.", hint)
