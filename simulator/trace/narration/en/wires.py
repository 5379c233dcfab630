"""From addresses to wires: neighbours, devices, tunnels."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str]] = {
    # From addresses to wires
    "neighbor.found": (
        "{ip} is a direct neighbor; its hardware address is written on the frame.",
        "The neighbor table of {dev} knows {ip}: {mac}. Without an entry the kernel would have to ask first.",
        "net/core/neighbour.c:neigh_resolve_output() finds {ip} on {dev} and writes {mac} as h_dest.",
    ),
    "neighbor.ask": (
        "Who on {dev} has {ip}? This machine asks everybody there; the packet waits.",
        "The neighbor table of {dev} has no hardware address for {ip}. An ARP request goes out as a broadcast[ (question {probe} of 3)].",
        "net/core/neighbour.c:neigh_probe() and arp_solicit(): NUD_INCOMPLETE, the packet is in arp_queue; from {src}.",
    ),
    "neighbor.ask?family=ipv6": (
        "Who on {dev} has {ip}? This machine asks there; the packet waits.",
        "The neighbor table of {dev} has no hardware address for {ip}. A neighbor solicitation goes out as a multicast[ (question {probe} of 3)].",
        "net/core/neighbour.c:neigh_probe() and ndisc_solicit(): NUD_INCOMPLETE, the packet is in arp_queue; from {src}.",
    ),
    "neighbor.asked": (
        "{owner} has {ip}: it answers, and notes who asked.",
        "The question names its sender, {from} at {mac}; {owner} keeps that as a stale entry and need not ask back.",
        "net/ipv4/arp.c:arp_process(), neigh_event_ns(): {from} on {dev} is NUD_STALE; arp_send_dst() replies. IPv6: ndisc_recv_ns().",
    ),
    "neighbor.answered": (
        "The answer is here: {ip} is at {mac}. The packet that waited goes on.",
        "The entry of {ip} on {dev} is reachable now; what waited for it is sent.",
        "net/core/neighbour.c:neigh_update(): {ip} on {dev} is NUD_REACHABLE; the packets of arp_queue are sent.",
    ),
    "neighbor.failed?family=ipv6": (
        "Nobody on {dev} answers to {ip}: no machine there has that address.",
        "The kernel asked three times by neighbor solicitation for {ip}. With no answer the sender is told: address unreachable.",
        "neigh_timer_handler() sets NUD_FAILED for {ip} on {dev}; ndisc_error_report() sends the error (NEIGH_FAILED).",
    ),
    "neighbor.failed": (
        "Nobody on {dev} answers to {ip}: no machine there has that address.",
        "The kernel asked three times by ARP who has {ip}. With no answer the sender is told: host unreachable.",
        "neigh_timer_handler() sets NUD_FAILED for {ip} on {dev}; arp_error_report() sends the error (NEIGH_FAILED).",
    ),
    "deliver.too-big": (
        "{owner} learns that nothing over {mtu} bytes gets to {dst}, and will send smaller packets.",
        "The kernel notes {mtu} bytes as path MTU to {dst}; ip route get {dst} shows it for ten minutes.",
        "net/ipv4/route.c:__ip_rt_update_pmtu() makes a route exception for {dst}; TCP: tcp_v4_mtu_reduced().",
    ),
    "mtu.too-big": (
        "The packet has {length} bytes, but {dev} takes {mtu} at most: it is thrown away, and {to} is told.",
        'It may not be cut up (DF), so the sender gets ICMP "packet too big" with the size that fits: {mtu}.',
        "ip_exceeds_mtu(): {length} > {mtu} and IP_DF; icmp_send(ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, {mtu}).",
    ),
    "mtu.silent": (
        "The packet has {length} bytes, but {dev} takes {mtu} at most. It vanishes, and nobody is told.",
        "Below IP there is no message for this: a frame over the MTU of {dev} is dropped, and only a counter knows.",
        "is_skb_forwardable(): {length} bytes are more than the MTU of {dev}, {mtu}, and the skb is no GSO packet.",
    ),
    "mtu.fragmented": (
        "The packet has {length} bytes, more than {dev} takes: it is cut into {pieces} pieces.",
        "Without DF, IP cuts up what is over the MTU of {dev}, {mtu}. The receiver puts the pieces together again.",
        "net/ipv4/ip_output.c:ip_do_fragment() makes {pieces} fragments for {dev}; ip_defrag() on the other side.",
    ),
    "device.down": (
        "The frame goes nowhere: {dev} is dead.",
        "{dev} is {state}: no queue takes a frame there, nobody is told, and a packet socket on it sees nothing.",
        "net/sched/sch_generic.c:noop_enqueue() frees the frame: the device {dev} is {state}.",
    ),
    "device.transmit": (
        "The frame leaves by {dev}[, towards {peer}].",
        "{dev} sends the frame.[ Its other end is {peer}.] A packet socket (tcpdump) on {dev} sees it going out.",
        "net/core/dev.c:dev_queue_xmit() hands the frame to {dev}; dev_queue_xmit_nit() shows it to packet sockets.",
    ),
    "device.receive": (
        "The frame arrives at {dev}[, from {from}].",
        "{dev} takes the frame in[ from {from}]. A packet socket (tcpdump) sees it before any rule has touched it.",
        "net/core/dev.c:__netif_receive_skb_core() on {dev}: packet sockets first, then the bridge or IP.",
    ),
    "device.loopback": (
        "{dev} hands the frame straight back: it never leaves this machine.",
        "What is sent by {dev} is received by {dev}. The hardware addresses are all zeros, and the TTL stays.",
        "drivers/net/loopback.c:loopback_xmit() calls __netif_rx() with the same packet on {dev}.",
    ),
    # Tunnels
    "encapsulate.vxlan": (
        "The whole packet is put into another one, addressed to the node {remote}.",
        "The network between the nodes knows no pod addresses. VXLAN hides the frame in UDP, network number {vni}.",
        "drivers/net/vxlan/vxlan_core.c:vxlan_xmit_one(): the FDB gives {remote}; VNI {vni}; the outer TTL is its own.",
    ),
    "decapsulate.vxlan": (
        "The outer packet is taken off; the pod's own packet goes on.",
        "The VXLAN socket received it and reads network number {vni}; the frame inside arrives as if by a cable.",
        "drivers/net/vxlan/vxlan_core.c:vxlan_rcv() finds VNI {vni} and calls gro_cells_receive().",
    ),
    "limit.steps": (
        "NetViz stops here: this packet has taken more steps than a trace may hold.",
        "The limit keeps one question from holding up everybody else's. Most often a packet runs in a circle.",
        "A real kernel has no such limit; there the packet would end when its TTL does.",
    ),
}
