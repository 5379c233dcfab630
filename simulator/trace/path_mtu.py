"""How much fits: the segments of a connection, and what a sender does when it learns that a packet was too big.

net/ipv4/tcp_output.c:tcp_current_mss(), net/ipv4/tcp_ipv4.c:tcp_v4_mtu_reduced(), net/ipv4/udp.c:__udp4_lib_err()
"""

from collections.abc import Callable, Sequence

from simulator.datapath.icmp import TOO_BIG, error_of
from simulator.datapath.route import ip_route_output
from simulator.datapath.session import Session
from simulator.datapath.walk import Spawned, Walk
from simulator.linux.netns import Netns
from simulator.packet.headers import Icmp, IPAddress, Tcp
from simulator.packet.packet import IP_HEADER, L4_HEADER, TIMESTAMPS, Load, Packet
from simulator.steps import Cause, Disposition, Step
from simulator.trace.legs import Said, main_end, run_leg
from simulator.trace.model import LegKind

MOST_TRIES = 4
"""So often a sender may learn of a smaller MTU on one way."""
GSO_MAX = 65_483
"""What one packet inside the machine may carry of a larger answer (GSO_LEGACY_MAX_SIZE)."""
ETHERNET_MTU = 1500

Made = tuple[Packet, Sequence[Step]]
"""A packet, and the step of the program that sends it."""


def path_mtu(session: Session, netns: Netns, destination: IPAddress) -> int:
    """What a host takes the path to a destination to carry: its device's MTU, or what it was told since.

    net/ipv4/route.c:ip_dst_mtu_maybe_forward()
    """
    way = ip_route_output(session, netns, destination)
    known = session.pmtu.get((netns.name, destination))
    own = ETHERNET_MTU if isinstance(way, Cause) else netns.devices[way.device].mtu
    return own if known is None else min(own, known.mtu)


def _dont_fragment(session: Session, netns: Netns, destination: IPAddress) -> bool:
    """IP_PMTUDISC_WANT: DF, unless the path's MTU is locked. include/net/ip.h:ip_dont_fragment()"""
    known = session.pmtu.get((netns.name, destination))
    return known is None or not known.locked


def advertised_mss(session: Session, netns: Netns, destination: IPAddress) -> int:
    """The MSS option of a SYN: the MTU of the device, less the two headers. tcp_output.c:tcp_advertise_mss()"""
    return path_mtu(session, netns, destination) - IP_HEADER[destination.version] - L4_HEADER[Tcp]


def segments(session: Session, netns: Netns, packet: Packet, size: int, peer_mss: int) -> Packet:
    """A data packet of a connection: no segment is longer than the other end takes, or than the path is known for."""
    if not size:
        return packet
    own = advertised_mss(session, netns, packet.ip.dst)
    most = min(own, peer_mss) - TIMESTAMPS
    df = _dont_fragment(session, netns, packet.ip.dst)
    load = Load(min(size, GSO_MAX), gso=most, df=df) if size > most else Load(size, df=df)
    return packet.with_load(load)


def datagram(session: Session, netns: Netns, packet: Packet, size: int) -> Packet:
    """One of UDP or a ping: DF as long as it fits the path; what does not is cut up by the sender itself.

    net/ipv4/ip_output.c:__ip_make_skb() with IP_PMTUDISC_WANT
    """
    if not size:
        return packet
    loaded = packet.with_load(Load(size, df=_dont_fragment(session, netns, packet.ip.dst)))
    fits = loaded.segment_length <= path_mtu(session, netns, packet.ip.dst)
    return loaded if fits else packet.with_load(Load(size, df=False))


def send_what_fits(
    session: Session, said: Said, kind: LegKind, netns: Netns, make: Callable[[], Made], before: Sequence[Step] = ()
) -> Walk:
    """Send; where word comes back that it was too big, send again what fits. Where that word is lost, nobody ever
    learns: `said.cause` is then a black hole."""
    for _ in range(MOST_TRIES):
        packet, opening = make()
        walk = run_leg(session, said, kind, netns, packet, (*before, *opening))
        told = next((s for s in walk.spawned if _says_too_big(s)), None)
        if told is None or main_end(walk).disposition is Disposition.DELIVERED:
            return walk
        there = session.network.netns(told.netns)
        back = main_end(run_leg(session, said, LegKind.ICMP_ERROR, there, told.packet, spawned=told))
        walk.spawned.remove(told)
        if back.disposition is not Disposition.DELIVERED or back.netns != netns.name:
            said.black_hole = True
            return walk
        before = ()
    return walk


def _says_too_big(spawned: Spawned) -> bool:
    l4 = spawned.packet.l4
    return isinstance(l4, Icmp) and error_of(l4, spawned.packet.ip.version) is TOO_BIG
