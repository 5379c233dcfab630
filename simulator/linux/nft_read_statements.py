"""The statements of a rule: the opposite of `nft_list.statement_text()`.

Both ways of writing are read: what nft lists (meta mark set meta mark | 0x4000) and what programs give to nft -f
(mark set mark or 0x4000). src/parser_bison.y of nftables
"""

from collections.abc import Callable
from typing import TypeVar

from simulator.linux import nft_read_values as values
from simulator.linux import nftables as nft
from simulator.linux.nft_read_tokens import Words
from simulator.linux.reading import short
from simulator.packet.headers import Protocol

Value = TypeVar("Value")
OPERATORS = {"|": "|", "or": "|", "^": "^", "xor": "^", "&": "&", "and": "&"}
FINAL = (
    nft.Jump, nft.Goto, nft.Drop, nft.Accept, nft.Return, nft.Reject, nft.DnatTo, nft.SnatTo, nft.DnatRandom,
    nft.GotoRandom, nft.Masquerade,
)  # fmt: skip
FIRST_WORDS = (
    "ip, ip6, meta, th, tcp, udp, sctp, ct, fib, mark, iifname, oifname, numgen, update, counter, jump, goto, accept, "
    "drop, return, reject, masquerade, dnat and snat"
)
OF_IPTABLES = "iptables wrote this table; the output of iptables-save says what stands in it."
EXAMPLE = "dnat to 10.0.0.1:80"


def rule(words: Words, family: int) -> nft.Rule:
    """All statements of one rule, and its comment."""
    statements: list[nft.Statement] = []
    comment = None
    while not words.done:
        if words.accept("comment"):
            comment = words.take_string("a comment")
            break
        if statements and isinstance(statements[-1], FINAL):
            raise words.invalid(f"“{short(words.next)}” is never reached", "What stands before it ends the rule.")
        statements.append(_statement(words, family))
    if not words.done:
        raise words.invalid(
            f"“{short(words.next)}” stands after the comment", "The comment is the last part of a rule."
        )
    return nft.Rule(tuple(statements), comment)


def _statement(words: Words, family: int) -> nft.Statement:
    word = words.next
    if word in _BY_FIRST_WORD:
        return _BY_FIRST_WORD[word](words, family)
    if word not in _FIELD_WORDS:
        guess = f"NetViz would have to guess what it does. It knows {FIRST_WORDS}."
        hint = OF_IPTABLES if word == "xt" or word.startswith("# xt_") else guess
        raise words.unknown(f"statement “{short(word)}” is not known", hint)
    return _on_fields(words, family)


def _on_fields(words: Words, family: int) -> nft.Statement:
    """Everything that starts with header fields: a test of one value, a look-up in a set or in a map."""
    found = values.fields(words, family)
    if words.accept("vmap"):
        return _verdict_map(words, found, family)
    if found == ("meta mark",) and words.next != "@":
        return _mark(words)
    invert = words.accept("!=")
    if not invert:
        words.accept("==")
    if words.accept("@"):
        return _in_set(words, found, invert)
    if len(found) > 1:
        hint = "NetViz knows concatenations in named sets and in verdict maps."
        raise words.unknown("a concatenation without a named set is not known", hint)
    return _on_value(words, found[0], invert, family)


def _on_value(words: Words, field: str, invert: bool, family: int) -> nft.Statement:
    if field in ("saddr", "daddr"):
        return nft.AddressMatch(field, _any_of(words, lambda w: values.network(w, family)), invert)
    if field == "meta l4proto":
        return _protocols(_any_of(words, values.protocol), invert)
    if field == "ct state":
        return _states(words, invert)
    if field in ("iifname", "oifname"):
        name = words.take_string("the name of a device")
        return nft.InputInterface(name, invert) if field == "iifname" else nft.OutputInterface(name, invert)
    header, side = field.split()
    return nft.PortMatch(header, side, _any_of(words, values.ports), invert)


def _any_of(words: Words, read: Callable[[Words], Value], bare: bool = False) -> tuple[Value, ...]:
    """One value, or an anonymous set in braces; `bare`: commas do without braces, too."""
    braces = words.accept("{")
    found = [read(words)]
    while (braces or bare) and words.accept(","):
        if braces and words.next == "}":
            break
        found.append(read(words))
    if braces:
        words.expect("}")
    return tuple(found)


def _protocols(found: tuple[Protocol, ...], invert: bool) -> nft.Statement:
    if len(found) == 1 and not invert:
        return nft.L4Protocol(found[0])
    return nft.L4Protocols(found, invert)


