"""A client for the site's websockets that needs no network (channels.testing would need daphne)."""

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator

from netviz.asgi import application


class Conversation:
    """`async with Conversation(path) as there:`, then `say` and `hear`."""

    def __init__(self, path: str, query: str = "", **headers: str) -> None:
        encoded = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": query.encode(),
            "headers": encoded,
            "subprotocols": [],
        }
        self._there = ApplicationCommunicator(application, scope)

    async def open(self) -> tuple[bool, int | None]:
        """Whether the socket opened, and the code it was closed with if not."""
        await self._there.send_input({"type": "websocket.connect"})
        answer = await self._there.receive_output(30)
        return answer["type"] == "websocket.accept", answer.get("code")

    async def __aenter__(self) -> "Conversation":
        opened, code = await self.open()
        assert opened, f"the socket was closed with {code}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._there.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._there.wait(30)

    async def say(self, message: Any) -> None:
        """A message; text goes as it is."""
        await self.send(text=message if isinstance(message, str) else json.dumps(message))

    async def send(self, **frame: Any) -> None:
        await self._there.send_input({"type": "websocket.receive", **frame})

    async def hear(self) -> dict[str, Any]:
        """The next message, or {"closed": code}."""
        event = await self._there.receive_output(60)
        if event["type"] == "websocket.close":
            return {"closed": event["code"]}
        found: dict[str, Any] = json.loads(event["text"])
        return found

    async def hear_until(self, kind: str) -> list[dict[str, Any]]:
        """All messages up to one of a type."""
        heard = [await self.hear()]
        while heard[-1].get("type") != kind:
            heard.append(await self.hear())
        return heard
