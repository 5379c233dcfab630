"""The bridge, and netfilter on it.

net/bridge/br_input.c, br_forward.c, br_device.c, br_netfilter_hooks.c
"""

from collections.abc import Callable

from simulator.datapath.neighbour import neighbor_failed
from simulator.datapath.netfilter import nf_hook
from simulator.datapath.route import fib_lookup, ip_route_input
from simulator.datapath.skb import Dst, NfBridge, Skb
from simulator.datapath.walk import Walk, step
from simulator.linux.device import Device
from simulator.linux.netns import Netns
from simulator.steps import Cause, Disposition, Hook, Layer, StepKind, Steps

Receive = Callable[[Walk, Netns, Skb], Steps[None]]
Transmit = Callable[[Walk, Netns, Device, Skb], Steps[None]]


def calls_iptables(netns: Netns, version: int) -> bool:
    """Whether bridged frames are shown to iptables (module br_netfilter and its sysctl)."""
    return netns.sysctl_on(f"net.bridge.bridge-nf-call-ip{'6' if version == 6 else ''}tables")


def br_dev_xmit(netns: Netns, bridge: Device, skb: Skb) -> Device | None:
    """The port for a frame that the host itself sends through its bridge. br_device.c:br_dev_xmit()"""
    assert skb.packet.eth is not None
    port = netns.fdb[bridge.name].get(skb.packet.eth.dst)
    return netns.devices[port] if port else None


def br_handle_frame(walk: Walk, netns: Netns, port: Device, skb: Skb, up: Receive, transmit: Transmit) -> Steps[None]:
    """A frame came in by a port of a bridge: to another port, or `up` to the host. br_input.c:br_handle_frame()"""
    assert port.master is not None
    bridge = netns.devices[port.master]
    filtered = calls_iptables(netns, skb.packet.ip.version)
    if filtered and not (yield from _br_nf_pre_routing(walk, netns, bridge, port, skb)):
        return
    assert skb.packet.eth is not None
    mac = skb.packet.eth.dst
    if mac == bridge.mac:
        yield step(netns, skb, StepKind.BRIDGE, Layer.LINK, "bridge.up", "net/bridge/br_input.c:br_pass_frame_up()",
                   {"bridge": bridge.name, "mac": mac}, device=bridge.name)  # fmt: skip
        skb.device = bridge.name
        yield from up(walk, netns, skb)
        return
    to = netns.fdb[bridge.name].get(mac)
    if to is None:
        yield step(netns, skb, StepKind.BRIDGE, Layer.LINK, "bridge.flood", "net/bridge/br_forward.c:br_flood()",
                   {"bridge": bridge.name, "mac": mac}, device=bridge.name)  # fmt: skip
        walk.end(Disposition.LOST, netns, skb)
        return
    yield from _br_forward(walk, netns, bridge, port, netns.devices[to], skb, transmit)


def _br_forward(
    walk: Walk, netns: Netns, bridge: Device, port: Device, to: Device, skb: Skb, transmit: Transmit
) -> Steps[None]:
    """net/bridge/br_forward.c:__br_forward(), should_deliver()"""
    function = "net/bridge/br_forward.c:br_forward()"
    mac = skb.packet.eth.dst if skb.packet.eth else ""
    words = {"bridge": bridge.name, "port": to.name, "mac": mac}
    if to.name == port.name and not port.hairpin:
        cause = Cause.HAIRPIN_OFF
        yield step(netns, skb, StepKind.DROP, Layer.LINK, "bridge.hairpin-off", function, words, cause=cause,
                   device=port.name)  # fmt: skip
        walk.end(Disposition.DROPPED, netns, skb, cause)
        return
    text = "bridge.hairpin" if to.name == port.name else "bridge.forward"
    yield step(netns, skb, StepKind.BRIDGE, Layer.LINK, text, function, words, device=bridge.name)
    if skb.bridge is not None:
        skb.bridge.forwarded = True
        for hook, incoming in ((Hook.FORWARD, bridge.name), (Hook.POSTROUTING, "")):
            if not (yield from nf_hook(walk, netns, hook, skb, in_device=incoming, out_device=bridge.name)):
                return
    yield from transmit(walk, netns, to, skb)


def _br_nf_pre_routing(walk: Walk, netns: Netns, bridge: Device, port: Device, skb: Skb) -> Steps[bool]:
    """PREROUTING for a frame on a bridge, and what follows from a destination that it changed.

    br_netfilter_hooks.c:br_nf_pre_routing(), br_nf_pre_routing_finish()
    """
    skb.bridge = NfBridge(port.name, skb.packet.ip.dst)
    skb.device = bridge.name
    skb.dst = Dst(bridge.name, False, None, None, None)
    if not (yield from nf_hook(walk, netns, Hook.PREROUTING, skb, in_device=bridge.name)):
        return False
    if skb.packet.ip.dst != skb.bridge.destination:
        found = ip_route_input(walk.session, netns, skb)
        if found is Cause.FORWARDING_OFF:
            found = fib_lookup(walk.session, netns, skb.packet.ip.dst)
            if not isinstance(found, Dst) or found.device != bridge.name:
                found = Cause.FORWARDING_OFF
        if isinstance(found, Cause):
            yield step(netns, skb, StepKind.DROP, Layer.NETWORK, "route.none",
                       "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish()", {"dst": skb.packet.ip.dst},
                       cause=found)  # fmt: skip
            walk.end(Disposition.DROPPED, netns, skb, found)
            return False
        skb.dst = found
        if not (yield from _redirected(walk, netns, bridge, skb, found)):
            return False
    skb.device = port.name
    return True


def _redirected(walk: Walk, netns: Netns, bridge: Device, skb: Skb, dst: Dst) -> Steps[bool]:
    """The new destination is behind the same bridge: only the MAC address changes. Else the host has to route it."""
    before = skb.packet
    assert before.eth is not None
    if not dst.local and dst.device == bridge.name:
        next_hop = dst.gateway or before.ip.dst
        neighbor = netns.neighbors(bridge.name, next_hop)
        if neighbor is None:
            yield from neighbor_failed(walk, netns, skb, bridge.name, next_hop)
            return False
        mac, text = neighbor.mac, "bridge.redirected"
        function = "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish_bridge()"
    else:
        mac, text = bridge.mac, "bridge.routed"
        function = "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish()"
    skb.packet = before.with_eth(before.eth.src, mac)
    yield step(netns, skb, StepKind.BRIDGE, Layer.LINK, text, function,
               {"bridge": bridge.name, "dst": before.ip.dst, "mac": mac}, before=before,
               device=bridge.name)  # fmt: skip
    return True
