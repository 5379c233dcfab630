"""Step: one thing that the kernel did to the packet, and how a packet or a question ended.

Everybody's leaf: `datapath` yields steps, `trace` dresses them for readers, the browser shows them.
The JSON form is `docs/trace-format.md`.
"""

from collections.abc import Generator
from enum import Enum
from typing import TypeVar

import msgspec

from simulator.chance import Option
from simulator.origin import Origins
from simulator.packet.packet import Packet

T = TypeVar("T")


class StepKind(Enum):
    """The closed set of things a step can be."""

    SOCKET = "socket"  # a program asks the kernel to send; source address and port are chosen
    RESOLVE = "resolve"  # a name was looked up
    PROXY = "proxy"  # a reverse proxy has read a request, or has its backend's answer
    ROUTE = "route"  # a route lookup
    NEIGHBOR = "neighbor"  # IP address to MAC address
    TRANSMIT = "transmit"  # a frame leaves by a device (a packet socket sees it "out")
    RECEIVE = "receive"  # a frame arrives at a device (a packet socket sees it "in")
    BRIDGE = "bridge"  # the bridge decides: a port, or up to the host
    CONNTRACK = "conntrack"  # connection tracking: entry created, found, confirmed
    NETFILTER = "netfilter"  # a base chain of a table was walked
    NAT = "nat"  # an address or port was rewritten, by a rule or by a conntrack entry
    FORWARD = "forward"  # the host routes: TTL minus one
    FRAGMENT = "fragment"  # IP cuts a packet up
    ENCAPSULATE = "encapsulate"
    DECAPSULATE = "decapsulate"
    ICMP = "icmp"  # the kernel makes an ICMP error
    RESET = "reset"  # the kernel makes a TCP RST
    DELIVER = "deliver"  # handed to a socket
    DROP = "drop"  # gone; `cause` says why


class Layer(Enum):
    APPLICATION = "application"
    TRANSPORT = "transport"
    NETWORK = "network"
    LINK = "link"


class Hook(Enum):
    PREROUTING = "PREROUTING"
    INPUT = "INPUT"
    FORWARD = "FORWARD"
    OUTPUT = "OUTPUT"
    POSTROUTING = "POSTROUTING"


class Badge(Enum):
    """How far a step may be trusted (docs/fidelity.md)."""

    VERIFIED = "verified"
    MODELLED = "modelled"
    ASSUMED = "assumed"


class Disposition(Enum):
    """What became of one packet."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    REJECTED = "rejected"
    DROPPED = "dropped"
    UNREACHABLE = "unreachable"
    LOST = "lost"
    LOOP = "loop"


class Outcome(Enum):
    """What the client's program sees; `Trace.disposition`."""

    DELIVERED = "delivered"
    CONNECTED = "connected"
    REFUSED = "refused"
    REJECTED = "rejected"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    NOT_PERMITTED = "not-permitted"
    NXDOMAIN = "nxdomain"


class Cause(Enum):
    """Why a packet did not arrive, in the kernel's terms; `analysis` says it in Kubernetes' terms."""

    RULE_REJECT = "rule-reject"  # -j REJECT
    RULE_DROP = "rule-drop"  # -j DROP
    CHAIN_POLICY = "chain-policy"  # a base chain's policy is DROP
    NO_LISTENER = "no-listener"  # no socket on that address, protocol and port
    PORT_NOT_DECLARED = "port-not-declared"  # a pod that declares ports, but not this one
    NO_ROUTE = "no-route"
    BLACKHOLE = "blackhole"  # a route that discards
    NEIGHBOR_FAILED = "neighbor-failed"  # nobody answers ARP for that address
    TTL_EXPIRED = "ttl-expired"
    HAIRPIN_OFF = "hairpin-off"  # a bridge port may not send back what it received
    UNKNOWN_CONNECTION = "unknown-connection"  # an answer that no connection of the receiver waits for
    INVALID_STATE = "invalid-state"  # conntrack state INVALID and a rule that drops it
    FORWARDING_OFF = "forwarding-off"  # ip_forward=0
    MARTIAN = "martian"  # an address that may not come from there
    LINK_DOWN = "link-down"  # the device is down, or nothing is plugged into its other end
    NO_FDB_ENTRY = "no-fdb-entry"  # a VXLAN device does not know behind which machine a MAC address is
    CONNTRACK_FULL = "conntrack-full"  # no room for another connection
    PACKET_TOO_BIG = "packet-too-big"  # larger than the next device's MTU, not to be cut up; the sender is told
    MTU_BLACK_HOLE = "mtu-black-hole"  # larger than an MTU, and the sender is never told
    STEP_LIMIT = "step-limit"
    NO_SUCH_NAME = "no-such-name"  # the resolver found no address for the name


class Change(msgspec.Struct, frozen=True):
    """A header field before and after: "ip.dst", "tcp.dport", "ip.ttl", "eth.src", "mark", ..."""

    field: str
    old: str
    new: str


class RuleRef(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule that matched: `table` as "ip nat", `number` counts from 1, `text` as the dump prints it.

    `probability` is how likely it was to be taken, where chance decided.
    """

    table: str
    chain: str
    number: int
    text: str
    verdict: str = ""
    probability: float | None = None
    origins: Origins = ()


class Considered(msgspec.Struct, frozen=True):
    """A rule that was passed, and the first of its matches that failed."""

    rule: RuleRef
    failed: str


class StateChange(msgspec.Struct, frozen=True):
    """A table entry that came, was used or went: `table` is conntrack, neighbor, fdb or affinity, `event` created,
    used, updated, confirmed or removed, `entry` as its tool prints it afterwards.

    `key` stays the same for as long as the entry lives; with namespace and table it names it.
    """

    table: str
    event: str
    entry: str
    key: str = ""


class Chance(msgspec.Struct, frozen=True):
    """A draw that the kernel made: the options, and the index of the one that was taken."""

    options: tuple[Option, ...]
    picked: int


class Text(msgspec.Struct, frozen=True):
    """What to say about a step: an id of `simulator/trace/narration` and its parameters."""

    id: str
    params: dict[str, str] = {}


class Narration(msgspec.Struct, frozen=True):
    """One text in three depths: a sentence, the mechanism, the kernel's words."""

    plain: str
    mechanism: str
    kernel: str


class Command(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one would type on a real cluster to see this; `where` names the machine."""

    where: str
    argv: tuple[str, ...]
    output: str | None = None


class Step(msgspec.Struct, frozen=True):
    """One thing the kernel did. `packet` is the packet after it.

    `host`, `netns` and `device` say where; `function` is the kernel's own name for the place.
    From `seq` on, the fields are filled by `trace` when the step is told to somebody. `undoes` is the seq of the step
    whose translation this one takes back, `evidence` what the step was verified against.
    """

    host: str
    netns: str
    kind: StepKind
    layer: Layer
    packet: Packet
    text: Text
    function: str
    device: str | None = None
    hook: Hook | None = None
    changes: tuple[Change, ...] = ()
    matched: RuleRef | None = None
    path: tuple[RuleRef, ...] = ()
    considered: tuple[Considered, ...] = ()
    state: tuple[StateChange, ...] = ()
    chances: tuple[Chance, ...] = ()
    origins: Origins = ()
    cause: Cause | None = None
    badge: Badge = Badge.MODELLED
    seq: int = 0
    leg: int = 0
    undoes: int | None = None
    evidence: str | None = None
    elements: tuple[str, ...] = ()
    narration: Narration | None = None
    commands: tuple[Command, ...] = ()


Steps = Generator[Step, None, T]
"""A function annotated Steps[Verdict] yields what happened and returns a Verdict."""
