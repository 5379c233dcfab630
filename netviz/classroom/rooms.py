"""Classes inside this process: a set of sockets for each, and the latest state.

No channel layer: a state is encoded once and written to every socket of the room. What the presenter does is shown
first and written down right after, at most every `PAUSE`; the row in the database is what a restarted server begins
with, and what other processes fall back on while they can't hear each other.
"""

import asyncio
import logging
from typing import Any, NamedTuple, Protocol
from weakref import WeakKeyDictionary, WeakValueDictionary

import msgspec
from django.db import DatabaseError

from netviz.classroom import codes, messages, polls, store
from netviz.classroom.database import in_database
from netviz.classroom.exchange import Exchange, exchange_of
from netviz.classroom.messages import ClassCounts, ClassNotice, ClassState
from netviz.classroom.outbox import Event, Outbox
from netviz.frames import text_frame
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

    def shown_out(self, refusal: Refusal) -> None: ...

    async def let_in(self) -> None: ...

    async def renamed(self, name: str) -> None: ...


def event_of(message: messages.ClassServerMessage) -> Event:
    return {"type": "websocket.send", "text": messages.encode(message)}


def framed(state: ClassState) -> Event:
    """A state, with the frame in which it goes over each line."""
    event = event_of(state)
    return {**event, "frame": text_frame(event["text"])}


class Room:
    """One class, as this process knows it."""

    def __init__(self, code: str, known: store.Known, exchange: Exchange) -> None:
        self.code, self.pk = code, known.pk
        self.state, self.claim, self.locked = known.state, known.claim, known.locked
        self.held = 0
        """How many have come in through `Rooms.enter` and not left."""
        self.seats: set[Any] = set()
        self.watchers: set[Any] = set()
        self.doorstep: set[Any] = set()
        """Who waits until the door is opened."""
        self.votes: dict[str, int] = {}
        self._exchange = exchange
        self._event = framed(self.state)
        self._elsewhere: dict[str, Elsewhere] = {}
        self._keeping: asyncio.Task[None] | None = None
        self._kept = known.state.revision
        self._counting: asyncio.TimerHandle | None = None
        self._counted = self._tallied = -COUNTS
        self._untallied = False
        self._tally: asyncio.Task[None] | None = None
        self._said_here: Any = None
        self._notices: dict[str, str] = {}

    # Sockets

    def enter(self, seat: Any) -> None:
        self.doorstep.discard(seat)
        self.seats.add(seat)
        seat.outbox.state(self._event)
        for about, words in self._notices.items():
            seat.outbox.answer(_notice(about, words))
        self.recount()

    def leave(self, seat: Any) -> None:
        for group in (self.seats, self.watchers, self.doorstep):
            group.discard(seat)
        self.recount()

    def tell(self, seat: Any) -> None:
        """The state once more."""
        seat.outbox.state(self._event)

    def members(self) -> set[int]:
        """Who has a screen open, here or at another process."""
        here = {seat.member for seat in self.seats - self.watchers if seat.member is not None}
        return here.union(*(there.members for there in self._elsewhere.values()))

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
        await in_database(store.keep, self.pk, state)
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
        self.state, self._event = state, framed(state)
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
        writing = asyncio.ensure_future(in_database(store.keep, self.pk, state))
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
        known = await in_database(store.load, self.code)
        if known is None:
            self.ended()
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
        await in_database(store.claim, self.pk, claim)
        self.claimed(claim)
        self._exchange.publish(self.code, {"kind": "claim", "claim": claim})

    # Counts

    def recount(self, votes: bool = False) -> None:
        """Say soon how many follow; `votes`: and how they have voted."""
        if votes:
            self._tally_soon()
        if self._counting is None:
            loop = asyncio.get_running_loop()
            self._counting = loop.call_at(max(loop.time(), self._counted + COUNTS), self._count)

    def say_who_is_here(self, again: bool = False) -> int:
        """Tell the other processes how many follow here, when that has changed or they may have missed it."""
        followers = self.seats - self.watchers
        here = len(followers)
        members = sorted({seat.member for seat in followers if seat.member is not None})
        if again or self._said_here != (here, members):
            self._said_here = (here, members)
            self._exchange.publish(self.code, {"kind": "here", "followers": here, "members": members})
        return here

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self._counting, self._counted = None, now
        here = self.say_who_is_here()
        if not self.watchers:
            return
        self._elsewhere = {who: there for who, there in self._elsewhere.items() if there.at > now - SILENCE}
        everybody = here + sum(there.followers for there in self._elsewhere.values())
        event = event_of(ClassCounts(everybody, self.votes, self.locked))
        for seat in self.watchers:
            seat.outbox.counts(event)

    def _tally_soon(self) -> None:
        self._untallied = True
        if self._tally is None and self.watchers:
            self._tally = asyncio.get_running_loop().create_task(self._count_votes())

    async def _count_votes(self) -> None:
        """Count the votes in the database, at most twice a second, until none has come in while they were counted."""
        loop = asyncio.get_running_loop()
        try:
            while self._untallied:
                await asyncio.sleep(max(0.0, self._tallied + COUNTS - loop.time()))
                self._untallied, self._tallied = False, loop.time()
                await self._votes_of(self.state.poll)
        except DatabaseError:
            pass  # the vote that couldn't be written either is what brings us back here
        finally:
            self._tally = None

    async def _votes_of(self, poll: messages.PollShown | None) -> None:
        if poll is None:
            return
        votes = await in_database(polls.votes, self.pk, poll.id)
        if self.state.poll is not None and self.state.poll.id == poll.id:
            self.votes = votes
            self.recount()

    def voted(self) -> None:
        self.recount(votes=True)
        self._exchange.publish(self.code, {"kind": "voted"})

    def roster_changed(self) -> None:
        self._exchange.publish(self.code, {"kind": "roster"})

    # What other processes say

    def heard(self, sender: str, word: dict[str, Any]) -> None:
        match word.get("kind"):
            case "here":
                now = asyncio.get_running_loop().time()
                self._elsewhere[sender] = Elsewhere(int(word["followers"]), frozenset(word["members"]), now)
                self.recount()
            case "voted":
                self.recount(votes=True)
            case "claim":
                self.claimed(str(word["claim"]))
            case "roster":
                asyncio.get_running_loop().create_task(self._look_round_when_it_can_be_read())

    async def look_round(self) -> None:
        """Show out who was removed, tell who was given another name, and lock or open the door."""
        known = await in_database(store.load, self.code)
        if known is None:
            self.ended()
            return
        self.locked = known.locked
        members = {m.pk: m for m in await in_database(store.members, self.pk)}
        for seat in list(self.seats):
            member = members.get(seat.member)
            if member is not None and member.removed:
                seat.shown_out(codes.removed())
            elif member is not None:
                await seat.renamed(member.name)
        for seat in [] if self.locked else list(self.doorstep):
            await seat.let_in()
        self.recount(votes=True)

    async def _look_round_when_it_can_be_read(self) -> None:
        while True:
            try:
                await self.look_round()
            except DatabaseError:
                await asyncio.sleep(RETRY)
            else:
                return

    def ended(self) -> None:
        """The presenter has ended the class."""
        for seat in [*self.seats, *self.doorstep]:
            seat.shown_out(codes.ended())

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


