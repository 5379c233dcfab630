"""Where packets may come from: rp_filter, held against a real kernel."""

import pytest

from simulator.datapath.route import ip_route_input
from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.linux.netns import Netns
from simulator.linux.network import Network
from simulator.packet.headers import Ip, IPAddress, Protocol, Udp
from simulator.packet.packet import Packet
from simulator.steps import Cause
from tests.simulator.datapath.conftest import EMPTY, Ask, middle


def arrives(source: str, device: str, **sysctl: str) -> object:
    """What the machine in the middle says to a packet for the server."""
    from ipaddress import ip_address

    from simulator.chance import Random

    def nobody(address: IPAddress) -> str | None:
        return None

    netns: Netns = middle(EMPTY, {key.replace("__", "."): value for key, value in sysctl.items()})
    session = Session(Network({"middle": netns}.__getitem__, {}, nobody), lambda options: 0, Random(0))
    packet = Packet(ip=Ip(ip_address(source), ip_address("10.0.2.2"), 64, Protocol.UDP), l4=Udp(40000, 53))
    return ip_route_input(session, netns, Skb(packet, device))


STRICT = {"net.ipv4.conf.all.rp_filter": "1"}
LOOSE = {"net.ipv4.conf.all.rp_filter": "2"}


@pytest.mark.parametrize("sysctl", [{}, STRICT, LOOSE])
def test_a_source_is_welcome_where_the_way_back_leads(sysctl: dict[str, str]) -> None:
    assert arrives("10.0.1.2", "client", **sysctl) is not Cause.MARTIAN


def test_strictly_it_may_come_by_no_other_device() -> None:
    assert arrives("10.0.1.2", "server", **STRICT) is Cause.MARTIAN
    assert arrives("10.0.1.2", "server", **LOOSE) is not Cause.MARTIAN


def test_loosely_there_must_be_some_way_back() -> None:
    assert arrives("172.16.0.1", "client", **LOOSE) is Cause.MARTIAN
    assert arrives("172.16.0.1", "client") is not Cause.MARTIAN


def test_of_the_value_for_all_and_the_devices_own_the_greater_holds() -> None:
    own = {"net.ipv4.conf.server.rp_filter": "1"}
    assert arrives("10.0.1.2", "server", **own) is Cause.MARTIAN
    assert arrives("10.0.1.2", "server", **own, **LOOSE) is not Cause.MARTIAN


def test_an_ordinary_connection_does_not_notice(ask: Ask) -> None:
    assert ask(sysctl=STRICT).server == "server"
