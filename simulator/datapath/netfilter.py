"""Netfilter: the hooks, and everything registered on them in the order of priority.

net/netfilter/core.c:nf_hook_slow()
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from simulator.datapath import nf_nat
from simulator.datapath.decision import Decision, Verdict
from simulator.datapath.icmp import REJECT_WITH, icmp_send
from simulator.datapath.ip_tables import ipt_do_table
from simulator.datapath.nf_conntrack import is_icmp_error, nf_conntrack_confirm, nf_conntrack_in
from simulator.datapath.nf_tables import nft_do_chain
from simulator.datapath.route import ip_route_me_harder
from simulator.datapath.session import Noted
from simulator.datapath.skb import Skb
from simulator.datapath.transport import send_reset
from simulator.datapath.walk import Walk, step
from simulator.datapath.xt_match import Context
from simulator.linux import iptables
from simulator.linux.conntrack import CtState
from simulator.linux.netfilter import BaseChain, ChainType
from simulator.linux.netns import Netns
from simulator.linux.nft_list import duration
from simulator.packet.headers import IPAddress
from simulator.packet.packet import Packet
from simulator.steps import Cause, Disposition, Hook, Layer, StateChange, Step, StepKind, Steps, Text

CONNTRACK_PRIORITY = -200
NAT_PRIORITY = {Hook.PREROUTING: -100, Hook.OUTPUT: -100, Hook.INPUT: 100, Hook.POSTROUTING: 100}
_DO_TABLE = "net/ipv4/netfilter/ip_tables.c:ipt_do_table()"
_DO_CHAIN = "net/netfilter/nf_tables_core.c:nft_do_chain()"


def nf_hook(walk: Walk, netns: Netns, hook: Hook, skb: Skb, in_device: str = "", out_device: str = "") -> Steps[bool]:
    """Pass a packet through a hook; True when it may go on. A dropped packet's end is already told."""
    if not netns.conntrack and not netns.hooks:
        return True
    context = Context(walk.session, netns, skb, in_device, out_device)
    for entry in _in_order(netns, hook, skb.packet.ip.version):
        if entry == CONNTRACK_PRIORITY:
            sees = hook in (Hook.PREROUTING, Hook.OUTPUT)
            if sees and not (yield from nf_conntrack_in(walk, netns, hook, skb)):
                return False
        elif isinstance(entry, BaseChain):
            if not (yield from _filter_chain(walk, context, entry)):
                return False
        elif not (yield from _nf_nat_inet_fn(walk, hook, context)):
            return False
    if hook in (Hook.INPUT, Hook.POSTROUTING):
        yield from nf_conntrack_confirm(walk, netns, hook, skb)
    return True


def _in_order(netns: Netns, hook: Hook, version: int) -> Iterator[BaseChain | int]:
    """What runs at a hook, by priority: connection tracking, filter chains, and all nat chains as one entry."""
    entries: list[tuple[int, BaseChain | int]] = [
        (c.priority, c) for c in netns.hooks if c.hook is hook and c.family == version and c.type is ChainType.FILTER
    ]
    if netns.conntrack:
        entries.append((CONNTRACK_PRIORITY, CONNTRACK_PRIORITY))
        if hook in NAT_PRIORITY:
            entries.append((NAT_PRIORITY[hook], NAT_PRIORITY[hook]))
    return (entry for _, entry in sorted(entries, key=lambda e: e[0]))


def _filter_chain(walk: Walk, context: Context, chain: BaseChain) -> Steps[bool]:
    before = context.skb.packet
    decision = _decide(context, chain)
    if decision.verdict is Verdict.DROP:
        yield from _drop(walk, context, chain, decision, before)
        return False
    if decision.path:
        yield _walked(context, chain, decision, before)
    return True


def _decide(context: Context, chain: BaseChain) -> Decision:
    if chain.nftables:
        return nft_do_chain(context.netns.nftables[chain.family, chain.table], chain.chain, context)
    return ipt_do_table(context.netns.tables[chain.family].tables[chain.table], chain.family, chain.chain, context)


