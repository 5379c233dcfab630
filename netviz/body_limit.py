"""Stops a request body that is too large before Django would spool it: what is not masked never touches a disk."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.utils.translation import override

from netviz.languages import language_of
from netviz.refusal import Refusal, json_refusal, page, wants_json
from netviz.upload import too_large

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

PATIENCE = 8
"""A body is read to its end, up to so many times the limit, so that a browser hears the answer."""


class BodyTooLarge(Exception):
    """`more`: whether there is still something to read."""

    def __init__(self, more: bool) -> None:
        super().__init__(more)
        self.more = more


class BodyLimit:
    """Counts the bytes of a body on their way to the application."""

    def __init__(self, application: Callable[[Event, Receive, Send], Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        limit: int = settings.NETVIZ_MAX_BODY_BYTES
        said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if said.isdigit() and int(said) > limit:
            await _read_on(receive, PATIENCE * limit)
            await _answer(scope, send, too_large())
            return
        counted = 0

        async def counting() -> Event:
            nonlocal counted
            event = await receive()
            counted += len(event.get("body", b""))
            if counted > limit:
                raise BodyTooLarge(event.get("more_body", False))
            return event

        try:
            await self.application(scope, counting, send)
        except BodyTooLarge as found:
            if found.more:
                await _read_on(receive, PATIENCE * limit)
            await _answer(scope, send, too_large())


async def _read_on(receive: Receive, most: int) -> None:
    """Read what is left of a body and forget it."""
    read = 0
    while read <= most:
        event = await receive()
        read += len(event.get("body", b""))
        if event["type"] != "http.request" or not event.get("more_body", False):
            return


async def _answer(scope: Event, send: Send, refusal: Refusal) -> None:
    with override(language_of(scope)):
        response = json_refusal(refusal) if wants_json(scope["path"]) else page(refusal)
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers.append((b"x-content-type-options", b"nosniff"))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
