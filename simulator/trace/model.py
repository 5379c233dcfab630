"""Flow, Leg and Trace: the question, one packet's way, and the whole answer (docs/trace-format.md)."""

from enum import Enum

import msgspec

from simulator.chance import Option
from simulator.linux.network import Assumption
from simulator.origin import Origins
from simulator.packet.headers import IPAddress, Protocol
from simulator.packet.packet import Packet
from simulator.steps import Cause, Disposition, Outcome, Step

TRACE_VERSION = 1


class LegKind(Enum):
    DNS = "dns"
    REQUEST = "request"
    REPLY = "reply"
    ICMP_ERROR = "icmp-error"
    ACK = "ack"
    DATA = "data"
    PROXIED = "proxied"


class Balancer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The load balancer outside that has the flow's address, and the nodes among which it chooses.

    `check`: the port of the health check that it goes by; `unhealthy` nodes do not answer 200 there. Where none does,
    `nodes` are all of them. `origins` are the lines of the Service that decide it.
    """

    service: str
    nodes: tuple[str, ...]
    check: int | None = None
    unhealthy: tuple[str, ...] = ()
    origins: Origins = ()


class Flow(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who sends what to whom.

    `source` and `via` are network namespaces by name ("default/client", "node-a", "internet"); `target` is what was
    asked for ("web:80"); `via` is the host that the router hands `address` to; `pin` names the server that a sticky
    client had before. `host` is a name that the client has to resolve first: `address` is then what the cluster would
    answer as far as it is known (0.0.0.0 where it is not); `asker` is the pod that asks, and whose resolv.conf counts,
    where `source` is not its own namespace (hostNetwork). `balancer` hands the packet to a node where `via` does not
    say which.
    """

    source: str
    target: str
    address: IPAddress
    port: int | None
    protocol: Protocol = Protocol.TCP
    via: str | None = None
    http_path: str | None = None
    pin: tuple[str, ...] = ()
    host: str | None = None
    asker: str | None = None
    balancer: Balancer | None = None
    size: int = 0


class Earlier(msgspec.Struct, frozen=True):
    """A connection of the same session, opened before: conntrack, affinity and neighbours remember it.

    `seed` and `picks` settled its chances; `disposition` and `server` say what came of it, once it was held.
    """

    flow: Flow
    seed: int = 0
    picks: tuple[int, ...] = ()
    disposition: Outcome | None = None
    server: str | None = None


class Choice(msgspec.Struct, frozen=True):
    """A place where chance decides: `at` is the seq of the step, `picked` the index of the option taken.

    The place of a choice in `Trace.choices` is its place in `picks`, too.
    """

    at: int
    options: tuple[Option, ...]
    picked: int


class Leg(msgspec.Struct, frozen=True):
    """One packet's way: `packet` as it set out."""

    kind: LegKind
    packet: Packet
    disposition: Disposition
    steps: tuple[Step, ...]
    cause: Cause | None = None


class Trace(msgspec.Struct, frozen=True):
    """The whole answer. `server` names the network namespace whose socket answered, if any.

    `picks` are the options that were asked for, choice by choice; where they end, the seed draws. `after` are the
    connections that the session held before this one. `status` is the HTTP status of a proxy's answer. `faults` are
    what was broken on purpose.
    """

    key: str
    flow: Flow
    seed: int
    legs: tuple[Leg, ...]
    disposition: Outcome
    cause: Cause | None = None
    explanation: "Explanation | None" = None
    server: str | None = None
    assumptions: tuple[Assumption, ...] = ()
    choices: tuple[Choice, ...] = ()
    picks: tuple[int, ...] = ()
    after: tuple[Earlier, ...] = ()
    status: int | None = None
    faults: tuple[str, ...] = ()
    version: int = TRACE_VERSION


class Explanation(msgspec.Struct, frozen=True):
    """Why it did not arrive, in the words of Kubernetes, and what would mend it.

    `code` is coded ("selector-matches-nothing"), `origin` the line that is to blame, `fix` the change to make.
    """

    code: str
    message: str
    object: str | None = None
    field: str | None = None
    file: str | None = None
    line: int | None = None
    fix: str | None = None
