"""Tables as hypothesis makes them: every statement, set and verdict that there is, in both families.

What rules name is the same in every table, so that strategies are made once.
"""

from functools import cache
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from hypothesis import strategies as st

from simulator.linux import nftables as nft
from simulator.linux.nft_read import parse
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ADDRESS_TYPES = {4: "ipv4_addr", 6: "ipv6_addr"}
TYPES = {
    "meta l4proto": "inet_proto", "th sport": "inet_service", "th dport": "inet_service", "ct state": "ct_state",
    "meta mark": "mark",
}  # fmt: skip
ADDRESSES, SEEN = "cluster-ips", "affinity-GTK6MW7G-ns5/svc5/tcp/p80__10.180.0.3/80"
CHAINS = ("aside", "service-ULMVA6XW-ns1/svc1/tcp/", "e.x...")
PAIRS = {
    "flows": ("saddr", "daddr", "meta l4proto", "th sport", "th dport"),
    "marks": ("meta mark",),
    "states": ("ct state", "saddr"),
}
WAYS = {
    "service-ips": ("daddr", "meta l4proto", "th dport"),
    "by-state": ("ct state",),
    "by-mark": ("meta mark", "saddr"),
    "by-source": ("saddr",),
}
Strategy = st.SearchStrategy[Any]

names = st.builds(
    lambda first, rest: first + rest, st.sampled_from(LETTERS), st.text(LETTERS + "0123456789_/.-", max_size=20)
)
devices = st.sampled_from(["lo", "eth0", "cni*", "veth1a2b3c4d"])
quotable = st.text(st.characters(codec="utf-8", exclude_characters='"\n', exclude_categories=["Cs"]), max_size=12)
comments = st.none() | quotable
protocols = st.sampled_from([protocol for protocol in Protocol if protocol is not Protocol.ARP])
ports = st.integers(0, 65535)
port_ranges = st.tuples(ports, ports).map(lambda pair: (min(pair), max(pair)))
bits = st.integers(0, nft.ALL_BITS)
counts = st.integers(0, 2**64 - 1)
sides = st.sampled_from(["saddr", "daddr"])
states = st.sampled_from(nft.CT_STATES)
yes_or_no = st.booleans()


def several(values: Strategy) -> Strategy:
    return st.lists(values, min_size=1, max_size=4).map(tuple)


def chains(at: int) -> Strategy:
    """Those that chain number `at` may name: chains lead onwards only; maps are for all, and lead to the last one."""
    return st.sampled_from(CHAINS[at:])


@cache
def verdicts(at: int) -> Strategy:
    return st.one_of(
        st.builds(nft.Jump, chains(at)), st.builds(nft.Goto, chains(at)), st.just(nft.Drop()),
        st.just(nft.Accept()), st.just(nft.Return()),
    )  # fmt: skip


@cache
def addresses(family: int) -> Strategy:
    return st.ip_addresses(v=4) if family == 4 else st.ip_addresses(v=6)


@cache
def networks(family: int) -> Strategy:
    def whole(address: IPAddress, length: int) -> IPNetwork:
        return (IPv4Network if family == 4 else IPv6Network)((int(address), length), strict=False)

    lengths = st.integers(0, 32 if family == 4 else 128)
    pairs = st.tuples(addresses(family), addresses(family))
    ranges = pairs.map(lambda pair: nft.AddressRange(min(pair), max(pair)))
    return st.one_of(st.builds(whole, addresses(family), lengths), ranges)


def types_of(fields: tuple[str, ...], family: int) -> tuple[str, ...]:
    return tuple(TYPES.get(field, ADDRESS_TYPES[family]) for field in fields)


@cache
def keys(fields: tuple[str, ...], family: int) -> Strategy:
    """What a set of these fields can hold."""
    values = {
        "ipv4_addr": addresses(4), "ipv6_addr": addresses(6), "inet_proto": protocols, "inet_service": ports,
        "ct_state": states, "mark": bits,
    }  # fmt: skip
    return st.tuples(*(values[kind] for kind in types_of(fields, family)))


