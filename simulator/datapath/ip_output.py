"""The way out of a host: local packets, POSTROUTING, the neighbour, the device.

net/ipv4/ip_output.c, net/core/neighbour.c, net/ipv4/arp.c
"""

from simulator.datapath.dev import dev_queue_xmit
from simulator.datapath.neighbour import neigh_event_send, neighbor_change
from simulator.datapath.netfilter import nf_hook
from simulator.datapath.skb import Skb
from simulator.datapath.walk import Walk, step
from simulator.linux.device import DeviceKind
from simulator.linux.netns import Netns
from simulator.steps import Hook, Layer, StepKind, Steps


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


def ip_finish_output(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """Find the MAC address of the next hop and give the frame to the device.

    net/ipv4/ip_output.c:ip_finish_output2()
    """
    assert skb.dst is not None
    device = netns.devices[skb.dst.device]
    skb.device = device.name
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
