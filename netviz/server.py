"""Running the site with uvicorn: one place for what `netviz serve` and `manage.py runserver` have in common."""

import errno
import socket
from typing import Any

APPLICATION = "netviz.asgi:application"
MAX_FRAME_BYTES = 1024 * 1024
"""Above this uvicorn ends a websocket; below it, netviz/consumers.py refuses a long message and stays."""


class PortTaken(Exception):
    """Another program listens there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} on {host} is taken.")
        self.hint = f"Choose another with --port, as in --port {free_port(host)}."


def options(**more: Any) -> dict[str, Any]:
    """What uvicorn is told."""
    return {
        "ws": "netviz.frames:FrameProtocol",  # uvicorn's websockets-sansio, and frames that are made once
        "ws_per_message_deflate": False,  # small frames gain nothing, and it costs time and memory for each socket
        "ws_max_size": MAX_FRAME_BYTES,
        "server_header": False,
        "timeout_graceful_shutdown": 3,
        "log_level": "warning",
        **more,
    }


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; PortTaken where another program does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from None
        raise
    listening.set_inheritable(True)
    return listening


def free_port(host: str) -> int:
    """A port that nobody listens on now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
