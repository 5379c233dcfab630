"""Connection tracking and address translation: what is remembered, and what is rewritten."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str]] = {
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
}
