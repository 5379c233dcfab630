"""The bridge, and netfilter on it.

net/bridge/br_input.c, br_forward.c, br_device.c, br_netfilter_hooks.c
"""

from collections.abc import Callable

from simulator.datapath.arp import target_of
from simulator.datapath.neighbour import neigh_event_send, neigh_lookup, neighbor_change
from simulator.datapath.netfilter import nf_hook
from simulator.datapath.route import ip_route_input
from simulator.datapath.skb import Dst, NfBridge, Skb
from simulator.datapath.walk import Walk, step
from simulator.linux.device import Device
from simulator.linux.netns import Netns
from simulator.packet.headers import EVERYBODY
from simulator.packet.packet import Load
from simulator.steps import Cause, Disposition, Hook, Layer, StateChange, Step, StepKind, Steps

Receive = Callable[[Walk, Netns, Skb], Steps[None]]
Transmit = Callable[[Walk, Netns, Device, Skb], Steps[None]]
Changes = tuple[StateChange, ...]


def calls_iptables(netns: Netns, version: int) -> bool:
    """Whether bridged frames are shown to iptables (module br_netfilter and its sysctl)."""
    return netns.sysctl_on(sysctl_of(version))


def sysctl_of(version: int) -> str:
    return f"net.bridge.bridge-nf-call-ip{'6' if version == 6 else ''}tables"


def br_dev_xmit(walk: Walk, netns: Netns, bridge: Device, skb: Skb, transmit: Transmit) -> Steps[None]:
    """A frame that the host itself sends through its bridge. br_device.c:br_dev_xmit()"""
    if skb.bridge is not None and skb.bridge.bridged_dnat:
        yield from _br_nf_pre_routing_finish_bridge_slow(walk, netns, bridge, skb, transmit)
        return
    port = br_fdb_find(walk, netns, bridge, skb)
    if port is None:
        yield from br_flood(walk, netns, bridge, None, skb, (), transmit)
        return
    yield _forwarding(netns, bridge, port, skb, "bridge.forward", "net/bridge/br_device.c:br_dev_xmit()",
                      (fdb_change(bridge, skb, port, "used"),))  # fmt: skip
    yield from transmit(walk, netns, port, skb)


def br_handle_frame(walk: Walk, netns: Netns, port: Device, skb: Skb, up: Receive, transmit: Transmit) -> Steps[None]:
    """A frame came in by a port of a bridge: to another port, or `up` to the host. br_input.c:br_handle_frame()"""
    assert port.master is not None
    bridge = netns.devices[port.master]
    if not bridge.up:
        yield from _disabled(walk, netns, bridge, port, skb)
        return
    filtered = skb.packet.resolution is None and calls_iptables(netns, skb.packet.ip.version)
    if filtered and not (yield from _br_nf_pre_routing(walk, netns, bridge, port, skb)):
        return
    yield from _br_handle_frame_finish(walk, netns, bridge, port, skb, up, transmit)


def _disabled(walk: Walk, netns: Netns, bridge: Device, port: Device, skb: Skb) -> Steps[None]:
    """The ports of a bridge that is down are disabled. net/bridge/br_stp_if.c:br_stp_disable_bridge()"""
    yield step(netns, skb, StepKind.DROP, Layer.LINK, "bridge.down", "net/bridge/br_input.c:br_handle_frame()",
               {"bridge": bridge.name, "port": port.name}, cause=Cause.LINK_DOWN,
               origins=netns.why(f"link {bridge.name}"))  # fmt: skip
    if skb.packet.resolution is None:
        walk.end(Disposition.LOST, netns, skb, Cause.LINK_DOWN)


def _br_handle_frame_finish(
    walk: Walk, netns: Netns, bridge: Device, port: Device, skb: Skb, up: Receive | None, transmit: Transmit
) -> Steps[None]:
    """Note where the sender is, then find where the receiver is; without `up` it is known not to be the host.

    br_input.c:br_handle_frame_finish()
    """
    assert skb.packet.eth is not None
    learnt = br_fdb_update(walk, netns, bridge, port, skb)
    mac = skb.packet.eth.dst
    if mac == bridge.mac and up is not None:
        yield _up_step(netns, bridge, skb, learnt)
        skb.device = bridge.name
        _forget_fragments(skb)
        yield from up(walk, netns, skb)
        return
    to = br_fdb_find(walk, netns, bridge, skb)
    if to is None:
        copy = Skb(skb.packet, bridge.name)
        yield from br_flood(walk, netns, bridge, port, skb, learnt, transmit)
        if up is not None and mac in EVERYBODY and _asks_for(netns, skb):
            yield from up(walk, netns, copy)
        return
    yield from _br_forward(walk, netns, bridge, port, to, skb, learnt, transmit)


