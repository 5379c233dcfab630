"""A Wi-Fi between a page and the server that may go without a word: lines stay open, and nothing comes through."""

import socket
import threading
from types import TracebackType


class Wifi:
    """Passes bytes on from a port of its own; while `gone` it takes them and loses them, and lets nobody new in."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._gone = threading.Event()
        self._ended = False
        self._lines: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Wifi":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._ended = True
        for line in [self._listening, *self._lines]:
            line.close()

    def go(self) -> None:
        """Out of reach. What is open now never wakes up again, as after a long sleep."""
        self._gone.set()

    def come_back(self) -> None:
        """In reach again; lines from before stay dead."""
        self._gone = threading.Event()

    def _accept(self) -> None:
        while not self._ended:
            try:
                phone, _ = self._listening.accept()
            except OSError:
                return
            if self._gone.is_set():
                phone.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._to))
            self._lines += [phone, server]
            for one, other in ((phone, server), (server, phone)):
                threading.Thread(target=self._pass_on, args=(one, other, self._gone), daemon=True).start()

    @staticmethod
    def _pass_on(one: socket.socket, other: socket.socket, gone: threading.Event) -> None:
        try:
            while data := one.recv(65536):
                if not gone.is_set():
                    other.sendall(data)
            if not gone.is_set():
                other.shutdown(socket.SHUT_WR)
        except OSError:
            return