def _several_protocols(found: tuple[Protocol, ...], invert: bool) -> nft.L4Protocols:
    return nft.L4Protocols(found, invert or len(found) == 1)


def _ct_state(found: set[str], invert: bool) -> nft.CtState:
    ordered = tuple(state for state in nft.CT_STATES if state in found)
    return nft.CtState(ordered, invert or ordered == ("new",))


def _inline_map(fields: tuple[str, ...], family: int, at: int) -> Strategy:
    one = st.tuples(keys(fields, family), verdicts(at))
    entries = st.lists(one, min_size=1, max_size=4, unique_by=lambda entry: entry[0]).map(tuple)
    return st.builds(nft.InlineVerdictMap, st.just(fields), entries)


@cache
def tests(family: int, at: int) -> dict[type, Strategy]:
    """Statements after which a rule goes on, or may."""
    return {
        nft.AddressMatch: st.builds(nft.AddressMatch, sides, several(networks(family)), yes_or_no),
        nft.AddressInSet: st.builds(nft.AddressInSet, sides, st.sampled_from([ADDRESSES, SEEN]), yes_or_no),
        nft.InputInterface: st.builds(nft.InputInterface, devices | quotable, yes_or_no),
        nft.OutputInterface: st.builds(nft.OutputInterface, devices | quotable, yes_or_no),
        nft.L4Protocol: st.builds(nft.L4Protocol, protocols),
        nft.L4Protocols: st.builds(_several_protocols, several(protocols), yes_or_no),
        nft.PortMatch: st.builds(
            nft.PortMatch, st.sampled_from(["th", "tcp", "udp", "sctp"]), st.sampled_from(["sport", "dport"]),
            several(port_ranges), yes_or_no,
        ),
        nft.CtStateNew: st.just(nft.CtStateNew()),
        nft.CtState: st.builds(_ct_state, st.sets(states, min_size=1), yes_or_no),
        nft.CtStatusDnat: st.just(nft.CtStatusDnat()),
        nft.FibLocal: st.builds(nft.FibLocal, sides),
        nft.MarkTest: st.builds(nft.MarkTest, st.just(nft.ALL_BITS) | bits, bits, yes_or_no),
        nft.KeyInSet: st.sampled_from([nft.KeyInSet(fields, name) for name, fields in PAIRS.items()]),
        nft.MarkSet: st.builds(nft.MarkSet, st.sampled_from("|^&="), bits),
        nft.Counter: st.builds(nft.Counter, counts, counts),
        nft.VerdictMap: st.sampled_from([nft.VerdictMap(fields, name) for name, fields in WAYS.items()]),
        nft.InlineVerdictMap: st.one_of(*(_inline_map(fields, family, at) for fields in WAYS.values())),
        nft.UpdateSet: st.just(nft.UpdateSet(SEEN)),
    }  # fmt: skip


@cache
def ends(family: int, at: int) -> dict[type, Strategy]:
    """Statements that end a rule."""
    own = "icmp " if family == 4 else "icmpv6 "
    answers = [how for how in nft.REJECTS if how.startswith(own) and "port" not in how]
    return {
        nft.Jump: st.builds(nft.Jump, chains(at)),
        nft.Goto: st.builds(nft.Goto, chains(at)),
        nft.Drop: st.just(nft.Drop()),
        nft.Accept: st.just(nft.Accept()),
        nft.Return: st.just(nft.Return()),
        nft.Reject: st.builds(nft.Reject, st.sampled_from([None, "tcp reset", *answers])),
        nft.Masquerade: st.builds(nft.Masquerade, yes_or_no),
        nft.DnatTo: st.builds(nft.DnatTo, addresses(family), st.none() | ports),
        nft.SnatTo: st.builds(nft.SnatTo, addresses(family), st.none() | ports),
        nft.DnatRandom: st.builds(nft.DnatRandom, several(st.tuples(addresses(family), ports))),
        nft.GotoRandom: st.builds(nft.GotoRandom, several(chains(at))),
    }


