"""What passes the hooks, beyond the rules: errors about translated connections."""

from ipaddress import ip_address

import pytest

from simulator.chance import Random
from simulator.datapath.netfilter import nf_send_unreach
from simulator.datapath.session import Session
from simulator.datapath.skb import NfBridge, Skb
from simulator.datapath.walk import Walk
from simulator.linux.network import Network
from simulator.packet.headers import Ethernet, Icmp, Ip, Protocol, Tcp
from simulator.packet.packet import Packet
from simulator.steps import StepKind
from simulator.trace.model import LegKind
from tests.simulator.datapath.conftest import EMPTY, Ask, middle

TRANSLATED = """*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 10.0.2.2/32 -j DNAT --to-destination 10.0.2.77
-A POSTROUTING -j MASQUERADE
COMMIT
"""


def test_an_error_to_a_masqueraded_client_leaves_by_the_clients_device(ask: Ask) -> None:
    """It is made for the machine's own address, gets the client's back in OUTPUT, and is routed anew."""
    said = ask(rules=TRANSLATED)
    assert said.errno == "EHOSTUNREACH"
    error = said.legs[-1]
    assert error.kind is LegKind.ICMP_ERROR
    assert [s.device for s in error.steps if s.kind is StepKind.TRANSMIT] == ["client"]


def test_a_reset_for_a_bridged_connection_leaves_by_the_port_it_came_in_by() -> None:
    """net/ipv4/netfilter/nf_reject_ipv4.c:nf_send_reset(): the hardware addresses change places, nothing is routed."""
    netns = middle(EMPTY, {})
    walk = Walk(Session(Network({"middle": netns}.__getitem__, {}, lambda address: None), lambda options: 0, Random(0)))
    ip = Ip(ip_address("10.0.1.2"), ip_address("10.0.2.2"), 64, Protocol.TCP)
    skb = Skb(Packet(ip=ip, l4=Tcp(40000, 80, "S"), eth=Ethernet("pod:eth0", "node:cni0")))
    skb.bridge = NfBridge("client", ip.dst)
    nf_send_unreach(walk, netns, skb, "tcp-reset")
    (spawned,) = walk.spawned
    assert spawned.port == "client"
    assert spawned.packet.eth == Ethernet("node:cni0", "pod:eth0")


REJECTED = (
    TRANSLATED.replace("10.0.2.77", "10.0.2.2:9999").replace("-A POSTROUTING -j MASQUERADE\n", "")
    + """*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -p tcp -j REJECT --reject-with {how}
COMMIT
"""
)


def test_a_rules_reset_comes_from_the_address_that_was_asked(ask: Ask) -> None:
    """It belongs to the connection, whose translation is undone though the connection never came to be."""
    said = ask(rules=REJECTED.format(how="tcp-reset"))
    assert said.errno == "ECONNREFUSED"
    assert said.legs[-1].steps[-1].packet.sport == 8080


@pytest.mark.parametrize(
    ("how", "header", "errno"),
    [
        ("icmp-port-unreachable", (3, 3), "ECONNREFUSED"),
        ("icmp-proto-unreachable", (3, 2), "ENOPROTOOPT"),
        ("icmp-net-prohibited", (3, 9), "ENETUNREACH"),
        ("icmp-host-prohibited", (3, 10), "EHOSTUNREACH"),
        ("icmp-admin-prohibited", (3, 13), "EHOSTUNREACH"),
    ],
)
def test_every_way_to_reject_has_its_header_and_its_errno(
    ask: Ask, how: str, header: tuple[int, int], errno: str
) -> None:
    said = ask(rules=REJECTED.format(how=how))
    l4 = said.legs[-1].packet.l4
    assert isinstance(l4, Icmp)
    assert (l4.type, l4.code) == header
    assert said.errno == errno
