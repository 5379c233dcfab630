"""nftables: tables, chains, sets, maps, rules and their statements, as `nft list ruleset` prints them.

The text form is `nft_list.py`. A rule is a row of statements; one that does not hold ends it.
"""

from collections.abc import Mapping, Sequence

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

ALL_BITS = 0xFFFFFFFF
DYNAMIC_SET_SIZE = 65535
"""What nft gives a dynamic set that tells no size."""
CT_STATES = ("invalid", "established", "related", "new", "untracked")
REJECTS: Mapping[str, str] = {
    "tcp reset": "tcp-reset",
    "icmp port-unreachable": "icmp-port-unreachable",
    "icmp host-unreachable": "icmp-host-unreachable",
    "icmp net-unreachable": "icmp-net-unreachable",
    "icmp prot-unreachable": "icmp-proto-unreachable",
    "icmp net-prohibited": "icmp-net-prohibited",
    "icmp host-prohibited": "icmp-host-prohibited",
    "icmp admin-prohibited": "icmp-admin-prohibited",
    "icmpv6 port-unreachable": "icmp6-port-unreachable",
    "icmpv6 addr-unreachable": "icmp6-addr-unreachable",
    "icmpv6 no-route": "icmp6-no-route",
    "icmpv6 admin-prohibited": "icmp6-adm-prohibited",
}
"""What may follow "reject with", and what iptables calls it."""


class AddressRange(msgspec.Struct, frozen=True):
    """10.0.0.1-10.0.0.9, both ends included."""

    first: IPAddress
    last: IPAddress

    def __contains__(self, address: IPAddress) -> bool:
        """Of an address of the same family."""
        return int(self.first) <= int(address) <= int(self.last)


class AddressMatch(msgspec.Struct, frozen=True):
    """ip saddr / ip daddr against networks and ranges; `side` is saddr or daddr."""

    side: str
    networks: tuple[IPNetwork | AddressRange, ...]
    invert: bool = False


class AddressInSet(msgspec.Struct, frozen=True):
    """ip saddr @name"""

    side: str
    set: str
    invert: bool = False


class InputInterface(msgspec.Struct, frozen=True):
    """iifname; `name` may end in * (any suffix)."""

    name: str
    invert: bool = False


class OutputInterface(msgspec.Struct, frozen=True):
    """oifname; `name` may end in * (any suffix)."""

    name: str
    invert: bool = False


class L4Protocol(msgspec.Struct, frozen=True):
    """meta l4proto"""

    protocol: Protocol


class L4Protocols(msgspec.Struct, frozen=True):
    """meta l4proto { tcp, udp }, meta l4proto != tcp; one that is not negated is a L4Protocol."""

    protocols: tuple[Protocol, ...]
    invert: bool = False


class PortMatch(msgspec.Struct, frozen=True):
    """tcp dport 80, th sport { 53, 8000-8010 }: `header` is tcp, udp, sctp or th (whichever it is), `side` sport or
    dport, `ports` inclusive ranges."""

    header: str
    side: str
    ports: tuple[tuple[int, int], ...]
    invert: bool = False


class CtStateNew(msgspec.Struct, frozen=True):
    """ct state new"""


class CtState(msgspec.Struct, frozen=True):
    """ct state established,related, in the order of CT_STATES; new alone is CtStateNew."""

    states: tuple[str, ...]
    invert: bool = False


class CtStatusDnat(msgspec.Struct, frozen=True):
    """ct status dnat"""


class FibLocal(msgspec.Struct, frozen=True):
    """fib saddr type local, fib daddr type local"""

    side: str


class MarkTest(msgspec.Struct, frozen=True):
    """meta mark & MASK != VALUE, or == where `equal`; under ALL_BITS there is no mask to write."""

    mask: int
    value: int = 0
    equal: bool = False


class KeyInSet(msgspec.Struct, frozen=True):
    """A concatenation of header fields against a set: ip saddr . ip daddr . meta l4proto . th dport @name"""

    fields: tuple[str, ...]
    set: str


class MarkSet(msgspec.Struct, frozen=True):
    """meta mark set meta mark OPERATOR VALUE; the operator is |, ^ or &, or = for meta mark set VALUE."""

    operator: str
    value: int


class Jump(msgspec.Struct, frozen=True):
    chain: str


