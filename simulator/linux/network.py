"""Network: every machine and namespace there is, built when a packet first needs it."""

from collections.abc import Callable, Mapping

import msgspec

from simulator.linux.netns import Netns
from simulator.packet.headers import IPAddress


class Segment(msgspec.Struct, frozen=True):
    """A wire that joins hosts: MAC address to (netns, device)."""

    name: str
    ports: Mapping[str, tuple[str, str]]


class Network:
    """`build` makes a namespace by name (KeyError if there is none); `owner` names the namespace of an address."""

    def __init__(
        self,
        build: Callable[[str], Netns],
        segments: Mapping[str, Segment],
        owner: Callable[[IPAddress], str | None],
        revision: str = "",
    ) -> None:
        self._build = build
        self._built: dict[str, Netns] = {}
        self.segments = segments
        self.owner = owner
        self.revision = revision

    def netns(self, name: str) -> Netns:
        found = self._built.get(name)
        if found is None:
            found = self._built[name] = self._build(name)
        return found
