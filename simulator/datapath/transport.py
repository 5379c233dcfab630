"""TCP, UDP and SCTP at the end of the way: a socket, or word that there is none.

net/ipv4/tcp_ipv4.c, net/ipv4/udp.c, net/sctp/input.c
"""

from simulator.datapath.icmp import DEFAULT_TTL, PORT_UNREACHABLE, icmp_rcv, icmp_send
from simulator.datapath.skb import Skb
from simulator.datapath.vxlan import vxlan_rcv
from simulator.datapath.walk import Spawned, Walk, step
from simulator.linux.conntrack import Direction, packet_tuple
from simulator.linux.netns import Netns
from simulator.linux.socket import Socket
from simulator.packet.headers import Icmp, Ip, Sctp, Tcp
from simulator.packet.packet import Load, Packet
from simulator.steps import Badge, Cause, Disposition, Layer, Step, StepKind, Steps

FUNCTIONS = {
    Tcp: "net/ipv4/tcp_ipv4.c:tcp_v4_rcv()",
    Sctp: "net/sctp/input.c:sctp_rcv()",
}


def transport_rcv(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """Hand a packet to whom it is for: an open connection first, then who listens."""
    packet = skb.packet = _whole(skb.packet)
    if isinstance(packet.l4, Icmp):
        yield from icmp_rcv(walk, netns, skb)
        return
    if packet.vxlan is not None and (yield from vxlan_rcv(walk, netns, skb)):
        return
    function = FUNCTIONS.get(type(packet.l4), "net/ipv4/udp.c:udp_rcv()")
    connection = walk.session.connection(netns, packet_tuple(packet))
    if connection is not None:
        yield from _to_connection(walk, netns, skb, function, connection.opener)
        return
    assert packet.dport is not None
    socket = walk.session.listener(netns, packet.ip.protocol, packet.ip.dst, packet.dport)
    if socket is not None and _opens(packet) and not (socket.assumed and _is_a_callers(walk, netns, packet)):
        yield _delivered(netns, skb, function, socket)
        walk.end(Disposition.DELIVERED, netns, skb, socket=socket)
        return
    yield from _nobody(walk, netns, skb, function)


def _whole(packet: Packet) -> Packet:
    """Fragments are put together again before anybody sees them. net/ipv4/ip_fragment.c:ip_defrag()"""
    if packet.load is None or not packet.load.fragment:
        return packet
    return packet.with_load(None if packet.vxlan is not None else Load(packet.load.size, df=False))


def _opens(packet: Packet) -> bool:
    """Whether a packet may begin something at a listening socket."""
    return not isinstance(packet.l4, Tcp) or packet.l4.flags == "S"


def _is_a_callers(walk: Walk, netns: Netns, packet: Packet) -> bool:
    """Whether a client in this namespace has the port: no program can be taken to listen there, too."""
    calls = walk.session.connections.get(netns.name, {}).items()
    return any(c.opener and (t.protocol, t.dport) == (packet.ip.protocol, packet.dport) for t, c in calls)


def _to_connection(walk: Walk, netns: Netns, skb: Skb, function: str, opener: bool) -> Steps[None]:
    packet = skb.packet
    words = packet.l4.flags if isinstance(packet.l4, Tcp) else packet.ip.protocol.value
    text = "deliver.client" if opener else "deliver.socket"
    params = {"owner": netns.name, "flags": words, "port": packet.dport, "protocol": packet.ip.protocol.value}
    yield step(netns, skb, StepKind.DELIVER, Layer.TRANSPORT, text, function, params)
    walk.end(Disposition.DELIVERED, netns, skb)


def _delivered(netns: Netns, skb: Skb, function: str, socket: Socket) -> Step:
    params = {"owner": socket.owner, "port": socket.port, "protocol": socket.protocol.value}
    badge = Badge.ASSUMED if socket.assumed else Badge.MODELLED
    return step(netns, skb, StepKind.DELIVER, Layer.TRANSPORT, "deliver.socket", function, params,
                origins=socket.origins, badge=badge)  # fmt: skip


def _nobody(walk: Walk, netns: Netns, skb: Skb, function: str) -> Steps[None]:
    """No socket: TCP answers with a reset, UDP with port unreachable, SCTP with ABORT."""
    packet = skb.packet
    answers = not _opens(packet) or _is_a_callers(walk, netns, packet)
    if answers:
        cause = Cause.UNKNOWN_CONNECTION
        yield step(netns, skb, StepKind.DROP, Layer.TRANSPORT, "drop.unknown-connection", function,
                   {"owner": netns.name}, cause=cause)  # fmt: skip
        walk.end(Disposition.REFUSED, netns, skb, cause)
        if isinstance(packet.l4, Tcp) and "R" not in packet.l4.flags:
            send_reset(walk, netns, skb)
        return
    cause = netns.sockets.missing
    text = "icmp.error" if packet.ip.protocol.value == "UDP" else "tcp.reset"
    kind = StepKind.ICMP if text == "icmp.error" else StepKind.RESET
    params = {
        "to": packet.ip.src,
        "port": packet.dport,
        "name": PORT_UNREACHABLE.name,
        "type": 3,
        "code": 3,
        "about": f"{packet.ip.dst}:{packet.dport}",
    }
    yield step(netns, skb, kind, Layer.TRANSPORT, text, function, params, cause=cause, origins=netns.sockets.origins)
    walk.end(Disposition.REFUSED, netns, skb, cause)
    if packet.ip.protocol.value == "UDP":
        icmp_send(walk, netns, skb, PORT_UNREACHABLE)
    else:
        send_reset(walk, netns, skb)


def send_reset(walk: Walk, netns: Netns, skb: Skb, rejected: bool = False) -> None:
    """`rejected`: by a rule. That answer belongs to the packet's connection, which need not be in the table yet; what
    came over a bridge is answered by the port it came in by, past OUTPUT and the translation of answers.

    net/ipv4/tcp_ipv4.c:tcp_v4_send_reset(), net/sctp/sm_make_chunk.c:sctp_make_abort()
    net/ipv4/netfilter/nf_reject_ipv4.c:nf_send_reset()
    """
    packet = skb.packet
    ip = Ip(packet.ip.dst, packet.ip.src, DEFAULT_TTL, packet.ip.protocol)
    if isinstance(packet.l4, Sctp):
        answer = Packet(ip=ip, l4=Sctp(packet.l4.dport, packet.l4.sport, "ABORT"))
    else:
        assert isinstance(packet.l4, Tcp)
        flags = "R" if "A" in packet.l4.flags else "AR"
        answer = Packet(ip=ip, l4=Tcp(packet.l4.dport, packet.l4.sport, flags))
    if rejected and skb.bridge is not None and packet.eth is not None:
        answer = answer.with_eth(packet.eth.dst, packet.eth.src)
        walk.spawned.append(Spawned(netns.name, answer, StepKind.RESET, port=skb.bridge.physin))
        return
    back = Direction.REPLY if skb.direction is Direction.ORIGINAL else Direction.ORIGINAL
    walk.spawned.append(Spawned(netns.name, answer, StepKind.RESET, skb.ct if rejected else None, back))