def _forget_fragments(skb: Skb) -> None:
    """Connection tracking has put a datagram together; how long its fragments were is forgotten on the way up, so that
    it goes on in one piece, or in larger ones. net/ipv4/ip_input.c:ip_rcv_core() clears IPCB(skb)->frag_max_size
    """
    load = skb.packet.load
    if skb.bridge is not None and load is not None and load.fragment:
        skb.packet = skb.packet.with_load(Load(load.size, df=False))
        skb.ignore_df = True


def _up_step(netns: Netns, bridge: Device, skb: Skb, learnt: Changes) -> Step:
    params = {"bridge": bridge.name, "mac": bridge.mac}
    return step(netns, skb, StepKind.BRIDGE, Layer.LINK, "bridge.up", "net/bridge/br_input.c:br_pass_frame_up()",
                params, device=bridge.name, state=learnt)  # fmt: skip


def br_fdb_update(walk: Walk, netns: Netns, bridge: Device, port: Device, skb: Skb) -> Changes:
    """Learn that the sender is behind this port. net/bridge/br_fdb.c:br_fdb_update()"""
    assert skb.packet.eth is not None
    mac, learnt = skb.packet.eth.src, walk.session.learnt(netns, bridge.name)
    if learnt.get(mac) == port.name or _written(walk, netns, bridge, mac) == port.name:
        return ()
    event = "updated" if mac in learnt else "created"
    learnt[mac] = port.name
    return (_fdb_change(bridge, mac, port, event),)


def br_fdb_find(walk: Walk, netns: Netns, bridge: Device, skb: Skb) -> Device | None:
    """The port that the receiver is behind, as far as the bridge knows. net/bridge/br_fdb.c:br_fdb_find_rcu()"""
    assert skb.packet.eth is not None
    mac = skb.packet.eth.dst
    port = walk.session.learnt(netns, bridge.name).get(mac)
    found = netns.devices.get(port or _written(walk, netns, bridge, mac) or "")
    return found if found is not None and found.running else None  # br_fdb_delete_by_port()


def _written(walk: Walk, netns: Netns, bridge: Device, mac: str) -> str | None:
    """The port that earlier traffic has taught a bridge: nothing where all is cold, or where it was forgotten."""
    if walk.session.network.cold or f"fdb {mac}" in netns.altered:
        return None
    return netns.fdb[bridge.name].get(mac)


def fdb_change(bridge: Device, skb: Skb, port: Device, event: str) -> StateChange:
    """The entry of a frame's receiver."""
    return _fdb_change(bridge, skb.packet.eth.dst if skb.packet.eth else "", port, event)


def _fdb_change(bridge: Device, mac: str, port: Device, event: str) -> StateChange:
    """As `bridge fdb show br cni0` prints the entry."""
    return StateChange("fdb", event, f"{mac} dev {port.name} master {bridge.name}", f"{mac} master {bridge.name}")


