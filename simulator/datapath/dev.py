"""Devices: giving a frame to one, and what each kind does with it.

net/core/dev.c, drivers/net/veth.c, drivers/net/loopback.c
"""

from simulator.datapath.bridge import br_dev_xmit
from simulator.datapath.skb import Skb
from simulator.datapath.vxlan import vxlan_xmit
from simulator.datapath.walk import Walk, step
from simulator.linux.device import Device, DeviceKind
from simulator.linux.netns import Netns
from simulator.steps import Disposition, Layer, StepKind, Steps


def dev_queue_xmit(walk: Walk, netns: Netns, device: Device, skb: Skb) -> Steps[None]:
    """Send a finished frame by a device; a packet socket sees it go out here. net/core/dev.c:__dev_queue_xmit()"""
    skb.device = device.name
    text = "device.loopback" if device.kind is DeviceKind.LOOPBACK else "device.transmit"
    params = {"dev": device.name, "peer": "/".join(device.peer) if device.peer else device.segment or ""}
    yield step(netns, skb, StepKind.TRANSMIT, Layer.LINK, text, "net/core/dev.c:__dev_queue_xmit()", params,
               origins=device.origins)  # fmt: skip
    if device.kind is DeviceKind.BRIDGE:
        port = br_dev_xmit(netns, device, skb)
        if port is None:
            walk.end(Disposition.LOST, netns, skb)
            return
        yield from dev_queue_xmit(walk, netns, port, skb)
    elif device.kind is DeviceKind.VXLAN:
        yield from vxlan_xmit(walk, netns, device, skb)
    elif device.kind is DeviceKind.LOOPBACK:
        walk.queue.append((netns, device, skb))
    elif device.peer is not None:
        _other_namespace(walk, *device.peer, skb)
    elif device.segment is not None:
        port_of = walk.session.network.segments[device.segment].ports
        there = port_of.get(skb.packet.eth.dst) if skb.packet.eth else None
        if there is None:
            walk.end(Disposition.LOST, netns, skb)
            return
        _other_namespace(walk, *there, skb)


def _other_namespace(walk: Walk, netns: str, device: str, skb: Skb) -> None:
    """The frame crosses to another namespace: marks, routes and connections stay behind (skb_scrub_packet)."""
    there = walk.session.network.netns(netns)
    walk.queue.append((there, there.devices[device], Skb(skb.packet.with_mark(0), device)))
