"""A router passes a packet on: one hop less to live, or word back that it could not."""

import pytest

from simulator.steps import Cause, Disposition, Outcome, StepKind
from simulator.trace.model import LegKind
from tests.simulator.datapath.conftest import Ask


def test_a_connection_across_a_router_works_and_costs_one_hop_each_way(ask: Ask) -> None:
    said = ask()
    assert said.outcome is Outcome.DELIVERED
    assert [leg.kind for leg in said.legs] == [
        LegKind.REQUEST, LegKind.REPLY, LegKind.ACK, LegKind.DATA, LegKind.DATA,
    ]  # fmt: skip
    assert [leg.steps[-1].packet.ip.ttl for leg in said.legs] == [63] * 5


def test_a_host_that_does_not_forward_drops_in_silence(ask: Ask) -> None:
    said = ask(sysctl={"net.ipv4.ip_forward": "0"})
    assert said.outcome is Outcome.TIMEOUT
    assert (said.legs[-1].disposition, said.cause) == (Disposition.DROPPED, Cause.FORWARDING_OFF)


@pytest.mark.parametrize("to", ["10.9.9.9", "10.0.2.77"])
def test_nor_does_it_say_that_it_knows_no_way(to: str, ask: Ask) -> None:
    """net/ipv4/route.c:ip_error() looks at IN_DEV_FORWARD(); seen so on kernel 6.18."""
    said = ask(to=to, sysctl={"net.ipv4.ip_forward": "0"})
    assert (said.outcome, said.cause) == (Outcome.TIMEOUT, Cause.FORWARDING_OFF)
    assert len(said.legs) == 1


def test_a_network_that_nobody_knows_is_answered_with_network_unreachable(ask: Ask) -> None:
    said = ask(to="10.9.9.9")
    assert (said.outcome, said.errno) == (Outcome.UNREACHABLE, "ENETUNREACH")
    assert said.legs[-1].kind is LegKind.ICMP_ERROR


def test_a_neighbour_that_does_not_answer_is_told_as_host_unreachable_by_the_router(ask: Ask) -> None:
    said = ask(to="10.0.2.77")
    assert (said.outcome, said.errno) == (Outcome.UNREACHABLE, "EHOSTUNREACH")
    assert str(said.legs[-1].packet.ip.src) == "10.0.1.1"


def test_a_closed_port_answers_with_a_reset_and_a_closed_udp_port_with_icmp(ask: Ask) -> None:
    from simulator.packet.headers import Protocol

    tcp, udp = ask(port=9), ask(port=9, protocol=Protocol.UDP)
    assert (tcp.outcome, tcp.legs[-1].kind) == (Outcome.REFUSED, LegKind.REPLY)
    assert (udp.outcome, udp.legs[-1].kind) == (Outcome.REFUSED, LegKind.ICMP_ERROR)
    assert tcp.legs[0].steps[-1].kind is StepKind.RESET


def test_every_frame_is_received_where_it_was_sent_to(ask: Ask) -> None:
    for leg in ask().legs:
        frames = [s for s in leg.steps if s.kind in (StepKind.TRANSMIT, StepKind.RECEIVE)]
        for out, into in zip(frames[::2], frames[1::2], strict=True):
            assert (out.kind, into.kind) == (StepKind.TRANSMIT, StepKind.RECEIVE)
            assert out.packet == into.packet.with_mark(out.packet.mark)
            assert into.packet.eth is not None
            assert into.packet.eth.dst == f"{into.netns}:{into.device}"
