"""What goes to one socket. A slow phone misses states in between, never the latest one, and holds nobody up."""

import asyncio
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from typing import Any

Event = dict[str, Any]
Send = Callable[[Event], Awaitable[None]]
Write = Callable[[bytes], bool]
"""Writes a whole frame at once, where the line has room (netviz/frames.py)."""

MOST_WAITING = 64
"""Answers that wait for a socket that doesn't read; older ones are lost to it."""


class Outbox:
    """One slot for the state, one for the counts, and a short queue of answers that are for this socket alone."""

    def __init__(self, send: Send, write: Write | None = None) -> None:
        self._send, self._write = send, write
        self._state: Event | None = None
        self._counts: Event | None = None
        self._answers: deque[Event] = deque(maxlen=MOST_WAITING)
        self._rest: asyncio.Task[None] | None = None
        self.closed = False

    def state(self, event: Event) -> None:
        """To 500 sockets in a row: where nothing waits, the frame that is the same for all is written as it is."""
        if self._rest is None and self._write is not None and not self.closed and self._write(event["frame"]):
            return
        self._state = event
        if self._rest is None:
            self._start()

    def counts(self, event: Event) -> None:
        self._counts = event
        if self._rest is None:
            self._start()

    def answer(self, event: Event) -> None:
        self._answers.append(event)
        if self._rest is None:
            self._start()

    async def flushed(self) -> None:
        """Wait until nothing waits."""
        if self._rest is not None:
            await asyncio.wait([self._rest], timeout=1)

    def close(self) -> None:
        self.closed = True
        if self._rest is not None:
            self._rest.cancel()

    def _start(self) -> None:
        """Send at once. Only where the socket's own buffer is full a task waits for it; for all others none is made."""
        sending = self._drain()
        try:
            future = sending.send(None)
        except StopIteration:
            return
        self._rest = asyncio.get_running_loop().create_task(_go_on(sending, future))
        self._rest.add_done_callback(self._emptied)

    def _emptied(self, task: "asyncio.Task[None]") -> None:
        self._rest = None
        if not task.cancelled() and (fault := task.exception()) is not None:
            raise fault

    def _next(self) -> Event | None:
        if self._state is not None:
            event, self._state = self._state, None
        elif self._answers:
            event = self._answers.popleft()
        else:
            event, self._counts = self._counts, None  # type: ignore[assignment]  # None ends the drain
        return event

    async def _drain(self) -> None:
        while not self.closed and (event := self._next()) is not None:
            try:
                await self._send(event)
            except OSError:  # the client has gone; its own loop hears of it
                self.closed = True


@types.coroutine
def _go_on(started: Coroutine[Any, None, None], future: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that already waits for a future."""
    while True:
        try:
            heard = yield future
        except BaseException as thrown:  # noqa: BLE001  handed on to the coroutine, as a task would
            step = partial(started.throw, thrown)
        else:
            step = partial(started.send, heard)
        try:
            future = step()
        except StopIteration:
            return
