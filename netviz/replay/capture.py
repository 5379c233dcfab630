"""Packet sockets: every frame of every device of every namespace, with the kernel's time.

One socket a namespace that is bound to no device hears all of them, in the order in which they passed.
"""

import contextlib
import heapq
import socket
import struct
from collections.abc import Iterator

import msgspec

from netviz.replay.frames import Frame, read_frame
from netviz.replay.netns import Spaces
from netviz.replay.plan import Plan, Space

ETH_P_ALL = 3
SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33
BUFFER = 1 << 25
OUTGOING = 4


class Caught(msgspec.Struct, frozen=True):
    """A frame where it was seen, names as the model has them."""

    time: int
    space: str
    device: str
    outgoing: bool
    frame: Frame


class Capture:
    def __init__(self, plan: Plan, spaces: Spaces) -> None:
        self._plan = plan
        self._sockets: list[tuple[Space, socket.socket]] = []
        for space in plan.spaces.values():
            with spaces.inside(space.id):
                made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            made.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            made.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
            made.setblocking(False)
            self._sockets.append((space, made))

    @property
    def sockets(self) -> list[socket.socket]:
        return [made for _, made in self._sockets]

    def drain(self) -> Iterator[Caught]:
        """All that was seen since the last time, in the order of time."""
        seen = [list(self._read(space, made)) for space, made in self._sockets]
        return heapq.merge(*seen, key=lambda caught: caught.time)

    def _read(self, space: Space, made: socket.socket) -> Iterator[Caught]:
        latest = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                data, ancillary, _, address = made.recvmsg(1024, 64)
                frame = read_frame(data)
                if frame is None:
                    continue
                seconds, nanoseconds = struct.unpack("=qq", ancillary[0][2][:16])
                # A bridge hands a frame on with the time of its port; in one namespace the socket's order holds.
                latest = max(latest, seconds * 10**9 + nanoseconds)
                yield Caught(latest, space.name, space.devices[address[0]], address[2] == OUTGOING, frame)

    def close(self) -> None:
        for _, made in self._sockets:
            made.close()
