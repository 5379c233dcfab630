"""Programs that listen in the lab: TCP servers that speak first, UDP that answers, SCTP by hand, HTTP health checks."""

import contextlib
import errno
import socket
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

from netviz.replay import frames, sctp
from netviz.replay.netns import Spaces
from netviz.replay.plan import Space
from simulator.linux.socket import Socket
from simulator.packet.headers import Protocol

AT_ONCE = struct.pack("=ii", 1, 0)
"""SO_LINGER: a closed connection is over, and nothing of it is sent again."""
IP_PKTINFO, IPV6_RECVPKTINFO, IPV6_PKTINFO = 8, 49, 50
RECVERR = {4: (socket.IPPROTO_IP, 11), 6: (socket.IPPROTO_IPV6, 25)}
"""IP_RECVERR, IPV6_RECVERR: a datagram's sender hears of ICMP errors about it."""
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}

Watch = Callable[[socket.socket, Callable[[], None]], None]
"""Have a socket looked after: call this when it can be read."""


class Heard:
    """What servers tell of whom they heard: token to (owner, source, port)."""

    def __init__(self) -> None:
        self.by_token: dict[int, tuple[str, str, int]] = {}


class Programs:
    """The listening sockets of all namespaces."""

    def __init__(self, spaces: Spaces, watch: Watch, families: tuple[int, ...]) -> None:
        self._spaces = spaces
        self._watch = watch
        self._families = families
        self._open: list[socket.socket] = []
        self._listening: set[tuple[str, int, Protocol, int]] = set()
        self._last: dict[socket.socket, tuple[bytes, list[Any], Any]] = {}
        self._associations: dict[tuple[str, int], str] = {}
        self._connections: list[socket.socket] = []
        self.heard = Heard()

    def start(self, space: Space) -> None:
        for listening in space.listening:
            self.listen(space, listening)
        for family in self._families:
            with self._spaces.inside(space.id):
                raw = socket.socket(FAMILIES[family], socket.SOCK_RAW, frames.SCTP)
            self._keep(raw, partial(self._sctp, space, raw, family))
            _ask_for_destination(raw, family)

    def listen(self, space: Space, listening: Socket) -> None:
        """Open what a Socket of the model says; the wildcard once a family."""
        families = self._families if listening.address is None else (listening.address.version,)
        if listening.protocol is Protocol.SCTP:
            self._associations[(space.id, listening.port)] = listening.owner
            return
        for family in families:
            key = (space.id, family, listening.protocol, listening.port)
            if family in self._families and key not in self._listening:
                self._listening.add(key)
                self._bind(space, listening, family)

    def _bind(self, space: Space, listening: Socket, family: int) -> None:
        stream = listening.protocol is Protocol.TCP
        with self._spaces.inside(space.id):
            made = socket.socket(FAMILIES[family], socket.SOCK_STREAM if stream else socket.SOCK_DGRAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == 6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((str(listening.address) if listening.address else "", listening.port))
        if stream:
            made.listen(128)
            self._keep(made, lambda: self._accept(made, listening))
        else:
            made.setsockopt(*RECVERR[family], 1)
            _ask_for_destination(made, family)
            self._keep(made, lambda: self._datagram(made, listening, family))

    def _keep(self, made: socket.socket, ready: Callable[[], None]) -> None:
        made.setblocking(False)
        self._open.append(made)
        self._watch(made, ready)

    def _accept(self, server: socket.socket, listening: Socket) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while True:
                connection, peer = server.accept()
                connection.setblocking(False)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                self._connections.append(connection)
                if listening.http is not None:
                    self._watch(connection, partial(_http, connection, listening))
                elif listening.greets:
                    connection.send(f"{listening.owner} {peer[0]} {peer[1]}\n".encode())

    def _datagram(self, server: socket.socket, listening: Socket, family: int) -> None:
        """Answer with as many bytes; once more where the kernel was told that they did not fit."""
        if server.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.EMSGSIZE and server in self._last:
            self._answer(server, *self._last.pop(server), family)
        for data, ancillary, peer in _received(server):
            found = frames.marked(data)
            if found is not None and found[1] == frames.REQUEST:
                self.heard.by_token[found[0]] = (listening.owner, peer[0], peer[1])
                self._last[server] = frames.mark(found[0], reply=True, size=len(data)), ancillary, peer
                self._answer(server, *self._last[server], family)

    def _sctp(self, space: Space, raw: socket.socket, family: int) -> None:
        """Answer an INIT as the kernel's SCTP would: INIT-ACK from who listens, else ABORT."""
        for data, ancillary, peer in _received(raw):
            read = sctp.read(data[(data[0] & 15) * 4 :] if family == 4 else data)
            if read is None or read[2] != sctp.INIT:
                continue
            sport, dport, _, _, tag = read
            owner = self._associations.get((space.id, dport))
            if owner is not None:
                self.heard.by_token[tag] = (owner, peer[0], sport)
            chunk = sctp.ABORT if owner is None else sctp.INIT_ACK
            self._answer(raw, sctp.packet(dport, sport, chunk, tag, tag ^ 0xFFFFFFFF), ancillary, (peer[0], 0), family)

    def _answer(self, server: socket.socket, data: bytes, ancillary: list[Any], peer: Any, family: int) -> None:
        """From the address that was asked, whatever the route would choose."""
        with contextlib.suppress(OSError):
            server.sendmsg([data], [_source(ancillary, family)], 0, peer)

    def hang_up(self) -> None:
        """Close the connections that clients opened; the listening sockets stay."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self.heard.by_token.clear()

    def close(self) -> None:
        self.hang_up()
        for made in self._open:
            made.close()


def _ask_for_destination(made: socket.socket, family: int) -> None:
    if family == 4:
        made.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    else:
        made.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)


def _received(made: socket.socket) -> list[tuple[bytes, list[Any], Any]]:
    found = []
    with contextlib.suppress(OSError):
        while True:
            data, ancillary, _, peer = made.recvmsg(1 << 16, 128)
            found.append((data, ancillary, peer))
    return found


def _source(ancillary: list[Any], family: int) -> tuple[int, int, bytes]:
    """in_pktinfo: the address that the datagram was for becomes the source of the answer."""
    data: bytes = ancillary[0][2]
    if family == 4:
        return socket.IPPROTO_IP, IP_PKTINFO, struct.pack("=I", 0) + data[8:12] + b"\0" * 4
    return socket.IPPROTO_IPV6, IPV6_PKTINFO, data[:16] + struct.pack("=I", 0)


def _http(connection: socket.socket, listening: Socket) -> None:
    """The whole request in one read, the whole answer in one write."""
    assert listening.http is not None
    with contextlib.suppress(OSError):
        if connection.recv(4096):
            body = listening.http.body.encode()
            head = f"HTTP/1.1 {listening.http.status} Replay\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.send(head.encode() + body)
