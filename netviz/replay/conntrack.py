"""What connection tracking of a namespace remembers, and whose it is: /proc/net/nf_conntrack, in the oracle's terms.

net/netfilter/nf_conntrack_standalone.c:ct_seq_show()
"""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from netviz.replay.frames import PROTOCOLS

Json = dict[str, Any]
Key = tuple[str, str, str, int, int]
"""(protocol, src, dst, sport, dport) of one direction; for a ping the ports are (id, 0)."""

PATH = "/proc/thread-self/net/nf_conntrack"


def parse(text: str) -> Iterator[tuple[Key, Key, Json]]:
    """(key of the original direction, of the answer, the entry) of every line."""
    for line in text.splitlines():
        words = line.split()
        number = int(words[3])
        if number not in PROTOCOLS:
            continue
        pairs = [word.partition("=") for word in words if "=" in word]
        second = [place for place, (name, _, _) in enumerate(pairs) if name == "src"][1]
        original, reply = dict(_plain(pairs[:second])), dict(_plain(pairs[second:]))
        flags = ["ASSURED"] if "[ASSURED]" in words else ["UNREPLIED"] if "[UNREPLIED]" in words else []
        protocol = PROTOCOLS[number]
        entry: Json = {"proto": protocol, "orig": _told(original), "reply": _told(reply), "flags": flags}
        state = words[5]
        if state.replace("_", "").isalpha() and state.isupper():
            entry["state"] = state
        yield _key(protocol, original), _key(protocol, reply), entry


def _plain(pairs: list[tuple[str, str, str]]) -> Iterator[tuple[str, Any]]:
    for name, _, value in pairs:
        if name in ("src", "dst"):
            yield name, str(ip_address(value))
        elif name in ("sport", "dport", "type", "code", "id"):
            yield name, int(value)


def _key(protocol: str, side: Json) -> Key:
    if "id" in side:
        return protocol, side["src"], side["dst"], side["id"], 0
    return protocol, side["src"], side["dst"], side["sport"], side["dport"]


def _told(side: Json) -> Json:
    return {key: value for key, value in side.items() if key != "id"}


def inverted(key: Key) -> Key:
    """The packet that an answer with this key belongs to."""
    protocol, source, destination, sport, dport = key
    if protocol.startswith("ICMP"):
        return protocol, destination, source, sport, dport
    return protocol, destination, source, dport, sport
