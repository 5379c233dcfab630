"""Which way: routes, forwarding, and what is lost on the way."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str]] = {
    # Which way
    "route.output": (
        "Which way to {dst}? By {dev}[, to {via} first].",
        'Of all routes that fit {dst} the longest prefix wins: "{route}".[ It also gives the source address, {src}.]',
        "net/ipv4/route.c:ip_route_output_key_hash_rcu() asks the tables local, main and default: {route}.",
    ),
    "route.forward": (
        "This machine passes the packet on: to {dst} by {dev}[, to {via} first].",
        '{dst} is no address of this machine, so it routes. Of the routes that fit, the longest prefix wins: "{route}".',
        "net/ipv4/route.c:ip_route_input_slow() finds {route} and sets ip_forward() as the packet's next stop.",
    ),
    "route.balanced": (
        "The load balancer of {service} hands the packet to {node}, one of {nodes}.",
        "{dst} belongs to a balancer outside. Any ready node will do, as kube-proxy on each knows the address.",
        "In a cloud a forwarding rule, with MetalLB BGP routes of equal cost; the router carries its packets: {route}.",
    ),
    "route.balanced?rule=health": (
        "The load balancer of {service} hands the packet to {node}, where a pod of it is ready.",
        "It asks all nodes for /healthz at port {check}: 200 from {nodes}[, 503 from {unhealthy}, which get nothing].",
        "service_health.go answers at healthCheckNodePort {check} by the node's own endpoints; next: {route}.",
    ),
    "route.balanced?rule=none": (
        "The load balancer of {service} hands the packet to {node}, though no node has a ready pod of it.",
        "At port {check} no node answers 200. Most clouds then try them all ({nodes}), and nobody there can serve it.",
        "service_health.go answers 503 everywhere; balancers that fail open send on all the same, here by {route}.",
    ),
    "route.local": (
        "{dst} is this machine's own address: the packet stays here.",
        'Table "local" is asked before all others and knows {dst} ("{route}"): the packet is for a program on this machine.',
        "fib_lookup() gives RTN_LOCAL from table 255 ({route}); the next stop is ip_local_deliver().",
    ),
    "route.none": (
        "No way leads to {dst}: the packet ends here.",
        "No route fits {dst}, not even a default route. The sender is told: network unreachable.",
        "fib_lookup() gives -ENETUNREACH (drop reason IP_OUTNOROUTES or IP_INNOROUTES) for {dst}.",
    ),
    "route.blackhole": (
        "Packets to {dst} are thrown away here, and nobody is told.",
        '[The route that fits is "{route}". ]A blackhole route drops silently, so the sender can only wait.',
        "fib_lookup() gives RTN_BLACKHOLE[ ({route})]: dst_discard() frees the packet without an ICMP error.",
    ),
    "route.changed": (
        "The destination was changed, so the way is looked up again: by {dev}[, to {via} first].",
        'A rule in OUTPUT replaced the destination by {dst}; now "{route}" fits. The source address is not chosen again.',
        "net/ipv4/netfilter.c:ip_route_me_harder() routes {dst} anew ({route}); saddr stays.",
    ),
    # Routing on
    "forward.ttl": (
        "This machine routes the packet on; its time to live falls from {old} to {new}.",
        "Each router takes one off the TTL, so that a packet in a loop dies one day. A bridge takes nothing.",
        "net/ipv4/ip_forward.c:ip_forward() calls ip_decrease_ttl(): {old} to {new}.",
    ),
    "forward.expired": (
        "The packet has passed too many routers: its time to live is used up.",
        "At TTL 1 a router sends nothing on. It tells the sender: time exceeded. Most often the cause is a loop.",
        "net/ipv4/ip_forward.c:ip_forward(): ttl <= 1, icmp_send(ICMP_TIME_EXCEEDED, ICMP_EXC_TTL).",
    ),
    "forward.off": (
        "This machine doesn't pass on packets of others.",
        "net.ipv4.ip_forward is 0, so it is no router. A Kubernetes node needs it to be 1.",
        "net/ipv4/route.c:ip_route_input_slow(): IN_DEV_FORWARD is off, the packet is not for us: -EHOSTUNREACH.",
    ),
    # Lost
    "drop.unknown-connection": (
        "{owner} never called the address that this answer comes from, and turns it away.",
        "A socket waits for answers from exactly the address and port it called. This one fits none: a TCP host sends RST.",
        "net/ipv4/tcp_ipv4.c:tcp_v4_rcv(): __inet_lookup_skb() finds no socket (drop reason NO_SOCKET).",
    ),
    "drop.no-route": (
        "No way leads to {dst}: the packet ends here.",
        "No route fits {dst}, not even a default route.",
        "net/ipv4/route.c:ip_route_input_slow() gives -ENETUNREACH for {dst} (drop reason IP_INNOROUTES).",
    ),
    "drop.martian": (
        "The packet carries an address that can't come from there, and is dropped.",
        "A martian: a loopback address on a real device, an own address from outside, or with rp_filter a source whose way back is not this device.",
        "net/ipv4/route.c:ip_route_input_slow() takes the martian branch (drop reason IP_INVALID_SOURCE, IP_LOCALNET or IP_RPFILTER).",
    ),
}