@cache
def rules(family: int, at: int) -> Strategy:
    """Rules of chain number `at`; those of the last one lead nowhere."""
    if at == len(CHAINS):
        on, last = tests(family, 0)[nft.AddressMatch], ends(family, 0)[nft.DnatRandom]
    else:
        on, last = st.one_of(*tests(family, at).values()), st.one_of(*ends(family, at).values())
    statements = st.builds(lambda first, end: (*first, end), st.lists(on, max_size=3), on | last)
    return st.builds(nft.Rule, statements, comments)


@cache
def sets(family: int) -> Strategy:
    size = st.none() | st.integers(1, 65534)
    element = st.builds(nft.Element, comment=comments)
    seen = st.builds(nft.Element, comment=comments, expires=st.none() | st.integers(0, 10**9))
    way = st.builds(nft.Element, verdicts(len(CHAINS) - 1), comments)

    def one(name: str, fields: tuple[str, ...], element: Strategy, **others: Any) -> Strategy:
        elements = st.dictionaries(keys(fields, family), element, max_size=3)
        kind = st.just(types_of(fields, family))
        return st.builds(nft.Set, st.just(name), kind, elements, comments, size=size, **others)

    return st.tuples(
        one(ADDRESSES, ("saddr",), element),
        one(SEEN, ("saddr",), seen, timeout=st.integers(1, 10**6)),
        *(one(name, fields, element) for name, fields in PAIRS.items()),
        *(one(name, fields, way, verdicts=st.just(True)) for name, fields in WAYS.items()),
    )


@cache
def hooks() -> Strategy:
    return st.builds(
        nft.BaseHook,
        st.sampled_from(["filter", "nat", "route"]),
        st.sampled_from(["prerouting", "input", "forward", "output", "postrouting"]),
        st.integers(-320, 320) | st.integers(-(2**31), 2**31 - 1),
        st.sampled_from(["accept", "drop"]),
    )


@cache
def tables(family: int) -> Strategy:
    def written(at: int) -> Strategy:
        return st.lists(rules(family, at), max_size=3).map(tuple)

    plain = [st.builds(nft.Chain, st.just(name), written(at), st.none(), comments) for at, name in enumerate(CHAINS, 1)]
    base = st.builds(nft.Chain, st.just("base"), written(0), hooks(), comments)

    def table(name: str, found: tuple[nft.Set, ...], chains: tuple[nft.Chain, ...], comment: str | None) -> nft.Table:
        named = {one.name: one for one in chains}
        return nft.Table(family, name, {one.name: one for one in found}, named, comment)

    return st.builds(table, names, sets(family), st.tuples(base, *plain), comments)


def rulesets() -> Strategy:
    """A table of each family."""
    return st.tuples(tables(4), tables(6))


def rule_of(text: str, family: int) -> nft.Rule:
    """One rule, read."""
    (table,) = parse(table_around(text, family))
    return table.chains["tried"].rules[0]


def table_around(text: str, family: int) -> str:
    """A table that has everything that rules may name, and a chain `tried` of this text."""
    found = [
        *(f"set {name} {{ type {' . '.join(types_of(fields, family))}; }}" for name, fields in PAIRS.items()),
        *(f"map {name} {{ type {' . '.join(types_of(fields, family))} : verdict; }}" for name, fields in WAYS.items()),
        f"set {ADDRESSES} {{ type {ADDRESS_TYPES[family]}; }}",
        f"set {SEEN} {{ type {ADDRESS_TYPES[family]}; flags dynamic,timeout; timeout 1s; }}",
        *(f"chain {name} {{ }}" for name in CHAINS),
        f"chain tried {{ {text}; }}",
    ]
    lines = "\n".join(found)
    return f"table {'ip' if family == 4 else 'ip6'} t {{\n{lines}\n}}\n"
