"""One client's websocket in a class. Whatever is refused, it says so in words and stays open."""

import logging
import secrets
from collections.abc import Awaitable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import msgspec
from django.conf import settings
from django.db import DatabaseError

from netviz.classroom import codes, messages, polls, store
from netviz.classroom.database import in_database
from netviz.classroom.flood import PATIENCE, PRESENTER, Bucket, flooded
from netviz.classroom.messages import (
    ClassAsk,
    ClassBlank,
    ClassClaim,
    ClassClaimed,
    ClassClientMessage,
    ClassClose,
    ClassCursor,
    ClassDismiss,
    ClassHello,
    ClassLock,
    ClassModerate,
    ClassReveal,
    ClassVote,
    ClassVoted,
    ClassWhere,
    ClassYou,
)
from netviz.classroom.outbox import Event, Outbox, Send
from netviz.classroom.rooms import STORAGE, Room, event_of, rooms
from netviz.consumers import too_long
from netviz.frames import EXTENSION
from netviz.protocol import ErrorMessage
from netviz.refusal import Refusal, internal_error

_log = logging.getLogger("netviz.classroom")

UNKNOWN_CLASS, SHOWN_OUT, TOO_MANY_TRIES, FLOODED, LATER = 4404, 4410, 4429, 4430, 1013
CLOSED_WITH = {"too-many-tries": TOO_MANY_TRIES, "removed": SHOWN_OUT, "storage-busy": LATER, "class-full": LATER}
MEMBER_COOKIE = "netviz-member"
"""A random word that a browser keeps: the same person after a sleep, in another tab, in a lab."""


