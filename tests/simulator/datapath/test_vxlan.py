"""Into the tunnel and out of it: the same skb, with another packet around it."""

from ipaddress import ip_address

import pytest

from simulator.compilers import compile_network
from simulator.linux.iptables_restore import parse
from simulator.linux.network import Network
from simulator.packet.headers import Protocol
from simulator.trace.conversation import converse, open_session
from simulator.trace.legs import Said
from simulator.trace.model import Flow
from tests.netviz.replay.conftest import SHOP, cluster_of

MARK_TUNNELS = "*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p udp -j MARK --set-xmark 0x4000/0x4000\nCOMMIT\n"


def asked(network: Network) -> Said:
    flow = Flow("shop/client", "web", network.netns("shop/web").devices["eth0"].addresses[0].ip, 8080, Protocol.TCP)
    return converse(open_session(network, flow, lambda options: 0, 0), flow)


@pytest.mark.parametrize("marked", [False, True])
def test_a_mark_on_the_tunnels_packet_is_on_what_comes_out_of_it(marked: bool) -> None:
    """So a rule that marks UDP makes kube-proxy masquerade TCP that came by VXLAN: a real kernel does it."""
    network = compile_network(cluster_of(SHOP, overlay="vxlan"))
    if marked:
        rules = parse(MARK_TUNNELS, 4).tables["mangle"].chains["PREROUTING"].rules
        network.netns("node-b").tables[4].tables["mangle"].chains["PREROUTING"].rules = rules
    said = asked(network)
    assert said.peer is not None
    assert said.peer.ip.src == ip_address("10.244.2.1" if marked else "10.244.1.2")


def test_no_mark_crosses_to_another_machine() -> None:
    said = asked(compile_network(cluster_of(SHOP, overlay="vxlan")))
    wrapped = [s.packet for s in said.legs[0].steps if s.packet.vxlan is not None]
    assert wrapped
    assert all(packet.vxlan is not None and packet.vxlan.inner.mark == 0 for packet in wrapped)
