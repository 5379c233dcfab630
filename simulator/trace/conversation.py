"""Conversation: what two programs and the kernels between them say to each other, packet by packet.

A name is resolved first (resolving.py); then a client connects (TCP), sends (UDP), begins (SCTP) or pings, and what
comes back is followed until the client's program knows how it ended.
"""

from collections.abc import Callable, Sequence

import msgspec

from simulator.chance import Choose, Random
from simulator.datapath.icmp import DEFAULT_TTL, PORT_UNREACHABLE, error_of
from simulator.datapath.route import ip_route_output
from simulator.datapath.session import CLIENT_PORT, Session
from simulator.datapath.walk import End, Spawned, Walk
from simulator.linux.conntrack import packet_tuple
from simulator.linux.netns import Netns
from simulator.linux.network import Network
from simulator.linux.route import Route
from simulator.packet.headers import Icmp, Ip, IPAddress, IPNetwork, Protocol, Sctp, Tcp, Udp
from simulator.packet.packet import Packet
from simulator.programs.reverse_proxy import ReverseProxy
from simulator.steps import Cause, Disposition, Outcome, Step, StepKind
from simulator.trace.balancing import hand_over, tell_balancer
from simulator.trace.legs import Said, main_end, run_leg, socket_step
from simulator.trace.model import Flow, Leg, LegKind
from simulator.trace.path_mtu import Made, advertised_mss, datagram, segments, send_what_fits
from simulator.trace.proxying import proxied
from simulator.trace.resolving import look_up


def open_session(network: Network, flow: Flow, choose: Choose, seed: int) -> Session:
    """A session with clean tables, about to open its first connection."""
    session = Session(network, choose, Random(seed))
    next_connection(session, flow, choose, seed)
    return session


def next_connection(session: Session, flow: Flow, choose: Choose, seed: int) -> None:
    """What has been remembered stays; chance begins anew, and the routes that only a flow has are this one's."""
    session.choose, session.random, session.extra_routes = choose, Random(seed), {}
    network = session.network
    via = hand_over(session, flow)
    if via is not None:
        gateway = network.netns(via)
        router = network.netns("router")
        address = next(
            a.ip for d in gateway.devices.values() if d.segment for a in d.addresses
            if a.version == flow.address.version
        )  # fmt: skip
        device = next(d.name for d in router.devices.values() if any(address in a.network for a in d.addresses))
        host_route = Route(_host_network(flow.address), device, gateway=address)
        session.extra_routes["router"] = (host_route,)


def _host_network(address: IPAddress) -> IPNetwork:
    from ipaddress import ip_network

    return ip_network(address)


def converse(session: Session, flow: Flow, sport: int = CLIENT_PORT) -> Said:
    """Hold the whole conversation of a flow; a name is resolved first, by the resolver of whoever asks."""
    said = Said(legs=[])
    conf = session.network.resolv_conf(flow.asker or flow.source) if flow.host is not None else None
    if conf is None:
        return _connect(session, said, flow, sport, ())
    found = look_up(session, said, flow, conf)
    return said if found is None else _connect(session, said, found[0], sport, (found[1],))


def _connect(
    session: Session,
    said: Said,
    flow: Flow,
    sport: int,
    before: Sequence[Step],
    kind: LegKind = LegKind.REQUEST,
    asks: bool = True,
) -> Said:
    """From the first packet on; `before` are steps that led to it, `kind` says whose connection it is, `asks` whether a
    proxy at its other end is asked."""
    said.cause = None
    client = session.network.netns(flow.source)
    way = ip_route_output(session, client, flow.address)
    source = (None if isinstance(way, Cause) else way.source) or flow.address
    packet = _first_packet(flow, source, sport)
    if not isinstance(way, Cause) and flow.protocol is not Protocol.TCP:
        said.client = source
    session.open(client, packet_tuple(packet).inverted(), opener=True, program=flow.asker)
    request = len(said.legs)
    sized = flow.size if flow.protocol in _AT_ONCE else 0

    def made() -> Made:
        sent = datagram(session, client, packet, sized)
        return sent, (_opening_step(client, sent),)

    walk = send_what_fits(session, said, kind, client, made, before)
    said.legs[request] = tell_balancer(session, flow, said.legs[request])
    request = max(at for at, leg in enumerate(said.legs) if leg.kind is kind)
    end = main_end(walk)
    said.cause = Cause.MTU_BLACK_HOLE if said.black_hole else end.cause
    if end.disposition is Disposition.DELIVERED and end.socket is not None:
        _answered(session, said, flow, client, walk, asks)
    elif walk.spawned:
        _heard_back(session, said, client, flow, walk.spawned[0])
    elif end.disposition is Disposition.UNREACHABLE and end.netns == client.name:
        said.outcome, said.errno = Outcome.UNREACHABLE, _ERRNO.get(end.cause, "ENETUNREACH")
    if flow.protocol not in _SEND_IS_SILENT and _died_at_home(said.legs[request], end, client):
        _send_fails(said, end)
    return said