def _nf_nat_inet_fn(walk: Walk, hook: Hook, context: Context) -> Steps[bool]:
    """nat chains see the first packet of a connection only; every packet is rewritten by the connection's entry.

    net/netfilter/nf_nat_core.c:nf_nat_inet_fn()
    """
    netns, skb = context.netns, context.skb
    if skb.ct is None:
        return True
    if skb.state is CtState.RELATED and is_icmp_error(skb):
        return (yield from _rewritten(walk, hook, context, nf_nat.nf_nat_icmp_reply_translation))
    if skb.state is CtState.NEW and not nf_nat.nat_set_up(skb.ct, hook):
        for chain in netns.hooks:
            if chain.hook is hook and chain.family == skb.packet.ip.version and chain.type is ChainType.NAT:
                if not (yield from _nat_chain(walk, hook, context, chain)):
                    return False
                if nf_nat.nat_set_up(skb.ct, hook):
                    return True
        yield from nf_nat.nf_nat_alloc_null_binding(walk, netns, hook, skb, skb.ct)
        return True
    return (yield from _rewritten(walk, hook, context, nf_nat.nf_nat_packet))


def _rewritten(
    walk: Walk, hook: Hook, context: Context, rewrite: Callable[[Netns, Hook, Skb], Steps[None]]
) -> Steps[bool]:
    """What was made here and has another destination now is routed anew. nf_nat_proto.c:nf_nat_ipv4_local_fn()"""
    before = context.skb.packet.ip.dst
    yield from rewrite(context.netns, hook, context.skb)
    if hook is not Hook.OUTPUT or context.skb.packet.ip.dst == before:
        return True
    yield from ip_route_me_harder(walk, context.netns, context.skb)
    return context.skb.dst is not None


def _nat_chain(walk: Walk, hook: Hook, context: Context, chain: BaseChain) -> Steps[bool]:
    before = context.skb.packet
    decision = _decide(context, chain)
    if decision.verdict is Verdict.DROP:
        yield from _drop(walk, context, chain, decision, before)
        return False
    text, params = _translate(walk, hook, context, decision.target)
    remembered = walk.session.noted()
    if decision.path:
        words = params | _affinity(remembered) | ({"by": "nftables"} if chain.nftables else {})
        state = (*(noted.change for noted in remembered), *_bound(context, text))
        made = _walked(context, chain, decision, before, Text(text, words) if text else None)
        yield msgspec.structs.replace(made, state=state)
    if hook is Hook.OUTPUT and context.skb.packet.ip.dst != before.ip.dst:
        yield from ip_route_me_harder(walk, context.netns, context.skb)
    return context.skb.dst is not None or hook is not Hook.OUTPUT


def _bound(context: Context, translation: str) -> tuple[StateChange, ...]:
    """The connection's entry, whose answers have another tuple from now on."""
    entry = context.skb.ct
    return (StateChange("conntrack", "updated", str(entry), entry.key),) if entry is not None and translation else ()


def _affinity(remembered: Sequence[Noted]) -> dict[str, str]:
    """What to tell of a client that is remembered: it was known already ("used"), or it is from now on."""
    if not remembered:
        return {}
    used = next((noted for noted in remembered if noted.change.event == "used"), None)
    told = used or remembered[0]
    age = duration(told.seconds) if told.seconds else ""
    return {"affinity": "used" if used else "created", "age": age, "list": told.change.entry.partition(":")[0]}


def _translate(walk: Walk, hook: Hook, context: Context, target: iptables.Target | None) -> tuple[str, dict[str, str]]:
    """Carry out a nat target; the text's id and parameters, or "" where the packet stays as it is."""
    netns, skb = context.netns, context.skb
    entry = skb.ct
    if entry is None or not isinstance(target, iptables.Dnat | iptables.Snat | iptables.Masquerade):
        return "", {}
    before = skb.packet
    if isinstance(target, iptables.Dnat):
        nf_nat.set_up_destination(entry, target.address, target.port)
        skb.packet = nf_nat.translated(skb, hook)
        return "nat.dnat", {"old": nf_nat.end_text(before, False), "new": nf_nat.end_text(skb.packet, False)}
    if isinstance(target, iptables.Masquerade):
        address = nf_nat_masquerade(netns, skb, context.out_device)
        port = nf_nat.free_source_port(walk, netns, entry, address, target.random_fully)
        text = "nat.masquerade"
    else:
        address = target.address
        port = target.port or nf_nat.free_source_port(walk, netns, entry, address, False)
        text = "nat.snat"
    nf_nat.set_up_source(entry, address, port)
    skb.packet = nf_nat.translated(skb, hook)
    params = {"old": nf_nat.end_text(before, True), "new": nf_nat.end_text(skb.packet, True)}
    return text, params | ({"dev": context.out_device} if text == "nat.masquerade" else {})


