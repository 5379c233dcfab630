"""Route lookups: where a packet goes next.

net/ipv4/route.c, net/ipv4/fib_frontend.c, net/ipv4/netfilter.c
"""

from simulator.datapath.session import Session
from simulator.datapath.skb import Dst, Skb
from simulator.datapath.walk import Walk, step
from simulator.linux.netns import Netns
from simulator.linux.route import Route, RouteKind
from simulator.origin import Origins
from simulator.packet.headers import IPAddress
from simulator.steps import Cause, Disposition, Layer, StepKind, Steps

_ME_HARDER = "net/ipv4/netfilter.c:ip_route_me_harder()"

Failure = Cause
"""Why a lookup found no way: NO_ROUTE, BLACKHOLE, FORWARDING_OFF or MARTIAN."""


def fib_lookup(session: Session, netns: Netns, destination: IPAddress) -> Dst | Cause:
    """Routes of this moment, table `local`, then `main`. net/ipv4/fib_rules.c:__fib_lookup()"""
    extra = session.extra_routes.get(netns.name, ())
    local = netns.local_device(destination)
    if local is not None and not any(destination in one.destination for one in extra):
        return Dst(netns.loopback.name, True, None, None, destination)
    route = netns.routes.lookup(destination, extra)
    if route is None:
        return Cause.NO_ROUTE
    if route.kind is RouteKind.BLACKHOLE or route.device is None:
        return Cause.BLACKHOLE
    return Dst(route.device, False, route, route.gateway, route.source or _source(netns, route, destination))


def _source(netns: Netns, route: Route, destination: IPAddress) -> IPAddress | None:
    """The address that the outgoing device speaks to the next hop with. fib_semantics.c:fib_result_prefsrc()"""
    next_hop = route.gateway or destination
    if next_hop.version != destination.version:
        next_hop = destination
    found = netns.devices[route.device].select_address(next_hop) if route.device else None
    if found is not None:
        return found
    others = (d.select_address(destination) for d in netns.devices.values() if d.name != "lo")
    return next((a for a in others if a is not None), None)


def ip_route_output(session: Session, netns: Netns, destination: IPAddress) -> Dst | Cause:
    """The way out for a packet made here. net/ipv4/route.c:ip_route_output_key_hash_rcu()"""
    return fib_lookup(session, netns, destination)


def ip_route_input(session: Session, netns: Netns, skb: Skb) -> Dst | Cause:
    """The way on for a packet that came in. net/ipv4/route.c:ip_route_input_slow()"""
    ip, came_by_loopback = skb.packet.ip, skb.device == netns.loopback.name
    if not came_by_loopback:
        if (ip.dst.is_loopback or ip.src.is_loopback) and not route_localnet(netns, skb.device):
            return Cause.MARTIAN
        if ip.version == 4 and netns.local_device(ip.src) is not None:
            return Cause.MARTIAN  # __fib_validate_source(); net/ipv6/route.c has no such check
    found = fib_lookup(session, netns, ip.dst)
    if ip.version == 4 and not forwards(netns, 4) and not (isinstance(found, Dst) and found.local):
        return Cause.FORWARDING_OFF  # nor is anybody told of a missing route; IPv6 finds all, ip6_forward() asks then
    if isinstance(found, Dst) and not came_by_loopback and not _valid_source(session, netns, skb):
        return Cause.MARTIAN
    return found


def _valid_source(session: Session, netns: Netns, skb: Skb) -> bool:
    """rp_filter: whether the way back to the source is the one that the packet came by (1), or there is any (2).

    Of the value for all devices and the device's own the greater one holds; IPv6 has no such sysctl.
    net/ipv4/fib_frontend.c:__fib_validate_source()
    """
    source = skb.packet.ip.src
    values = (netns.sysctl.get(f"net.ipv4.conf.{name}.rp_filter", "0") for name in ("all", skb.device))
    filtered = max(int(value or "0") for value in values) if source.version == 4 else 0
    if filtered == 0:
        return True
    back = fib_lookup(session, netns, source)
    return isinstance(back, Dst) and (back.device == skb.device or filtered != 1)


def route_localnet(netns: Netns, device: str) -> bool:
    """Whether 127.0.0.0/8 may pass a device. include/linux/inetdevice.h: IN_DEV_NET_ROUTE_LOCALNET()"""
    return any(netns.sysctl_on(f"net.ipv4.conf.{name}.route_localnet") for name in ("all", device))


def forwards(netns: Netns, version: int) -> bool:
    """Whether the namespace passes on what is not for itself."""
    key = "net.ipv4.ip_forward" if version == 4 else "net.ipv6.conf.all.forwarding"
    return netns.sysctl_on(key)


def route_words(dst: Dst, destination: IPAddress) -> dict[str, object]:
    """Parameters for the texts about a route."""
    route = str(dst.route) if dst.route else f"local {destination} dev {dst.device}"
    return {"dst": destination, "route": route, "dev": dst.device, "via": dst.gateway or "", "src": dst.source or ""}


def missed(netns: Netns, destination: IPAddress, route: Route | None) -> Origins:
    """Why a longer route is not there any more, where one was."""
    lost = netns.routes.missed(destination, route)
    return lost.origins if lost is not None else ()


def way_origins(netns: Netns, destination: IPAddress, dst: Dst) -> Origins:
    """Who made the route that was found, and who took away a better one."""
    made = dst.route.origins if dst.route else ()
    return made if dst.local else (*made, *missed(netns, destination, dst.route))


def ip_route_me_harder(walk: Walk, netns: Netns, skb: Skb) -> Steps[None]:
    """A packet made here got another destination on its way out: the route is looked up again, the source stays.

    net/ipv4/netfilter.c:ip_route_me_harder()
    """
    found = fib_lookup(walk.session, netns, skb.packet.ip.dst)
    if isinstance(found, Dst) and _leaks_loopback(netns, skb, found):
        found = Cause.MARTIAN
    if isinstance(found, Cause):
        skb.dst = None
        params = {"dst": skb.packet.ip.dst}
        yield step(netns, skb, StepKind.DROP, Layer.NETWORK, "route.none", _ME_HARDER, params, cause=found)
        walk.end(Disposition.DROPPED, netns, skb, found)
        return
    skb.dst = found
    yield step(
        netns,
        skb,
        StepKind.ROUTE,
        Layer.NETWORK,
        "route.changed",
        _ME_HARDER,
        route_words(found, skb.packet.ip.dst),
        device=found.device,
        origins=way_origins(netns, skb.packet.ip.dst, found),
    )


def _leaks_loopback(netns: Netns, skb: Skb, dst: Dst) -> bool:
    """Only a device with route_localnet sends what comes from 127.0.0.0/8. net/ipv4/route.c:__mkroute_output()"""
    return skb.packet.ip.src.is_loopback and not dst.local and not route_localnet(netns, dst.device)