def _send_fails(said: Said, end: End) -> None:
    """The client's own system call says why."""
    said.errno = _ERRNO.get(end.cause, "EPERM")
    said.outcome = Outcome.NOT_PERMITTED if said.errno == "EPERM" else Outcome.UNREACHABLE


_AT_ONCE = (Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6)
"""Their first packet carries the data already."""
_SEND_IS_SILENT = (Protocol.TCP, Protocol.ICMPV6)
"""TCP waits for an answer; net/ipv6/ping.c:ping_v6_sendmsg() does not look at what became of its packet."""

_ERRNO: dict[Cause | None, str] = {
    Cause.BLACKHOLE: "EINVAL",
    Cause.MARTIAN: "EINVAL",
    Cause.NO_ROUTE: "ENETUNREACH",
}


def _died_at_home(request: Leg, end: End, client: Netns) -> bool:
    """Whether the client's own netfilter threw the packet away: send() itself fails.

    net/ipv4/ip_output.c:ip_send_skb()
    """
    if end.netns != client.name or end.disposition not in (Disposition.DROPPED, Disposition.REJECTED):
        return False
    return not any(s.kind is StepKind.TRANSMIT for s in request.steps)


def _first_packet(flow: Flow, source: IPAddress, sport: int) -> Packet:
    ip = Ip(source, flow.address, DEFAULT_TTL, flow.protocol)
    if flow.protocol in (Protocol.ICMP, Protocol.ICMPV6):
        echo = 8 if flow.address.version == 4 else 128
        return Packet(ip=ip, l4=Icmp(echo, 0, ident=sport))
    port = flow.port or 0
    if flow.protocol is Protocol.UDP:
        return Packet(ip=ip, l4=Udp(sport, port), payload="request")
    if flow.protocol is Protocol.SCTP:
        return Packet(ip=ip, l4=Sctp(sport, port, "INIT"))
    return Packet(ip=ip, l4=Tcp(sport, port, "S"))


def _opening_step(client: Netns, packet: Packet) -> Step:
    ping = isinstance(packet.l4, Icmp)
    text = "socket.ping" if ping else "socket.connect" if isinstance(packet.l4, Tcp) else "socket.send"
    function = {
        "socket.ping": "net/ipv4/ping.c:ping_v4_sendmsg()",
        "socket.connect": "net/ipv4/tcp_ipv4.c:tcp_v4_connect()",
    }
    return socket_step(client, packet, text, function.get(text, "net/ipv4/udp.c:udp_sendmsg()"))


def _answered(session: Session, said: Said, flow: Flow, client: Netns, walk: Walk, asks: bool) -> None:
    """The first packet reached a socket: its program answers, and TCP goes on to the first data.

    `asks`: a proxy may be asked; not where the client is one: what its backend does is the backend's own.
    """
    end, asked = main_end(walk), said.legs[-1].packet
    server = session.network.netns(end.netns)
    seen = end.packet
    said.socket, said.server, said.peer = end.socket, end.netns, seen
    session.open(server, packet_tuple(seen), opener=False)
    answer = _answer(seen)
    flags = answer.l4.flags if isinstance(answer.l4, Tcp) else ""
    opening = socket_step(server, answer, "socket.answer", "net/ipv4/tcp_output.c:tcp_make_synack()" if flags
                           else "net/ipv4/udp.c:udp_sendmsg()", flags=flags)  # fmt: skip
    size = seen.load.size if seen.load is not None else 0
    walk = send_what_fits(session, said, LegKind.REPLY, server,
                          lambda: (datagram(session, server, answer, size), (opening,)))  # fmt: skip
    back = main_end(walk)
    if back.disposition is not Disposition.DELIVERED or back.netns != client.name:
        said.cause = Cause.MTU_BLACK_HOLE if said.black_hole else back.cause
        for reset in (s for s in walk.spawned if s.kind is StepKind.RESET):
            run_leg(session, said, LegKind.ACK, session.network.netns(reset.netns), reset.packet, spawned=reset)
        return
    if not flags:
        said.outcome, said.greeted = Outcome.DELIVERED, True
        return
    said.outcome, said.client = Outcome.CONNECTED, asked.ip.src
    program = session.network.program(server.name, answer.sport or 0, answer.ip.src)
    proxy = program if asks and isinstance(program, ReverseProxy) else None
    _established(session, said, Ends(client, server, asked, answer, flow, proxy, flow.size))


class Ends(msgspec.Struct, frozen=True):
    """An open connection: both ends, the packets that opened it, the proxy that the server is, if it is one, and how
    many bytes each of them has to send (0: a few)."""

    client: Netns
    server: Netns
    asked: Packet
    answer: Packet
    flow: Flow | None = None
    proxy: ReverseProxy | None = None
    size: int = 0


