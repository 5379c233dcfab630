"""What a bridge does with a frame."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str]] = {
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
}
