"""Network address translation: set up by the first packet of a connection, applied to all.

net/netfilter/nf_nat_core.c, nf_nat_masquerade.c
"""

import msgspec

from simulator.datapath.skb import Skb
from simulator.datapath.walk import Walk, step
from simulator.linux.conntrack import CtEntry, Direction, Tuple
from simulator.linux.netns import Netns
from simulator.packet.headers import Icmp, IPAddress
from simulator.packet.packet import Packet
from simulator.steps import Hook, Layer, StateChange, Step, StepKind, Steps

DESTINATION_HOOKS = (Hook.PREROUTING, Hook.OUTPUT)
"""HOOK2MANIP(): the destination is rewritten where packets come in, the source where they go out."""


def nat_set_up(entry: CtEntry, hook: Hook) -> bool:
    """nf_nat_initialized(): whether this half of the translation has been decided."""
    return entry.destination_nat_done if hook in DESTINATION_HOOKS else entry.source_nat_done


def set_up_destination(entry: CtEntry, address: IPAddress, port: int | None) -> None:
    """DNAT: answers will come from there. nf_nat_setup_info() for NF_NAT_MANIP_DST"""
    reply = entry.reply
    entry.reply = msgspec.structs.replace(reply, src=address, sport=reply.sport if port is None else port)
    entry.destination_nat = entry.reply != reply
    entry.destination_nat_done = True


def set_up_source(entry: CtEntry, address: IPAddress, port: int | None) -> None:
    """SNAT: answers will go there. nf_nat_setup_info() for NF_NAT_MANIP_SRC"""
    reply = entry.reply
    entry.reply = msgspec.structs.replace(reply, dst=address, dport=reply.dport if port is None else port)
    entry.source_nat = entry.reply != reply
    entry.source_nat_done = True


def free_source_port(walk: Walk, netns: Netns, entry: CtEntry, address: IPAddress, randomly: bool) -> int | None:
    """The port that SNAT takes: the client's own if nobody has the resulting tuple, else a random one.

    nf_nat_core.c:get_unique_tuple(); None keeps the port (or, for ICMP, the identifier).
    """
    if entry.original.protocol.value.startswith("ICMP"):
        return None
    wanted = msgspec.structs.replace(entry.reply, dst=address)
    if not randomly and walk.session.conntrack(netns).find(wanted) is None:
        return None
    return walk.session.random_port()


def nf_nat_alloc_null_binding(walk: Walk, netns: Netns, hook: Hook, skb: Skb, entry: CtEntry) -> Steps[None]:
    """No rule wanted a translation, and none will be asked again; yet answers must be told apart from those of another
    connection, so a source port that would make them alike is replaced.

    nf_nat_core.c:nf_nat_alloc_null_binding(), get_unique_tuple()
    """
    if hook in DESTINATION_HOOKS:
        entry.destination_nat_done = True
        return
    port = free_source_port(walk, netns, entry, entry.reply.dst, randomly=False)
    if port is None:
        entry.source_nat_done = True
        return
    set_up_source(entry, entry.reply.dst, port)
    before, skb.packet = skb.packet, translated(skb, hook)
    params = {"old": end_text(before, True), "new": end_text(skb.packet, True)}
    yield step(netns, skb, StepKind.NAT, Layer.NETWORK, "nat.port-taken",
               "net/netfilter/nf_nat_core.c:get_unique_tuple()", params, before=before, hook=hook)  # fmt: skip


def nf_nat_packet(netns: Netns, hook: Hook, skb: Skb) -> Steps[None]:
    """Rewrite a packet as its connection says, in this direction and at this hook."""
    rewritten = translated(skb, hook)
    if rewritten == skb.packet or skb.ct is None:
        return
    before, skb.packet = skb.packet, rewritten
    yield _told(netns, hook, skb, skb.ct, before)


def nf_nat_icmp_reply_translation(netns: Netns, hook: Hook, skb: Skb) -> Steps[None]:
    """An ICMP error about a translated connection: the quoted packet is translated back, and so is the address.

    net/netfilter/nf_nat_proto.c:nf_nat_icmp_reply_translation()
    """
    l4 = skb.packet.l4
    if skb.ct is None or not isinstance(l4, Icmp) or l4.quoted is None or not _applies(skb.ct, skb.direction, hook):
        return
    target = skb.ct.tuple(_other(skb.direction)).inverted()
    inner = Packet(ip=l4.quoted.ip, l4=l4.quoted.l4)
    before = skb.packet
    if hook in DESTINATION_HOOKS:
        inner = inner.with_src(target.dst, target.dport)
        outer = before.with_dst(target.dst, None)
    else:
        inner = inner.with_dst(target.src, target.sport)
        outer = before.with_src(target.src, None)
    quoted = msgspec.structs.replace(l4.quoted, ip=inner.ip, l4=inner.l4)
    skb.packet = msgspec.structs.replace(outer, l4=msgspec.structs.replace(l4, quoted=quoted))
    yield step(
        netns,
        skb,
        StepKind.NAT,
        Layer.NETWORK,
        "icmp.translated",
        "net/netfilter/nf_nat_proto.c:nf_nat_icmp_reply_translation()",
        {"old": f"{before.ip.src} > {before.ip.dst}", "new": f"{skb.packet.ip.src} > {skb.packet.ip.dst}"},
        before=before,
        hook=hook,
        state=(ct_used(skb.ct),),
    )


def _other(direction: Direction) -> Direction:
    return Direction.REPLY if direction is Direction.ORIGINAL else Direction.ORIGINAL


def _applies(entry: CtEntry, direction: Direction, hook: Hook) -> bool:
    destination = hook in DESTINATION_HOOKS
    if direction is Direction.REPLY:
        destination = not destination
    return entry.destination_nat if destination else entry.source_nat


def translated(skb: Skb, hook: Hook) -> Packet:
    """The packet as it will be after this hook's translation."""
    if skb.ct is None or not _applies(skb.ct, skb.direction, hook):
        return skb.packet
    target: Tuple = skb.ct.tuple(_other(skb.direction)).inverted()
    ports = not isinstance(skb.packet.l4, Icmp)
    if hook in DESTINATION_HOOKS:
        return skb.packet.with_dst(target.dst, target.dport if ports else None)
    return skb.packet.with_src(target.src, target.sport if ports else None)


def end_text(packet: Packet, source: bool) -> str:
    """ "address:port" of one end of a packet."""
    address, port = (packet.ip.src, packet.sport) if source else (packet.ip.dst, packet.dport)
    if port is None:
        return str(address)
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def _told(netns: Netns, hook: Hook, skb: Skb, entry: CtEntry, before: Packet) -> Step:
    destination = hook in DESTINATION_HOOKS
    if skb.direction is Direction.REPLY:
        text = "nat.undo-snat" if destination else "nat.undo-dnat"
    else:
        text = "nat.again-dnat" if destination else "nat.again-snat"
    params = {"old": end_text(before, not destination), "new": end_text(skb.packet, not destination)}
    return step(
        netns,
        skb,
        StepKind.NAT,
        Layer.NETWORK,
        text,
        "net/netfilter/nf_nat_core.c:nf_nat_packet()",
        params,
        before=before,
        hook=hook,
        state=(ct_used(entry),),
    )


def ct_used(entry: CtEntry) -> StateChange:
    """The entry that says how a packet is rewritten."""
    return StateChange("conntrack", "used", str(entry), entry.key)