def _answer(seen: Packet) -> Packet:
    """The first packet that comes back from a socket: SYN-ACK, INIT-ACK or a datagram."""
    ip = Ip(seen.ip.dst, seen.ip.src, DEFAULT_TTL, seen.ip.protocol)
    if isinstance(seen.l4, Tcp):
        return Packet(ip=ip, l4=Tcp(seen.l4.dport, seen.l4.sport, "SA"))
    if isinstance(seen.l4, Sctp):
        return Packet(ip=ip, l4=Sctp(seen.l4.dport, seen.l4.sport, "INIT-ACK"))
    assert isinstance(seen.l4, Udp)
    return Packet(ip=ip, l4=Udp(seen.l4.dport, seen.l4.sport), payload="answer")


def _established(session: Session, said: Said, ends: Ends) -> None:
    """The handshake's third packet, then the first data each way; a proxy asks its backend in between."""
    client, server = ends.client, ends.server
    ack = msgspec.structs.replace(ends.asked, l4=_flagged(ends.asked, "A"))
    data = msgspec.structs.replace(ends.asked, l4=_flagged(ends.asked, "PA"), payload="request")
    ack_step = socket_step(client, ack, "socket.ack", TRANSMIT)
    if not _arrives(session, said, LegKind.ACK, client, lambda: (ack, (ack_step,))):
        return
    peer = advertised_mss(session, server, ends.answer.ip.dst)
    own = advertised_mss(session, client, ends.asked.ip.dst)

    def request() -> Made:
        sent = segments(session, client, data, ends.size, peer)
        return sent, (_data_step(client, server, sent),)

    if not _arrives(session, said, LegKind.DATA, client, request):
        return
    back = msgspec.structs.replace(ends.answer, l4=_flagged(ends.answer, "PA"), payload="answer")
    before: tuple[Step, ...] = ()
    if ends.proxy is not None and ends.flow is not None:
        seen = said.legs[-1].steps[-1].packet
        handed = proxied(session, said, ends.flow, server, seen, ends.proxy, _connect)
        if handed.silent:
            said.legs[-1] = msgspec.structs.replace(said.legs[-1], steps=(*said.legs[-1].steps, *handed.steps))
            return
        before, said.status = handed.steps, handed.status
        if handed.status is not None:
            back = msgspec.structs.replace(back, payload=f"HTTP {handed.status}")

    def response() -> Made:
        sent = segments(session, server, back, ends.size, own)
        return sent, (_data_step(server, client, sent),)

    if _arrives(session, said, LegKind.DATA, server, response, before):
        said.outcome, said.greeted, said.cause = Outcome.DELIVERED, True, None


TRANSMIT = "net/ipv4/tcp_output.c:tcp_transmit_skb()"


def _data_step(source: Netns, to: Netns, packet: Packet) -> Step:
    return socket_step(source, packet, "socket.data", TRANSMIT, **{"from": source.name, "to": to.name})


def _arrives(
    session: Session, said: Said, kind: LegKind, netns: Netns, make: Callable[[], Made], before: Sequence[Step] = ()
) -> bool:
    """Whether a packet of an open connection reaches its other end; the conversation ends where it does not."""
    end = main_end(send_what_fits(session, said, kind, netns, make, before))
    if end.disposition is Disposition.DELIVERED:
        return True
    said.cause = Cause.MTU_BLACK_HOLE if said.black_hole else end.cause
    return False


def _flagged(packet: Packet, flags: str) -> Tcp:
    assert isinstance(packet.l4, Tcp)
    return Tcp(packet.l4.sport, packet.l4.dport, flags)


def _heard_back(session: Session, said: Said, client: Netns, flow: Flow, spawned: Spawned) -> None:
    """A kernel answered instead of a program: an echo, a reset or an ICMP error."""
    kind = LegKind.ICMP_ERROR if spawned.kind is StepKind.ICMP else LegKind.REPLY
    request = said.legs[-1]
    walk = run_leg(session, said, kind, session.network.netns(spawned.netns), spawned.packet, spawned=spawned)
    end = main_end(walk)
    if end.disposition is not Disposition.DELIVERED or end.netns != client.name:
        return
    packet = end.packet
    if spawned.kind is StepKind.SOCKET:
        said.outcome, said.greeted, said.server = Outcome.DELIVERED, False, spawned.netns
    elif spawned.kind is StepKind.RESET:
        said.outcome, said.errno = Outcome.REFUSED, "ECONNREFUSED"
    else:
        assert isinstance(packet.l4, Icmp)
        error = error_of(packet.l4, packet.ip.version)
        said.errno = error.errno if error else ""
        if error is PORT_UNREACHABLE:
            refused = request.disposition is Disposition.REFUSED
            said.outcome = Outcome.REFUSED if refused else Outcome.REJECTED
        else:
            said.outcome = Outcome.UNREACHABLE
