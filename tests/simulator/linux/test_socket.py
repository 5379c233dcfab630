"""Listening sockets: an exact address before the wildcard, and what is taken to listen where nobody said."""

from ipaddress import ip_address

from simulator.linux.socket import Socket, Sockets
from simulator.packet.headers import Protocol
from simulator.steps import Cause

ANY = Socket(Protocol.TCP, None, 80, "nginx")
ONE = Socket(Protocol.TCP, ip_address("10.0.0.1"), 80, "sidecar")
SOCKETS = Sockets((ANY, ONE), "pod", missing=Cause.PORT_NOT_DECLARED)


def test_an_exact_address_comes_before_the_wildcard() -> None:
    assert SOCKETS.lookup(Protocol.TCP, ip_address("10.0.0.1"), 80) is ONE
    assert SOCKETS.lookup(Protocol.TCP, ip_address("10.0.0.2"), 80) is ANY


def test_protocols_are_kept_apart() -> None:
    assert SOCKETS.lookup(Protocol.UDP, ip_address("10.0.0.2"), 80) is None


def test_a_pod_that_declares_nothing_is_taken_to_listen_and_says_so() -> None:
    found = Sockets(owner="default/web", any_port=True).lookup(Protocol.UDP, ip_address("10.0.0.2"), 5353)
    assert found is not None
    assert (found.assumed, found.owner, found.port) == (True, "default/web", 5353)