def _states(words: Words, invert: bool) -> nft.Statement:
    """nft makes one number of states in a row; no packet's state is equal to it, so that != always holds."""
    found = _any_of(words, values.state, bare=not invert)
    if words.next in (",", "|"):
        raise words.unknown("several states without braces are not known here", "Write ct state != { invalid, new }.")
    states = tuple(state for state in nft.CT_STATES if state in found)
    return nft.CtStateNew() if states == ("new",) and not invert else nft.CtState(states, invert)


def _in_set(words: Words, fields: tuple[str, ...], invert: bool) -> nft.Statement:
    name = words.take_name("the name of a set")
    if fields in (("saddr",), ("daddr",)):
        return nft.AddressInSet(fields[0], name, invert)
    if invert:
        words.skip_back()
        raise words.unknown("!= @ is not known for this field", "NetViz knows it for addresses.")
    return nft.KeyInSet(fields, name)


def _mark(words: Words) -> nft.Statement:
    """A test of the mark, or setting it; what changes nothing nft lists without an operator."""
    if words.accept("set"):
        return _mark_set(words)
    mask = nft.ALL_BITS
    if words.accept("&") or words.accept("and"):
        mask = values.mark(words)
        if words.next not in ("==", "!="):
            raise words.invalid("a mask needs == or != and a value", "For example meta mark & 0x4000 != 0.")
    equal = not words.accept("!=")
    if equal:
        words.accept("==")
    value, prefix = values.masked_mark(words)
    return nft.MarkTest(mask & prefix, value, equal)


def _mark_set(words: Words) -> nft.Statement:
    if not (words.accept("meta", "mark") or words.accept("mark")):
        return nft.MarkSet("=", values.mark(words))
    if words.next not in OPERATORS:
        return nft.MarkSet("|", 0)
    statement = nft.MarkSet(OPERATORS[words.take("an operator")], values.mark(words))
    if words.next in OPERATORS:
        raise words.unknown("two operators on the mark are not known", "NetViz knows one: |, ^ or &.")
    return statement


def _verdict_map(words: Words, fields: tuple[str, ...], family: int) -> nft.Statement:
    if words.accept("@"):
        return nft.VerdictMap(fields, words.take_name("the name of a map"))
    types = tuple(values.field_type(field, family) or "" for field in fields)
    if "" in types:
        raise words.unknown("a verdict map of these fields is not known", "NetViz knows th, meta, ct state, addresses.")
    words.expect("{")
    entries: dict[nft.Key, nft.Verdict] = {}
    while not words.accept("}"):
        found = values.key(words, types)
        if found in entries:
            raise words.invalid("this element is there twice", "nft refuses a key that has two verdicts.")
        words.expect(":")
        entries[found] = verdict(words)
        if words.next != "}":
            words.expect(",")
    return nft.InlineVerdictMap(fields, tuple(entries.items()))


def verdict(words: Words) -> nft.Verdict:
    """What a map holds: jump, goto, accept, drop or return."""
    if words.next not in _VERDICTS:
        hint = "NetViz knows accept, drop, return, jump and goto."
        raise words.unknown(f"verdict “{short(words.next)}” is not known", hint)
    return _VERDICTS[words.take("a verdict")](words)


def _ct(words: Words, family: int) -> nft.Statement:
    if not words.accept("ct", "status"):
        return _on_fields(words, family)
    if not words.accept("dnat") or words.next == ",":
        raise words.unknown("this use of ct status is not known", "NetViz knows ct status dnat.")
    return nft.CtStatusDnat()


def _fib(words: Words, family: int) -> nft.Statement:
    for side in ("saddr", "daddr"):
        if words.accept("fib", side, "type", "local"):
            return nft.FibLocal(side)
    raise words.unknown("this use of fib is not known", "NetViz knows fib saddr type local and fib daddr type local.")


def _numgen(words: Words, family: int) -> nft.Statement:
    count = _random(words)
    words.expect("vmap")
    words.expect("{")
    chains = []
    for at in range(count):
        _choice(words, at)
        if not words.accept("goto"):
            raise words.unknown("numgen with another verdict than goto is not known", "NetViz knows goto.")
        chains.append(words.take_name("the name of a chain"))
    _close(words)
    return nft.GotoRandom(tuple(chains))


def _random(words: Words) -> int:
    if not words.accept("numgen", "random", "mod"):
        raise words.unknown("this use of numgen is not known", "NetViz knows numgen random mod N.")
    count = words.number("count", 2**32 - 1)
    if count == 0:
        words.skip_back()
        raise words.invalid("mod 0 is no choice", "Give the number of choices.")
    return count


