"""Classes inside this process: a set of sockets for each, and the latest state.

No channel layer: a state is encoded once and written to every socket of the room. What the presenter does is shown
first and written down right after, at most every `PAUSE`; the row in the database is what a restarted server begins
with, and what other processes fall back on while they can't hear each other.
"""

import asyncio
import logging
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import msgspec
from channels.db import database_sync_to_async
from django.db import DatabaseError

from netviz.classroom import messages, polls, store
from netviz.classroom.codes import unknown_class
from netviz.classroom.exchange import Exchange, exchange_of
from netviz.classroom.messages import ClassCounts, ClassNotice, ClassState
from netviz.classroom.outbox import Event, Outbox
from netviz.refusal import Refusal

_log = logging.getLogger("netviz.classroom")

PAUSE = 0.1
"""Between two states that are written down; what came in between is in the second."""
SLOW = 2.0
"""After so long without an answer from the database everybody is told."""
RETRY = 1.0
"""Between two tries to write down while the database doesn't take it."""
COUNTS = 0.5
"""Between two counts: at most two a second."""
SILENCE = 12.0
"""A process that hasn't said how many follow there for so long is counted no more."""

STORAGE = "Steps and votes can't be written down just now. The class goes on; they are kept here and written later."
EXCHANGE = "The servers of this class can't hear each other just now. Steps may come a second late."


class Seat(Protocol):
    """A socket in a room."""

    outbox: Outbox
    role: str
    claim: str
    member: int | None

    def demoted(self) -> None: ...

    def shown_out(self) -> None: ...


def event_of(message: messages.ClassServerMessage) -> Event:
    return {"type": "websocket.send", "text": messages.encode(message)}


class Room:
    """One class, as this process knows it."""

    def __init__(self, code: str, known: store.Known, exchange: Exchange) -> None:
        self.code, self.pk = code, known.pk
        self.state, self.claim, self.locked = known.state, known.claim, known.locked
        self.seats: set[Any] = set()
        self.watchers: set[Any] = set()
        self.votes: dict[str, int] = {}
        self._exchange = exchange
        self._event = event_of(self.state)
        self._elsewhere: dict[str, tuple[int, float]] = {}
        self._keeping: asyncio.Task[None] | None = None
        self._kept = known.state.revision
        self._counting: asyncio.TimerHandle | None = None
        self._tally: asyncio.Task[None] | None = None
        self._notices: dict[str, str] = {}

    # Sockets

    def enter(self, seat: Any) -> None:
        self.seats.add(seat)
        seat.outbox.state(self._event)
        for about, words in self._notices.items():
            seat.outbox.answer(_notice(about, words))
        self.recount()

    def leave(self, seat: Any) -> None:
        self.seats.discard(seat)
        self.watchers.discard(seat)
        self.recount()

    def watch(self, seat: Any) -> None:
        """A presenter or an audience view: it is told the counts."""
        self.watchers.add(seat)
        self.recount()

    # The state

    def change(self, **fields: Any) -> None:
        """The presenter's doing: the next revision, shown at once, then written down."""
        state = msgspec.structs.replace(self.state, revision=self.state.revision + 1, **fields)
        self.show(state)
        self._exchange.publish_state(self.code, self._event["text"])
        self._keep_soon()

    async def change_kept(self, **fields: Any) -> None:
        """As `change`, written down before anybody sees it: who votes must find the poll after a restart."""
        state = msgspec.structs.replace(self.state, revision=self.state.revision + 1, **fields)
        await database_sync_to_async(store.keep)(self.pk, state)
        self._kept = max(self._kept, state.revision)
        self.show(state)
        self._exchange.publish_state(self.code, self._event["text"])

    def show(self, state: ClassState) -> None:
        """Send a state to everybody here, if it is later than the one they have."""
        if state.revision <= self.state.revision:
            return
        if state.poll is None or self.state.poll is None or state.poll.id != self.state.poll.id:
            self.votes = {}
            self.recount(votes=True)
        self.state, self._event = state, event_of(state)
        for seat in self.seats:
            seat.outbox.state(self._event)

    def _keep_soon(self) -> None:
        if self._keeping is None:
            self._keeping = asyncio.get_running_loop().create_task(self._keep())

    async def _keep(self) -> None:
        """Write down until what is written is what is shown."""
        try:
            while self._kept < self.state.revision:
                state = self.state
                try:
                    await self._written(state)
                except DatabaseError:
                    self.notice("storage", STORAGE)
                    await asyncio.sleep(RETRY)
                    continue
                self._kept = state.revision
                self.notice("storage", "")
                await asyncio.sleep(PAUSE)
        finally:
            self._keeping = None

    async def _written(self, state: ClassState) -> None:
        """A database that is only slow to take it is told of, too."""
        writing = asyncio.ensure_future(database_sync_to_async(store.keep)(self.pk, state))
        await asyncio.wait([writing], timeout=SLOW)
        if not writing.done():
            self.notice("storage", STORAGE)
        await writing

    async def kept(self) -> None:
        """Wait until the latest state is written down."""
        while self._keeping is not None:
            await asyncio.wait([self._keeping])

    async def reload(self) -> None:
        """Catch up with the database: another process may have gone on, or taken the presenter's place."""
        known = await database_sync_to_async(store.load)(self.code)
        if known is None:
            for seat in list(self.seats):
                seat.shown_out()
            return
        self.locked = known.locked
        self.show(known.state)
        self.claimed(known.claim)

    # Who presents

    def claimed(self, claim: str) -> None:
        """A window presents now; any other one here does so no more."""
        self.claim = claim
        for seat in list(self.watchers):
            if seat.role == "presenter" and seat.claim != claim:
                seat.demoted()

    async def take(self, claim: str) -> None:
        await database_sync_to_async(store.claim)(self.pk, claim)
        self.claimed(claim)
        self._exchange.publish(self.code, {"kind": "claim", "claim": claim})

    # Counts

    def recount(self, votes: bool = False) -> None:
        """Say soon how many follow; `votes`: and how they have voted."""
        if votes:
            self._tally_soon()
        if self._counting is None:
            self._counting = asyncio.get_running_loop().call_later(COUNTS, self._count)

    def _count(self) -> None:
        self._counting = None
        here = len(self.seats) - len(self.watchers)
        self._exchange.publish(self.code, {"kind": "here", "followers": here})
        if not self.watchers:
            return
        now = asyncio.get_running_loop().time()
        self._elsewhere = {who: (n, t) for who, (n, t) in self._elsewhere.items() if t > now - SILENCE}
        everybody = here + sum(n for n, _ in self._elsewhere.values())
        event = event_of(ClassCounts(everybody, self.votes, self.locked))
        for seat in self.watchers:
            seat.outbox.counts(event)

    def _tally_soon(self) -> None:
        if self._tally is None and self.watchers:
            self._tally = asyncio.get_running_loop().create_task(self._tallied())

    async def _tallied(self) -> None:
        """Count the votes in the database, at most twice a second."""
        try:
            await asyncio.sleep(COUNTS)
            poll = self.state.poll
            if poll is None:
                return
            try:
                self.votes = await database_sync_to_async(polls.votes)(self.pk, poll.id)
            except DatabaseError:
                return  # the vote that couldn't be written either is what brings us back here
            self.recount()
        finally:
            self._tally = None

    def voted(self) -> None:
        self.recount(votes=True)
        self._exchange.publish(self.code, {"kind": "voted"})

    def roster_changed(self) -> None:
        self._exchange.publish(self.code, {"kind": "roster"})

    # What other processes say

    def heard(self, sender: str, word: dict[str, Any]) -> None:
        match word.get("kind"):
            case "here":
                self._elsewhere[sender] = (int(word["followers"]), asyncio.get_running_loop().time())
                if self.watchers:
                    self._counting = self._counting or asyncio.get_running_loop().call_later(COUNTS, self._tell)
            case "voted":
                self.recount(votes=True)
            case "claim":
                self.claimed(str(word["claim"]))
            case "roster":
                asyncio.get_running_loop().create_task(self.look_round())

    def _tell(self) -> None:
        self._count()

    async def look_round(self) -> None:
        """Show out who was removed, and lock or open the door."""
        known = await database_sync_to_async(store.load)(self.code)
        self.locked = known.locked if known is not None else True
        out = {m.pk for m in await database_sync_to_async(store.members)(self.pk) if m.removed}
        for seat in list(self.seats):
            if known is None or seat.member in out:
                seat.shown_out()
        self.recount(votes=True)

    # Words

    def notice(self, about: str, words: str) -> None:
        """Say what is out of order to everybody here, once; and once when it is mended."""
        if self._notices.get(about, "") == words:
            return
        if words:
            self._notices[about] = words
            _log.warning("class: %s", words)
        else:
            self._notices.pop(about, None)
        for seat in self.seats:
            seat.outbox.answer(_notice(about, words))


