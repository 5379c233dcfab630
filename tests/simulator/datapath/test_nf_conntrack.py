"""A connection's life: new, confirmed when the packet leaves, established by the answer, gone after a lone reset."""

from ipaddress import ip_address

from simulator.chance import Random
from simulator.datapath.nf_conntrack import nf_conntrack_in
from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.datapath.walk import Walk
from simulator.linux.conntrack import CtState
from simulator.linux.network import Network
from simulator.packet.headers import Icmp, Ip, Protocol
from simulator.packet.packet import Packet
from simulator.steps import Hook, Outcome, StateChange, StepKind
from simulator.trace.legs import Said
from tests.simulator.datapath.conftest import EMPTY, Ask, middle


def told(said: Said, leg: int) -> list[str]:
    return [s.text.id for s in said.legs[leg].steps if s.kind is StepKind.CONNTRACK]


def changes(said: Said) -> list[StateChange]:
    """What connection tracking itself does to the table; translations only use it."""
    return [c for leg in said.legs for s in leg.steps if s.kind is StepKind.CONNTRACK for c in s.state]


def states(said: Said) -> list[str]:
    return [change.entry for change in changes(said)]


def test_the_first_packet_makes_an_entry_that_is_confirmed_when_it_leaves(ask: Ask) -> None:
    assert told(ask(), 0) == ["conntrack.new", "conntrack.confirmed"]


def test_a_handshake_goes_from_syn_sent_to_established_and_assured(ask: Ask) -> None:
    entries = states(ask())
    assert "SYN_SENT" in entries[0]
    assert "SYN_RECV" in entries[2]
    assert "ESTABLISHED" in entries[3]
    assert "[ASSURED]" in entries[3]


def test_an_answer_of_udp_is_seen_but_not_yet_assured(ask: Ask) -> None:
    said = ask(port=53, protocol=Protocol.UDP)
    assert said.outcome is Outcome.DELIVERED
    assert "[UNREPLIED]" in states(said)[0]
    assert "[ASSURED]" not in states(said)[-1]


def test_a_lone_reset_removes_the_entry(ask: Ask) -> None:
    said = ask(port=9)
    assert [change.event for change in changes(said)] == ["created", "confirmed", "removed"]


def test_an_entry_keeps_its_key_from_the_first_packet_to_the_last(ask: Ask) -> None:
    (key,) = {change.key for change in changes(ask())}
    assert key == "tcp src=10.0.1.2 dst=10.0.2.2 sport=40000 dport=8080"


def test_an_association_is_closed_until_its_init_is_answered(ask: Ask) -> None:
    """net/netfilter/nf_conntrack_proto_sctp.c: from no state at all, INIT leads to CLOSED."""
    said = ask(to="10.0.2.2", port=36412, protocol=Protocol.SCTP)
    assert "CLOSED" in states(said)[0]


def test_an_answer_that_nobody_asked_for_begins_nothing() -> None:
    """net/netfilter/nf_conntrack_proto_icmp.c: only questions are valid_new."""
    netns = middle(EMPTY, {})
    walk = Walk(Session(Network({"middle": netns}.__getitem__, {}, lambda a: None), lambda options: 0, Random(0)))
    ends = Ip(ip_address("10.0.2.2"), ip_address("10.0.1.1"), 64, Protocol.ICMP)
    for kind, state in ((0, CtState.INVALID), (8, CtState.NEW)):
        skb = Skb(Packet(ip=ends, l4=Icmp(kind, 0, ident=7)), "server")
        list(nf_conntrack_in(walk, netns, Hook.PREROUTING, skb))
        assert skb.state is state