def nf_nat_masquerade(netns: Netns, skb: Skb, out_device: str) -> IPAddress:
    """The address that MASQUERADE takes: the one that the outgoing device speaks to the next hop with.

    net/netfilter/nf_nat_masquerade.c:nf_nat_masquerade_ipv4()
    """
    next_hop = skb.dst.gateway if skb.dst and skb.dst.gateway else skb.packet.ip.dst
    address = netns.devices[out_device].select_address(next_hop)
    if address is None:  # a device without addresses borrows the first of another
        others = (d.select_address(next_hop) for d in netns.devices.values() if d.name != "lo")
        address = next(a for a in others if a is not None)
    return address


def _walked(
    context: Context, chain: BaseChain, decision: Decision, before: Packet, translation: Text | None = None
) -> Step:
    """The step that tells of a walk through a base chain: the rule that decided and the way to it."""
    text = translation or _passed(context, chain, decision, before)
    made = step(
        context.netns,
        context.skb,
        StepKind.NAT if translation else StepKind.NETFILTER,
        Layer.NETWORK,
        text.id,
        _DO_CHAIN if chain.nftables else _DO_TABLE,
        text.params,
        before=before,
        hook=chain.hook,
        device=context.in_device or context.out_device,
    )
    return msgspec.structs.replace(made, **_evidence(decision))


def _passed(context: Context, chain: BaseChain, decision: Decision, before: Packet) -> Text:
    """What to say of a packet that goes on as it is, or with a mark."""
    params = {"table": chain.table, "chain": chain.chain}
    mark = context.skb.packet.mark
    marked = before.mark != mark
    word = "mark" if marked else "accept" if isinstance(decision.target, iptables.Accept) else "pass"
    return Text(f"{_words(chain)}.{word}", params | ({"mark": hex(mark)} if marked else {}))


def _words(chain: BaseChain) -> str:
    """Which texts tell of a chain's rules: nftables' own speak of rules as nft lists them."""
    return "nftables" if chain.nftables else "netfilter"


def _evidence(decision: Decision) -> dict[str, object]:
    origins = tuple(dict.fromkeys(o for rule in reversed(decision.path) for o in rule.origins))
    return {
        "matched": decision.path[-1] if decision.path else None,
        "path": tuple(decision.path),
        "considered": tuple(decision.considered),
        "origins": origins,
        "chances": tuple(decision.chances),
    }


def _drop(walk: Walk, context: Context, chain: BaseChain, decision: Decision, before: Packet) -> Steps[None]:
    """The packet ends here; REJECT also sends word back."""
    netns, skb, target = context.netns, context.skb, decision.target
    params: dict[str, object] = {"table": chain.table, "chain": chain.chain}
    if decision.path:
        params["rule"] = decision.path[-1].text
    if isinstance(target, iptables.Reject):
        word, cause, disposition = "reject", Cause.RULE_REJECT, Disposition.REJECTED
        params["with"] = target.reject_with
    elif target is None:
        word, cause, disposition = "policy-drop", Cause.CHAIN_POLICY, Disposition.DROPPED
    else:
        invalid = skb.state is CtState.INVALID
        cause = Cause.INVALID_STATE if invalid else Cause.RULE_DROP
        word, disposition = "drop", Disposition.DROPPED
    device = context.in_device or context.out_device
    made = step(
        netns,
        skb,
        StepKind.DROP,
        Layer.NETWORK,
        f"{_words(chain)}.{word}",
        _DO_CHAIN if chain.nftables else _DO_TABLE,
        params,
        before=before,
        hook=chain.hook,
        device=device,
        cause=cause,
    )
    yield msgspec.structs.replace(made, **_evidence(decision))
    walk.end(disposition, netns, skb, cause)
    if isinstance(target, iptables.Reject):
        nf_send_unreach(walk, netns, skb, target.reject_with)


def nf_send_unreach(walk: Walk, netns: Netns, skb: Skb, reject_with: str) -> None:
    """What -j REJECT sends back. net/ipv4/netfilter/nf_reject_ipv4.c:nf_send_unreach(), nf_send_reset()"""
    if reject_with == "tcp-reset":
        send_reset(walk, netns, skb, rejected=True)
    else:
        icmp_send(walk, netns, skb, REJECT_WITH[reject_with])
