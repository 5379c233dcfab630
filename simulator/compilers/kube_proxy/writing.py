"""Writing one rule the way iptables-save prints it."""

from ipaddress import ip_network

from simulator.compilers.kube_proxy.names import MARK_MASQ
from simulator.linux.iptables import (
    Destination,
    InInterface,
    IpProtocol,
    Jump,
    L4Ports,
    Match,
    OutInterface,
    Rule,
    Source,
    Target,
)
from simulator.origin import Origins
from simulator.packet.headers import IPAddress, Protocol

HEADER_ORDER: dict[type, int] = {Source: 0, Destination: 1, InInterface: 2, OutInterface: 3, IpProtocol: 4}
MODULE = 5

TO_MASQUERADE = Jump(MARK_MASQ)


def write(target: Target | None, *matches: Match, origins: Origins = ()) -> Rule:
    """A rule; header fields are put first, as iptables stores them, modules stay in the order given."""
    return Rule(tuple(sorted(matches, key=_place)), target, origins)


def _place(match: Match) -> int:
    return HEADER_ORDER.get(type(match), MODULE)


def source(address: IPAddress) -> Source:
    return Source(ip_network(address))


def destination(address: IPAddress) -> Destination:
    return Destination(ip_network(address))


def port_match(protocol: Protocol, number: int) -> tuple[IpProtocol, L4Ports]:
    """-p PROTOCOL -m PROTOCOL --dport NUMBER"""
    return IpProtocol(protocol), L4Ports(protocol, dports=(number, number))
