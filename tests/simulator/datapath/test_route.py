"""Where packets may come from: rp_filter, held against a real kernel."""

from ipaddress import ip_address

import pytest

from simulator.chance import Random
from simulator.compilers import compile_network
from simulator.datapath.route import ip_route_input
from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.linux.netns import Netns
from simulator.linux.network import Network
from simulator.packet.headers import Ip, IPAddress, Protocol, Udp
from simulator.packet.packet import Packet
from simulator.steps import Cause
from tests.netviz.replay.conftest import SHOP, cluster_of
from tests.simulator.datapath.conftest import EMPTY, Ask, middle


def arrives(source: str, device: str, **sysctl: str) -> object:
    """What the machine in the middle says to a packet for the server."""

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


@pytest.mark.parametrize(("version", "found"), [(4, Cause.FORWARDING_OFF), (6, None)])
def test_without_forwarding_only_ipv4_finds_no_route(version: int, found: Cause | None) -> None:
    """net/ipv6/route.c has no such check: a bridged frame with a new destination goes on, a routed packet ends later."""
    ranges = {"clusterCIDR": "10.244.0.0/16,fd00:10:244::/56", "serviceCIDR": "10.96.0.0/12,fd00:10:96::/112"}
    off = {"sysctl__net.ipv4.ip_forward": "0", "sysctl__net.ipv6.conf.all.forwarding": "0"}
    network = compile_network(cluster_of(SHOP, **ranges, **off))
    node, pod = network.netns("node-a"), network.netns("shop/client").devices["eth0"]
    there = next(a.ip for a in pod.addresses if a.version == version)
    ip = Ip(ip_address("198.51.100.7" if version == 4 else "fd00:56::99"), there, 64, Protocol.UDP)
    session = Session(network, lambda options: 0, Random(0))
    way = ip_route_input(session, node, Skb(Packet(ip=ip, l4=Udp(40000, 53)), "eth0"))
    assert (way if isinstance(way, Cause) else None) is found


@pytest.mark.parametrize("own", ["10.0.1.1", "127.0.0.1"])
def test_nobody_else_speaks_from_an_address_of_this_host(own: str) -> None:
    """As seen on kernel 6.18: not from 127.0.0.1 either, whatever route_localnet says."""
    assert arrives(own, "client", **{"net.ipv4.conf.all.route_localnet": "1"}) is Cause.MARTIAN
