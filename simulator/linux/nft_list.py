"""nft list ruleset: the text of nftables, in a form that nft reads again.

src/rule.c, src/statement.c and src/expression.c of nftables 1.0
"""

from collections.abc import Callable, Iterable
from typing import Any

from simulator.linux import nftables as nft
from simulator.linux.inet_ntop import address_text, network_text
from simulator.packet.headers import IPNetwork, Protocol

FAMILY = {4: "ip", 6: "ip6"}
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
    size = nft.DYNAMIC_SET_SIZE if found.size is None and found.timeout is not None else found.size
    if size is not None:
        lines.append(f"\t\tsize {size}")
    if found.timeout is not None:
        lines += ["\t\tflags dynamic,timeout", f"\t\ttimeout {duration(found.timeout)}"]
    if found.comment is not None:
        lines.append(f"\t\t{_comment(found.comment)}")
    elements = [_element(key, found.elements[key]) for key in found.elements]
    if elements:
        lines.append("\t\telements = { " + ",\n\t\t\t     ".join(elements) + " }")
    return "\n".join([*lines, "\t}"])


def duration(seconds: int, milliseconds: int = 0) -> str:
    """3h, 1m30s: the units that are not zero."""
    parts = []
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count}{unit}")
    if milliseconds:
        parts.append(f"{milliseconds}ms")
    return "".join(parts) or "0s"


def _element(key: nft.Key, element: nft.Element) -> str:
    words = key_text(key)
    if element.expires is not None:
        words += f" expires {duration(*divmod(element.expires, 1000))}"
    if element.comment is not None:
        words += f" {_comment(element.comment)}"
    if element.verdict is not None:
        words += f" : {_verdict(element.verdict)}"
    return words


def key_text(key: nft.Key) -> str:
    """A concatenation's values."""
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
        lines.append(f"\t\ttype {base.type} hook {base.hook} priority {place}; policy {base.policy};")
    return "\n".join([*lines, *(f"\t\t{rule_text(rule, family)}" for rule in chain.rules), "\t}"])


def _priority(hook: str, priority: int) -> str:
    for name, value in PRIORITIES.get(hook, STANDARD_PRIORITIES).items():
        distance = priority - value
        if distance == 0:
            return name
        if abs(distance) <= NEAR:
            return f"{name} {'-' if distance < 0 else '+'} {abs(distance)}"
    return str(priority)


def _any_of(values: Iterable[str], invert: bool = False) -> str:
    """One value, or an anonymous set."""
    shown = list(values)
    return ("!= " if invert else "") + (shown[0] if len(shown) == 1 else "{ " + ", ".join(shown) + " }")


def _network(network: IPNetwork | nft.AddressRange) -> str:
    if isinstance(network, nft.AddressRange):
        return f"{network.first}-{network.last}"
    if network.prefixlen == network.max_prefixlen:
        return address_text(network.network_address)
    return network_text(network)


def _fields(fields: tuple[str, ...], family: str) -> str:
    """ip daddr . meta l4proto . th dport; addresses are of the table's family."""
    return " . ".join(f"{family} {field}" if field in ("saddr", "daddr") else field for field in fields)


def _address_match(match: nft.AddressMatch, family: str) -> str:
    return f"{family} {match.side} {_any_of(map(_network, match.networks), match.invert)}"


def _port_match(match: nft.PortMatch, family: str) -> str:
    ranges = (f"{low}" if low == high else f"{low}-{high}" for low, high in match.ports)
    return f"{match.header} {match.side} {_any_of(ranges, match.invert)}"


def _ct_state(match: nft.CtState, family: str) -> str:
    """Negated states stand in braces: != a,b compares with both at once, which no packet's state is."""
    return f"ct state {_any_of(match.states, invert=True) if match.invert else ','.join(match.states)}"