def _choice(words: Words, at: int) -> None:
    """The number of a choice; each of them has to be there, once, in order."""
    if at:
        words.expect(",")
    if not words.accept(str(at)):
        raise words.invalid(f"choice {at} is missing", "Each number from 0 up to the one after mod has its own.")
    words.expect(":")


def _close(words: Words) -> None:
    words.accept(",")
    words.expect("}")


def _update(words: Words, family: int) -> nft.Statement:
    words.take("a statement")
    words.expect("@")
    name = words.take_name("the name of a set")
    word = {4: "ip", 6: "ip6"}[family]
    if not words.accept("{", word, "saddr", "}"):
        raise words.unknown("this key of update is not known", f"NetViz knows update @name {{ {word} saddr }}.")
    return nft.UpdateSet(name)


def _counter(words: Words, family: int) -> nft.Statement:
    words.take("a statement")
    if words.accept("name"):
        raise words.unknown("a named counter is not known", "NetViz knows counters in the rule.")
    if not words.accept("packets"):
        return nft.Counter()
    packets = words.number("count", 2**64 - 1)
    words.expect("bytes")
    return nft.Counter(packets, words.number("count", 2**64 - 1))


def _reject(words: Words, family: int) -> nft.Statement:
    """The answer that a table gives anyway is left out, as nft lists it."""
    words.take("a statement")
    if not words.accept("with"):
        return nft.Reject()
    kind = words.take("what to answer")
    words.accept("type")
    how = f"{kind} {words.take('what to answer')}"
    own = {"tcp", {4: "icmp", 6: "icmpv6"}[family]}
    if how not in nft.REJECTS or kind not in own:
        words.skip_back()
        known = ", ".join(name for name in nft.REJECTS if name.split()[0] in own)
        raise words.unknown(f"reject with “{short(how)}” is not known in this table", f"NetViz knows {known}.")
    return nft.Reject(None if how in ("icmp port-unreachable", "icmpv6 port-unreachable") else how)


def _masquerade(words: Words, family: int) -> nft.Statement:
    words.take("a statement")
    if words.next in ("random", "persistent", "to"):
        raise words.unknown(
            f"masquerade {words.next} is not known", "NetViz knows masquerade and masquerade fully-random."
        )
    return nft.Masquerade(words.accept("fully-random"))


def _nat(words: Words, family: int) -> nft.Statement:
    """nft 1.0 lists "dnat ip to numgen", which it cannot read; the choice is of addresses and ports all the same."""
    kind = words.take("a statement")
    words.accept({4: "ip", 6: "ip6"}[family])
    words.accept("addr", ".", "port")
    words.expect("to")
    if words.next == "numgen":
        return _dnat_random(words, kind, family)
    bracket = words.accept("[")
    if words.next == ":":
        raise words.unknown(f"{kind} to a port alone is not known", f"NetViz knows {EXAMPLE}.")
    address = values.address(words, family)
    if bracket:
        words.expect("]")
    port = values.port(words) if words.accept(":") else None
    return nft.DnatTo(address, port) if kind == "dnat" else nft.SnatTo(address, port)


def _dnat_random(words: Words, kind: str, family: int) -> nft.Statement:
    if kind != "dnat":
        raise words.unknown("snat to a random choice is not known", "NetViz knows dnat to a random choice.")
    count = _random(words)
    words.expect("map")
    words.expect("{")
    choices = []
    for at in range(count):
        _choice(words, at)
        address = values.address(words, family)
        words.expect(".")
        choices.append((address, values.port(words)))
    _close(words)
    return nft.DnatRandom(tuple(choices))


_VERDICTS: dict[str, Callable[[Words], nft.Verdict]] = {
    "jump": lambda words: nft.Jump(words.take_name("the name of a chain")),
    "goto": lambda words: nft.Goto(words.take_name("the name of a chain")),
    "drop": lambda words: nft.Drop(),
    "accept": lambda words: nft.Accept(),
    "return": lambda words: nft.Return(),
}
_BY_FIRST_WORD: dict[str, Callable[[Words, int], nft.Statement]] = {
    **dict.fromkeys(_VERDICTS, lambda words, family: verdict(words)),
    "ct": _ct,
    "fib": _fib,
    "numgen": _numgen,
    "update": _update,
    "counter": _counter,
    "reject": _reject,
    "masquerade": _masquerade,
    "dnat": _nat,
    "snat": _nat,
}
_FIELD_WORDS = frozenset({*values.FAMILIES, *values.TRANSPORTS, "meta", "mark", "l4proto", "iifname", "oifname"})
