"""From what a person types to a Flow: who asks whom, names looked up as the client would find them.

`parse_flow(cluster, "default/client", "web:80")`. A short name is looked for in the client's own namespace first, as
the search list of its resolv.conf does; pods, nodes and localhost may be named too, which no DNS would answer.
"""

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import msgspec

from simulator.analysis.ask_source import Client, find_client
from simulator.analysis.ask_target import Place, find_place
from simulator.analysis.flow_error import FlowError, did_you_mean
from simulator.linux.network import Assumption
from simulator.packet.headers import Protocol
from simulator.trace.model import Flow

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster

__all__ = ["Asked", "FlowError", "ask", "parse_flow", "world_of"]

LEFT_TO_DNS = ("unknown-service", "unsupported-target", "no-pods")
"""What is wrong with a name that a resolver would find out by itself."""

UNKNOWN = IPv4Address(0)
URL_PORTS = {"http": 80, "https": 443}


class Asked(msgspec.Struct, frozen=True):
    """The flow, and what had to be taken for granted because it was not said."""

    flow: Flow
    assumptions: tuple[Assumption, ...] = ()


class Target(msgspec.Struct, frozen=True):
    """What was typed, taken apart: `port` is a number, a name or nothing."""

    host: str
    port: str | None = None
    path: str | None = None


def world_of(cluster: "Cluster", world: "Cluster", flow: Flow) -> "Cluster":
    """The cluster to ask a flow in: the one with add-ons (`world`) where it needs their names or their addresses."""
    if flow.host is not None:
        return world
    added = (s for key, s in world.services.items() if cluster.services.get(key) is not s)
    return world if any(flow.address == one.ip for s in added for one in s.load_balancer) else cluster


def parse_flow(cluster: "Cluster", source: str, target: str, protocol: str = "TCP") -> Flow:
    """The flow that is meant; FlowError with a hint where nothing can be."""
    return ask(cluster, source, target, protocol).flow


def ask(cluster: "Cluster", source: str, target: str, protocol: str = "TCP", by_dns: bool = False) -> Asked:
    """As `parse_flow`, with the assumptions made on the way.

    `by_dns`: a name that a pod asks for is left for its resolver to find, or not; the flow's `host` is that name.
    Where a fault has stopped the pod that is called, it is called all the same, at the address that it had.
    """
    try:
        return _ask(cluster, source, target, protocol, by_dns)
    except FlowError as error:
        if error.code != "not-running" or cluster.whole is None:
            raise
        find_client(cluster, source)
        return _ask(cluster.whole, source, target, protocol, by_dns)


def _ask(cluster: "Cluster", source: str, target: str, protocol: str, by_dns: bool) -> Asked:
    spoken = parse_protocol(protocol)
    client = find_client(cluster, source)
    parts = split_target(target)
    place, host = _place(cluster, client, parts.host, spoken, by_dns)
    port, told = _port(place, parts.port, spoken)
    if spoken is Protocol.ICMP and place.address.version == 6:
        spoken = Protocol.ICMPV6
    via = place.via if place.via != client.netns else None
    asker = client.pod if client.pod != client.netns else None
    flow = Flow(client.netns, target.strip(), place.address, port, spoken, via=via, http_path=parts.path, host=host,
                asker=asker, balancer=place.balancer)  # fmt: skip
    return Asked(flow, (*place.assumptions, *told))


def _place(cluster: "Cluster", client: Client, host: str, protocol: Protocol, by_dns: bool) -> tuple[Place, str | None]:
    """Where the packet is sent, and the name that is still to be resolved, if any."""
    if not by_dns or client.pod is None:
        return find_place(cluster, client, host, protocol), None
    try:
        place = find_place(cluster, client, host, protocol)
    except FlowError as error:
        if error.code not in LEFT_TO_DNS or "/" in host:
            raise
        return Place(UNKNOWN, f'"{host}"'), host
    if not place.resolved or "/" in host:
        return place, None
    return msgspec.structs.replace(place, assumptions=()), host


