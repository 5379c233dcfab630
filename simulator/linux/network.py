"""Network: every machine and namespace there is, built when a packet first needs it."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from simulator.linux.netns import Netns
from simulator.linux.resolv_conf import ResolvConf
from simulator.packet.headers import IPAddress
from simulator.steps import Badge, Step


class Segment(msgspec.Struct, frozen=True):
    """A wire that joins hosts: MAC address to (netns, device)."""

    name: str
    ports: Mapping[str, tuple[str, str]]


class Assumption(msgspec.Struct, frozen=True):
    """What nobody wrote and was taken to be so; `key` is the setting that changes it."""

    key: str
    value: str
    message: str


class Network:
    """`build` makes a namespace by name (KeyError if there is none); `owner` names the namespace of an address.

    `revision` names the state that it was made from; `trust` says how far a step in a namespace may be trusted, and
    on what evidence. `cold`: neighbours have not spoken to each other yet, and bridges have learnt nothing.
    `resolv_conf` is the file of a pod or machine by name; `program` what answers behind a port of a namespace (and one
    of its addresses), where that matters (opaque here). `faults` are what is broken here on purpose, each with a
    sentence about it.
    """

    def __init__(
        self,
        build: Callable[[str], Netns],
        segments: Mapping[str, Segment],
        owner: Callable[[IPAddress], str | None],
        revision: str = "",
        trust: Callable[[Step, Netns], tuple[Badge, str | None]] = lambda step, netns: (Badge.MODELLED, None),
        assumptions: Sequence[Assumption] = (),
        cold: bool = False,
        resolv_conf: Callable[[str], ResolvConf | None] = lambda name: None,
        program: Callable[..., object | None] = lambda netns, port, address=None: None,
        faults: Mapping[str, str] = {},
    ) -> None:
        self._build = build
        self._built: dict[str, Netns] = {}
        self.segments = segments
        self.owner = owner
        self.revision = revision
        self.trust = trust
        self.assumptions = tuple(assumptions)
        self.resolv_conf = resolv_conf
        self.program = program
        self.cold = cold
        self.faults = faults

    def netns(self, name: str) -> Netns:
        found = self._built.get(name)
        if found is None:
            found = self._built[name] = self._build(name)
        return found