def _notice(about: str, words: str) -> Event:
    assert about in ("exchange", "storage")
    return event_of(ClassNotice("exchange" if about == "exchange" else "storage", words))


class Rooms:
    """The rooms of this process, by code."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._exchange = exchange_of(self)

    async def enter(self, code: str) -> Room:
        """The room of a class, opened where nobody is in it yet. The caller takes a seat in it at once."""
        async with self._opening.setdefault(code, asyncio.Lock()):
            room = self._rooms.get(code)
            if room is None:
                await self._exchange.subscribe(code)
                known = await database_sync_to_async(store.load)(code)
                if known is None:
                    await self._exchange.unsubscribe(code)
                    raise unknown_class()
                room = self._rooms[code] = Room(code, known, self._exchange)
                if not self._exchange.up:
                    room.notice("exchange", EXCHANGE)
        return room

    async def leave(self, room: Room) -> None:
        """The room is closed when nobody is in it."""
        async with self._opening.setdefault(room.code, asyncio.Lock()):
            if room.seats or self._rooms.get(room.code) is not room:
                return
            await room.kept()
            if room.seats:
                return
            del self._rooms[room.code]
            await self._exchange.unsubscribe(room.code)
        self._opening.pop(room.code, None)

    # What the exchange tells

    def state_came(self, code: str, text: bytes) -> None:
        room = self._rooms.get(code)
        if room is not None:
            room.show(msgspec.json.decode(text, type=ClassState))

    def word_came(self, code: str, sender: str, word: dict[str, Any]) -> None:
        room = self._rooms.get(code)
        if room is not None:
            room.heard(sender, word)

    def line_is(self, up: bool) -> None:
        """The other processes can't be heard, or can again."""
        for room in self._rooms.values():
            room.notice("exchange", "" if up else EXCHANGE)

    async def catch_up(self) -> None:
        for room in list(self._rooms.values()):
            try:
                await room.reload()
            except (DatabaseError, Refusal):
                room.notice("storage", STORAGE)

    def open_rooms(self) -> list[Room]:
        return list(self._rooms.values())


_rooms: "WeakKeyDictionary[asyncio.AbstractEventLoop, Rooms]" = WeakKeyDictionary()


def rooms() -> Rooms:
    """Those of the running loop."""
    loop = asyncio.get_running_loop()
    found = _rooms.get(loop)
    if found is None:
        found = _rooms[loop] = Rooms()
    return found
