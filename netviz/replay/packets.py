"""Clients: the first packet of a flow from a real socket in its namespace, and what the program hears of it."""

import contextlib
import errno
import socket
import struct
from typing import Any

from netviz.replay import frames, sctp
from netviz.replay.programs import AT_ONCE, FAMILIES, RECVERR
from simulator.packet.headers import Protocol
from simulator.trace.model import Flow

Json = dict[str, Any]

MOST_TRIES = 4
"""So often a program sends a datagram again that was too big: by then its kernel knows better."""
TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ, SEND_QUEUE = 19, 20, 21, 2


class Client:
    """One flow under way: `token` marks its packets, `sport` is its source port (a ping's identifier).

    Made inside the client's namespace. `done`: the program knows how it ended; `errno` is "" while nothing failed.
    """

    def __init__(self, flow: Flow, token: int, sport: int) -> None:
        self.flow = flow
        self.token = token
        self.sport = sport
        self.done = False
        self.connected = False
        self.errno = ""
        self.client_ip: str | None = None
        self.server: tuple[str, str, int] | None = None
        self.http: tuple[int, bytes] | None = None
        self._received = b""
        self._tries = 0
        self.socket = self._open()
        if flow.protocol is not Protocol.TCP:
            self._connect()

    def _open(self) -> socket.socket:
        family, protocol = FAMILIES[self.flow.address.version], self.flow.protocol
        if protocol is Protocol.TCP:
            made = socket.socket(family, socket.SOCK_STREAM)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            _begin_with(made, self.token)
        elif protocol is Protocol.UDP:
            made = socket.socket(family, socket.SOCK_DGRAM)
        elif protocol is Protocol.SCTP:
            made = socket.socket(family, socket.SOCK_RAW, frames.SCTP)
        else:
            number = frames.ICMP if self.flow.address.version == 4 else frames.ICMPV6
            made = socket.socket(family, socket.SOCK_DGRAM, number)
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        if protocol is not Protocol.TCP:
            made.setsockopt(*RECVERR[self.flow.address.version], 1)
        if protocol is not Protocol.SCTP:
            made.bind(("", self.sport))
        return made

    def begin(self) -> None:
        """Connect (TCP), or send the one datagram."""
        if self.flow.protocol is Protocol.TCP:
            self._connect()
        elif not self.done:
            try:
                self.socket.send(self._datagram())
            except OSError as error:
                self._failed(error.errno)

    def _connect(self) -> None:
        """No packet but for TCP: the source address is chosen. At once for all others, lest a raw socket hear of flows
        that are not its own."""
        port = 0 if self.flow.protocol in (Protocol.SCTP, Protocol.ICMP, Protocol.ICMPV6) else self.flow.port or 0
        try:
            self.socket.connect((str(self.flow.address), port))
            if self.flow.protocol is not Protocol.TCP:
                self.client_ip = self.socket.getsockname()[0]
        except BlockingIOError:
            return
        except OSError as error:
            self._failed(error.errno)

    def _datagram(self) -> bytes:
        if self.flow.protocol is Protocol.UDP:
            return frames.mark(self.token, size=self.flow.size)
        if self.flow.protocol is Protocol.SCTP:
            return sctp.packet(self.sport, self.flow.port or 0, sctp.INIT, 0, self.token)
        kind = 8 if self.flow.address.version == 4 else 128
        return struct.pack("!BBHHH", kind, 0, 0, 0, 1) + frames.mark(self.token, size=self.flow.size)

    def _failed(self, code: int | None) -> None:
        self.errno = errno.errorcode.get(code or 0, str(code))
        self.done = True

    def ready(self) -> None:
        """The socket has something to tell."""
        if self.done:
            return
        code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == errno.EMSGSIZE:
            self._again()
        elif code:
            self._failed(code)
        elif self.flow.protocol is Protocol.TCP:
            self._stream()
        else:
            self._answered()

    def _again(self) -> None:
        """By now the kernel knows what fits. Where it is told so every time, nothing ever arrives."""
        if self._tries < MOST_TRIES:
            self._tries += 1
            self.begin()

    def _stream(self) -> None:
        if not self.connected:
            try:
                self.socket.getpeername()
            except OSError:
                return
            self.connected = True
            self.client_ip = self.socket.getsockname()[0]
            if self.flow.http_path is not None:
                self.socket.send(f"GET {self.flow.http_path} HTTP/1.1\r\nHost: replay\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            self._received += self.socket.recv(4096)
        if self.flow.http_path is not None:
            self._http()
        elif self._received.endswith(b"\n"):
            owner, source, port = self._received.decode().rsplit(" ", 2)
            self.server = (owner, source, int(port))
            self.done = True

    def _http(self) -> None:
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if blank:
            self.http = (int(head.split()[1]), body)
            self.done = True

    def _answered(self) -> None:
        """Read all there is: a raw socket hears of others' packets until it is connected."""
        while not self.done:
            try:
                data = self.socket.recv(4096)
            except BlockingIOError:
                return
            except OSError as error:
                self._failed(error.errno)
                return
            if self.flow.protocol is Protocol.SCTP:
                self._associated(data)
            else:
                found = frames.marked(data if self.flow.protocol is Protocol.UDP else data[8:])
                self.done = self.connected = found is not None and found[0] == self.token

    def _associated(self, data: bytes) -> None:
        read = sctp.read(data[(data[0] & 15) * 4 :] if self.flow.address.version == 4 else data)
        if read is None or read[3] != self.token:
            return
        if read[2] == sctp.ABORT:
            self._failed(errno.ECONNREFUSED)
        elif read[2] == sctp.INIT_ACK:
            self.done = self.connected = True

    def result(self) -> str:
        """In the oracle's words. On a busy machine TCP may have given up by itself."""
        if self.connected:
            return "connected" if self.flow.protocol is Protocol.TCP else "answered"
        return "timeout" if self.errno in ("", "ETIMEDOUT") else self.errno

    def close(self) -> None:
        self.socket.close()


def _begin_with(made: socket.socket, sequence: int) -> None:
    """Choose a connection's first sequence number. net/ipv4/tcp.c:tcp_repair_set_... (TCP_QUEUE_SEQ)"""
    made.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    made.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, SEND_QUEUE)
    made.setsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ, struct.pack("=I", sequence))
    made.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 0)
