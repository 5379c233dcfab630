"""English. Each text: (plain, mechanism, kernel); see the package for the notation."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str]] = {
    # A program asks its kernel to send
    "socket.connect": (
        "{owner} opens a connection to {dst}, port {dport}.",
        "The route to {dst} decides the source address, {src}; {sport} is a free port. The first packet is a SYN.",
        "connect(2): net/ipv4/tcp_ipv4.c:tcp_v4_connect() routes, binds {src} port {sport}, and tcp_connect() sends SYN.",
    ),
    "socket.send": (
        "{owner} sends a datagram to {dst}, port {dport}.",
        "UDP opens nothing: the datagram just leaves, from {src}, the address of the route to {dst}, and port {sport}.",
        "sendto(2): net/ipv4/udp.c:udp_sendmsg() routes, takes {src} port {sport} and gives the datagram to IP.",
    ),
    "socket.send?protocol=SCTP": (
        "{owner} opens an association with {dst}, port {dport}.",
        "The route to {dst} decides the source address, {src}; {sport} is a free port. The first packet holds an INIT.",
        "net/sctp/sm_statefuns.c:sctp_sf_do_prm_asoc() makes the INIT chunk from {src} port {sport}.",
    ),
    "socket.ping": (
        "{owner} asks {dst}: are you there?",
        "A ping is an ICMP echo request. It has no ports, only an identifier; the route gives the source address {src}.",
        "net/ipv4/ping.c:ping_v4_sendmsg() sends ICMP type 8, code 0 (ICMPv6: type 128) from {src}.",
    ),
    "socket.answer": (
        "{owner} answers {dst}.",
        "An answer swaps the two ends: from {src}[ port {sport}] to {dst}[ port {dport}].",
        "The reply is built from the addresses of the packet that it answers and routed on its own: {src} to {dst}.",
    ),
    "socket.answer?flags=SA": (
        "{owner} accepts the connection and answers {dst}.",
        "The kernel answers the SYN by itself, with SYN and ACK: from {src} port {sport} to {dst} port {dport}.",
        "net/ipv4/tcp_input.c:tcp_conn_request() sends the SYN-ACK by tcp_v4_send_synack(); accept(2) comes later.",
    ),
    "socket.ack": (
        "{owner} confirms: the connection is open on both sides.",
        "The third packet of the handshake is a bare ACK. From here on both ends may send data.",
        "net/ipv4/tcp_input.c:tcp_rcv_synsent_state_process() sets ESTABLISHED, and tcp_send_ack() sends the ACK.",
    ),
    "socket.data": (
        "{owner} sends its first data.",
        "Data go from {from} to {to} in the open connection; no rule of the nat table is asked again for them.",
        "net/ipv4/tcp.c:tcp_sendmsg() queues the bytes, and tcp_write_xmit() sends them with PSH and ACK.",
    ),
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
        "Drawn as the router: {route}. In a cloud a forwarding rule, with MetalLB BGP routes of equal cost.",
    ),
    "route.balanced?rule=health": (
        "The load balancer of {service} hands the packet to {node}, where a pod of it is ready.",
        "It asks all nodes for /healthz at port {check}: 200 from {nodes}[, 503 from {unhealthy}, which get nothing].",
        "service_health.go answers at healthCheckNodePort {check} by the node's own endpoints; drawn as the router: {route}.",
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
    # Bridges
    "bridge.forward": (
        "The bridge {bridge} sends the frame out of port {port}.",
        "{bridge} learnt behind which port {mac} lives: {port}. A bridge reads no IP address, and the TTL stays.",
        "net/bridge/br_input.c:br_handle_frame_finish() finds {mac} by br_fdb_find_rcu(); br_forward() sends to {port}.",
    ),
    "bridge.up": (
        "The frame is for the machine itself: {bridge} hands it up.",
        "The frame is addressed to {mac}, the bridge's own hardware address, so the machine's IP layer takes it from here.",
        "net/bridge/br_input.c:br_pass_frame_up() delivers the frame as received on {bridge}.",
    ),
    "bridge.hairpin": (
        "The bridge {bridge} sends the frame back out of {port}, where it came from.",
        "A bridge doesn't do that by itself: hairpin mode is on for {port}. A pod that calls its own Service needs it.",
        "net/bridge/br_forward.c:should_deliver() lets it pass: BR_HAIRPIN_MODE is set on {port}.",
    ),
    "bridge.down": (
        "The bridge {bridge} is down and takes no frames.",
        "While {bridge} is down, all its ports are disabled: what comes in by {port} is thrown away without a word.",
        "net/bridge/br_input.c:br_handle_frame(): the port {port} is in BR_STATE_DISABLED, the frame is dropped.",
    ),
    "vxlan.no-entry": (
        "{dev} does not know behind which machine {mac} is.",
        "flannel writes one FDB entry for every other node, and {dev} learns none by itself: without it, the frame is lost.",
        "drivers/net/vxlan/vxlan_core.c:vxlan_xmit(): no FDB entry for {mac} and no default one; tx_dropped counts it.",
    ),
    "vxlan.no-route": (
        "{dev} has no way to {remote}, the machine behind which {mac} is.",
        "The outer packet needs a route of its own, to {remote}. There is none, so the frame is lost without a word.",
        "drivers/net/vxlan/vxlan_core.c:vxlan_xmit_one(): udp_tunnel_dst_lookup() fails; tx_carrier_errors counts it.",
    ),
    "conntrack.full": (
        "{host} has no room for another connection: the packet is thrown away.",
        "The conntrack table is full (nf_conntrack_max): what would begin a connection is dropped, known ones go on.",
        'net/netfilter/nf_conntrack_core.c:__nf_conntrack_alloc(): "nf_conntrack: table full, dropping packet" in dmesg.',
    ),
    "bridge.hairpin-off": (
        "The frame would have to go back out of {port}, where it came from. The bridge refuses.",
        "Hairpin mode is off for {port}, and a bridge never sends a frame back to its sender: it is dropped silently.",
        "net/bridge/br_forward.c:should_deliver(): skb->dev is p->dev and BR_HAIRPIN_MODE is not set on {port}.",
    ),
    "bridge.redirected": (
        "The new destination {dst} is behind the same bridge, so the frame is bridged there.",
        "br_netfilter ran the rules inside {bridge}. It writes {mac} on the frame and bridges it; no routing, same TTL.",
        "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish(): dst on {bridge}, br_nf_pre_routing_finish_bridge().",
    ),
    "bridge.redirected-late": (
        "The new destination {dst} is behind the same bridge, so the frame is bridged there, this time by a detour.",
        "The address {mac} was not known for sure, so the frame went the way of the host's own: it shows on {bridge}, its sender's address kept.",
        "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish_bridge(): bridged_dnat, neigh->output(), br_nf_dev_xmit().",
    ),
    "bridge.routed": (
        "The new destination {dst} is not behind this bridge: the machine must route it.",
        "br_netfilter ran the rules inside {bridge}; {dst} lies elsewhere, so the frame goes up to the IP layer.",
        "net/bridge/br_netfilter_hooks.c:br_nf_pre_routing_finish() writes {bridge}'s own address as h_dest.",
    ),
    "bridge.flood": (
        "The bridge {bridge} doesn't know this hardware address yet, so it sends the frame to every port.",
        "No port of {bridge} has been seen with that address. Every port but the incoming one gets a copy.",
        "net/bridge/br_forward.c:br_flood() on {bridge}: br_fdb_find_rcu() found nothing.",
    ),
    "bridge.broadcast": (
        "The question is for everybody: {bridge} sends it out of every port. It is followed to the one who has the address.",
        "A frame to everybody leaves by each port (here {ports}), and the host hears it, too. Only the copy by {taken} gets an answer.",
        "net/bridge/br_forward.c:br_flood() on {bridge}, {ports} copies, group address {mac}; br_pass_frame_up() for the host.",
    ),
    "bridge.broadcast?taken=nobody": (
        "The question is for everybody: {bridge} sends it out of every port. Nobody there has the address.",
        "A frame to everybody leaves by each port (here {ports}), and the host hears it, too. Who does not have the address stays silent.",
        "net/bridge/br_forward.c:br_flood() on {bridge}, {ports} copies, group address {mac}; br_pass_frame_up() for the host.",
    ),
    # Connection tracking
    "conntrack.new": (
        "The kernel has not seen this {proto} conversation before and starts to follow it.",
        "No entry fits, so a new one is made: {tuple}. Only such a first packet is shown to the nat rules.",
        "net/netfilter/nf_conntrack_core.c:init_conntrack() makes an entry for {tuple}; it waits to be confirmed.",
    ),
    "conntrack.found": (
        "The kernel knows this conversation already.",
        "Connection tracking finds the entry, state {state}. Addresses are rewritten from it; nat rules aren't asked again.",
        "net/netfilter/nf_conntrack_core.c:resolve_normal_ct(): {tuple}, direction {direction}, {state}.",
    ),
    "conntrack.found?direction=reply": (
        "The kernel knows what this packet answers.",
        "Its tuple is the reply that an entry waits for, so it is {state}, and any address change will be taken back.",
        "net/netfilter/nf_conntrack_core.c:resolve_normal_ct(): {tuple}, IP_CT_DIR_REPLY, {state}.",
    ),
    "conntrack.related": (
        "This error message is about a conversation that the kernel knows.",
        "The packet quoted inside belongs to a known connection, so the error is RELATED and is translated like it.",
        "net/netfilter/nf_conntrack_proto_icmp.c:nf_conntrack_inet_error() finds {tuple}: IP_CT_RELATED.",
    ),
    "conntrack.confirmed": (
        "The conversation is now on record: its answers will be recognised.",
        "The packet got past every rule, so its entry enters the table for good: {tuple}.",
        "net/netfilter/nf_conntrack_core.c:__nf_conntrack_confirm() hashes both tuples of {tuple}.",
    ),
    "conntrack.invalid": (
        "The packet fits no conversation that the kernel knows.",
        "It is neither a first packet nor part of a known connection, so its state is INVALID. Rules may drop such packets.",
        "net/netfilter/nf_conntrack_proto_tcp.c:nf_conntrack_tcp_packet() gives -NF_ACCEPT: no entry, ctstate INVALID.",
    ),
    # Address translation
    "nat.dnat": (
        "The destination {old} is replaced by {new}[: one of those behind {service}].",
        "A rule with target DNAT decides once for the whole connection; conntrack repeats it and undoes it in answers.",
        "net/netfilter/xt_nat.c:xt_dnat_target_v2() and nf_nat_setup_info(): {old} becomes {new}.",
    ),
    "nat.dnat?affinity=created": (
        "The destination {old} is replaced by {new}. This client is remembered: its next connections go there, too.",
        "The Service has session affinity, so a rule puts the client on the list {list}[; it counts for {age} from its last use].",
        "net/netfilter/xt_recent.c:recent_mt() --set (nftables: nft_dynset_eval()) on {list}; nf_nat_setup_info(): {old} becomes {new}.",
    ),
    "nat.dnat?affinity=used": (
        "The destination {old} is replaced by {new}, as the last time: this client is remembered.",
        "The Service has session affinity and the client is on the list {list}, [which counts for {age}, ]so nothing is left to chance.",
        "net/netfilter/xt_recent.c:recent_mt() --rcheck (nftables: nft_lookup_eval()) on {list}; nf_nat_setup_info(): {old} becomes {new}.",
    ),
    "nat.dnat?by=nftables": (
        "The destination {old} is replaced by {new}[: one of those behind {service}].",
        "A rule's dnat statement decides once for the whole connection; conntrack repeats it and undoes it in answers.",
        "net/netfilter/nft_nat.c:nft_nat_eval() and nf_nat_setup_info(): {old} becomes {new}.",
    ),
    "nat.snat": (
        "The source {old} is replaced by {new}.",
        "A rule with target SNAT names the new source, so that answers come back here to be translated again.",
        "net/netfilter/xt_nat.c:xt_snat_target_v2() and nf_nat_setup_info(): {old} becomes {new}.",
    ),
    "nat.masquerade": (
        "The source {old} is replaced by {new}, so that the answer comes back through here.",
        "MASQUERADE takes the address of the device that the packet leaves by, {dev}, which need not be the node's own.",
        "net/netfilter/nf_nat_masquerade.c:nf_nat_masquerade_ipv4(): inet_select_addr({dev}); {old} becomes {new}.",
    ),
    "nat.masquerade?by=nftables": (
        "The source {old} is replaced by {new}, so that the answer comes back through here.",
        "masquerade takes the address of the device that the packet leaves by, {dev}, which need not be the node's own.",
        "net/netfilter/nft_masq.c:nft_masq_eval() and nf_nat_masquerade_ipv4(): inet_select_addr({dev}); {old} becomes {new}.",
    ),
    "nat.port-taken": (
        "No rule asks for it, but the source {old} becomes {new}: another connection has that port already.",
        "Answers to both would look alike, so conntrack gives the newer connection a source port of its own.",
        "net/netfilter/nf_nat_core.c:nf_nat_alloc_null_binding() and get_unique_tuple(): {old} becomes {new}.",
    ),
    "nat.undo-dnat": (
        "The answer gets back the address that was asked: its source {old} becomes {new}.",
        "Conntrack remembers that the request's destination was replaced and takes it back. No rule is asked.",
        "net/netfilter/nf_nat_core.c:nf_nat_manip_pkt() with IPS_DST_NAT in the reply direction: {old} becomes {new}.",
    ),
    "nat.undo-snat": (
        "The answer finds the real asker: its destination {old} becomes {new}.",
        "Conntrack remembers that the request's source was replaced and takes it back. No rule is asked.",
        "net/netfilter/nf_nat_core.c:nf_nat_manip_pkt() with IPS_SRC_NAT in the reply direction: {old} becomes {new}.",
    ),
    "nat.again-dnat": (
        "As for the first packet, the destination {old} becomes {new}.",
        "The choice was made for the whole connection: conntrack repeats it without asking a rule.",
        "net/netfilter/nf_nat_core.c:nf_nat_packet(), IPS_DST_NAT: {old} becomes {new}.",
    ),
    "nat.again-snat": (
        "As for the first packet, the source {old} becomes {new}.",
        "The choice was made for the whole connection: conntrack repeats it without asking a rule.",
        "net/netfilter/nf_nat_core.c:nf_nat_packet(), IPS_SRC_NAT: {old} becomes {new}.",
    ),
    # Rules
    "netfilter.accept": (
        "The rules of {chain} let the packet pass.",
        "A rule of table {table}, chain {chain}, says ACCEPT: the rest of this table's rules are not asked.",
        "net/ipv4/netfilter/ip_tables.c:ipt_do_table() gives NF_ACCEPT in {table} {chain}.",
    ),
    "netfilter.pass": (
        "No rule of {chain} holds this packet up. It goes on.",
        "The packet comes to the end of {chain} in table {table}, whose policy is ACCEPT.",
        "net/ipv4/netfilter/ip_tables.c:ipt_do_table(): {table} {chain} ends with its policy, NF_ACCEPT.",
    ),
    "netfilter.mark": (
        "A rule marks the packet, as a note for rules further on.",
        "The mark {mark} is kept beside the packet in this machine, never on the wire. Set on the way through {chain}.",
        "net/netfilter/xt_mark.c:mark_tg() sets skb->mark to {mark} ({table} {chain}).",
    ),
    "netfilter.mark?mark=0x4000": (
        "The packet is marked: on its way out its source address will be replaced.",
        "KUBE-MARK-MASQ sets bit 14 (0x4000) of the mark. KUBE-POSTROUTING masquerades what carries it.",
        "net/netfilter/xt_mark.c:mark_tg() sets skb->mark to {mark} ({table} {chain}).",
    ),
    "netfilter.drop": (
        "A rule drops the packet. Nobody is told, so the sender waits in vain.",
        'In table {table}, chain {chain}: "{rule}". DROP is silent; a program sees a timeout.',
        "net/ipv4/netfilter/ip_tables.c:ipt_do_table() gives NF_DROP (drop reason NETFILTER_DROP) at {rule}.",
    ),
    "netfilter.reject": (
        "A rule refuses the packet, and the sender is told at once.",
        'In table {table}, chain {chain}: "{rule}". REJECT answers with {with}, so a program sees its error without waiting.',
        "net/ipv4/netfilter/ipt_REJECT.c:reject_tg() sends {with} and drops the packet at {rule}.",
    ),
    "netfilter.policy-drop": (
        "No rule of {chain} allows the packet, and what isn't allowed is dropped here.",
        "The packet came to the end of {chain} in table {table}, whose policy is DROP: silence.",
        "net/ipv4/netfilter/ip_tables.c:ipt_do_table(): {table} {chain} ends with its policy, NF_DROP.",
    ),
    "nftables.pass": (
        "No rule of {chain} holds this packet up. It goes on.",
        "The packet comes to the end of chain {chain} in nftables' table {table}, whose policy is accept.",
        "net/netfilter/nf_tables_core.c:nft_do_chain(): {table} {chain} ends with its policy, NF_ACCEPT.",
    ),
    "nftables.mark": (
        "A rule marks the packet, as a note for rules further on.",
        "The mark {mark} is kept beside the packet in this machine, never on the wire. Set on the way through {chain}.",
        "net/netfilter/nft_meta.c:nft_meta_set_eval() sets skb->mark to {mark} ({table} {chain}).",
    ),
    "nftables.mark?mark=0x4000": (
        "The packet is marked: on its way out its source address will be replaced.",
        "A rule sets bit 14 (0x4000) of the mark. Chain masquerading replaces the source of what carries it.",
        "net/netfilter/nft_meta.c:nft_meta_set_eval() sets skb->mark to {mark} ({table} {chain}).",
    ),
    "nftables.drop": (
        "A rule drops the packet. Nobody is told, so the sender waits in vain.",
        'In table {table}, from chain {chain} on: "{rule}". A drop is silent; a program sees a timeout.',
        "net/netfilter/nf_tables_core.c:nft_do_chain() gives NF_DROP (drop reason NETFILTER_DROP) at {rule}.",
    ),
    "nftables.reject": (
        "A rule refuses the packet, and the sender is told at once.",
        'In table {table}, from chain {chain} on: "{rule}". It answers with {with}; a program sees its error without waiting.',
        "net/netfilter/nft_reject_inet.c and nf_send_unreach(): {with} goes back, the packet is dropped at {rule}.",
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
    # Errors that kernels make
    "icmp.error": (
        "An error goes back to {to}: {name}.",
        "The kernel makes an ICMP message, type {type}, code {code}. It quotes the start of the packet that it is about: {about}.",
        "net/ipv4/icmp.c:__icmp_send() type {type}, code {code} to {to}; quoted: {about}.",
    ),
    "icmp.translated": (
        "The packet quoted inside the error gets its old addresses back: {old} becomes {new}.",
        "The sender must recognise its own packet in the error, so NAT is undone in the quotation, too.",
        "net/netfilter/nf_nat_proto.c:nf_nat_icmp_reply_translation(): inner {old} becomes {new}.",
    ),
    "tcp.reset": (
        "No connection and no listener on port {port} here: the kernel answers {to} with a reset.",
        "RST is TCP's no. A program that was connecting sees: connection refused.",
        "net/ipv4/tcp_ipv4.c:tcp_v4_send_reset() to {to}: no socket for port {port} (drop reason NO_SOCKET).",
    ),
    # Arrived
    "deliver.socket": (
        "Arrived: {owner} listens on port {port} and gets the packet.",
        "The kernel finds a {protocol} socket bound to port {port} and hands the packet to {owner}.",
        "__inet_lookup_listener() (udp: __udp4_lib_lookup()) finds the {protocol} socket on port {port} of {owner}.",
    ),
    "deliver.client": (
        "The answer has arrived at {owner}.",
        "The packet belongs to an open socket of {owner}, whose addresses and ports are exactly these.",
        "net/ipv4/inet_hashtables.c:__inet_lookup_established() (udp: __udp4_lib_lookup()) finds the socket of {owner}.",
    ),
    "deliver.client?flags=SA": (
        "{owner} hears: connection accepted.",
        "The SYN-ACK comes from the address and port that were called, so the waiting socket takes it.",
        "net/ipv4/tcp_input.c:tcp_rcv_synsent_state_process(): SYN_SENT becomes ESTABLISHED.",
    ),
    "deliver.client?flags=AR": (
        "{owner} hears no: connection refused.",
        "A reset from the address that was called ends the attempt; connect(2) returns ECONNREFUSED.",
        "net/ipv4/tcp_input.c:tcp_reset(): in SYN_SENT sk_err is ECONNREFUSED.",
    ),
    "deliver.client?flags=R": (
        "{owner} hears: this connection is no more.",
        "A reset ends the connection at once; its next read or write returns ECONNRESET.",
        "net/ipv4/tcp_input.c:tcp_reset(): sk_err is ECONNRESET.",
    ),
    "deliver.client?flags=A": (
        "{owner} gets the confirmation: the connection is open on both sides.",
        "The ACK ends the handshake; the connection waits for accept(2) to take it.",
        "net/ipv4/tcp_minisocks.c:tcp_check_req(): SYN_RECV becomes ESTABLISHED.",
    ),
    "deliver.client?flags=PA": (
        "The data have arrived at {owner}.",
        "The bytes wait in the socket's buffer until the program reads them.",
        "net/ipv4/tcp_input.c:tcp_rcv_established() queues the bytes; sk_data_ready() wakes {owner}.",
    ),
    "deliver.client?flags=echo reply": (
        "{owner} hears that the other end is there: the ping is answered.",
        "The echo reply carries the identifier of the request, so it finds the program that waits for it.",
        "net/ipv4/ping.c:ping_rcv() (raw sockets: raw_local_deliver()) finds the socket of {owner} by the identifier.",
    ),
    "deliver.echo": (
        "The ping has arrived. The kernel of {owner} answers it by itself.",
        "No program has to listen for a ping: the kernel turns the echo request round and sends it back.",
        "net/ipv4/icmp.c:icmp_echo() calls icmp_reply() with type 0 (ICMPv6: icmpv6_echo_reply(), type 129).",
    ),
    "deliver.error": (
        "The error reaches {owner}; its program sees: {name}.",
        "The quoted packet tells which socket the error is for. A waiting connect or read returns {name}.",
        "net/ipv4/tcp_ipv4.c:tcp_v4_err() (udp: udp_err()) sets sk_err to {name} on the socket of {owner}.",
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
    # Names
    "resolve.ask": (
        "Before it can connect to {host}, {owner} has to know its address. Its resolver asks for {name}.",
        "resolv.conf says whom to ask ({nameserver}), what to append[: {search}] and when: a name with fewer than {ndots} dots is completed first. {host} has {dots}. Try {number}.",
        "{libc}: candidate {number}, {name}, type {type}; ndots:{ndots}, nameserver {nameserver}.",
    ),
    "resolve.ask?type=AAAA": (
        "At the same time it asks for an IPv6 address of {name}.",
        "A and AAAA go out side by side, from one socket: two packets for every name that is tried.",
        "{libc}: candidate {number}, {name}, type {type}; ndots:{ndots}, nameserver {nameserver}.",
    ),
    "resolve.answer": (
        "{owner} knows {name}: {answer}.",
        "CoreDNS answers from what the API server tells it of Services and EndpointSlices; nothing is stored in files.",
        "coredns plugin/kubernetes: {name} {type}, {rcode}, {answer}.",
    ),
    "resolve.answer?rcode=NXDOMAIN": (
        "There is no such name as {name}: NXDOMAIN.",
        "No Service, endpoint or pod of the cluster has this name, and the zone is CoreDNS's own: nobody else is asked.",
        "coredns plugin/kubernetes: {name} {type}, {rcode}.",
    ),
    "resolve.answer?kind=none": (
        "{owner} knows {name}, but it has no address of this kind.",
        "NOERROR without records (NODATA): the name is there, not with type {type}.",
        "coredns plugin/kubernetes: {name} {type}, {rcode}, no records.",
    ),
    "resolve.forwarded": (
        "{name} is no name of the cluster: {owner} asks the resolver of its node, and passes on the answer: {answer}.",
        "The plugin forward sends what is outside the cluster's zones to the node's nameservers. No manifest says what they answer; the address is assumed.",
        "coredns plugin/forward: {name} {type}, {rcode}, {answer}.",
    ),
    "resolve.forwarded?rcode=NXDOMAIN": (
        "{name} is no name of the cluster, and the resolver of the node does not know it either: NXDOMAIN.",
        "The plugin forward sends what is outside the cluster's zones to the node's nameservers.",
        "coredns plugin/forward: {name} {type}, {rcode}.",
    ),
    "resolve.found": (
        "{host} is {address}. Now the connection can begin.",
        "The name that was found is {name}, after {tries} tried. The resolver gives its addresses to the program, the best one first.",
        "{libc}: getaddrinfo() returns {address} for {host}.",
    ),
    "resolve.failed": (
        "Nobody knows {host}. The program sees: name or service not known. It never sends a packet of its own.",
        "All {tries} names of the search were asked for, and each answer was NXDOMAIN.",
        "{libc}: getaddrinfo() returns {failure} for {host}.",
    ),
    "resolve.failed?failure=EAI_NODATA": (
        "{host} is there, but has no address. The program never sends a packet of its own.",
        "The answers were NOERROR without a record of type A or AAAA.",
        "{libc}: getaddrinfo() returns {failure} for {host}.",
    ),
    "resolve.failed?failure=EAI_AGAIN": (
        "No answer comes to the question for {host}. The program waits, then sees: temporary failure in name resolution.",
        "The resolver asks each nameserver twice, 5 seconds each, before it gives up. The address was never learned: nothing is wrong with the server itself yet.",
        "{libc}: getaddrinfo() returns {failure} for {host}.",
    ),
    # Proxies
    "proxy.forward": (
        "{owner} has read the request for {url}. {rule} takes it to {backend}: {owner} asks {target}.",
        "[{passed} rules before it do not match. ]The proxy ends the client's connection and opens one of its own; the client's address, {client}, goes along in a header.",
        "The route table of {owner} gives {rule}; the upstream {backend} is dialled at its endpoint, {target}, not at its cluster IP.",
    ),
    "proxy.answer": (
        "{owner} has read the request for {url}, and answers by itself: {status}.",
        "{why}. No backend is asked.[ The rule is {rule}.]",
        "The route table of {owner}[ gives {rule}]: status {status}, no upstream.",
    ),
    "proxy.hang-up": (
        "{owner} hangs up: there is nobody to hand the connection to.",
        "{why}.",
        "{owner} closes the client's connection[; the rule was {rule}].",
    ),
    "proxy.back": (
        "{target} has answered, and {owner} hands it on: status {status}.",
        "The answer goes back over the client's own connection, which has been open all the time.",
        "The upstream {backend} has answered; response filters are applied, and the downstream gets status {status}.",
    ),
    "proxy.failed": (
        "{owner} could not reach {target}, so its client gets {status}.",
        "The client's connection is fine; it is the proxy's own, to {backend}, that came to nothing.",
        "The upstream connection to {target} failed: status {status} is made by {owner}.",
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
