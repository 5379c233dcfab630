"""Neighbours: the hardware address of a next hop, and what happens when nobody answers for it.

Warm, every entry is there already, as after earlier traffic, and `Netns.neighbors` is the table. Cold, the session's
tables begin empty: a question goes out, and packets wait for its answer.

net/core/neighbour.c, net/ipv4/arp.c, net/ipv6/ndisc.c
"""

from simulator.datapath.arp import answer, is_question, question, target_of
from simulator.datapath.icmp import HOST_UNREACHABLE, icmp_send
from simulator.datapath.skb import Skb
from simulator.datapath.walk import Waiting, Walk, step
from simulator.linux.device import Device
from simulator.linux.neighbor import NeighborEntry, NudState
from simulator.linux.netns import Netns
from simulator.packet.headers import IPAddress, Ndp
from simulator.steps import Cause, Disposition, Layer, StateChange, StepKind, Steps

MCAST_SOLICIT = 3
"""So often a neighbour is asked, once a second (net.ipv4.neigh.default.mcast_solicit)."""


def neigh_event_send(
    walk: Walk, netns: Netns, skb: Skb, device: Device, address: IPAddress
) -> Steps[NeighborEntry | None]:
    """The entry to send by, or None: the packet waits for an answer, or there will be none.

    net/core/neighbour.c:__neigh_event_send()
    """
    if not walk.session.network.cold and not _asks_anew(netns, device, address):
        entry = _known(netns, device, address)
        if entry is None:
            yield from neighbor_failed(walk, netns, skb, device.name, address)
        return entry
    table = walk.session.neighbors(netns)
    entry = table.get((device.name, address))
    if (
        entry is None
        and (written := _known(netns, device, address)) is not None
        and written.state is NudState.PERMANENT
    ):
        entry = table[device.name, address] = written
    if entry is None or entry.state is NudState.FAILED:
        event = "created" if entry is None else "updated"
        entry = table[device.name, address] = NeighborEntry(address, device.name, NudState.INCOMPLETE)
        walk.waiting[netns.name, device.name, address] = Waiting(netns, entry)
        yield from neigh_probe(walk, netns, skb, entry, event)
    if entry.state is NudState.INCOMPLETE:
        walk.waiting[netns.name, device.name, address].packets.append(skb)
        return None
    if entry.state is NudState.STALE:
        entry.state = NudState.DELAY
    return entry


def neigh_lookup(walk: Walk, netns: Netns, device: Device, address: IPAddress) -> NeighborEntry | None:
    """The entry as it is; nobody is asked. net/core/neighbour.c:neigh_lookup()"""
    if not walk.session.network.cold and not _asks_anew(netns, device, address):
        return _known(netns, device, address)
    return walk.session.neighbors(netns).get((device.name, address))


def _asks_anew(netns: Netns, device: Device, address: IPAddress) -> bool:
    return netns.asks_anew is not None and netns.asks_anew(device.name, address)


def _known(netns: Netns, device: Device, address: IPAddress) -> NeighborEntry | None:
    found = netns.neighbors(device.name, address)
    if found is None:
        return None
    state = NudState.PERMANENT if found.permanent else NudState.REACHABLE
    return NeighborEntry(address, device.name, state, found.mac)


def neighbor_change(entry: NeighborEntry, event: str) -> StateChange:
    return StateChange("neighbor", event, str(entry), entry.key)


def neigh_probe(walk: Walk, netns: Netns, skb: Skb, entry: NeighborEntry, event: str = "used") -> Steps[None]:
    """Ask everybody on the wire who has the address. net/core/neighbour.c:neigh_probe()"""
    entry.probes += 1
    asking = question(netns, netns.devices[entry.device], skb.packet, entry.address)
    params = {"ip": entry.address, "dev": entry.device, "src": asking.ip.src, "probe": entry.probes,
              "family": f"ipv{entry.address.version}"}  # fmt: skip
    function = "net/ipv4/arp.c:arp_solicit()" if entry.address.version == 4 else "net/ipv6/ndisc.c:ndisc_solicit()"
    yield step(netns, skb, StepKind.NEIGHBOR, Layer.LINK, "neighbor.ask", function, params, device=entry.device,
               state=(neighbor_change(entry, event),),
               origins=netns.why(f"neighbor {entry.address}", f"link {entry.device}"))  # fmt: skip
    walk.transmit(netns, netns.devices[entry.device], Skb(asking, entry.device))