def parse_protocol(text: str) -> Protocol:
    asked = text.strip().upper()
    if asked == "PING":
        return Protocol.ICMP
    for protocol in Protocol:
        if protocol.value.upper() == asked and protocol is not Protocol.ARP:
            return protocol
    raise FlowError("bad-protocol", f'"{text}" is no protocol that NetViz knows.', "Use TCP, UDP, SCTP or ICMP.")


def split_target(text: str) -> Target:
    """URL, [IPv6]:PORT, IP, HOST:PORT or HOST."""
    text = text.strip()
    scheme, separator, rest = text.partition("://")
    if separator:
        return _split_url(scheme.lower(), rest, text)
    if not text:
        raise FlowError("bad-address", "Nobody was named to send to.", "Write NAME:PORT, IP:PORT or a URL.")
    host, port = _split_port(text)
    return Target(host, port)


def _split_url(scheme: str, rest: str, text: str) -> Target:
    if scheme not in URL_PORTS:
        raise FlowError(
            "unsupported-target", f'"{text}": {scheme} is not supported.', "Use http://, https:// or NAME:PORT."
        )
    end = min((i for i in map(rest.find, "/?#") if i >= 0), default=len(rest))
    authority, path = rest[:end].rpartition("@")[2], rest[end:].partition("#")[0]
    host, port = _split_port(authority)
    if not host:
        raise FlowError("bad-address", f'"{text}" names no host.', "Write http://NAME:PORT/PATH.")
    if not path.startswith("/"):
        path = "/" + path
    return Target(host, port or str(URL_PORTS[scheme]), path)


def _split_port(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise FlowError("bad-address", f'"{text}" is not an IPv6 address in brackets.', "Write [fd00::1]:80.")
        return host, rest[1:] or None
    if text.count(":") > 1:
        return text, None
    host, _, port = text.partition(":")
    return host, port or None


def _port(place: Place, asked: str | None, protocol: Protocol) -> tuple[int | None, tuple[Assumption, ...]]:
    """The port number; a name is looked up at the place, a missing one taken where there is only one."""
    if protocol is Protocol.ICMP:
        if asked is not None:
            raise FlowError("bad-port", "A ping (ICMP) has no port.", f'Leave ":{asked}" out, or ask with TCP or UDP.')
        return None, ()
    if asked is None:
        return _only_port(place, protocol)
    if asked.isdecimal() and asked.isascii():
        number = int(asked[:6])
        if not 1 <= number <= 65535:
            raise FlowError("bad-port", f"{asked} is not a port.", "Ports go from 1 to 65535.")
        return number, ()
    named = [p for p in place.ports if p.name == asked]
    chosen = next((p for p in named if p.protocol is protocol), None)
    if chosen is not None:
        return chosen.number, ()
    if named:
        spoken = named[0].protocol.value
        raise FlowError(
            "bad-port",
            f'Port "{asked}" of {place.what} is {spoken}, not {protocol.value}.',
            f"Ask with protocol {spoken}.",
        )
    names = [p.name for p in place.ports if p.name]
    hint = did_you_mean(asked, names, f"port names of {place.what}") if names else "Write the port as a number."
    raise FlowError("bad-port", f'{place.what} has no port called "{asked}".', hint)


def _only_port(place: Place, protocol: Protocol) -> tuple[int, tuple[Assumption, ...]]:
    ports = [p for p in place.ports if p.protocol is protocol]
    if len(ports) == 1:
        number = ports[0].number
        message = f"No port was said; {place.what} has one for {protocol.value}, {number}, and it was taken."
        return number, (Assumption("port", str(number), message),)
    listed = ", ".join(f"{p.number}/{p.protocol.value}" + (f" ({p.name})" if p.name else "") for p in place.ports)
    hint = f"Add one of its ports: {listed}." if listed else "Add it after a colon, as in web:80."
    raise FlowError("missing-port", f"Which port of {place.what}?", hint)
