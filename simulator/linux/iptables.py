"""iptables: tables, chains, rules, matches and targets, as iptables-save prints them.

The text form is `iptables_save.py`; what they do to a packet is `datapath/ip_tables.py`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

PODS = "kubepods/"
"""Where the control groups of pods are. kubelet names them by uid; here they have the pod's namespace and name."""


class Source(msgspec.Struct, frozen=True):
    network: IPNetwork
    invert: bool = False


class Destination(msgspec.Struct, frozen=True):
    network: IPNetwork
    invert: bool = False


class InInterface(msgspec.Struct, frozen=True):
    """`name` may end in + (any suffix)."""

    name: str
    invert: bool = False


class OutInterface(msgspec.Struct, frozen=True):
    name: str
    invert: bool = False


class IpProtocol(msgspec.Struct, frozen=True):
    protocol: Protocol
    invert: bool = False


class Comment(msgspec.Struct, frozen=True):
    text: str


class L4Ports(msgspec.Struct, frozen=True):
    """-m tcp, -m udp, -m sctp: inclusive ranges; both None is the bare module."""

    protocol: Protocol
    sports: tuple[int, int] | None = None
    dports: tuple[int, int] | None = None
    invert_sports: bool = False
    invert_dports: bool = False


class Multiport(msgspec.Struct, frozen=True):
    """-m multiport --dports 80,443,8000:8010."""

    dports: tuple[tuple[int, int], ...]
    invert: bool = False


class CtStateMatch(msgspec.Struct, frozen=True):
    """-m conntrack --ctstate; states in iptables' order: INVALID NEW RELATED ESTABLISHED UNTRACKED SNAT DNAT."""

    states: tuple[str, ...]
    invert: bool = False


class MarkMatch(msgspec.Struct, frozen=True):
    value: int
    mask: int = 0xFFFFFFFF
    invert: bool = False


class Statistic(msgspec.Struct, frozen=True):
    """-m statistic --mode random; `probability` in units of 2**-31, as the kernel stores it."""

    probability: int


class AddrType(msgspec.Struct, frozen=True):
    src_type: str | None = None
    dst_type: str | None = None
    invert_src: bool = False
    invert_dst: bool = False


class Recent(msgspec.Struct, frozen=True):
    """-m recent: `action` is set, rcheck, update or remove."""

    action: str
    name: str
    seconds: int | None = None
    reap: bool = False
    source_side: bool = True
    mask: str = "255.255.255.255"


class NfAcct(msgspec.Struct, frozen=True):
    name: str


class Cgroup(msgspec.Struct, frozen=True):
    """-m cgroup --path: the socket behind the packet belongs to a program in that control group (version 2)."""

    path: str
    invert: bool = False


class PhysDev(msgspec.Struct, frozen=True):
    is_bridged: bool = True


Match = (
    Source
    | Destination
    | InInterface
    | OutInterface
    | IpProtocol
    | Comment
    | L4Ports
    | Multiport
    | CtStateMatch
    | MarkMatch
    | Statistic
    | AddrType
    | Recent
    | NfAcct
    | PhysDev
    | Cgroup
)


class Jump(msgspec.Struct, frozen=True):
    chain: str


class Accept(msgspec.Struct, frozen=True):
    pass


class Drop(msgspec.Struct, frozen=True):
    pass


class Return(msgspec.Struct, frozen=True):
    pass


class Reject(msgspec.Struct, frozen=True):
    """--reject-with: icmp-port-unreachable, icmp6-port-unreachable, tcp-reset, ..."""

    reject_with: str


class Dnat(msgspec.Struct, frozen=True):
    address: IPAddress
    port: int | None = None


class Snat(msgspec.Struct, frozen=True):
    address: IPAddress
    port: int | None = None


class Masquerade(msgspec.Struct, frozen=True):
    random_fully: bool = False


class SetXMark(msgspec.Struct, frozen=True):
    """mark = (mark & ~mask) ^ value."""

    value: int
    mask: int = 0xFFFFFFFF


Target = Jump | Accept | Drop | Return | Reject | Dnat | Snat | Masquerade | SetXMark


class Rule(msgspec.Struct, frozen=True):
    """`matches` in the order in which iptables-save prints them; no target: the rule only matches (recent --set)."""

    matches: tuple[Match, ...]
    target: Target | None
    origins: Origins = ()


class Chain:
    """Rules in order. `policy` is ACCEPT or DROP for a base chain, None for a user's own.

    `candidates` may leave out rules that cannot match a destination: the kernel's search is linear, ours
    need not be; numbers stay those of the whole chain.
    """

    def __init__(self, name: str, rules: Sequence[Rule] = (), policy: str | None = None) -> None:
        self.name = name
        self.rules: Sequence[Rule] = rules
        self.policy = policy

    def candidates(self, destination: IPAddress, dport: int | None) -> Iterable[tuple[int, Rule]]:
        """(number from 1, rule) of every rule that might match, in order."""
        return enumerate(self.rules, 1)


class Table:
    """A table of one family: `name` filter, nat, mangle or raw; `chains` may build a chain when it is asked for."""

    def __init__(self, name: str, chains: Mapping[str, Chain]) -> None:
        self.name = name
        self.chains = chains


class Tables(msgspec.Struct):
    """Everything that iptables (4) or ip6tables (6) holds in one network namespace, by table name."""

    family: int
    tables: dict[str, Table]


BASE_CHAINS: Mapping[str, tuple[str, ...]] = {
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
}


BUILT_IN = ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")
"""Chains that the kernel enters itself."""


def base_tables(family: int) -> Tables:
    """The tables of a machine on which nobody has written a rule yet: base chains that accept."""
    return Tables(family, {
        table: Table(table, {name: Chain(name, (), "ACCEPT") for name in names}) for table, names in BASE_CHAINS.items()
    })  # fmt: skip


ChainBuilder = Callable[[str], Chain]
