"""Frames are read as tcpdump would, and told apart by the mark that their flow left in them."""

import struct
from ipaddress import ip_address

from netviz.replay.frames import mark, marked, read_frame

A, B = "02:6e:00:00:00:01", "02:6e:00:00:00:02"
CLIENT, SERVER = "10.244.1.2", "10.96.0.80"


def ethernet(payload: bytes, kind: int = 0x0800) -> bytes:
    return bytes.fromhex((B + A).replace(":", "")) + struct.pack("!H", kind) + payload


def ip(protocol: int, payload: bytes, source: str = CLIENT, destination: str = SERVER, ttl: int = 64) -> bytes:
    ends = ip_address(source).packed + ip_address(destination).packed
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, ttl, protocol, 0) + ends + payload


def tcp(flags: int, sequence: int, acknowledged: int = 0) -> bytes:
    return struct.pack("!HHIIBBHHH", 33001, 80, sequence, acknowledged, 0x50, flags, 0, 0, 0)


def udp(payload: bytes, sport: int = 33001, dport: int = 53) -> bytes:
    return struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload


def test_a_syn_is_known_by_its_number() -> None:
    frame = read_frame(ethernet(ip(6, tcp(0x02, 4096))))
    assert frame is not None
    assert (frame.token, frame.direction) == (4096, "request")
    assert frame.told == {"src": CLIENT, "dst": SERVER, "proto": "TCP", "ttl": 64, "sport": 33001, "dport": 80,
                          "flags": "S", "smac": A, "dmac": B}  # fmt: skip


def test_its_answers_are_known_by_what_they_acknowledge() -> None:
    for flags, said in ((0x12, "SA"), (0x14, "AR")):
        frame = read_frame(ethernet(ip(6, tcp(flags, 0 if said == "AR" else 99, 4097))))
        assert frame is not None
        assert (frame.token, frame.direction, frame.told["flags"]) == (4096, "reply", said)


def test_the_rest_of_a_connection_is_no_part_of_a_flow() -> None:
    assert read_frame(ethernet(ip(6, tcp(0x10, 4097, 1)))) is None
    assert read_frame(ethernet(b"\0" * 46, kind=0x0806)) is None


def test_a_datagram_is_known_by_its_payload() -> None:
    assert marked(mark(7)) == (7, "request")
    assert marked(mark(7, reply=True)) == (7, "reply")
    frame = read_frame(ethernet(ip(17, udp(mark(7)))))
    assert frame is not None
    assert (frame.token, frame.told["dport"]) == (7, 53)
    assert read_frame(ethernet(ip(17, udp(b"something else")))) is None


def test_an_error_is_known_by_what_it_quotes() -> None:
    quoted = ip(6, tcp(0x02, 4096)[:8])
    frame = read_frame(ethernet(ip(1, struct.pack("!BBHI", 3, 3, 0, 0) + quoted, SERVER, CLIENT)))
    assert frame is not None
    assert (frame.token, frame.direction) == (4096, "reply")
    assert frame.told["icmp"] == {"type": 3, "code": 3, "inner": {"src": CLIENT, "dst": SERVER, "proto": "TCP",
                                                                  "sport": 33001, "dport": 80}, "about": "request"}  # fmt: skip


def test_an_error_about_an_answer_is_no_part_of_a_flow() -> None:
    quoted = ip(17, udp(mark(7, reply=True)))
    assert read_frame(ethernet(ip(1, struct.pack("!BBHI", 3, 3, 0, 0) + quoted, SERVER, CLIENT))) is None


def test_inside_a_tunnel_is_another_frame() -> None:
    inner = ethernet(ip(17, udp(mark(9))))
    outer = ip(17, udp(struct.pack("!II", 1 << 27, 1 << 8) + inner, 50000, 8472), "192.168.56.11", "192.168.56.12")
    frame = read_frame(ethernet(outer))
    assert frame is not None
    assert frame.token == 9
    assert frame.tunnel == {"src": "192.168.56.11", "dst": "192.168.56.12", "ttl": 64, "smac": A, "dmac": B,
                            "dport": 8472, "vni": 1}  # fmt: skip


def fragment(payload: bytes, place: int, more: bool) -> bytes:
    """A piece of a datagram of IPv4, `place` in units of eight bytes."""
    whole = bytearray(ip(17, payload))
    struct.pack_into("!H", whole, 6, place | (0x2000 if more else 0))
    return bytes(whole)


def test_a_datagram_in_fragments_is_seen_once() -> None:
    first = read_frame(ethernet(fragment(udp(mark(7, size=64)), 0, more=True)))
    assert first is not None
    assert first.token == 7
    assert read_frame(ethernet(fragment(mark(7, size=64), 9, more=False))) is None


def test_a_fragment_of_ipv6_has_a_header_of_its_own() -> None:
    for place, token in ((0, 7), (9 << 3, None)):
        payload = struct.pack("!BBHI", 17, 0, place | 1, 99) + udp(mark(7))
        ends = ip_address("fd00::1").packed + ip_address("fd00::2").packed
        frame = read_frame(ethernet(struct.pack("!IHBB", 6 << 28, len(payload), 44, 64) + ends + payload, 0x86DD))
        assert (frame and frame.token) == token


def test_of_the_errors_about_an_answer_only_those_count_that_change_it() -> None:
    quoted = ip(17, udp(mark(7, reply=True), 53, 33001), SERVER, CLIENT)
    for code, counts in ((4, True), (3, False)):
        frame = read_frame(ethernet(ip(1, struct.pack("!BBHI", 3, code, 0, 0) + quoted, "10.244.2.1", SERVER)))
        assert (frame is not None) == counts
        assert frame is None or frame.told["icmp"]["about"] == "reply"
