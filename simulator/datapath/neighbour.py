"""Neighbours: what happens when nobody answers for the next hop.

net/core/neighbour.c, net/ipv4/arp.c
"""

from simulator.datapath.icmp import HOST_UNREACHABLE, icmp_send
from simulator.datapath.skb import Skb
from simulator.datapath.walk import Walk, step
from simulator.linux.netns import Netns
from simulator.packet.headers import IPAddress
from simulator.steps import Cause, Disposition, Layer, StepKind, Steps


def neighbor_failed(walk: Walk, netns: Netns, skb: Skb, device: str, next_hop: IPAddress) -> Steps[None]:
    """ARP has asked three times in vain: the packet is given up, and its sender is told.

    net/ipv4/arp.c:arp_error_report()
    """
    cause = Cause.NEIGHBOR_FAILED
    yield step(netns, skb, StepKind.DROP, Layer.LINK, "neighbor.failed", "net/ipv4/arp.c:arp_error_report()",
               {"ip": next_hop, "dev": device}, cause=cause)  # fmt: skip
    walk.end(Disposition.UNREACHABLE, netns, skb, cause)
    icmp_send(walk, netns, skb, HOST_UNREACHABLE)
