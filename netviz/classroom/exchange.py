"""What the processes of one site say to each other about a class: nothing where there is one, Redis where there are
several (REDIS_URL). One subscription for each process and class; from there a message goes round inside the process.

Redis is a line, not a memory: what it loses while it is away, every process reads from the database.
"""

import asyncio
import logging
import secrets
from contextlib import suppress
from typing import Any, Protocol

import msgspec
from django.conf import settings

_log = logging.getLogger("netviz.classroom")

CHANNEL = "netviz:class:"
LOOK = 1.0
"""While Redis is away: how often the database is read, and Redis tried."""
BEAT = 5.0
"""How often a process says how many follow there."""


class Listener(Protocol):
    """What hears: the rooms of this process."""

    def state_came(self, code: str, text: bytes) -> None: ...

    def word_came(self, code: str, sender: str, word: dict[str, Any]) -> None: ...

    def line_is(self, up: bool) -> None: ...

    async def catch_up(self) -> None: ...

    def open_rooms(self) -> list[Any]: ...


class Exchange(Protocol):
    """What a room needs of the others."""

    up: bool

    async def subscribe(self, code: str) -> None: ...

    async def unsubscribe(self, code: str) -> None: ...

    def publish_state(self, code: str, text: str) -> None: ...

    def publish(self, code: str, word: dict[str, Any]) -> None: ...


class Alone:
    """One process has nobody to talk to."""

    up = True

    async def subscribe(self, code: str) -> None:
        """Nobody else speaks of it."""

    async def unsubscribe(self, code: str) -> None:
        """Nobody else spoke of it."""

    def publish_state(self, code: str, text: str) -> None:
        """The room has shown it already."""

    def publish(self, code: str, word: dict[str, Any]) -> None:
        """The room knows."""


NOTHING = msgspec.Raw()


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one process tells the others: a state, or a word about the class."""

    sender: str
    state: msgspec.Raw = NOTHING
    word: dict[str, Any] | None = None


class OverRedis:
    """Says and hears over Redis, and stays calm while it is away."""

    def __init__(self, url: str, listener: Listener) -> None:
        from redis import asyncio as redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        at_once = Retry(NoBackoff(), 0)  # a line that breaks is heard of here, so that what was missed is read
        self.up = True
        self._name = secrets.token_hex(8)
        self._listener = listener
        self._redis = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5, retry=at_once)
        hearing = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=None, retry=at_once)
        self._hearing = hearing.pubsub(ignore_subscribe_messages=True)
        self._codes: set[str] = set()
        self._states: dict[str, str] = {}  # one slot for each class: the latest state wins
        self._words: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue(1000)
        self._something = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def subscribe(self, code: str) -> None:
        self._codes.add(code)
        if not self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(work()) for work in (self._hear, self._say, self._beat)]
            for task in self._tasks:
                task.add_done_callback(_told)
        if self.up:
            with suppress(OSError, self._failures()):
                await self._hearing.subscribe(CHANNEL + code)

    async def unsubscribe(self, code: str) -> None:
        self._codes.discard(code)
        with suppress(OSError, self._failures()):
            await self._hearing.unsubscribe(CHANNEL + code)

    def publish_state(self, code: str, text: str) -> None:
        self._states[code] = text
        self._something.set()

    def publish(self, code: str, word: dict[str, Any]) -> None:
        with suppress(asyncio.QueueFull):  # only while Redis is away, and the database knows as well
            self._words.put_nowait((code, word))
        self._something.set()

    @staticmethod
    def _failures() -> type[Exception]:
        from redis.exceptions import RedisError

        return RedisError

    async def _say(self) -> None:
        """Send what waits; while Redis is away it waits, states in one slot for each class."""
        while True:
            await self._something.wait()
            self._something.clear()
            while self._states or not self._words.empty():
                code, body = self._next()
                try:
                    await self._redis.publish(CHANNEL + code, msgspec.json.encode(body))
                except (OSError, self._failures()):
                    if bytes(body.state):
                        self._states.setdefault(code, bytes(body.state).decode())
                    await asyncio.sleep(LOOK)

    def _next(self) -> tuple[str, Word]:
        if self._states:
            code = next(iter(self._states))
            return code, Word(self._name, state=msgspec.Raw(self._states.pop(code).encode()))
        code, word = self._words.get_nowait()
        return code, Word(self._name, word=word)

    async def _hear(self) -> None:
        """Hear the others. After a pause: subscribe anew, and read what was missed from the database."""
        while True:
            try:
                if not self.up:
                    await self._hearing.subscribe(*(CHANNEL + code for code in self._codes))
                    await self._back()
                await self._listen()
            except (OSError, self._failures()) as fault:
                await self._away(fault)

    async def _listen(self) -> None:
        while True:
            if not self._hearing.subscribed:
                await asyncio.sleep(0.05)
                continue
            message = await self._hearing.get_message(timeout=None)
            if message is not None and message["type"] == "message":
                self._heard(message["channel"].decode().removeprefix(CHANNEL), message["data"])

    def _heard(self, code: str, data: bytes) -> None:
        try:
            said = msgspec.json.decode(data, type=Word)
        except msgspec.DecodeError:
            _log.warning("Redis (REDIS_URL) has a message about a class that is not ours")
            return
        if said.sender == self._name:
            return
        if bytes(said.state):
            self._listener.state_came(code, bytes(said.state))
        elif said.word is not None:
            self._listener.word_came(code, said.sender, said.word)

    async def _away(self, fault: Exception) -> None:
        """Until Redis is back the class goes on by the database, a second late."""
        if self.up:
            self.up = False
            _log.warning("Redis (REDIS_URL) can't be reached: %s", type(fault).__name__)
            self._listener.line_is(False)
        await self._listener.catch_up()
        await asyncio.sleep(LOOK)

    async def _back(self) -> None:
        self.up = True
        _log.warning("Redis (REDIS_URL) is back")
        self._something.set()
        await self._listener.catch_up()
        self._listener.line_is(True)
        for room in self._listener.open_rooms():
            room.recount(votes=True)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            for room in self._listener.open_rooms():
                room.say_who_is_here(again=True)
                room.recount()


def _told(task: "asyncio.Task[None]") -> None:
    """These tasks end with the process; one that ends by itself has made a mistake."""
    if not task.cancelled() and (fault := task.exception()) is not None:
        _log.error("the exchange over Redis has ended: %s", type(fault).__name__)


def exchange_of(listener: Listener) -> Exchange:
    """By REDIS_URL."""
    url: str = settings.REDIS_URL
    return OverRedis(url, listener) if url else Alone()
