"""Session: what the kernels remember while one question is being answered.

The network itself is only read; connection tracking, `recent` lists and open connections live here, so that
every trace starts with clean tables.
"""

from collections.abc import Callable, Sequence

import msgspec

from simulator.chance import Choose, Random
from simulator.linux.conntrack import Conntrack, Tuple
from simulator.linux.neighbor import NeighborEntry
from simulator.linux.netns import Netns
from simulator.linux.network import Network
from simulator.linux.route import Route
from simulator.linux.socket import Socket, Sockets
from simulator.packet.headers import IPAddress, Protocol
from simulator.steps import Chance, StateChange

FIRST_RANDOM_PORT = 1024
CLIENT_PORT = 40000
CLIENT_PORTS = range(CLIENT_PORT, CLIENT_PORT + 32)
"""Those of a session's connections, one after the other."""


class Connection(msgspec.Struct):
    """An open socket: `owner` is the program's namespace, `opener` whether it is the client's end; `program` is the pod
    that it runs in, where that shares its node's network."""

    owner: str
    opener: bool
    program: str | None = None


class PathMtu(msgspec.Struct, frozen=True):
    """What a host was told of the path to a destination. `locked`: less than it believes, so that it lets routers cut
    up what it sends. net/ipv4/route.c: struct fib_nh_exception (fnhe_pmtu, fnhe_mtu_locked)"""

    mtu: int
    locked: bool = False


class Noted(msgspec.Struct, frozen=True):
    """An entry of an affinity list that a rule made or found, and for how long it counts, where the rule says so."""

    change: StateChange
    seconds: int | None


class Session:
    """`choose` settles what Linux leaves to chance; `extra_routes` are routes of this moment, by namespace; `balanced`
    is the draw of the load balancer outside."""

    def __init__(self, network: Network, choose: Choose, random: Random) -> None:
        self.network = network
        self.choose = choose
        self.random = random
        self.extra_routes: dict[str, tuple[Route, ...]] = {}
        self.balanced: Chance | None = None
        self.connections: dict[str, dict[Tuple, Connection]] = {}
        self.recent: dict[tuple[str, str], set[IPAddress]] = {}
        self._noted: list[Noted] = []
        self.random_ports: set[int] = set()
        self.pmtu: dict[tuple[str, IPAddress], PathMtu] = {}
        self.questions = 0
        self._listening: dict[str, list[Socket]] = {}
        self._conntracks: dict[str, Conntrack] = {}
        self._neighbors: dict[str, dict[tuple[str, IPAddress], NeighborEntry]] = {}
        self._learnt: dict[tuple[str, str], dict[str, str]] = {}
        self._written: dict[tuple[str, int], tuple[object, str]] = {}

    def conntrack(self, netns: Netns) -> Conntrack:
        return self._conntracks.setdefault(netns.name, Conntrack())

    def neighbors(self, netns: Netns) -> dict[tuple[str, IPAddress], NeighborEntry]:
        """The live neighbour table of a namespace, by device and address; used where neighbours are cold."""
        return self._neighbors.setdefault(netns.name, {})

    def learnt(self, netns: Netns, bridge: str) -> dict[str, str]:
        """What a bridge has learnt since the session began: MAC address to port."""
        return self._learnt.setdefault((netns.name, bridge), {})

    def written(self, chain: str, part: object, write: Callable[[], str]) -> str:
        """A rule, or a match of one, as text, written once: a conversation passes the same rules many times."""
        found = self._written.get((chain, id(part)))
        if found is None:
            found = self._written[chain, id(part)] = (part, write())
        return found[1]

    @property
    def conntracks(self) -> Sequence[tuple[str, Conntrack]]:
        """(namespace, table) of every namespace that tracked anything."""
        return sorted(self._conntracks.items())

    def connection(self, netns: Netns, incoming: Tuple) -> Connection | None:
        """The open socket that a packet with this tuple belongs to."""
        return self.connections.get(netns.name, {}).get(incoming)

    def open(self, netns: Netns, incoming: Tuple, opener: bool, program: str | None = None) -> None:
        self.connections.setdefault(netns.name, {})[incoming] = Connection(netns.name, opener, program)

    def listen(self, netns: str, socket: Socket) -> None:
        """Take a program to listen that nobody wrote down, for this session."""
        known = self._listening.setdefault(netns, [])
        if socket not in known:
            known.append(socket)

    def listener(self, netns: Netns, protocol: Protocol, address: IPAddress, port: int) -> Socket | None:
        """Who listens: as the namespace has it, else as was taken for this session."""
        found = netns.sockets.lookup(protocol, address, port)
        if found is None and netns.name in self._listening:
            found = Sockets(self._listening[netns.name]).lookup(protocol, address, port)
        return found

    def note(self, change: StateChange, seconds: int | None) -> None:
        """A rule read or wrote a list of addresses; the step that tells of the rule tells that, too."""
        self._noted.append(Noted(change, seconds))

    def noted(self) -> list["Noted"]:
        """What has been noted since this was asked last."""
        found, self._noted = self._noted, []
        return found

    def random_port(self) -> int:
        """A source port as --random-fully draws it: never one that is already in use here."""
        while True:
            port = FIRST_RANDOM_PORT + self.random.below(65536 - FIRST_RANDOM_PORT)
            if port not in CLIENT_PORTS and port not in self.random_ports:
                self.random_ports.add(port)
                return port