def br_flood(
    walk: Walk, netns: Netns, bridge: Device, port: Device | None, skb: Skb, learnt: Changes, transmit: Transmit
) -> Steps[None]:
    """A copy to every port. Followed is only the one that somebody takes in; the others are told of in this step.
    Without a `port` that it came in by, the host itself sends it, and its own hooks have seen it.

    br_forward.c:br_flood(), br_netfilter_hooks.c:br_nf_post_routing()
    """
    assert skb.packet.eth is not None
    ports = [d for d in netns.devices.values() if d.master == bridge.name and d.running]
    copies = [d for d in ports if port is None or d.name != port.name or d.hairpin]
    asks = skb.packet.eth.dst in EVERYBODY
    text = "bridge.broadcast" if asks else "bridge.flood"
    to = _taken_by(netns, bridge, skb)
    taken = to.name if to in copies and to is not None else bridge.name if _asks_for(netns, skb) else "nobody"
    params = {"bridge": bridge.name, "mac": skb.packet.eth.dst, "ports": len(copies), "taken": taken}
    yield step(netns, skb, StepKind.BRIDGE, Layer.LINK, text, "net/bridge/br_forward.c:br_flood()", params,
               device=bridge.name, state=learnt,
               origins=netns.why(f"fdb {skb.packet.eth.dst}", f"link {to.name}" if to else ""))  # fmt: skip
    if to is not None and to in copies:
        if port is None or (yield from _br_nf_forward(walk, netns, bridge, skb)):
            yield from transmit(walk, netns, to, skb)
    elif not asks:
        walk.end(Disposition.LOST, netns, skb)


def _taken_by(netns: Netns, bridge: Device, skb: Skb) -> Device | None:
    """The port behind which a flooded frame's receiver is, if there is one."""
    assert skb.packet.eth is not None
    mac, heard = skb.packet.eth.dst, skb.packet.resolution
    if mac in EVERYBODY and heard is not None:
        found = netns.neighbors(bridge.name, target_of(heard))
        mac = found.mac if found is not None else ""
    port = netns.fdb[bridge.name].get(mac)
    return netns.devices[port] if port else None


def _asks_for(netns: Netns, skb: Skb) -> bool:
    """Whether a question is about an address of this host."""
    heard = skb.packet.resolution
    return heard is not None and netns.local_device(target_of(heard)) is not None


def _forwarding(netns: Netns, bridge: Device, to: Device, skb: Skb, text: str, function: str, state: Changes) -> Step:
    mac = skb.packet.eth.dst if skb.packet.eth else ""
    params = {"bridge": bridge.name, "port": to.name, "mac": mac}
    return step(netns, skb, StepKind.BRIDGE, Layer.LINK, text, function, params, device=bridge.name, state=state,
                origins=netns.why(f"sysctl {sysctl_of(skb.packet.ip.version)}"))  # fmt: skip


def _br_forward(
    walk: Walk, netns: Netns, bridge: Device, port: Device, to: Device, skb: Skb, learnt: Changes, transmit: Transmit
) -> Steps[None]:
    """net/bridge/br_forward.c:__br_forward(), should_deliver()"""
    function = "net/bridge/br_forward.c:br_forward()"
    state = (*learnt, fdb_change(bridge, skb, to, "used"))
    if to.name == port.name and not port.hairpin:
        cause = Cause.HAIRPIN_OFF
        words = {"bridge": bridge.name, "port": to.name, "mac": skb.packet.eth.dst if skb.packet.eth else ""}
        yield step(netns, skb, StepKind.DROP, Layer.LINK, "bridge.hairpin-off", function, words, cause=cause,
                   device=port.name, state=state, origins=netns.why(f"hairpin {port.name}"))  # fmt: skip
        walk.end(Disposition.DROPPED, netns, skb, cause)
        return
    text = "bridge.hairpin" if to.name == port.name else "bridge.forward"
    yield _forwarding(netns, bridge, to, skb, text, function, state)
    if (yield from _br_nf_forward(walk, netns, bridge, skb)):
        yield from transmit(walk, netns, to, skb)


def _br_nf_forward(walk: Walk, netns: Netns, bridge: Device, skb: Skb) -> Steps[bool]:
    """FORWARD and POSTROUTING for a frame that goes on by another port, flooded or not.

    br_netfilter_hooks.c:br_nf_forward(), br_nf_post_routing()
    """
    if skb.bridge is None:
        return True
    skb.bridge.forwarded = True
    for hook, incoming in ((Hook.FORWARD, bridge.name), (Hook.POSTROUTING, "")):
        if not (yield from nf_hook(walk, netns, hook, skb, in_device=incoming, out_device=bridge.name)):
            return False
    return True


