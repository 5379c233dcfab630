"""The rules that the model compiled, as text for `iptables-restore` and `nft -f`, without a name from a manifest.

Comments go, and the chains and sets of nftables (which hold Services' names) are numbered. Neither decides anything.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from simulator.linux import iptables, iptables_save, nft_list
from simulator.linux import nftables as nft
from simulator.linux.netns import Netns

IPTABLES_RESTORE, IP6TABLES_RESTORE, NFT = "iptables-restore", "ip6tables-restore", "nft"
_HARMLESS = re.compile(r"[-A-Za-z0-9_.,:;!+*/\[\](){}@<>=&|^ \t\n\"]*")


class RuleText(msgspec.Struct, frozen=True):
    """What one program reads on its standard input."""

    tool: str
    text: str


def rule_texts(netns: Netns, devices: Mapping[str, str], named: bool = False) -> list[RuleText]:
    """The namespace's tables in the order in which they are registered: of equal priorities the last one runs first."""
    late = _registered_late(netns)
    found: list[RuleText] = []
    for family, tables in netns.tables.items():
        early = {name: table for name, table in tables.tables.items() if (family, name) not in late}
        found += _iptables(family, early, named)
    found += [_nftables(table, devices, named) for table in netns.nftables.values()]
    for family, tables in netns.tables.items():
        found += _iptables(family, {n: t for n, t in tables.tables.items() if (family, n) in late}, named)
    return found


def without_accounts(rules: RuleText) -> RuleText:
    """For a kernel that has no counters by name: they decide nothing."""
    return RuleText(rules.tool, re.sub(r" -m nfacct --nfacct-name +[a-z_]+", "", rules.text))


def _registered_late(netns: Netns) -> set[tuple[int, str]]:
    """Tables of iptables with a chain that runs before one of nftables of the same hook and priority."""
    late: set[tuple[int, str]] = set()
    for place, chain in enumerate(netns.hooks):
        after = (c for c in netns.hooks[place + 1 :] if c.nftables)
        same = any((c.family, c.hook, c.priority) == (chain.family, chain.hook, chain.priority) for c in after)
        if same and not chain.nftables:
            late.add((chain.family, chain.table))
    return late


def _iptables(family: int, tables: Mapping[str, iptables.Table], named: bool) -> Iterator[RuleText]:
    if tables:
        plain = {name: table if named else _without_comments(table) for name, table in tables.items()}
        tool = IPTABLES_RESTORE if family == 4 else IP6TABLES_RESTORE
        yield RuleText(tool, _checked(iptables_save.render(iptables.Tables(family, plain)), named))


def _without_comments(table: iptables.Table) -> iptables.Table:
    chains = {}
    for name in table.chains:
        chain = table.chains[name]
        rules = [
            msgspec.structs.replace(r, matches=tuple(m for m in r.matches if not isinstance(m, iptables.Comment)))
            for r in chain.rules
        ]
        chains[name] = iptables.Chain(name, rules, chain.policy)
    return iptables.Table(table.name, chains)


def _nftables(table: nft.Table, devices: Mapping[str, str], named: bool) -> RuleText:
    return RuleText(NFT, _checked(nft_list.render([table if named else _Numbered(table, devices).table()]), named))


def _checked(text: str, named: bool) -> str:
    """A last look: nothing but the letters of a ruleset."""
    if not named and not _HARMLESS.fullmatch(text):
        raise AssertionError("a ruleset holds letters that no computed name has")
    return text


class _Numbered:
    """A table of nftables with its chains and sets numbered in the order in which they stand."""

    def __init__(self, table: nft.Table, devices: Mapping[str, str]) -> None:
        self._table = table
        self._names = {name: f"s{number}" for number, name in enumerate(table.sets)}
        self._chains = {name: f"c{number}" for number, name in enumerate(table.chains)}
        self._devices = devices

    def table(self) -> nft.Table:
        sets = {self._names[name]: self._set(found) for name, found in self._table.sets.items()}
        chains = {self._chains[name]: self._chain(self._table.chains[name]) for name in self._table.chains}
        return msgspec.structs.replace(self._table, sets=sets, chains=chains, comment=None)

    def _set(self, found: nft.Set) -> nft.Set:
        elements = {key: self._struct(element) for key, element in found.elements.items()}
        return msgspec.structs.replace(found, name=self._names[found.name], elements=elements, comment=None)

    def _chain(self, chain: nft.Chain) -> nft.Chain:
        rules = tuple(
            msgspec.structs.replace(r, statements=tuple(map(self._struct, r.statements)), comment=None)
            for r in chain.rules
        )
        return msgspec.structs.replace(chain, name=self._chains[chain.name], rules=rules, comment=None)

    def _struct(self, noun: Any) -> Any:
        """A statement, verdict or element with its references renamed."""
        changes: dict[str, Any] = {}
        for field in noun.__struct_fields__:
            value = getattr(noun, field)
            if field == "chain":
                changes[field] = self._chains[value]
            elif field in ("set", "map"):
                changes[field] = self._names[value]
            elif field == "chains":
                changes[field] = tuple(self._chains[name] for name in value)
            elif field == "comment":
                changes[field] = None
            elif field == "verdict" and value is not None:
                changes[field] = self._struct(value)
            elif isinstance(noun, nft.InputInterface) and field == "name":
                changes[field] = self._devices.get(value, value)
        return msgspec.structs.replace(noun, **changes) if changes else noun
