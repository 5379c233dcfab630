"""The way out of a host: local packets, POSTROUTING, the neighbour, the device.

net/ipv4/ip_output.c, net/core/neighbour.c, net/ipv4/arp.c
"""

from simulator.datapath.dev import dev_queue_xmit
from simulator.datapath.icmp import TOO_BIG, icmp_send
from simulator.datapath.neighbour import neigh_event_send, neighbor_change
from simulator.datapath.netfilter import nf_hook
from simulator.datapath.skb import Skb
from simulator.datapath.walk import Walk, step
from simulator.linux.device import Device, DeviceKind
from simulator.linux.netns import Netns
from simulator.packet.packet import FRAGMENT_HEADER, IP_HEADER, Load
from simulator.steps import Cause, Disposition, Hook, Layer, Step, StepKind, Steps


def ip_local_out(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """A packet made here sets out; its route has been chosen. net/ipv4/ip_output.c:ip_local_out()"""
    assert skb.dst is not None
    if not (yield from nf_hook(walk, netns, Hook.OUTPUT, skb, out_device=skb.dst.device)):
        return
    yield from ip_output(walk, netns, skb)


def ip_output(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """net/ipv4/ip_output.c:ip_output()"""
    assert skb.dst is not None
    if not (yield from nf_hook(walk, netns, Hook.POSTROUTING, skb, out_device=skb.dst.device)):
        return
    yield from ip_finish_output(walk, netns, skb)


def ip_exceeds_mtu(walk: Walk, netns: Netns, skb: Skb, function: str) -> Steps[bool]:
    """Whether a packet is too long for the device of its route and may not be cut up: its sender is told.

    The device's own MTU counts, not what is known of the path (net.ipv4.ip_forward_use_pmtu=0).
    net/ipv4/ip_forward.c:ip_exceeds_mtu(), net/ipv6/ip6_output.c:ip6_pkt_too_big()
    """
    assert skb.dst is not None
    device, packet = netns.devices[skb.dst.device], skb.packet
    if packet.segment_length <= device.mtu or packet.may_be_cut or _is_whole(skb):
        return False
    cause = Cause.PACKET_TOO_BIG
    yield step(netns, skb, StepKind.DROP, Layer.NETWORK, "mtu.too-big", function,
               {"length": packet.segment_length, "mtu": device.mtu, "dev": device.name, "to": packet.ip.src},
               device=device.name, cause=cause, origins=netns.why(f"mtu {device.name}"))  # fmt: skip
    walk.end(Disposition.DROPPED, netns, skb, cause)
    icmp_send(walk, netns, skb, TOO_BIG, device.mtu)
    return True


def _is_whole(skb: Skb) -> bool:
    """Whether a datagram may be cut up here although it says DF, or is of IPv6: it was made here, or put together.

    include/linux/skbuff.h: ignore_df
    """
    return skb.ignore_df and skb.packet.load is not None and not skb.packet.load.fragment


def _dst_mtu(walk: Walk, netns: Netns, skb: Skb, device: Device) -> int:
    """The device's, or for a packet made here what the host was told of the path. include/net/ip.h:ip_skb_dst_mtu()"""
    known = walk.session.pmtu.get((netns.name, skb.packet.ip.dst))
    local = known is not None and netns.local_device(skb.packet.ip.src) is not None
    return min(device.mtu, known.mtu) if known is not None and local else device.mtu


def ip_fragment(netns: Netns, skb: Skb, device: Device, mtu: int) -> Step:
    """Cut a packet into pieces that fit; all but the last hold a multiple of eight bytes. The walk goes on with all of
    them as one.

    net/ipv4/ip_output.c:ip_fragment(), ip_do_fragment(), net/ipv6/ip6_output.c:ip6_fragment()
    """
    packet, header = skb.packet, IP_HEADER[skb.packet.ip.version]
    whole = packet.segment_length - header
    header += FRAGMENT_HEADER[packet.ip.version]
    room = (mtu - header) // 8 * 8
    size = packet.load.size if packet.load is not None else whole
    skb.packet = packet.with_load(Load(size, fragment=header + room, df=False))
    params = {"pieces": -(-whole // room), "mtu": mtu, "dev": device.name, "length": packet.segment_length}
    return step(netns, skb, StepKind.FRAGMENT, Layer.NETWORK, "mtu.fragmented",
                "net/ipv4/ip_output.c:ip_do_fragment()", params, device=device.name,
                origins=netns.why(f"mtu {device.name}"))  # fmt: skip


def ip_finish_output(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """Find the MAC address of the next hop and give the frame to the device.

    net/ipv4/ip_output.c:ip_finish_output2()
    """
    assert skb.dst is not None
    device = netns.devices[skb.dst.device]
    skb.device = device.name
    mtu = _dst_mtu(walk, netns, skb, device)
    if skb.packet.segment_length > mtu:
        if (yield from ip_exceeds_mtu(walk, netns, skb, "net/ipv4/ip_output.c:ip_fragment()")):
            return
        yield ip_fragment(netns, skb, device, mtu)
    before = skb.packet
    if device.kind is DeviceKind.LOOPBACK:
        skb.packet = skb.packet.with_eth("zero", "zero")
        yield from dev_queue_xmit(walk, netns, device, skb)
        return
    next_hop = skb.dst.gateway or skb.packet.ip.dst
    neighbor = yield from neigh_event_send(walk, netns, skb, device, next_hop)
    if neighbor is None:
        return
    assert neighbor.mac is not None
    skb.packet = skb.packet.with_eth(device.mac, neighbor.mac)
    params = {"ip": next_hop, "mac": neighbor.mac, "dev": device.name}
    yield step(netns, skb, StepKind.NEIGHBOR, Layer.LINK, "neighbor.found",
               "net/ipv4/ip_output.c:ip_finish_output2()", params, before=before,
               state=(neighbor_change(neighbor, "used"),))  # fmt: skip
    yield from dev_queue_xmit(walk, netns, device, skb)
