"""Session: what the kernels remember while one question is being answered.

The network itself is only read; connection tracking, `recent` lists and open connections live here, so that
every trace starts with clean tables.
"""

from collections.abc import Sequence

import msgspec

from simulator.chance import Choose, Random
from simulator.linux.conntrack import Conntrack, Tuple
from simulator.linux.netns import Netns
from simulator.linux.network import Network
from simulator.linux.route import Route
from simulator.packet.headers import IPAddress

FIRST_RANDOM_PORT = 1024
CLIENT_PORT = 40000
CLIENT_PORTS = range(CLIENT_PORT, CLIENT_PORT + 32)
"""Those of a session's connections, one after the other."""


class Connection(msgspec.Struct):
    """An open socket: `owner` is the program's namespace, `opener` whether it is the client's end."""

    owner: str
    opener: bool


class Session:
    """`choose` settles what Linux leaves to chance; `extra_routes` are routes of this moment, by namespace."""

    def __init__(self, network: Network, choose: Choose, random: Random) -> None:
        self.network = network
        self.choose = choose
        self.random = random
        self.extra_routes: dict[str, tuple[Route, ...]] = {}
        self.connections: dict[str, dict[Tuple, Connection]] = {}
        self.recent: dict[tuple[str, str], set[IPAddress]] = {}
        self.random_ports: set[int] = set()
        self._conntracks: dict[str, Conntrack] = {}

    def conntrack(self, netns: Netns) -> Conntrack:
        return self._conntracks.setdefault(netns.name, Conntrack())

    @property
    def conntracks(self) -> Sequence[tuple[str, Conntrack]]:
        """(namespace, table) of every namespace that tracked anything."""
        return sorted(self._conntracks.items())

    def connection(self, netns: Netns, incoming: Tuple) -> Connection | None:
        """The open socket that a packet with this tuple belongs to."""
        return self.connections.get(netns.name, {}).get(incoming)

    def open(self, netns: Netns, incoming: Tuple, opener: bool) -> None:
        self.connections.setdefault(netns.name, {})[incoming] = Connection(netns.name, opener)

    def random_port(self) -> int:
        """A source port as --random-fully draws it: never one that is already in use here."""
        while True:
            port = FIRST_RANDOM_PORT + self.random.below(65536 - FIRST_RANDOM_PORT)
            if port not in CLIENT_PORTS and port not in self.random_ports:
                self.random_ports.add(port)
                return port
