"""Running a packet: from the socket or kernel that sends it to whatever becomes of it.

net/core/dev.c:__netif_receive_skb_core() and the work list around it.
"""

from simulator.datapath.bridge import br_handle_frame, br_nf_pre_routing_finish_bridge
from simulator.datapath.dev import dev_queue_xmit
from simulator.datapath.ip_input import ip_rcv
from simulator.datapath.ip_output import ip_finish_output, ip_local_out
from simulator.datapath.neighbour import arp_rcv, neigh_timer_handler
from simulator.datapath.route import ip_route_output, missed, route_words, way_origins
from simulator.datapath.skb import Skb
from simulator.datapath.walk import MAX_STEPS, Spawned, Stage, Walk, Work, step
from simulator.linux.conntrack import CtState
from simulator.linux.netns import Netns
from simulator.packet.headers import Tcp
from simulator.packet.packet import Packet
from simulator.steps import Cause, Disposition, Layer, StepKind, Steps

_ROUTE_OUTPUT = "net/ipv4/route.c:ip_route_output_key_hash()"


def send(walk: Walk, netns: Netns, packet: Packet, spawned: Spawned | None = None) -> Steps[None]:
    """Everything that happens to a packet that a program or the kernel of `netns` sends, on every machine.

    `spawned` tells of a packet that a kernel made what it is about.
    """
    skb = Skb(packet)
    if spawned is not None and spawned.about is not None:
        skb.ct, skb.direction, skb.state = spawned.about, spawned.direction, CtState.RELATED
    told = 0
    for made in _set_out(walk, netns, skb, spawned.port if spawned is not None else None):
        yield made
        told += 1
    while walk.queue or walk.waiting:
        work = walk.queue.popleft() if walk.queue else None
        for made in neigh_timer_handler(walk) if work is None else _carry_on(walk, work):
            yield made
            told += 1
        if told > MAX_STEPS and work is not None:
            here, stopped = work.netns, work.skb
            yield step(here, stopped, StepKind.DROP, Layer.NETWORK, "limit.steps", "", cause=Cause.STEP_LIMIT)
            walk.end(Disposition.LOOP, here, stopped, Cause.STEP_LIMIT)
            return


def _carry_on(walk: Walk, work: Work) -> Steps[None]:
    """Take up a packet of the work list where it was left."""
    netns, device, skb = work.netns, work.device, work.skb
    if work.stage is Stage.SEND:
        yield from ip_local_out(walk, netns, skb)
    elif work.stage is Stage.RESOLVED:
        if skb.bridge is not None and skb.bridge.bridged_dnat:
            yield from br_nf_pre_routing_finish_bridge(walk, netns, skb)
        else:
            yield from ip_finish_output(walk, netns, skb)
    elif device is not None:
        arrives = work.stage is Stage.ARRIVE
        yield from (
            netif_receive_skb(walk, netns, device.name, skb) if arrives else dev_queue_xmit(walk, netns, device, skb)
        )


def _set_out(walk: Walk, netns: Netns, skb: Skb, port: str | None = None) -> Steps[None]:
    """By the route to its destination; what has its headers already leaves by the `port` it was made for."""
    if port is not None:
        yield from dev_queue_xmit(walk, netns, netns.devices[port], skb)
        return
    destination = skb.packet.ip.dst
    found = ip_route_output(walk.session, netns, destination)
    if isinstance(found, Cause):
        route = netns.routes.lookup(destination)
        text = "route.blackhole" if found is Cause.BLACKHOLE else "route.none"
        yield step(netns, skb, StepKind.DROP, Layer.NETWORK, text, _ROUTE_OUTPUT,
                   {"dst": destination, "route": route or ""}, cause=found,
                   origins=missed(netns, destination, route))  # fmt: skip
        walk.end(Disposition.UNREACHABLE, netns, skb, found)
        return
    skb.dst = found
    skb.ignore_df = not isinstance(skb.packet.l4, Tcp)  # net/ipv4/ip_output.c:__ip_make_skb()
    yield step(netns, skb, StepKind.ROUTE, Layer.NETWORK, "route.output", _ROUTE_OUTPUT,
               route_words(found, destination), device=found.device,
               origins=way_origins(netns, destination, found))  # fmt: skip
    yield from ip_local_out(walk, netns, skb)


def netif_receive_skb(walk: Walk, netns: Netns, device: str, skb: Skb) -> Steps[None]:
    """A frame has arrived at a device; a packet socket sees it come in here."""
    skb.device = device
    there = netns.devices[device]
    params = {"dev": device, "from": skb.packet.eth.src if skb.packet.eth else ""}
    yield step(netns, skb, StepKind.RECEIVE, Layer.LINK, "device.receive",
               "net/core/dev.c:__netif_receive_skb_core()", params, origins=there.origins)  # fmt: skip
    if there.master is not None:
        yield from br_handle_frame(walk, netns, there, skb, _up, dev_queue_xmit)
    elif skb.packet.resolution is not None:
        yield from arp_rcv(walk, netns, skb)
    else:
        yield from ip_rcv(walk, netns, skb)


def _up(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """A bridge hands a frame to its own host: it arrives once more, at the bridge device."""
    yield from netif_receive_skb(walk, netns, skb.device, skb)
