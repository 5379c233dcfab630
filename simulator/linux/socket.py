"""Sockets: what `ss -lnp` shows, and who answers behind them."""

from collections.abc import Sequence

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress, Protocol
from simulator.steps import Cause


class HttpAnswer(msgspec.Struct, frozen=True):
    """What a program says to any HTTP request; `body` is JSON text."""

    status: int
    body: str


class Socket(msgspec.Struct, frozen=True):
    """A listening socket. `address` None is the wildcard; `owner` is opaque here ("default/web-1", "kube-apiserver").

    `greets`: the program writes first, before the client has said anything; `assumed`: nobody said that it listens.
    """

    protocol: Protocol
    address: IPAddress | None
    port: int
    owner: str
    greets: bool = True
    assumed: bool = False
    http: HttpAnswer | None = None
    origins: Origins = ()


class Sockets(msgspec.Struct, frozen=True):
    """The listening sockets of a network namespace.

    `any_port`: nothing is known of the programs here, any port is taken to be listened on.
    `missing` is the cause to give when nobody listens.
    """

    listening: Sequence[Socket] = ()
    owner: str = ""
    any_port: bool = False
    missing: Cause = Cause.NO_LISTENER
    origins: Origins = ()

    def lookup(self, protocol: Protocol, address: IPAddress, port: int) -> Socket | None:
        """net/ipv4/inet_hashtables.c:__inet_lookup_listener(): an exact address before the wildcard."""
        wildcard = None
        for socket in self.listening:
            if socket.protocol is protocol and socket.port == port:
                if socket.address == address:
                    return socket
                if socket.address is None:
                    wildcard = wildcard or socket
        if wildcard is None and self.any_port:
            return Socket(protocol, None, port, self.owner, assumed=True, origins=self.origins)
        return wildcard
