"""Connection tracking: both directions find their entry, and entries print as `conntrack -L` prints them."""

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from simulator.linux.conntrack import Conntrack, CtEntry, Direction, Tuple, packet_tuple
from simulator.packet.headers import Icmp, Ip, Protocol, Tcp
from simulator.packet.packet import Packet

CLIENT, SERVICE, POD = ip_address("10.244.1.100"), ip_address("10.96.10.2"), ip_address("10.244.2.10")
SYN = Packet(Ip(CLIENT, SERVICE, 64, Protocol.TCP), Tcp(40000, 80, "S"))


def dnated() -> CtEntry:
    entry = CtEntry(packet_tuple(SYN))
    entry.reply = Tuple(POD, CLIENT, Protocol.TCP, 8080, 40000)
    entry.state = "SYN_SENT"
    return entry


def test_an_entry_is_found_by_the_packet_and_by_its_answer() -> None:
    table, entry = Conntrack(), dnated()
    table.confirm(entry)
    assert table.find(packet_tuple(SYN)) == (entry, Direction.ORIGINAL)
    assert table.find(Tuple(POD, CLIENT, Protocol.TCP, 8080, 40000)) == (entry, Direction.REPLY)
    assert table.find(Tuple(SERVICE, CLIENT, Protocol.TCP, 80, 40000)) is None


def test_a_killed_entry_is_gone_both_ways() -> None:
    table, entry = Conntrack(), dnated()
    table.confirm(entry)
    table.kill(entry)
    assert table.find(entry.original) is None
    assert table.find(entry.reply) is None
    assert table.entries == []


def test_entries_print_as_conntrack_prints_them() -> None:
    entry = dnated()
    assert str(entry) == (
        "tcp      6 SYN_SENT src=10.244.1.100 dst=10.96.10.2 sport=40000 dport=80 [UNREPLIED] "
        "src=10.244.2.10 dst=10.244.1.100 sport=8080 dport=40000"
    )
    entry.seen_reply = entry.assured = True
    entry.state = "ESTABLISHED"
    assert str(entry).endswith("dport=40000 [ASSURED]")
    assert "[UNREPLIED]" not in str(entry)


def test_a_ping_and_its_answer_are_one_connection() -> None:
    asked = packet_tuple(Packet(Ip(CLIENT, POD, 64, Protocol.ICMP), Icmp(8, 0, ident=7)))
    answered = packet_tuple(Packet(Ip(POD, CLIENT, 64, Protocol.ICMP), Icmp(0, 0, ident=7)))
    assert asked.inverted() == answered
    assert str(asked) == "src=10.244.1.100 dst=10.244.2.10 type=8 code=0 id=7"


addresses = st.integers(0, 2**32 - 1).map(ip_address)
ports = st.integers(0, 65535)


@given(addresses, addresses, ports, ports, st.sampled_from([Protocol.TCP, Protocol.UDP, Protocol.SCTP]))
def test_inverting_twice_is_nothing(src: object, dst: object, sport: int, dport: int, protocol: Protocol) -> None:
    there = Tuple(src, dst, protocol, sport, dport)  # type: ignore[arg-type]
    assert there.inverted().inverted() == there