def _br_nf_pre_routing(walk: Walk, netns: Netns, bridge: Device, port: Device, skb: Skb) -> Steps[bool]:
    """PREROUTING for a frame on a bridge, and what follows from a destination that it changed.

    br_netfilter_hooks.c:br_nf_pre_routing(), br_nf_pre_routing_finish(), br_nf_pre_routing_finish_ipv6()
    """
    skb.bridge = NfBridge(port.name, skb.packet.ip.dst)
    skb.device = bridge.name
    skb.dst = Dst(bridge.name, False, None, None, None)
    if not (yield from nf_hook(walk, netns, Hook.PREROUTING, skb, in_device=bridge.name)):
        return False
    if skb.packet.ip.dst != skb.bridge.destination:
        found = ip_route_input(walk.session, netns, skb)
        if isinstance(found, Cause) and (found is Cause.MARTIAN or skb.packet.ip.version == 6):
            yield step(netns, skb, StepKind.DROP, Layer.NETWORK, "route.none",
                       "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish()", {"dst": skb.packet.ip.dst},
                       cause=found)  # fmt: skip
            walk.end(Disposition.DROPPED, netns, skb, found)
            return False
        # Without a way on, the route leads to ip_error(): not over the bridge, but to the host.
        skb.dst = found if isinstance(found, Dst) else Dst(netns.loopback.name, False, None, None, None)
        if not (yield from _redirected(walk, netns, bridge, skb, skb.dst)):
            return False
    skb.device = port.name
    return True


def _redirected(walk: Walk, netns: Netns, bridge: Device, skb: Skb, dst: Dst) -> Steps[bool]:
    """The new destination is behind the same bridge: only the MAC address changes. Else the host has to route it."""
    before = skb.packet
    assert before.eth is not None
    if not dst.local and dst.device == bridge.name:
        entry = neigh_lookup(walk, netns, bridge, dst.gateway or before.ip.dst)
        if entry is None or not entry.connected:
            yield from br_nf_pre_routing_finish_bridge(walk, netns, skb)
            return False
        assert entry.mac is not None
        mac, text = entry.mac, "bridge.redirected"
        state: Changes = (neighbor_change(entry, "used"),)
        function = "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish_bridge()"
    else:
        state = ()
        mac, text = bridge.mac, "bridge.routed"
        function = "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish()"
    skb.packet = before.with_eth(before.eth.src, mac)
    yield step(netns, skb, StepKind.BRIDGE, Layer.LINK, text, function,
               {"bridge": bridge.name, "dst": before.ip.dst, "mac": mac}, before=before,
               device=bridge.name, state=state)  # fmt: skip
    return True


def br_nf_pre_routing_finish_bridge(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """The neighbour's address is not sure: the frame is given to the neighbour code, as if the host were to send it.

    Once it is known, the frame leaves by the bridge device, where a packet socket sees it, still with its sender's
    hardware address. br_netfilter_hooks.c:br_nf_pre_routing_finish_bridge(), nf_bridge->bridged_dnat
    """
    assert skb.bridge is not None
    assert skb.dst is not None
    assert skb.packet.eth is not None
    skb.bridge.bridged_dnat = True
    bridge = netns.devices[skb.dst.device]
    entry = yield from neigh_event_send(walk, netns, skb, bridge, skb.dst.gateway or skb.packet.ip.dst)
    if entry is None:
        return
    assert entry.mac is not None
    before = skb.packet
    skb.packet = skb.packet.with_eth(skb.packet.eth.src, entry.mac)
    yield step(netns, skb, StepKind.BRIDGE, Layer.LINK, "bridge.redirected-late",
               "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish_bridge()",
               {"bridge": bridge.name, "dst": skb.packet.ip.dst, "mac": entry.mac}, before=before, device=bridge.name,
               state=(neighbor_change(entry, "used"),))  # fmt: skip
    walk.transmit(netns, bridge, skb)


def _br_nf_pre_routing_finish_bridge_slow(
    walk: Walk, netns: Netns, bridge: Device, skb: Skb, transmit: Transmit
) -> Steps[None]:
    """Back to where the frame waited, at the port that it came in by. br_netfilter_hooks.c:br_nf_dev_xmit()"""
    assert skb.bridge is not None
    skb.bridge.bridged_dnat = False
    port = netns.devices[skb.bridge.physin]
    skb.device = port.name
    yield from _br_handle_frame_finish(walk, netns, bridge, port, skb, None, transmit)
