"""What a bridge does with frames whose destination a rule has changed."""

from ipaddress import ip_address

import pytest

from simulator.compilers import compile_network
from simulator.packet.headers import Protocol
from simulator.steps import Outcome, StepKind
from simulator.trace.conversation import converse, open_session
from simulator.trace.model import Flow
from tests.netviz.replay.conftest import SHOP, cluster_of


def devices(forwarding: str) -> tuple[Outcome, list[str]]:
    """How a client fares that asks a pod on its own node through a Service, and where its packet is seen on the node."""
    settings = {"sysctl__net.ipv4.ip_forward": forwarding}
    network = compile_network(cluster_of(SHOP.replace("node-b", "node-a"), **settings))
    flow = Flow("shop/client", "web", ip_address("10.96.0.80"), 80, Protocol.TCP)
    said = converse(open_session(network, flow, lambda options: 0, 0), flow)
    frames = (s for s in said.legs[0].steps if s.kind in (StepKind.TRANSMIT, StepKind.RECEIVE) and s.netns == "node-a")
    return said.outcome, [f"{s.device} {s.kind.value}" for s in frames]


@pytest.mark.parametrize(
    ("forwarding", "outcome", "seen"),
    [
        ("1", Outcome.DELIVERED, ["veth@shop/client receive", "veth@shop/web transmit"]),
        ("0", Outcome.TIMEOUT, ["veth@shop/client receive", "cni0 receive"]),
    ],
)
def test_where_the_host_does_not_forward_the_frame_goes_up_to_it_and_ends_there(
    forwarding: str, outcome: Outcome, seen: list[str]
) -> None:
    """ip_route_input() finds no error, but a route that leads to ip_error(): it is not over the bridge."""
    assert devices(forwarding) == (outcome, seen)
