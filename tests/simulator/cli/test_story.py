"""A packet in one line, as those write it who read captures."""

from ipaddress import ip_address

import pytest

from simulator.cli.story import packet_text
from simulator.packet.headers import L4, Icmp, Ip, Protocol, Sctp, Tcp, Udp
from simulator.packet.packet import Packet, Vxlan


def packet(l4: L4, protocol: Protocol, src: str = "10.244.1.2", dst: str = "10.96.0.10") -> Packet:
    return Packet(Ip(ip_address(src), ip_address(dst), 63, protocol), l4)


@pytest.mark.parametrize(
    ("shown", "given"),
    [
        ("10.244.1.2:40000 > 10.96.0.10:53 UDP ttl 63", packet(Udp(40000, 53), Protocol.UDP)),
        ("10.244.1.2:40000 > 10.96.0.10:80 TCP SA ttl 63", packet(Tcp(40000, 80, "SA"), Protocol.TCP)),
        ("10.244.1.2:40000 > 10.96.0.10:80 SCTP INIT ttl 63", packet(Sctp(40000, 80, "INIT"), Protocol.SCTP)),
        ("10.244.1.2 > 10.96.0.10 ICMP echo request ttl 63", packet(Icmp(8, 0, 1), Protocol.ICMP)),
        ("10.244.1.2 > 10.96.0.10 ICMP type 42 ttl 63", packet(Icmp(42, 0), Protocol.ICMP)),
        (
            "[fd00::1]:40000 > [fd00::2]:80 TCP S ttl 63",
            packet(Tcp(40000, 80, "S"), Protocol.TCP, "fd00::1", "fd00::2"),
        ),
    ],
)
def test_a_packet_is_told_in_one_line(shown: str, given: Packet):
    assert packet_text(given) == shown


def test_a_tunnel_packet_shows_what_it_carries():
    inner = packet(Tcp(40000, 80, "S"), Protocol.TCP)
    outer = Packet(Ip(ip_address("192.168.56.11"), ip_address("192.168.56.12"), 64, Protocol.UDP), Udp(50000, 8472))
    told = packet_text(Packet(outer.ip, outer.l4, vxlan=Vxlan(1, inner)))
    assert told == f"192.168.56.11:50000 > 192.168.56.12:8472 UDP ttl 64 vxlan 1 ({packet_text(inner)})"
