"""nft list ruleset: the text of nftables, in a form that nft reads again.

src/rule.c, src/statement.c and src/expression.c of nftables 1.0
"""

from collections.abc import Callable, Iterable
from typing import Any

from simulator.linux import nftables as nft
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

FAMILY = {4: "ip", 6: "ip6"}
DYNAMIC_SET_SIZE = 65535
STANDARD_PRIORITIES = {"raw": -300, "mangle": -150, "filter": 0, "security": 50}
PRIORITIES = {
    "prerouting": STANDARD_PRIORITIES | {"dstnat": -100},
    "postrouting": STANDARD_PRIORITIES | {"srcnat": 100},
}
NEAR = 10
"""A priority this close to a standard one is written as a distance from it."""


def render(ruleset: nft.Ruleset) -> str:
    """All tables, as one text."""
    return "\n".join(_table(table) for table in ruleset)


def rule_text(rule: nft.Rule, family: int) -> str:
    """One rule without its chain."""
    words = [statement_text(statement, family) for statement in rule.statements]
    if rule.comment is not None:
        words.append(_comment(rule.comment))
    return " ".join(words)


def listed_text(rule: nft.Rule, family: int) -> str:
    """One rule as nft 1.0 lists and traces it: it leaves out what it needs to read a dnat from a map back."""
    return rule_text(rule, family).replace(" addr . port to numgen", " to numgen")


def statement_text(statement: nft.Statement, family: int) -> str:
    """One statement of a rule."""
    return _STATEMENTS[type(statement)](statement, FAMILY[family])


def _table(table: nft.Table) -> str:
    lines = [f"table {FAMILY[table.family]} {table.name} {{"]
    if table.comment is not None:
        lines.append(f"\t{_comment(table.comment)}")
    blocks = [_set(found) for found in table.sets.values()]
    blocks += [_chain(table.chains[name], table.family) for name in table.chains]
    return "\n".join([*lines, "\n\n".join(blocks), "}", ""])


def _comment(text: str) -> str:
    return f'comment "{text}"'


def _set(found: nft.Set) -> str:
    kind = "map" if found.verdicts else "set"
    lines = [f"\t{kind} {found.name} {{", f"\t\ttype {' . '.join(found.type)}{' : verdict' if found.verdicts else ''}"]
    if found.timeout is not None:
        lines += [f"\t\tsize {DYNAMIC_SET_SIZE}", "\t\tflags dynamic,timeout", f"\t\ttimeout {duration(found.timeout)}"]
    if found.comment is not None:
        lines.append(f"\t\t{_comment(found.comment)}")
    elements = [_element(key, found.elements[key]) for key in found.elements]
    if elements:
        lines.append("\t\telements = { " + ",\n\t\t\t     ".join(elements) + " }")
    return "\n".join([*lines, "\t}"])


def duration(seconds: int) -> str:
    """3h, 1m30s: the units that are not zero."""
    parts = []
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _element(key: nft.Key, element: nft.Element) -> str:
    words = _key(key)
    if element.comment is not None:
        words += f" {_comment(element.comment)}"
    if element.verdict is not None:
        words += f" : {_verdict(element.verdict)}"
    return words


def _key(key: Iterable[IPAddress | Protocol | int]) -> str:
    return " . ".join(part.keyword if isinstance(part, Protocol) else str(part) for part in key)


def _verdict(verdict: nft.Verdict) -> str:
    return _STATEMENTS[type(verdict)](verdict, "")


def _chain(chain: nft.Chain, family: int) -> str:
    lines = [f"\tchain {chain.name} {{"]
    if chain.comment is not None:
        lines.append(f"\t\t{_comment(chain.comment)}")
    if chain.base is not None:
        base = chain.base
        place = _priority(base.hook, base.priority)
        lines.append(f"\t\ttype {base.type} hook {base.hook} priority {place}; policy accept;")
    return "\n".join([*lines, *(f"\t\t{rule_text(rule, family)}" for rule in chain.rules), "\t}"])


def _priority(hook: str, priority: int) -> str:
    for name, value in PRIORITIES.get(hook, STANDARD_PRIORITIES).items():
        distance = priority - value
        if distance == 0:
            return name
        if abs(distance) <= NEAR:
            return f"{name} {'-' if distance < 0 else '+'} {abs(distance)}"
    return str(priority)


def _networks(networks: tuple[IPNetwork, ...]) -> str:
    shown = [str(net.network_address) if net.prefixlen == net.max_prefixlen else str(net) for net in networks]
    return shown[0] if len(shown) == 1 else "{ " + ", ".join(shown) + " }"


def _fields(fields: tuple[str, ...], family: str) -> str:
    """ip daddr . meta l4proto . th dport; addresses are of the table's family."""
    return " . ".join(f"{family} {field}" if field in ("saddr", "daddr") else field for field in fields)


def _address_match(match: nft.AddressMatch, family: str) -> str:
    return f"{family} {match.side} {'!= ' if match.invert else ''}{_networks(match.networks)}"


def _dnat_random(statement: nft.DnatRandom, family: str) -> str:
    choices = ", ".join(f"{at} : {address} . {port}" for at, (address, port) in enumerate(statement.choices))
    return f"dnat {family} addr . port to numgen random mod {len(statement.choices)} map {{ {choices} }}"


def _goto_random(statement: nft.GotoRandom, family: str) -> str:
    choices = ", ".join(f"{at} : goto {chain}" for at, chain in enumerate(statement.chains))
    return f"numgen random mod {len(statement.chains)} vmap {{ {choices} }}"


def _dnat_to(statement: nft.DnatTo, family: str) -> str:
    address = f"[{statement.address}]" if statement.address.version == 6 else str(statement.address)
    return f"dnat to {address}:{statement.port}"


_STATEMENTS: dict[type, Callable[[Any, str], str]] = {
    nft.AddressMatch: _address_match,
    nft.AddressInSet: lambda s, family: f"{family} {s.side} @{s.set}",
    nft.InputInterface: lambda s, family: f'iifname {"!= " if s.invert else ""}"{s.name}"',
    nft.L4Protocol: lambda s, family: f"meta l4proto {s.protocol.keyword}",
    nft.CtStateNew: lambda s, family: "ct state new",
    nft.CtStatusDnat: lambda s, family: "ct status dnat",
    nft.FibLocal: lambda s, family: f"fib {s.side} type local",
    nft.MarkTest: lambda s, family: f"meta mark & {s.mask:#010x} != 0x00000000",
    nft.KeyInSet: lambda s, family: f"{_fields(s.fields, family)} @{s.set}",
    nft.MarkSet: lambda s, family: f"meta mark set meta mark {s.operator} {s.value:#010x}",
    nft.Jump: lambda s, family: f"jump {s.chain}",
    nft.Goto: lambda s, family: f"goto {s.chain}",
    nft.Drop: lambda s, family: "drop",
    nft.Reject: lambda s, family: "reject",
    nft.VerdictMap: lambda s, family: f"{_fields(s.fields, family)} vmap @{s.map}",
    nft.Masquerade: lambda s, family: "masquerade fully-random" if s.fully_random else "masquerade",
    nft.DnatTo: _dnat_to,
    nft.DnatRandom: _dnat_random,
    nft.GotoRandom: _goto_random,
    nft.UpdateSet: lambda s, family: f"update @{s.set} {{ {family} saddr }}",
}
