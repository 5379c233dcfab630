"""The fields and values of nft's language: addresses, ports, protocols, states, and concatenations of them."""

import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network

from simulator.linux import nftables as nft
from simulator.linux.nft_read_tokens import Words
from simulator.linux.reading import short
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

FAMILIES = {"ip": 4, "ip6": 6}
ADDRESS_TYPES = {4: "ipv4_addr", 6: "ipv6_addr"}
PROTOCOLS = {p.keyword: p for p in Protocol if p is not Protocol.ARP} | {"icmpv6": Protocol.ICMPV6}
NUMBERS = {
    "1": Protocol.ICMP, "6": Protocol.TCP, "17": Protocol.UDP, "58": Protocol.ICMPV6, "132": Protocol.SCTP,
}  # fmt: skip
"""Of /etc/protocols"""
TRANSPORTS = ("th", "tcp", "udp", "sctp")
META = ("l4proto", "mark", "iifname", "oifname")
FIELD_TYPES = {
    "meta l4proto": "inet_proto", "th sport": "inet_service", "th dport": "inet_service", "ct state": "ct_state",
    "meta mark": "mark",
}  # fmt: skip
MAX_PORT = 65535
MARK_BITS = 32
MASKED = re.compile(r"0x[0-9a-f]{1,8}/[0-9]{1,2}")


def field(words: Words, family: int) -> str:
    """One header field, as the nouns call it: saddr, meta l4proto, th dport, ct state, iifname."""
    if words.next in FAMILIES:
        return _address_field(words, family)
    if words.next in TRANSPORTS:
        return _port_field(words)
    if words.accept("ct", "state"):
        return "ct state"
    words.accept("meta")
    key = words.next
    if key not in META:
        hint = "NetViz knows addresses, ports, meta l4proto, meta mark, ct state, iifname and oifname."
        raise words.unknown(f"“{short(key)}” is no field that NetViz knows", hint)
    words.take("a field")
    return key if key.endswith("name") else f"meta {key}"


def fields(words: Words, family: int) -> tuple[str, ...]:
    """A concatenation: ip daddr . meta l4proto . th dport."""
    found = [field(words, family)]
    while words.accept("."):
        found.append(field(words, family))
    return tuple(found)


def _address_field(words: Words, family: int) -> str:
    word = words.next
    if FAMILIES[word] != family:
        hint = "A packet of the one family never stands in a table of the other."
        raise words.invalid(f"“{word}” cannot match in this table", hint)
    words.take("a field")
    if words.accept("protocol"):
        return "meta l4proto"
    if words.next not in ("saddr", "daddr"):
        hint = "NetViz knows saddr, daddr and protocol."
        raise words.unknown(f"“{word} {short(words.next)}” is no field that NetViz knows", hint)
    return words.take("a field")


def _port_field(words: Words) -> str:
    header = words.take("a field")
    if words.next not in ("sport", "dport"):
        hint = "NetViz knows sport and dport."
        raise words.unknown(f"“{header} {short(words.next)}” is no field that NetViz knows", hint)
    return f"{header} {words.take('a field')}"


def field_type(found: str, family: int) -> str | None:
    """The type that a set of such values has; None where the nouns have none."""
    return ADDRESS_TYPES[family] if found in ("saddr", "daddr") else FIELD_TYPES.get(found)


def address(words: Words, family: int) -> IPAddress:
    word = words.take("an address")
    try:
        found = ip_address(word)
    except ValueError:
        words.skip_back()
        raise words.invalid(f"“{short(word)}” is no address", "Names are not read.") from None
    if found.version != family:
        words.skip_back()
        raise words.invalid(f"“{word}” is not IPv{family}", "Table ip holds IPv4, table ip6 IPv6.")
    return found


def network(words: Words, family: int) -> IPNetwork | nft.AddressRange:
    """An address, a network, or a range with a dash."""
    word = words.take("an address")
    first, dash, last = word.partition("-")
    if words.next == "-":
        words.take("a dash")
        dash, last = "-", words.take("an address")
    try:
        if dash:
            return _range(first, last, family)
        found = ip_network(first)
        if found.version != family:
            raise ValueError(word)
    except ValueError:
        words.skip_back()
        hint = f"IPv{family}: an address, a network as 10.0.0.0/8, or a range as 10.0.0.1-10.0.0.9."
        raise words.invalid(f"“{short(word)}” is no address or network", hint) from None
    return found


def _range(first: str, last: str, family: int) -> nft.AddressRange:
    found = nft.AddressRange(ip_address(first), ip_address(last))
    if found.first.version != family or found.last.version != family or int(found.first) > int(found.last):
        raise ValueError(first)
    return found


def protocol(words: Words) -> Protocol:
    word = words.take("a protocol")
    found = PROTOCOLS.get(word) or NUMBERS.get(word)
    if found is None:
        words.skip_back()
        raise words.unknown(f"protocol “{short(word)}” is not known", f"NetViz knows {', '.join(PROTOCOLS)}.")
    return found


def port(words: Words) -> int:
    return words.number("port", MAX_PORT)


def ports(words: Words) -> tuple[int, int]:
    """A port or a range of them, ends included."""
    low, dash, high = words.next.partition("-")
    if not dash:
        found = port(words)
        return found, found
    words.take("a port")
    try:
        pair = int(low[:9]), int(high[:9])
    except ValueError:
        pair = (1, 0)
    if not pair[0] <= pair[1] <= MAX_PORT:
        words.skip_back()
        raise words.invalid(f"“{short(words.next)}” is no range of ports", "For example 8000-8010.")
    return pair


def state(words: Words) -> str:
    word = words.take("a state")
    if word not in nft.CT_STATES:
        words.skip_back()
        raise words.unknown(f"state “{short(word)}” is not known", f"States: {', '.join(nft.CT_STATES)}.")
    return word


def mark(words: Words) -> int:
    return words.number("mark", nft.ALL_BITS)


def masked_mark(words: Words) -> tuple[int, int]:
    """A mark and its mask: one that begins with ones nft lists as a prefix, 0x00010000/16."""
    value, slash, length = words.next.partition("/")
    if not slash:
        return mark(words), nft.ALL_BITS
    word = words.take("a mark")
    if not MASKED.fullmatch(word) or int(length) > MARK_BITS:
        words.skip_back()
        raise words.invalid(f"“{short(word)}” is no mark", "A number, or one with a prefix, as 0x00010000/16.")
    return int(value, 16), nft.ALL_BITS ^ (nft.ALL_BITS >> int(length))


VALUES: dict[str, Callable[[Words], IPAddress | Protocol | int | str]] = {
    "ipv4_addr": lambda words: address(words, 4),
    "ipv6_addr": lambda words: address(words, 6),
    "inet_proto": protocol,
    "inet_service": port,
    "ct_state": state,
    "mark": mark,
}
"""The types that sets and maps can have, and how a value of theirs is read."""


def key(words: Words, types: tuple[str, ...]) -> nft.Key:
    """A concatenation's values: 10.96.0.1 . tcp . 80."""
    found = []
    for at, kind in enumerate(types):
        if at:
            words.expect(".")
        found.append(VALUES[kind](words))
    return tuple(found)