class Goto(msgspec.Struct, frozen=True):
    """As jump, but the end of the other chain is the end of this one too."""

    chain: str


class Drop(msgspec.Struct, frozen=True):
    pass


class Accept(msgspec.Struct, frozen=True):
    """Ends this base chain; later ones are still asked."""


class Return(msgspec.Struct, frozen=True):
    """Back to where the chain was jumped to from; in a base chain its policy decides."""


class Reject(msgspec.Struct, frozen=True):
    """`how` is one of REJECTS; without it, port unreachable of the table's family."""

    how: str | None = None


class Counter(msgspec.Struct, frozen=True):
    """Counts and always holds."""

    packets: int = 0
    bytes: int = 0


Verdict = Jump | Goto | Drop | Accept | Return


class VerdictMap(msgspec.Struct, frozen=True):
    """A concatenation of header fields looked up in a map of verdicts; what is not there goes on."""

    fields: tuple[str, ...]
    map: str


Key = tuple[IPAddress | Protocol | int | str, ...]
"""A concatenation's values: (address, protocol, port), (protocol, port), (address,), (state,)."""


class InlineVerdictMap(msgspec.Struct, frozen=True):
    """ct state vmap { established : accept, ... }: as VerdictMap, with the map in the rule."""

    fields: tuple[str, ...]
    entries: tuple[tuple[Key, Verdict], ...]


class Masquerade(msgspec.Struct, frozen=True):
    fully_random: bool = False


class DnatTo(msgspec.Struct, frozen=True):
    address: IPAddress
    port: int | None = None


class SnatTo(msgspec.Struct, frozen=True):
    address: IPAddress
    port: int | None = None


class DnatRandom(msgspec.Struct, frozen=True):
    """dnat ... to numgen random mod N map { 0 : IP . PORT, ... }"""

    choices: tuple[tuple[IPAddress, int], ...]


class GotoRandom(msgspec.Struct, frozen=True):
    """numgen random mod N vmap { 0 : goto CHAIN, ... }"""

    chains: tuple[str, ...]


class UpdateSet(msgspec.Struct, frozen=True):
    """update @name { ip saddr }: remember the source, for the set's timeout."""

    set: str


Statement = (
    AddressMatch
    | AddressInSet
    | InputInterface
    | OutputInterface
    | L4Protocol
    | L4Protocols
    | PortMatch
    | CtStateNew
    | CtState
    | CtStatusDnat
    | FibLocal
    | MarkTest
    | KeyInSet
    | MarkSet
    | Jump
    | Goto
    | Drop
    | Accept
    | Return
    | Reject
    | Counter
    | VerdictMap
    | InlineVerdictMap
    | Masquerade
    | DnatTo
    | SnatTo
    | DnatRandom
    | GotoRandom
    | UpdateSet
)


class Rule(msgspec.Struct, frozen=True):
    statements: tuple[Statement, ...]
    comment: str | None = None
    origins: Origins = ()


class BaseHook(msgspec.Struct, frozen=True):
    """Where a base chain hangs: type filter or nat, hook prerouting and so on, its priority, and its policy: accept or
    drop."""

    type: str
    hook: str
    priority: int
    policy: str = "accept"


class Chain(msgspec.Struct, frozen=True):
    name: str
    rules: tuple[Rule, ...]
    base: BaseHook | None = None
    comment: str | None = None


class Element(msgspec.Struct, frozen=True):
    """What a map holds for a key; in a plain set `verdict` is None. `expires`: milliseconds that a packet's own entry
    in a dynamic set has left."""

    verdict: Verdict | None = None
    comment: str | None = None
    origins: Origins = ()
    expires: int | None = None


class Set(msgspec.Struct, frozen=True):
    """A set, or with `verdicts` a map of verdicts. `timeout` in seconds: a dynamic set that packets fill. `size`: how
    many it takes, where that is told."""

    name: str
    type: tuple[str, ...]
    elements: Mapping[Key, Element] = {}
    comment: str | None = None
    verdicts: bool = False
    timeout: int | None = None
    size: int | None = None


class Table(msgspec.Struct, frozen=True):
    """`family` 4 (ip) or 6 (ip6). Chains and sets may be made when they are asked for."""

    family: int
    name: str
    sets: Mapping[str, Set]
    chains: Mapping[str, Chain]
    comment: str | None = None


Ruleset = Sequence[Table]
