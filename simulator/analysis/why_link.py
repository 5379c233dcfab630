"""Failures below the rules: a packet too big for its way, a dead link, a missing entry, a table that is full."""

from simulator.analysis.blame import Case, explanation
from simulator.trace.model import Explanation


def too_big(case: Case) -> Explanation:
    """A packet was larger than a device's MTU, and its sender did not learn what would fit."""
    words = case.step.text.params
    device, mtu, length = words.get("dev", case.step.device or ""), words.get("mtu", ""), words.get("length", "")
    if not mtu:
        return explanation(
            "mtu-black-hole",
            f'Word that a packet was too big ("fragmentation needed") was lost at {case.step.host} on its way back, so '
            "the sender goes on sending packets of the same size, which all vanish. Small ones still get through.",
            case.step.origins,
            'Let ICMP type 3 code 4 (ICMPv6 type 2) pass: no firewall may drop "packet too big".',
        )
    told = "was told so, but word of it was lost" if case.step.text.id == "mtu.too-big" else "is never told"
    return explanation(
        "mtu-black-hole",
        f"The packet has {length} bytes, and {device} on {case.step.host} takes {mtu} at most. The sender {told}: "
        "small packets get through, and as soon as there is more to say, everything hangs.",
        case.step.origins,
        f"Give all devices on the way the same MTU: raise that of {device} on {case.step.host}, or let the CNI plugin "
        f"give the pods {mtu} bytes.",
    )


def link_down(case: Case) -> Explanation:
    words = case.step.text.params
    device = words.get("dev") or words.get("bridge") or case.step.device or "a device"
    return explanation(
        "link-down",
        f"{device} on {case.step.host} is {words.get('state', 'DOWN')}: no frame gets through, and nobody is told.",
        case.step.origins,
        f"Look at ip link show {device} there, and at what is plugged into its other end.",
    )


def no_fdb_entry(case: Case) -> Explanation:
    words = case.step.text.params
    return explanation(
        "fdb-entry-missing",
        f"{words.get('dev', '')} on {case.step.host} does not know which machine the hardware address "
        f"{words.get('mac', '')} is behind, so the packet is lost there without a word.",
        case.step.origins,
        "Restart flanneld on that node: it writes the entries of all other nodes again (bridge fdb show).",
    )


def conntrack_full(case: Case) -> Explanation:
    return explanation(
        "conntrack-full",
        f'The conntrack table of {case.step.host} is full, so it drops what would begin a connection ("nf_conntrack: '
        'table full, dropping packet" in its kernel log).',
        case.step.origins,
        "Raise net.netfilter.nf_conntrack_max there, or find out who keeps so many connections: conntrack -L.",
    )
