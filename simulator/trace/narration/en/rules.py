"""Rules, and the errors that kernels make of them."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str]] = {
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
}