def neigh_timer_handler(walk: Walk) -> Steps[None]:
    """Nothing else is under way: of those who wait, the first asks once more, or gives up.

    net/core/neighbour.c:neigh_timer_handler(), neigh_invalidate()
    """
    key, waiting = next(iter(walk.waiting.items()))
    entry = waiting.entry
    if entry.probes < MCAST_SOLICIT:
        yield from neigh_probe(walk, waiting.netns, waiting.packets[0], entry)
        return
    del walk.waiting[key]
    entry.state = NudState.FAILED
    for skb in waiting.packets:
        change = neighbor_change(entry, "updated")
        yield from neighbor_failed(walk, waiting.netns, skb, entry.device, entry.address, change)


def neighbor_failed(
    walk: Walk, netns: Netns, skb: Skb, device: str, next_hop: IPAddress, change: StateChange | None = None
) -> Steps[None]:
    """Three questions were in vain: the packet is given up, and its sender is told.

    net/ipv4/arp.c:arp_error_report(), net/ipv6/ndisc.c:ndisc_error_report()
    """
    cause = Cause.NEIGHBOR_FAILED
    function = "net/ipv6/ndisc.c:ndisc_error_report()" if next_hop.version == 6 else "net/ipv4/arp.c:arp_error_report()"
    yield step(netns, skb, StepKind.DROP, Layer.LINK, "neighbor.failed", function,
               {"ip": next_hop, "dev": device, "family": f"ipv{next_hop.version}"}, cause=cause,
               origins=netns.why(f"neighbor {next_hop}", f"link {device}"),
               state=(change,) if change else ())  # fmt: skip
    walk.end(Disposition.UNREACHABLE, netns, skb, cause)
    icmp_send(walk, netns, skb, HOST_UNREACHABLE)


def arp_rcv(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """A neighbour's question, which is answered if it is about an address of this host; or an answer.

    net/ipv4/arp.c:arp_process(), net/ipv6/ndisc.c:ndisc_recv_ns(), ndisc_recv_na()
    """
    heard, eth = skb.packet.resolution, skb.packet.eth
    assert heard is not None
    assert eth is not None
    device = netns.devices[skb.device]
    asked = is_question(heard)
    if asked and netns.local_device(target_of(heard)) is None:
        return
    text, state = ("neighbor.asked", NudState.STALE) if asked else ("neighbor.answered", NudState.REACHABLE)
    change = _learn(walk, netns, device, skb.packet.ip.src, eth.src, state)
    params = {"ip": target_of(heard) if asked else skb.packet.ip.src, "dev": device.name, "mac": eth.src,
              "from": skb.packet.ip.src, "owner": netns.name}  # fmt: skip
    function = "net/ipv6/ndisc.c:ndisc_rcv()" if isinstance(heard, Ndp) else "net/ipv4/arp.c:arp_process()"
    yield step(netns, skb, StepKind.NEIGHBOR, Layer.LINK, text, function, params, state=(change,))
    if asked:
        walk.transmit(netns, device, Skb(answer(device, skb.packet), device.name))


def _learn(walk: Walk, netns: Netns, device: Device, address: IPAddress, mac: str, state: NudState) -> StateChange:
    """Note where an address is; a question makes a stale entry, and tells one that is known nothing new.

    net/core/neighbour.c:neigh_event_ns(), neigh_update()
    """
    table = walk.session.neighbors(netns)
    entry = table.get((device.name, address))
    if entry is None:
        entry = table[device.name, address] = NeighborEntry(address, device.name, state, mac)
        return neighbor_change(entry, "created")
    if state is NudState.STALE and entry.mac == mac:
        return neighbor_change(entry, "used")
    entry.mac, entry.state = mac, state
    waiting = walk.waiting.pop((netns.name, device.name, address), None)
    for skb in waiting.packets if waiting is not None else ():
        walk.resolved(netns, skb)
    return neighbor_change(entry, "updated")
