"""DNS messages as bytes (RFC 1035), from the words of a packet's payload: "A web.shop.?", "A web.shop. = 10.0.0.1".

An answer has the addresses that the words tell; a name or a Srv among them is left out.
"""

import struct
from ipaddress import IPv4Address, ip_address

_TYPES = {"A": 1, "CNAME": 5, "SRV": 33, "AAAA": 28}
_QUERY, _ANSWER = 0x0100, 0x8580
_RCODES = {"FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}
_IN, _TTL = 1, 5


def message(words: str) -> bytes | None:
    """The message that these words tell of; None where they tell of none."""
    if words.endswith("?"):
        return _message(words[:-1], _QUERY, ())
    question, equals, answer = words.partition(" = ")
    if not equals:
        return None
    records = tuple(record for part in answer.split(";") if (record := _record(part.strip())))
    return _message(question, _ANSWER | _RCODES.get(answer, 0), records)


def _message(question: str, flags: int, records: tuple[bytes, ...]) -> bytes:
    kind, _, name = question.partition(" ")
    head = struct.pack("!6H", 1, flags, 1, len(records), 0, 0)
    return head + _name(name) + struct.pack("!2H", _TYPES.get(kind, 1), _IN) + b"".join(records)


def _record(text: str) -> bytes | None:
    """An address, for the name in the question (a pointer to byte 12)."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    kind = "A" if isinstance(address, IPv4Address) else "AAAA"
    return struct.pack("!HHHIH", 0xC00C, _TYPES[kind], _IN, _TTL, len(address.packed)) + address.packed


def _name(name: str) -> bytes:
    """Labels of at most 63 bytes, 255 in all; what is longer is cut, as no name server would see it."""
    labels = [label.encode()[:63] for label in name.split(".") if label]
    told = b""
    for label in labels:
        if len(told) + len(label) + 2 > 255:
            break
        told += bytes([len(label)]) + label
    return told + b"\0"