def _mark_test(match: nft.MarkTest, family: str) -> str:
    """A mask that begins with ones is written as a prefix."""
    if match.mask == nft.ALL_BITS:
        return f"meta mark {'' if match.equal else '!= '}{match.value:#010x}"
    length = match.mask.bit_count()
    if match.mask == nft.ALL_BITS ^ (nft.ALL_BITS >> length):
        return f"meta mark {'' if match.equal else '!= '}{match.value:#010x}/{length}"
    return f"meta mark & {match.mask:#010x} {'==' if match.equal else '!='} {match.value:#010x}"


def _mark_set(statement: nft.MarkSet, family: str) -> str:
    before = "" if statement.operator == "=" else f"meta mark {statement.operator} "
    return f"meta mark set {before}{statement.value:#010x}"


def _inline_verdict_map(statement: nft.InlineVerdictMap, family: str) -> str:
    entries = ", ".join(f"{key_text(key)} : {_verdict(verdict)}" for key, verdict in statement.entries)
    return f"{_fields(statement.fields, family)} vmap {{ {entries} }}"


def _dnat_random(statement: nft.DnatRandom, family: str) -> str:
    choices = ", ".join(f"{at} : {address} . {port}" for at, (address, port) in enumerate(statement.choices))
    return f"dnat {family} addr . port to numgen random mod {len(statement.choices)} map {{ {choices} }}"


def _goto_random(statement: nft.GotoRandom, family: str) -> str:
    choices = ", ".join(f"{at} : goto {chain}" for at, chain in enumerate(statement.chains))
    return f"numgen random mod {len(statement.chains)} vmap {{ {choices} }}"


def _nat_to(statement: nft.DnatTo | nft.SnatTo, family: str) -> str:
    kind = "dnat" if isinstance(statement, nft.DnatTo) else "snat"
    if statement.port is None:
        return f"{kind} to {statement.address}"
    address = f"[{statement.address}]" if statement.address.version == 6 else str(statement.address)
    return f"{kind} to {address}:{statement.port}"


def _interface(word: str) -> Callable[[Any, str], str]:
    return lambda s, family: f'{word} {"!= " if s.invert else ""}"{s.name}"'


_STATEMENTS: dict[type, Callable[[Any, str], str]] = {
    nft.AddressMatch: _address_match,
    nft.AddressInSet: lambda s, family: f"{family} {s.side} {'!= ' if s.invert else ''}@{s.set}",
    nft.InputInterface: _interface("iifname"),
    nft.OutputInterface: _interface("oifname"),
    nft.L4Protocol: lambda s, family: f"meta l4proto {s.protocol.keyword}",
    nft.L4Protocols: lambda s, family: f"meta l4proto {_any_of((p.keyword for p in s.protocols), s.invert)}",
    nft.PortMatch: _port_match,
    nft.CtStateNew: lambda s, family: "ct state new",
    nft.CtState: _ct_state,
    nft.CtStatusDnat: lambda s, family: "ct status dnat",
    nft.FibLocal: lambda s, family: f"fib {s.side} type local",
    nft.MarkTest: _mark_test,
    nft.KeyInSet: lambda s, family: f"{_fields(s.fields, family)} @{s.set}",
    nft.MarkSet: _mark_set,
    nft.Jump: lambda s, family: f"jump {s.chain}",
    nft.Goto: lambda s, family: f"goto {s.chain}",
    nft.Drop: lambda s, family: "drop",
    nft.Accept: lambda s, family: "accept",
    nft.Return: lambda s, family: "return",
    nft.Reject: lambda s, family: "reject" if s.how is None else f"reject with {s.how}",
    nft.Counter: lambda s, family: f"counter packets {s.packets} bytes {s.bytes}",
    nft.VerdictMap: lambda s, family: f"{_fields(s.fields, family)} vmap @{s.map}",
    nft.InlineVerdictMap: _inline_verdict_map,
    nft.Masquerade: lambda s, family: "masquerade fully-random" if s.fully_random else "masquerade",
    nft.DnatTo: _nat_to,
    nft.SnatTo: _nat_to,
    nft.DnatRandom: _dnat_random,
    nft.GotoRandom: _goto_random,
    nft.UpdateSet: lambda s, family: f"update @{s.set} {{ {family} saddr }}",
}