async def class_socket(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """`/ws/classes/<code>/`"""
    seat = ClassSocket(scope, send)
    await receive()
    await send({"type": "websocket.accept"})
    try:
        if await seat.open():
            while (event := await receive())["type"] == "websocket.receive":
                if not await seat.said(event):
                    break
    finally:
        await seat.left()


class ClassSocket:
    """A seat in a room: follower, presenter or audience view."""

    def __init__(self, scope: dict[str, Any], send: Send) -> None:
        self.outbox = Outbox(send, (scope.get("extensions") or {}).get(EXTENSION))
        self.role = "follower"
        self.claim = ""
        self.member: int | None = None
        self._send = send
        self._text: str = scope["url_route"]["kwargs"]["code"]
        self._address: str = (scope.get("client") or ("",))[0]
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        self._token = query.get("token", [""])[0]
        self._in_front = "front" in query
        self._key = cookie_of(scope) or secrets.token_urlsafe(16)
        self._known = bool(cookie_of(scope))
        self._bucket = Bucket()
        self._room: Room | None = None
        self._seated = False
        self._name: str | None = None

    async def open(self) -> bool:
        """Find the class and take a seat; otherwise say why not."""
        try:
            found = await in_database(store.find, self._text, self._address, self._key)
            self._room = await rooms().enter(found.code)
            await self._take_seat()
        except Refusal as refusal:
            await self._refused_entry(refusal)
            return False
        except DatabaseError:
            await self._refused_entry(storage_busy())
            return False
        return True

    async def _take_seat(self) -> None:
        """With a token as what it is for, as a follower otherwise; a locked door is open to those who were in.

        The pages of presenter and wall come with `?front`: they have no seat until they claim it.
        """
        assert self._room is not None
        if self._token:
            await self._claim(ClassClaim(self._token))
            return
        if self._in_front:
            return
        if len(self._room.seats) >= settings.NETVIZ_MAX_CLASS_MEMBERS:
            raise store.class_full()
        known = await in_database(store.member_of, self._room.pk, self._room.code, self._key)
        self.member = known.pk if known is not None else None
        if known is not None and known.removed:
            raise codes.removed()
        if self._room.locked and known is None:
            self._room.doorstep.add(self)
            self.refuse(locked())  # a presenter's claim still opens it
            return
        await self._come_in()

    async def _come_in(self) -> None:
        self._sit()
        if self._known:
            await self._introduce()

    async def let_in(self) -> None:
        """The door is open now."""
        await self._guarded(self._come_in())

    async def renamed(self, name: str) -> None:
        """The presenter may have given them another name."""
        if self._name is not None and name != self._name:
            await self._guarded(self._introduce())

    async def _guarded(self, doing: Awaitable[None]) -> None:
        """What goes wrong is told to whom it concerns."""
        try:
            await doing
        except Refusal as refusal:
            self.refuse(refusal)
        except DatabaseError:
            self.refuse(storage_busy())
        except Exception as fault:  # noqa: BLE001  a mistake of ours must not end the class for somebody
            _log.error("a seat in a class failed: %s", type(fault).__name__)
            self.refuse(internal_error())

    def _sit(self) -> None:
        assert self._room is not None
        self._seated = True
        self._room.enter(self)

    async def _introduce(self) -> None:
        """Tell a browser who it is here."""
        assert self._room is not None
        member = await in_database(store.join, self._room.pk, self._room.code, self._key)
        self.member, self._name = member.pk, member.name
        poll = self._room.state.poll
        choice = None
        if poll is not None:
            choice = await in_database(polls.voted, self._room.pk, poll.id, member.pk)
        self.outbox.answer(event_of(ClassYou(member.number, member.name, poll.id if poll else None, choice)))

    async def _refused_entry(self, refusal: Refusal) -> None:
        self.refuse(refusal)
        await self.outbox.flushed()
        self.outbox.close()
        await self._send({"type": "websocket.close", "code": CLOSED_WITH.get(refusal.code, UNKNOWN_CLASS)})

    async def said(self, event: Event) -> bool:
        """Answer one message; false where the socket has been closed."""
        text = event.get("text") or ""
        if not self._bucket.take(PRESENTER if self.role == "presenter" else 1):
            if self._bucket.spilt == 1:
                self.refuse(flooded())
            if self._bucket.spilt > PATIENCE:
                await self._send({"type": "websocket.close", "code": FLOODED})
                return False
            return True
        if max(len(text), len(event.get("bytes") or b"")) > settings.NETVIZ_MAX_MESSAGE_BYTES:
            self.refuse(too_long())
            return True
        try:
            message = messages.decode(text)
        except (msgspec.DecodeError, RecursionError):
            self.refuse(not_understood())
            return True
        await self._answer(message)
        return True

    async def _answer(self, message: ClassClientMessage) -> None:
        await self._guarded(self._do(message))

    async def _do(self, message: ClassClientMessage) -> None:
        if not self._seated and not isinstance(message, ClassClaim):
            raise store.not_the_presenter() if self._in_front else locked()
        if isinstance(message, ClassClaim):
            await self._claim(message)
        elif isinstance(message, ClassHello):
            await self._hello(message)
        elif isinstance(message, ClassVote):
            await self._vote(message)
        elif isinstance(message, ClassWhere):
            self._where()
        elif self.role != "presenter":
            raise store.not_the_presenter()
        elif self._room is not None and self._room.claim != self.claim:
            raise taken_over()
        else:
            await self._present(message)

    async def _claim(self, message: ClassClaim) -> None:
        assert self._room is not None
        role = await in_database(store.role_of, self._room.pk, message.token)
        if role is None or (role == "audience" and message.role == "presenter" and not self._token):
            raise store.not_the_presenter()
        self.role = "presenter" if role == message.role == "presenter" else "audience"
        if not self._seated:
            self._sit()
        self._room.watch(self)
        if self.role == "presenter":
            self.claim = secrets.token_hex(8)
            await self._room.take(self.claim)
        self.outbox.answer(event_of(ClassClaimed("presenter" if self.role == "presenter" else "audience")))
        self._room.recount(votes=True)

    async def _hello(self, message: ClassHello) -> None:
        assert self._room is not None
        member = await in_database(store.join, self._room.pk, self._room.code, self._key)
        await in_database(store.rename, member, message.name)
        await self._introduce()

    def _where(self) -> None:
        assert self._room is not None
        self._room.tell(self)

    async def _vote(self, message: ClassVote) -> None:
        assert self._room is not None
        if self.member is None:
            member = await in_database(store.join, self._room.pk, self._room.code, self._key)
            self.member = member.pk
        await in_database(polls.vote, self._room.pk, message.poll, self.member, message.choice)
        self.outbox.answer(event_of(ClassVoted(message.poll, message.choice)))
        self._room.voted()

    async def _present(self, message: ClassClientMessage) -> None:
        """What only the presenter may do."""
        room = self._room
        assert room is not None
        match message:
            case ClassCursor():
                room.change(**msgspec.structs.asdict(message))
            case ClassBlank(blank):
                room.change(blank=blank)
            case ClassAsk():
                await room.change_kept(poll=await in_database(polls.asked, room.pk, room.state, message))
            case ClassClose(poll):
                await room.change_kept(poll=await in_database(polls.set_status, room.pk, poll, "closed"))
            case ClassReveal(poll):
                await room.change_kept(poll=await in_database(polls.set_status, room.pk, poll, "revealed"))
            case ClassDismiss(poll):
                await in_database(polls.set_status, room.pk, poll, "closed")
                await room.change_kept(poll=None)
            case ClassModerate(member, name, out):
                await in_database(store.moderate, room.pk, member, name, out)
                room.roster_changed()
                await room.look_round()
            case ClassLock(closed):
                await in_database(store.lock, room.pk, closed)
                room.roster_changed()
                await room.look_round()

    def refuse(self, refusal: Refusal) -> None:
        self.outbox.answer(event_of(ErrorMessage(None, refusal.code, refusal.message, refusal.hint)))

    def demoted(self) -> None:
        """Another window presents now."""
        self.role = "audience"
        self.refuse(taken_over())

    def shown_out(self, refusal: Refusal) -> None:
        """Removed by the presenter, or the class has ended."""
        if self.role == "follower" or refusal.code != "removed":
            self.refuse(refusal)
            self.outbox.answer({"type": "websocket.close", "code": CLOSED_WITH.get(refusal.code, UNKNOWN_CLASS)})

    async def left(self) -> None:
        self.outbox.close()
        if self._room is not None:
            self._room.leave(self)
            await rooms().leave(self._room)


def cookie_of(scope: dict[str, Any]) -> str:
    """The member's key that the browser sends along."""
    jar: SimpleCookie = SimpleCookie()
    for name, value in scope.get("headers", ()):
        if name == b"cookie":
            try:
                jar.load(value.decode("latin-1"))
            except CookieError:
                return ""
    found = jar.get(MEMBER_COOKIE)
    return found.value[:64] if found is not None else ""


def locked() -> Refusal:
    return Refusal(403, "class-locked", "The door of this class is closed.", "Ask the presenter to open it.")


def taken_over() -> Refusal:
    return Refusal(
        409,
        "taken-over",
        "Another window presents this class now.",
        "Claim it again to take it back; there is one presenter at a time.",
    )


def storage_busy() -> Refusal:
    return Refusal(503, "storage-busy", STORAGE, "It is tried again by itself.")


def not_understood() -> Refusal:
    return Refusal(
        400,
        "bad-message",
        "This message is not part of the protocol of a class.",
        'Followers send {"type": "class.vote", "poll": "p3", "choice": 2}.',
    )
