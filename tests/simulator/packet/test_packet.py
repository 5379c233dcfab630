"""A packet is a value: changing a header makes another packet and leaves the rest of it alone."""

from ipaddress import ip_address

import pytest

from simulator.packet.headers import L4, Ethernet, Icmp, Ip, Protocol, Sctp, Tcp, Udp
from simulator.packet.packet import Packet

CLIENT, SERVER, OTHER = ip_address("10.244.1.10"), ip_address("10.96.0.20"), ip_address("10.244.2.20")


def packet(l4: L4, protocol: Protocol) -> Packet:
    return Packet(Ip(CLIENT, SERVER, 64, protocol), l4, mark=0x4000)


SYN = packet(Tcp(40000, 80, "S"), Protocol.TCP)
PING = packet(Icmp(8, 0, ident=1), Protocol.ICMP)


def test_a_new_destination_keeps_everything_else() -> None:
    changed = SYN.with_dst(OTHER, 8080)
    assert (changed.ip.dst, changed.dport) == (OTHER, 8080)
    assert changed.with_dst(SERVER, 80) == SYN
    assert SYN.ip.dst == SERVER


def test_a_new_source_keeps_everything_else() -> None:
    changed = SYN.with_src(OTHER, 1234)
    assert (changed.ip.src, changed.sport, changed.ip.dst, changed.dport) == (OTHER, 1234, SERVER, 80)
    assert changed.mark == 0x4000


@pytest.mark.parametrize(
    ("l4", "protocol"),
    [(Tcp(1, 2, "S"), Protocol.TCP), (Udp(1, 2), Protocol.UDP), (Sctp(1, 2, "INIT"), Protocol.SCTP)],
)
def test_ports_are_those_of_the_transport(l4: L4, protocol: Protocol) -> None:
    assert (packet(l4, protocol).sport, packet(l4, protocol).dport) == (1, 2)


def test_a_ping_has_no_ports_and_gets_none() -> None:
    assert (PING.sport, PING.dport) == (None, None)
    changed = PING.with_dst(OTHER, None)
    assert (changed.ip.dst, changed.l4) == (OTHER, PING.l4)


def test_ttl_mark_and_frame_are_changed_one_by_one() -> None:
    assert SYN.with_ttl(63).ip.ttl == 63
    assert SYN.with_mark(0).mark == 0
    assert SYN.with_eth("a:eth0", "b:eth0").eth == Ethernet("a:eth0", "b:eth0")
    assert SYN.with_ttl(63).with_ttl(64) == SYN


def test_the_ip_version_is_that_of_the_addresses() -> None:
    assert SYN.ip.version == 4
    assert Ip(ip_address("fd00::1"), ip_address("fd00::2"), 64, Protocol.ICMPV6).version == 6


def test_protocols_have_the_names_that_iptables_writes() -> None:
    assert [p.keyword for p in Protocol] == ["tcp", "udp", "sctp", "icmp", "ipv6-icmp", "arp"]
