"""Routes: what `ip route` shows."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import Enum

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress, IPNetwork


class RouteKind(Enum):
    UNICAST = "unicast"
    LOCAL = "local"
    BLACKHOLE = "blackhole"


class Route(msgspec.Struct, frozen=True):
    """One line of a routing table. `device` is None for a blackhole; `scope` is "" where `ip route` shows none."""

    destination: IPNetwork
    device: str | None
    gateway: IPAddress | None = None
    source: IPAddress | None = None
    kind: RouteKind = RouteKind.UNICAST
    kernel: bool = False
    onlink: bool = False
    scope: str = ""
    origins: Origins = ()

    def __str__(self) -> str:
        """The line that `ip route` prints."""
        whole = self.destination.prefixlen == 0
        host = self.destination.prefixlen == self.destination.max_prefixlen
        target = "default" if whole else str(self.destination.network_address) if host else str(self.destination)
        prefix = "" if self.kind is RouteKind.UNICAST else f"{self.kind.value} "
        words = [
            f"via {self.gateway}" if self.gateway else "",
            f"dev {self.device}" if self.device else "",
            "proto kernel scope link" if self.kernel and self.kind is RouteKind.UNICAST else "",
            f"scope {self.scope}" if self.scope else "",
            f"src {self.source}" if self.source else "",
            "onlink" if self.onlink else "",
        ]
        return " ".join([prefix + target, *(w for w in words if w)])


class RoutingTable:
    """Longest prefix first; of equal prefixes the first that was added wins (no metrics here).

    `shared` are routes that many tables hold alike; this table's own come before them, and it has none to the
    destinations in `without`. `lost` are routes that were there and are no more.
    net/ipv4/fib_trie.c:fib_table_lookup()
    """

    def __init__(
        self,
        routes: Iterable[Route],
        shared: "RoutingTable | None" = None,
        without: Collection[IPNetwork] = (),
        lost: Iterable[Route] = (),
    ) -> None:
        self._by_length: dict[tuple[int, int], dict[int, Route]] = {}
        self._routes = tuple(routes)
        self._shared = shared
        self._without = without
        self.lost = tuple(lost)
        for route in self._routes:
            network = route.destination
            level = self._by_length.setdefault((network.version, network.prefixlen), {})
            level.setdefault(int(network.network_address), route)
        self._lengths = sorted(self._by_length, reverse=True)

    def __iter__(self) -> Iterator[Route]:
        yield from self._routes
        if self._shared is not None:
            own = {*self._without, *(route.destination for route in self._routes)}
            yield from (route for route in self._shared if route.destination not in own)

    def lookup(self, destination: IPAddress, extra: Sequence[Route] = ()) -> Route | None:
        """The route for an address; `extra` are routes of this moment, looked at first."""
        for route in extra:
            if destination.version == route.destination.version and destination in route.destination:
                return route
        own = self.longest(destination)
        other = self._shared.longest(destination, self._without) if self._shared is not None else None
        if own is None or (other is not None and other.destination.prefixlen > own.destination.prefixlen):
            return other
        return own

    def missed(self, destination: IPAddress, found: Route | None) -> Route | None:
        """The lost route that would have been taken instead of the one that was found."""
        length = -1 if found is None else found.destination.prefixlen
        longer = (r for r in self.lost if r.destination.prefixlen > length)
        fitting = [r for r in longer if r.destination.version == destination.version and destination in r.destination]
        return max(fitting, default=None, key=lambda route: route.destination.prefixlen)

    def longest(self, destination: IPAddress, without: Collection[IPNetwork] = ()) -> Route | None:
        """The own route with the longest prefix, of those not to a destination in `without`."""
        number, bits = int(destination), destination.max_prefixlen
        for version, length in self._lengths:
            if version != destination.version:
                continue
            found = self._by_length[(version, length)].get(number >> (bits - length) << (bits - length))
            if found is not None and found.destination not in without:
                return found
        return None