class Elsewhere(NamedTuple):
    """What another process has said about itself, and when."""

    followers: int
    members: frozenset[int]
    at: float


class Rooms:
    """The rooms of this process, by code."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._doors: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._exchange = exchange_of(self)

    async def enter(self, code: str) -> Room:
        """The room of a class, opened where nobody is in it yet. It stays until everybody who came has left it."""
        async with self._door(code):
            room = self._rooms.get(code)
            if room is None:
                await self._exchange.subscribe(code)
                known = await in_database(store.load, code)
                if known is None:
                    await self._exchange.unsubscribe(code)
                    raise codes.unknown_class()
                room = self._rooms[code] = Room(code, known, self._exchange)
                if not self._exchange.up:
                    room.notice("exchange", EXCHANGE)
            room.held += 1
        return room

    async def leave(self, room: Room) -> None:
        """The room is closed when nobody is in it."""
        room.held -= 1
        async with self._door(room.code):
            if room.held or self._rooms.get(room.code) is not room:
                return
            await room.kept()
            room.say_who_is_here()
            del self._rooms[room.code]
            await self._exchange.unsubscribe(room.code)

    def _door(self, code: str) -> asyncio.Lock:
        """Only one opens or closes a room at a time."""
        lock = self._doors.get(code)
        if lock is None:
            lock = self._doors[code] = asyncio.Lock()
        return lock

    def members(self, code: str) -> set[int]:
        room = self._rooms.get(code)
        return room.members() if room is not None else set()

    def look_round(self, code: str) -> None:
        """Something about the class has changed in the database, other than by its sockets."""
        self.word_came(code, "", {"kind": "roster"})
        self._exchange.publish(code, {"kind": "roster"})

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


async def members_here(code: str) -> set[int]:
    """For a page, which runs in a thread: who has a screen of this class open."""
    return rooms().members(code)


async def look_round(code: str) -> None:
    """For a page: everybody looks what has become of the class."""
    rooms().look_round(code)
