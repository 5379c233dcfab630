"""SCTP by hand, where a kernel has none: INIT, INIT-ACK and ABORT with a checksum that conntrack accepts (RFC 9260)."""

import struct

INIT, INIT_ACK, ABORT = 1, 2, 6
_POLYNOMIAL = 0x82F63B78


def _table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def crc32c(data: bytes) -> int:
    """RFC 9260, appendix A."""
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ _TABLE[(value ^ byte) & 255]
    return value ^ 0xFFFFFFFF


def packet(sport: int, dport: int, chunk: int, verification: int, tag: int) -> bytes:
    """One packet with one chunk; `verification` is the receiver's tag, `tag` the sender's own."""
    if chunk == ABORT:
        body = struct.pack("!BBH", ABORT, 0, 4)
    else:
        cookie = struct.pack("!HHI", 7, 8, tag) if chunk == INIT_ACK else b""
        body = struct.pack("!BBHIIHHI", chunk, 0, 20 + len(cookie), tag, 65536, 1, 1, tag) + cookie
    header = struct.pack("!HHI", sport, dport, verification)
    checksum = struct.pack("<I", crc32c(header + b"\0\0\0\0" + body))
    return header + checksum + body


def read(data: bytes) -> tuple[int, int, int, int, int] | None:
    """(sport, dport, chunk, verification tag, initiate tag) of a packet."""
    if len(data) < 16:
        return None
    sport, dport, verification = struct.unpack_from("!HHI", data)
    tag = struct.unpack_from("!I", data, 16)[0] if data[12] in (INIT, INIT_ACK) and len(data) >= 20 else 0
    return sport, dport, data[12], verification, tag
