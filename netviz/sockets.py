"""What answers a websocket that nobody serves."""

from typing import Any


async def no_such_socket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuse the handshake: there is nothing at this address."""
    await receive()
    await send({"type": "websocket.close", "code": 4404, "reason": "not-found"})
