"""Frames that are made once and written to many websockets."""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

EXTENSION = "netviz.frame"
"""Under this name a socket's scope has `write_frame`, where the server can do it."""


def text_frame(text: str) -> bytes:
    """As a server sends it: unmasked, in one piece (RFC 6455, 5.2)."""
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class FrameProtocol(WebSocketsSansIOProtocol):
    """uvicorn's websocket, which also takes a frame as it goes over the line; it knows no compression."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101 and not self.config.ws_per_message_deflate:
            extensions: Any = self.scope["extensions"]
            extensions[EXTENSION] = self.write_frame

    def write_frame(self, frame: bytes) -> bool:
        """Write it at once; false where that can't be: the line is full or closed."""
        if not self.writable.is_set() or self.disconnected or self.close_sent or not self.handshake_complete:
            return False
        transport: asyncio.Transport = self.transport
        if transport.is_closing():
            return False
        transport.write(frame)
        return True
