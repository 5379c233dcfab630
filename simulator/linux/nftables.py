"""nftables: tables, chains, sets, maps, rules and their statements, as `nft list ruleset` prints them.

The text form is `nft_list.py`. A rule is a row of statements; one that does not hold ends it.
"""

from collections.abc import Mapping, Sequence

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress, IPNetwork, Protocol


class AddressMatch(msgspec.Struct, frozen=True):
    """ip saddr / ip daddr against networks; `side` is saddr or daddr."""

    side: str
    networks: tuple[IPNetwork, ...]
    invert: bool = False


class AddressInSet(msgspec.Struct, frozen=True):
    """ip saddr @name"""

    side: str
    set: str


class InputInterface(msgspec.Struct, frozen=True):
    """iifname; `name` may end in * (any suffix)."""

    name: str
    invert: bool = False


class L4Protocol(msgspec.Struct, frozen=True):
    """meta l4proto"""

    protocol: Protocol


class CtStateNew(msgspec.Struct, frozen=True):
    """ct state new"""


class CtStatusDnat(msgspec.Struct, frozen=True):
    """ct status dnat"""


class FibLocal(msgspec.Struct, frozen=True):
    """fib saddr type local, fib daddr type local"""

    side: str


class MarkTest(msgspec.Struct, frozen=True):
    """meta mark & MASK != 0"""

    mask: int


class KeyInSet(msgspec.Struct, frozen=True):
    """A concatenation of header fields against a set: ip saddr . ip daddr . meta l4proto . th dport @name"""

    fields: tuple[str, ...]
    set: str


class MarkSet(msgspec.Struct, frozen=True):
    """meta mark set meta mark OPERATOR VALUE; the operator is | or ^."""

    operator: str
    value: int


class Jump(msgspec.Struct, frozen=True):
    chain: str


class Goto(msgspec.Struct, frozen=True):
    """As jump, but the end of the other chain is the end of this one too."""

    chain: str


class Drop(msgspec.Struct, frozen=True):
    pass


class Reject(msgspec.Struct, frozen=True):
    """In a table of one family: port unreachable of that family."""


Verdict = Jump | Goto | Drop


class VerdictMap(msgspec.Struct, frozen=True):
    """A concatenation of header fields looked up in a map of verdicts; what is not there goes on."""

    fields: tuple[str, ...]
    map: str


class Masquerade(msgspec.Struct, frozen=True):
    fully_random: bool = False


class DnatTo(msgspec.Struct, frozen=True):
    address: IPAddress
    port: int


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
    | L4Protocol
    | CtStateNew
    | CtStatusDnat
    | FibLocal
    | MarkTest
    | KeyInSet
    | MarkSet
    | Jump
    | Goto
    | Drop
    | Reject
    | VerdictMap
    | Masquerade
    | DnatTo
    | DnatRandom
    | GotoRandom
    | UpdateSet
)


class Rule(msgspec.Struct, frozen=True):
    statements: tuple[Statement, ...]
    comment: str | None = None
    origins: Origins = ()


class BaseHook(msgspec.Struct, frozen=True):
    """Where a base chain hangs: type filter or nat, hook prerouting and so on, and its priority."""

    type: str
    hook: str
    priority: int


class Chain(msgspec.Struct, frozen=True):
    name: str
    rules: tuple[Rule, ...]
    base: BaseHook | None = None
    comment: str | None = None


Key = tuple[IPAddress | Protocol | int, ...]
"""A concatenation's values: (address, protocol, port), (protocol, port), (address,)."""


class Element(msgspec.Struct, frozen=True):
    """What a map holds for a key; in a plain set `verdict` is None."""

    verdict: Verdict | None = None
    comment: str | None = None
    origins: Origins = ()


class Set(msgspec.Struct, frozen=True):
    """A set, or with `verdicts` a map of verdicts. `timeout` in seconds: a dynamic set that packets fill."""

    name: str
    type: tuple[str, ...]
    elements: Mapping[Key, Element] = {}
    comment: str | None = None
    verdicts: bool = False
    timeout: int | None = None


class Table(msgspec.Struct, frozen=True):
    """`family` 4 (ip) or 6 (ip6). Chains and sets may be made when they are asked for."""

    family: int
    name: str
    sets: Mapping[str, Set]
    chains: Mapping[str, Chain]
    comment: str | None = None


Ruleset = Sequence[Table]
