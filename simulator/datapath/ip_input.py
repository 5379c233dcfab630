"""The way into a host: PREROUTING, the route, and then to a socket or onward.

net/ipv4/ip_input.c, net/ipv4/ip_forward.c
"""

from simulator.datapath.icmp import NET_UNREACHABLE, TIME_EXCEEDED, icmp_send
from simulator.datapath.ip_output import ip_exceeds_mtu, ip_output
from simulator.datapath.netfilter import nf_hook
from simulator.datapath.route import forwards, ip_route_input, missed, route_words, way_origins
from simulator.datapath.skb import Dst, Skb
from simulator.datapath.transport import transport_rcv
from simulator.datapath.walk import Walk, step
from simulator.linux.netns import Netns
from simulator.linux.route import Route
from simulator.origin import Origins
from simulator.steps import Cause, Disposition, Hook, Layer, Step, StepKind, Steps

_INPUT = "net/ipv4/route.c:ip_route_input_slow()"

NO_WAY = {
    Cause.NO_ROUTE: "route.none",
    Cause.BLACKHOLE: "route.blackhole",
    Cause.FORWARDING_OFF: "forward.off",
    Cause.MARTIAN: "drop.martian",
}


def ip_rcv(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """A packet came in by `skb.device`. net/ipv4/ip_input.c:ip_rcv(), ip_rcv_finish()"""
    # A frame that br_netfilter has passed through PREROUTING is not passed again (ip_sabotage_in).
    if skb.bridge is None and not (yield from nf_hook(walk, netns, Hook.PREROUTING, skb, in_device=skb.device)):
        return
    if skb.dst is None or skb.bridge is not None:
        found = ip_route_input(walk.session, netns, skb)
        if isinstance(found, Cause):
            yield from _no_way(walk, netns, skb, found)
            return
        skb.dst = found
        yield _routed(netns, skb, found)
    if skb.dst.local:
        yield from ip_local_deliver(walk, netns, skb)
    else:
        yield from ip_forward(walk, netns, skb)


def _routed(netns: Netns, skb: Skb, dst: Dst) -> Step:
    text = "route.local" if dst.local else "route.forward"
    return step(netns, skb, StepKind.ROUTE, Layer.NETWORK, text, _INPUT, route_words(dst, skb.packet.ip.dst),
                origins=way_origins(netns, skb.packet.ip.dst, dst))  # fmt: skip


def _no_way(walk: Walk, netns: Netns, skb: Skb, cause: Cause) -> Steps[None]:
    """net/ipv4/route.c:ip_error(): word is sent back only where packets are forwarded at all."""
    route = netns.routes.lookup(skb.packet.ip.dst)
    params = {"dst": skb.packet.ip.dst, "route": route or ""}
    yield step(netns, skb, StepKind.DROP, Layer.NETWORK, NO_WAY[cause], _INPUT, params, cause=cause,
               origins=(*(route.origins if route else ()), *_why(netns, skb, cause, route)))  # fmt: skip
    if cause is Cause.NO_ROUTE:
        walk.end(Disposition.UNREACHABLE, netns, skb, cause)
        icmp_send(walk, netns, skb, NET_UNREACHABLE)
    else:
        walk.end(Disposition.LOST if cause is Cause.BLACKHOLE else Disposition.DROPPED, netns, skb, cause)


def _why(netns: Netns, skb: Skb, cause: Cause, route: Route | None) -> Origins:
    """What somebody has changed here, so that there is no way."""
    if cause is Cause.FORWARDING_OFF:
        return netns.why("sysctl net.ipv4.ip_forward", "sysctl net.ipv6.conf.all.forwarding")
    if cause is Cause.MARTIAN:
        return netns.why(*(f"sysctl net.ipv4.conf.{name}.rp_filter" for name in ("all", skb.device)))
    return missed(netns, skb.packet.ip.dst, route)


def ip_local_deliver(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """net/ipv4/ip_input.c:ip_local_deliver()"""
    if (yield from nf_hook(walk, netns, Hook.INPUT, skb, in_device=skb.device)):
        yield from transport_rcv(walk, netns, skb)


def ip_forward(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """One hop less to live, then the FORWARD hook.

    net/ipv4/ip_forward.c:ip_forward(), net/ipv6/ip6_output.c:ip6_forward()
    """
    assert skb.dst is not None
    function = "net/ipv4/ip_forward.c:ip_forward()"
    before = skb.packet
    if before.ip.version == 6 and not forwards(netns, 6):
        yield from _no_way(walk, netns, skb, Cause.FORWARDING_OFF)
        return
    if before.ip.ttl <= 1:
        cause = Cause.TTL_EXPIRED
        yield step(netns, skb, StepKind.DROP, Layer.NETWORK, "forward.expired", function, cause=cause)
        walk.end(Disposition.LOOP, netns, skb, cause)
        icmp_send(walk, netns, skb, TIME_EXCEEDED)
        return
    if (yield from ip_exceeds_mtu(walk, netns, skb, function)):
        return
    skb.packet = before.with_ttl(before.ip.ttl - 1)
    yield step(netns, skb, StepKind.FORWARD, Layer.NETWORK, "forward.ttl", function,
               {"old": before.ip.ttl, "new": skb.packet.ip.ttl}, before=before)  # fmt: skip
    if (yield from nf_hook(walk, netns, Hook.FORWARD, skb, in_device=skb.device, out_device=skb.dst.device)):
        yield from ip_output(walk, netns, skb)
