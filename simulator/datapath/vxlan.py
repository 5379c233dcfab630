"""VXLAN: a frame inside a UDP packet.

drivers/net/vxlan/vxlan_core.c (RFC 7348)
"""

from simulator.datapath.icmp import DEFAULT_TTL
from simulator.datapath.route import ip_route_output, missed
from simulator.datapath.skb import Skb
from simulator.datapath.walk import Walk, step
from simulator.linux.device import Device, DeviceKind
from simulator.linux.netns import Netns
from simulator.packet.headers import Ip, IPAddress, Protocol, Udp
from simulator.packet.packet import Packet, Vxlan
from simulator.steps import Cause, Disposition, Layer, StateChange, StepKind, Steps

SOURCE_PORT = 49152
"""The kernel hashes the inner flow into the source port, so that routers can spread flows; here it is always this."""


def vxlan_xmit(walk: Walk, netns: Netns, device: Device, skb: Skb) -> Steps[None]:
    """Wrap a frame for the VTEP that its MAC address is behind, and send it as a packet of this host.

    vxlan_core.c:vxlan_xmit_one()
    """
    vtep, inner = device.vtep, skb.packet
    assert vtep is not None
    assert inner.eth is not None
    function = "drivers/net/vxlan/vxlan_core.c:vxlan_xmit_one()"
    remote = vtep.fdb.get(inner.eth.dst)
    if remote is None and inner.resolution is not None:
        return  # no remote is configured for everybody (flannel writes each one down): nobody hears the question
    way = ip_route_output(walk.session, netns, remote) if remote is not None else Cause.NO_FDB_ENTRY
    if remote is None or isinstance(way, Cause):
        cause = way if isinstance(way, Cause) else Cause.NO_FDB_ENTRY
        text = "vxlan.no-entry" if remote is None else "vxlan.no-route"
        words = {"mac": inner.eth.dst, "remote": remote or "", "dev": device.name}
        why = netns.why(f"fdb {inner.eth.dst}") if remote is None else missed(netns, remote, None)
        yield step(netns, skb, StepKind.DROP, Layer.LINK, text, function, words, cause=cause, origins=why)
        walk.end(Disposition.LOST, netns, skb, cause)
        return
    outer = Packet(
        ip=Ip(vtep.local, remote, DEFAULT_TTL, Protocol.UDP),
        l4=Udp(SOURCE_PORT, vtep.port),
        vxlan=Vxlan(vtep.vni, inner.with_mark(0)),
        mark=inner.mark,
    )
    sent = Skb(outer)
    sent.dst = way
    yield step(netns, sent, StepKind.ENCAPSULATE, Layer.NETWORK, "encapsulate.vxlan", function,
               {"vni": vtep.vni, "remote": remote}, device=device.name,
               state=(_fdb_used(device, inner.eth.dst, remote),))  # fmt: skip
    walk.send(netns, sent)


def _fdb_used(device: Device, mac: str, remote: IPAddress) -> StateChange:
    """As `bridge fdb show dev flannel.1` prints the entry."""
    return StateChange("fdb", "used", f"{mac} dst {remote} self permanent", f"{mac} dev {device.name}")


def vxlan_rcv(walk: Walk, netns: Netns, skb: Skb) -> Steps[bool]:
    """Unwrap a packet that is for one of this host's VXLAN devices; False where it is for none.

    It is one skb within and without, so a mark stays on it, both ways.
    vxlan_core.c:vxlan_rcv(), net/core/skbuff.c:skb_scrub_packet()
    """
    packet = skb.packet
    device = next(
        (d for d in netns.devices.values() if d.kind is DeviceKind.VXLAN and d.vtep and d.vtep.port == packet.dport),
        None,
    )
    if packet.vxlan is None or device is None:
        return False
    if not device.up:
        yield step(netns, skb, StepKind.DROP, Layer.LINK, "device.down", "drivers/net/vxlan/vxlan_core.c:vxlan_rcv()",
                   {"dev": device.name, "state": "DOWN"}, cause=Cause.LINK_DOWN, device=device.name,
                   origins=netns.why(f"link {device.name}"))  # fmt: skip
        walk.end(Disposition.LOST, netns, skb, Cause.LINK_DOWN)
        return True
    inner = Skb(packet.vxlan.inner.with_mark(packet.mark), device.name)
    yield step(netns, inner, StepKind.DECAPSULATE, Layer.NETWORK, "decapsulate.vxlan",
               "drivers/net/vxlan/vxlan_core.c:vxlan_rcv()", {"vni": packet.vxlan.vni})  # fmt: skip
    walk.arrive(netns, device, inner)
    return True
