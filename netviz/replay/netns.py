"""Entering network namespaces: setns(2), by which a socket belongs to the namespace that it was made in."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

FOLDER = "/run/netns"
CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def _setns(descriptor: int) -> None:
    if _libc.setns(descriptor, CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


class Spaces:
    """Open namespaces by id, and the way into each and back."""

    def __init__(self) -> None:
        self._home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self._open: dict[str, int] = {}

    def add(self, name: str) -> None:
        self._open[name] = os.open(os.path.join(FOLDER, name), os.O_RDONLY | os.O_CLOEXEC)

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """What is opened here belongs to the namespace; nothing else in the process changes."""
        _setns(self._open[name])
        try:
            yield
        finally:
            _setns(self._home)

    def close(self) -> None:
        for descriptor in (*self._open.values(), self._home):
            os.close(descriptor)
        self._open.clear()
