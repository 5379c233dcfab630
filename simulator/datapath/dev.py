"""Devices: giving a frame to one, and what each kind does with it.

net/core/dev.c, drivers/net/veth.c, drivers/net/loopback.c
"""

from simulator.datapath.arp import target_of
from simulator.datapath.bridge import br_dev_xmit
from simulator.datapath.skb import Skb
from simulator.datapath.vxlan import vxlan_xmit
from simulator.datapath.walk import Walk, step
from simulator.linux.device import Device, DeviceKind
from simulator.linux.netns import Netns
from simulator.packet.headers import EVERYBODY
from simulator.steps import Cause, Disposition, Layer, StepKind, Steps


def dev_queue_xmit(walk: Walk, netns: Netns, device: Device, skb: Skb) -> Steps[None]:
    """Send a finished frame by a device; a packet socket sees it go out here. net/core/dev.c:__dev_queue_xmit()"""
    skb.device = device.name
    if device.master is not None and not _forwardable(device, skb):
        yield from _too_long(walk, netns, device, skb, "net/bridge/br_forward.c:br_dev_queue_push_xmit()")
        return
    if not device.running:
        yield from _no_carrier(walk, netns, device, skb)
        return
    text = "device.loopback" if device.kind is DeviceKind.LOOPBACK else "device.transmit"
    params = {"dev": device.name, "peer": "/".join(device.peer) if device.peer else device.segment or ""}
    yield step(netns, skb, StepKind.TRANSMIT, Layer.LINK, text, "net/core/dev.c:__dev_queue_xmit()", params,
               origins=device.origins)  # fmt: skip
    if device.kind is DeviceKind.BRIDGE:
        yield from br_dev_xmit(walk, netns, device, skb, dev_queue_xmit)
    elif device.kind is DeviceKind.VXLAN:
        yield from vxlan_xmit(walk, netns, device, skb)
    elif device.kind is DeviceKind.LOOPBACK:
        walk.arrive(netns, device, skb)
    elif device.peer is not None:
        yield from _into_peer(walk, *device.peer, skb)
    elif device.segment is not None:
        there = _on_the_wire(walk, netns, device, device.segment, skb)
        if there is not None:
            yield from _off_the_wire(walk, *there, skb)
        elif skb.packet.resolution is None:
            walk.end(Disposition.LOST, netns, skb)


VLAN_TAG = 4
"""So much more than its MTU a device takes, as a frame may have a tag."""


def _forwardable(device: Device, skb: Skb) -> bool:
    """What is still to be cut into segments passes whatever its length. net/core/dev.c:is_skb_forwardable()"""
    return skb.packet.is_gso or skb.packet.segment_length <= device.mtu + VLAN_TAG


def _too_long(walk: Walk, netns: Netns, device: Device, skb: Skb, function: str) -> Steps[None]:
    """Below IP nobody tells the sender."""
    yield step(netns, skb, StepKind.DROP, Layer.LINK, "mtu.silent", function,
               {"dev": device.name, "mtu": device.mtu, "length": skb.packet.segment_length}, device=device.name,
               cause=Cause.MTU_BLACK_HOLE, origins=netns.why(f"mtu {device.name}"))  # fmt: skip
    walk.end(Disposition.LOST, netns, skb, Cause.MTU_BLACK_HOLE)


def _into_peer(walk: Walk, netns: str, device: str, skb: Skb) -> Steps[None]:
    """The other end of a veth looks at its own MTU. drivers/net/veth.c:veth_forward_skb(), __dev_forward_skb()"""
    there = walk.session.network.netns(netns)
    if _forwardable(there.devices[device], skb):
        _other_namespace(walk, netns, device, skb)
        return
    yield from _too_long(walk, there, there.devices[device], skb, "drivers/net/veth.c:veth_forward_skb()")


def _off_the_wire(walk: Walk, netns: str, device: str, skb: Skb) -> Steps[None]:
    """A network card takes no frame that is longer than its MTU allows; segments are such frames by now."""
    there = walk.session.network.netns(netns)
    if skb.packet.segment_length <= there.devices[device].mtu + VLAN_TAG:
        _other_namespace(walk, netns, device, skb)
        return
    yield from _too_long(walk, there, there.devices[device], skb, "drivers/net: rx_over_errors")


def _no_carrier(walk: Walk, netns: Netns, device: Device, skb: Skb) -> Steps[None]:
    """No queue takes the frame, and no packet socket sees it. net/sched/sch_generic.c:dev_deactivate()"""
    yield step(netns, skb, StepKind.DROP, Layer.LINK, "device.down", "net/sched/sch_generic.c:noop_enqueue()",
               {"dev": device.name, "state": "DOWN" if not device.up else "NO-CARRIER"}, cause=Cause.LINK_DOWN,
               origins=netns.why(f"link {device.name}"))  # fmt: skip
    if skb.packet.resolution is None:
        walk.end(Disposition.LOST, netns, skb, Cause.LINK_DOWN)


def _on_the_wire(walk: Walk, netns: Netns, device: Device, segment: str, skb: Skb) -> tuple[str, str] | None:
    """Who takes a frame in; of a question to everybody, the one who has the address."""
    mac, heard = skb.packet.eth.dst if skb.packet.eth else "", skb.packet.resolution
    if heard is not None and mac in EVERYBODY:
        found = netns.neighbors(device.name, target_of(heard))
        mac = found.mac if found is not None else ""
    return walk.session.network.segments[segment].ports.get(mac)


def _other_namespace(walk: Walk, netns: str, device: str, skb: Skb) -> None:
    """The frame crosses to another namespace: marks, routes and connections stay behind (skb_scrub_packet)."""
    there = walk.session.network.netns(netns)
    walk.arrive(there, there.devices[device], Skb(skb.packet.with_mark(0), device))
