"""iptables-save text: writing it, as iptables 1.8 prints it; reading it is `iptables_restore.py`.

Originals: iptables/nft-shared.c:nft_rule_print_save(), libxtables/xtables.c:xtables_save_string(), and
extensions/libxt_*.c.
"""

from collections.abc import Callable
from typing import Any

from simulator.linux.inet_ntop import network_text
from simulator.linux.iptables import (
    Accept,
    AddrType,
    Cgroup,
    Comment,
    CtStateMatch,
    Destination,
    Dnat,
    Drop,
    InInterface,
    IpProtocol,
    Jump,
    L4Ports,
    MarkMatch,
    Masquerade,
    Match,
    Multiport,
    NfAcct,
    OutInterface,
    PhysDev,
    Recent,
    Reject,
    Return,
    Rule,
    SetXMark,
    Snat,
    Source,
    Statistic,
    Table,
    Tables,
)
from simulator.packet.headers import IPAddress

TABLE_ORDER = ("raw", "mangle", "filter", "security", "nat")
HOOK_ORDER = ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")
UNQUOTED = frozenset("_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def render(tables: Tables) -> str:
    """Everything that iptables-save would print, counters zero, without its dated comment lines."""
    known = [name for name in TABLE_ORDER if name in tables.tables]
    others = sorted(name for name in tables.tables if name not in TABLE_ORDER)
    return "".join(_table(tables.tables[name]) for name in [*known, *others])


def rule_text(chain: str, rule: Rule) -> str:
    """One rule as a line: -A CHAIN matches -j TARGET."""
    words = [f"-A {chain}", *map(match_text, rule.matches)]
    if rule.target is not None:
        words.append(_TARGETS[type(rule.target)](rule.target))
    return " ".join(words)


def match_text(match: Match) -> str:
    """One match alone, for telling which part of a rule did not fit."""
    return _MATCHES[type(match)](match)


def _table(table: Table) -> str:
    chains = [table.chains[name] for name in _chain_order(table)]
    lines = [f"*{table.name}"]
    lines += [f":{chain.name} {chain.policy or '-'} [0:0]" for chain in chains]
    lines += [rule_text(chain.name, rule) for chain in chains for rule in chain.rules]
    return "\n".join([*lines, "COMMIT", ""])


def _chain_order(table: Table) -> list[str]:
    names = sorted(table.chains)
    base = [name for name in HOOK_ORDER if name in table.chains]
    return base + [name for name in names if name not in HOOK_ORDER]


def quote(text: str) -> str:
    """libxtables/xtables.c:xtables_save_string()"""
    if text and all(letter in UNQUOTED for letter in text):
        return text
    escaped = "".join("\\" + letter if letter in "\"\\'" else letter for letter in text)
    return f'"{escaped}"'


def _bang(invert: bool) -> str:
    return "! " if invert else ""


def _range(ports: tuple[int, int]) -> str:
    return f"{ports[0]}" if ports[0] == ports[1] else f"{ports[0]}:{ports[1]}"


def _l4_ports(match: L4Ports) -> str:
    words = f"-m {match.protocol.keyword}"
    if match.sports is not None:
        words += f" {_bang(match.invert_sports)}--sport {_range(match.sports)}"
    if match.dports is not None:
        words += f" {_bang(match.invert_dports)}--dport {_range(match.dports)}"
    return words


def _addr_type(match: AddrType) -> str:
    words = "-m addrtype"
    if match.src_type is not None:
        words += f" {_bang(match.invert_src)}--src-type {match.src_type}"
    if match.dst_type is not None:
        words += f" {_bang(match.invert_dst)}--dst-type {match.dst_type}"
    return words


def _mark(match: MarkMatch) -> str:
    mask = "" if match.mask == 0xFFFFFFFF else f"/{match.mask:#x}"
    return f"-m mark {_bang(match.invert)}--mark {match.value:#x}{mask}"


def _recent(match: Recent) -> str:
    words = [f"-m recent --{match.action}"]
    if match.seconds is not None:
        words.append(f"--seconds {match.seconds}")
    if match.reap:
        words.append("--reap")
    words.append(f"--name {match.name} --mask {match.mask} --r{'source' if match.source_side else 'dest'}")
    return " ".join(words)


def _multiport(match: Multiport) -> str:
    return f"-m multiport {_bang(match.invert)}--dports {','.join(_range(ports) for ports in match.dports)}"


def _nat_address(address: IPAddress, port: int | None) -> str:
    if port is None:
        return str(address)
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


_MATCHES: dict[type, Callable[[Any], str]] = {
    Source: lambda m: f"{_bang(m.invert)}-s {network_text(m.network)}",
    Destination: lambda m: f"{_bang(m.invert)}-d {network_text(m.network)}",
    InInterface: lambda m: f"{_bang(m.invert)}-i {m.name}",
    OutInterface: lambda m: f"{_bang(m.invert)}-o {m.name}",
    IpProtocol: lambda m: f"{_bang(m.invert)}-p {m.protocol.keyword}",
    Comment: lambda m: f"-m comment --comment {quote(m.text)}",
    L4Ports: _l4_ports,
    Multiport: _multiport,
    CtStateMatch: lambda m: f"-m conntrack {_bang(m.invert)}--ctstate {','.join(m.states)}",
    MarkMatch: _mark,
    Statistic: lambda m: f"-m statistic --mode random --probability {m.probability / 2**31:.11f}",
    AddrType: _addr_type,
    Recent: _recent,
    NfAcct: lambda m: f"-m nfacct --nfacct-name  {quote(m.name)}",
    Cgroup: lambda m: f"-m cgroup {_bang(m.invert)}--path {quote(m.path)}",
    PhysDev: lambda m: f"-m physdev {_bang(not m.is_bridged)}--physdev-is-bridged",
}

_TARGETS: dict[type, Callable[[Any], str]] = {
    Jump: lambda t: f"-j {t.chain}",
    Accept: lambda t: "-j ACCEPT",
    Drop: lambda t: "-j DROP",
    Return: lambda t: "-j RETURN",
    Reject: lambda t: f"-j REJECT --reject-with {t.reject_with}",
    Dnat: lambda t: f"-j DNAT --to-destination {_nat_address(t.address, t.port)}",
    Snat: lambda t: f"-j SNAT --to-source {_nat_address(t.address, t.port)}",
    Masquerade: lambda t: "-j MASQUERADE --random-fully" if t.random_fully else "-j MASQUERADE",
    SetXMark: lambda t: f"-j MARK --set-xmark {t.value:#x}/{t.mask:#x}",
}
