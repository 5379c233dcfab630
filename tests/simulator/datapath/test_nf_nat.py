"""Translation is set up by the first packet and undone for every answer; the client never sees the other address."""

from ipaddress import ip_address

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.chance import Random
from simulator.datapath.nf_nat import nf_nat_alloc_null_binding, set_up_destination
from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.datapath.walk import Walk
from simulator.linux.conntrack import CtEntry, Tuple
from simulator.linux.network import Network
from simulator.packet.headers import Icmp, Ip, Protocol, Tcp
from simulator.packet.packet import Packet
from simulator.steps import Hook, Outcome, StepKind
from tests.simulator.datapath.conftest import Ask, middle

VIRTUAL = "10.96.0.80"
NAT = """*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
{rules}
COMMIT
"""
DNAT = f"-A PREROUTING -d {VIRTUAL}/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.2.2:8080"
MASQUERADE = "-A POSTROUTING -s 10.0.1.0/24 -j MASQUERADE --random-fully"


def rules(*lines: str) -> str:
    return NAT.format(rules="\n".join(lines))


def test_the_server_sees_its_own_address_and_the_client_the_virtual_one(ask: Ask) -> None:
    said = ask(rules(DNAT), to=VIRTUAL, port=80)
    assert said.outcome is Outcome.DELIVERED
    assert said.peer is not None
    assert (str(said.peer.ip.dst), said.peer.dport) == ("10.0.2.2", 8080)
    answer = said.legs[1].steps[-1].packet
    assert (str(answer.ip.src), answer.sport) == (VIRTUAL, 80)


def test_masquerading_takes_the_address_of_the_outgoing_device_and_a_random_port(ask: Ask) -> None:
    said = ask(rules(DNAT, MASQUERADE), to=VIRTUAL, port=80)
    assert said.peer is not None
    assert str(said.peer.ip.src) == "10.0.2.1"
    assert said.peer.sport != 40000
    last = said.legs[1].steps[-1].packet
    assert (str(last.ip.dst), last.dport) == ("10.0.1.2", 40000)


def test_only_the_first_packet_asks_the_rules(ask: Ask) -> None:
    said = ask(rules(DNAT), to=VIRTUAL, port=80)
    asked = [any(s.path and s.hook is Hook.PREROUTING for s in leg.steps) for leg in said.legs]
    assert asked == [True, False, False, False, False]
    assert [s.text.id for s in said.legs[2].steps if s.kind is StepKind.NAT] == ["nat.again-dnat"]


def test_an_error_about_a_translated_packet_is_translated_back(ask: Ask) -> None:
    gone = DNAT.replace("10.0.2.2:8080", "10.0.2.77:8080")
    said = ask(rules(gone), to=VIRTUAL, port=80)
    assert said.outcome is Outcome.UNREACHABLE
    last = said.legs[-1].steps[-1].packet
    assert isinstance(last.l4, Icmp)
    assert last.l4.quoted is not None
    assert (str(last.ip.src), str(last.l4.quoted.ip.dst)) == (VIRTUAL, VIRTUAL)


def test_a_rule_changes_something_or_it_is_no_translation(ask: Ask) -> None:
    for leg in ask(rules(DNAT, MASQUERADE), to=VIRTUAL, port=80).legs:
        assert all(step.changes for step in leg.steps if step.kind is StepKind.NAT)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    port=st.integers(1, 65535),
    protocol=st.sampled_from([Protocol.TCP, Protocol.UDP]),
    masquerade=st.booleans(),
    randomly=st.booleans(),
)
def test_the_answer_undoes_every_translation(
    ask: Ask, port: int, protocol: Protocol, masquerade: bool, randomly: bool
) -> None:
    target = 8080 if protocol is Protocol.TCP else 53
    name = protocol.keyword
    lines = [
        f"-A PREROUTING -d {VIRTUAL}/32 -p {name} -m {name} --dport {port} -j DNAT --to-destination 10.0.2.2:{target}"
    ]
    if masquerade:
        lines.append("-A POSTROUTING -j MASQUERADE" + (" --random-fully" if randomly else ""))
    said = ask(rules(*lines), to=VIRTUAL, port=port, protocol=protocol)
    first, last = said.legs[0].packet, said.legs[1].steps[-1].packet
    assert said.outcome is Outcome.DELIVERED
    assert (last.ip.src, last.sport, last.ip.dst, last.dport) == (first.ip.dst, first.dport, first.ip.src, first.sport)
    assert first.ip.dst == ip_address(VIRTUAL)


def test_a_port_that_another_connection_has_is_replaced_though_no_rule_asks() -> None:
    """A packet that comes round again would have answers like those of its first time here: conntrack tells them apart."""
    first = CtEntry(Tuple(ip_address("10.0.1.2"), ip_address(VIRTUAL), Protocol.TCP, 40000, 80))
    set_up_destination(first, ip_address("10.0.2.77"), 8080)
    netns = middle(rules(), {})
    walk = Walk(Session(Network({"middle": netns}.__getitem__, {}, lambda a: None), lambda options: 0, Random(0)))
    walk.session.conntrack(netns).confirm(first)
    ip = Ip(ip_address("10.0.1.2"), ip_address("10.0.2.77"), 60, Protocol.TCP)
    skb = Skb(Packet(ip=ip, l4=Tcp(40000, 8080, "S")))
    again = CtEntry(Tuple(ip.src, ip.dst, Protocol.TCP, 40000, 8080))
    skb.ct = again
    (told,) = nf_nat_alloc_null_binding(walk, netns, Hook.POSTROUTING, skb, again)
    assert told.text.id == "nat.port-taken"
    assert skb.packet.sport == again.reply.dport != 40000
