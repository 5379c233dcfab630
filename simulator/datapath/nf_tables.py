"""Walking the chains of an nftables table.

net/netfilter/nf_tables_core.c:nft_do_chain()
"""

from collections.abc import Callable, Sequence
from typing import Any

from simulator.chance import Option
from simulator.datapath.decision import MAX_CONSIDERED, Decision, Verdict
from simulator.datapath.xt_match import Context
from simulator.linux import iptables
from simulator.linux import nftables as nft
from simulator.linux.conntrack import CtState
from simulator.linux.nft_list import FAMILY, duration, listed_text, statement_text
from simulator.origin import Origins
from simulator.packet.headers import IPAddress
from simulator.packet.packet import Packet
from simulator.steps import Chance, Considered, RuleRef, StateChange

PORT_UNREACHABLE = {4: "icmp-port-unreachable", 6: "icmp6-port-unreachable"}
_FIELDS: dict[str, Callable[[Packet], Any]] = {
    "saddr": lambda packet: packet.ip.src,
    "daddr": lambda packet: packet.ip.dst,
    "meta l4proto": lambda packet: packet.ip.protocol,
    "th sport": lambda packet: packet.sport,
    "th dport": lambda packet: packet.dport,
    "meta mark": lambda packet: packet.mark,
}


class _Outcome:
    """What a rule's statements came to: a verdict for the walk, a target that ends it, the evidence for the step."""

    def __init__(self) -> None:
        self.verdict: nft.Verdict | None = None
        self.target: iptables.Target | None = None
        self.word = "continue"
        self.probability: float | None = None
        self.origins: Origins = ()


class _Traversal:
    def __init__(self, table: nft.Table, context: Context) -> None:
        self.table = table
        self.name = f"{FAMILY[table.family]} {table.name}"
        self.context = context
        self.path: list[RuleRef] = []
        self.considered: list[Considered] = []
        self.chances: list[Chance] = []

    def chain(self, name: str) -> iptables.Target | None:
        """The target that ended the walk in this chain, None when it came back without one."""
        chain = self.table.chains[name]
        for number, rule in enumerate(chain.rules, 1):
            outcome = self._rule(chain, number, rule)
            if outcome is None:
                continue
            if outcome.target is not None:
                return outcome.target
            verdict = outcome.verdict
            if isinstance(verdict, nft.Return):
                return None
            if isinstance(verdict, nft.Goto):
                return self.chain(verdict.chain)
            if isinstance(verdict, nft.Jump):
                target = self.chain(verdict.chain)
                if target is not None:
                    return target
        return None

    def _rule(self, chain: nft.Chain, number: int, rule: nft.Rule) -> _Outcome | None:
        """Carry out a rule's statements from the left; one that does not hold ends it."""
        outcome = _Outcome()
        for statement in rule.statements:
            if not _STATEMENTS[type(statement)](self, statement, outcome):
                if len(self.considered) < MAX_CONSIDERED:
                    passed = self._ref(chain, number, rule, _Outcome())
                    self.considered.append(Considered(passed, statement_text(statement, self.table.family)))
                return None
        self.path.append(self._ref(chain, number, rule, outcome))
        return outcome

    def _ref(self, chain: nft.Chain, number: int, rule: nft.Rule, outcome: _Outcome) -> RuleRef:
        origins = tuple(dict.fromkeys((*outcome.origins, *rule.origins)))
        text = listed_text(rule, self.table.family)
        return RuleRef(self.name, chain.name, number, text, outcome.word, outcome.probability, origins)

    def key(self, fields: Sequence[str]) -> nft.Key:
        """A concatenation's values in this packet."""
        packet = self.context.skb.packet
        return tuple(_state(self.context) if field == "ct state" else _FIELDS[field](packet) for field in fields)

    def contains(self, name: str, key: nft.Key) -> bool:
        """Whether a set has a key: among its elements, or among those that packets have put there."""
        found = self.table.sets[name]
        if found.timeout is None:
            return key in found.elements
        there = key in self.remembered(name)
        if there:
            self.note(name, key, "used")
        return there

    def update(self, name: str, key: nft.Key) -> None:
        """Put a key in a dynamic set, or start its time anew. net/netfilter/nft_dynset.c:nft_dynset_eval()"""
        seen = self.remembered(name)
        self.note(name, key, "updated" if key in seen else "created")
        seen.add(key)

    def note(self, name: str, key: nft.Key, event: str) -> None:
        """As `nft list set` prints the element; no time passes, so all of it is left."""
        words = " . ".join(str(part) for part in key)
        seconds = self.table.sets[name].timeout or 0
        change = StateChange("affinity", event, f"{name}: {words} expires {duration(seconds)}", f"{name} {words}")
        self.context.session.note(change, seconds)

    def remembered(self, name: str) -> set[Any]:
        """The elements of a dynamic set; time stands still in a session, so none of them expires."""
        place = (self.context.netns.name, f"{self.name} {name}")
        return self.context.session.recent.setdefault(place, set())

    def draw(self, picks: Sequence[str]) -> int:
        """numgen random mod N. net/netfilter/nft_numgen.c:nft_ng_random_gen()"""
        if len(picks) == 1:
            return 0
        options = tuple(Option(pick, 1 / len(picks)) for pick in picks)
        picked = self.context.session.choose(options)
        self.chances.append(Chance(options, picked))
        return picked

    def owner(self, address: IPAddress) -> str:
        return self.context.session.network.owner(address) or str(address)

    def leads_to(self, name: str) -> str:
        """Whom a chain translates to."""
        statements = (s for rule in self.table.chains[name].rules for s in rule.statements)
        address = next((s.address for s in statements if isinstance(s, nft.DnatTo)), None)
        return name if address is None else self.owner(address)


def _state(context: Context) -> str:
    """What ct state compares with; a packet that is not tracked is untracked."""
    state = context.skb.state
    return "untracked" if state is None else state.value.lower()


def _address_match(t: _Traversal, s: nft.AddressMatch, o: _Outcome) -> bool:
    packet = t.context.skb.packet
    address = packet.ip.src if s.side == "saddr" else packet.ip.dst
    return any(address in network for network in s.networks) != s.invert


def _address_in_set(t: _Traversal, s: nft.AddressInSet, o: _Outcome) -> bool:
    return t.contains(s.set, t.key((s.side,))) != s.invert


def _interface(t: _Traversal, s: nft.InputInterface | nft.OutputInterface, o: _Outcome) -> bool:
    name = t.context.in_device if isinstance(s, nft.InputInterface) else t.context.out_device
    there = name.startswith(s.name[:-1]) if s.name.endswith("*") else name == s.name
    return there != s.invert


def _port_match(t: _Traversal, s: nft.PortMatch, o: _Outcome) -> bool:
    """A rule on tcp, udp or sctp asks for the protocol first; th takes whatever stands there."""
    packet = t.context.skb.packet
    if s.header not in ("th", packet.ip.protocol.keyword):
        return False
    port = packet.dport if s.side == "dport" else packet.sport
    return port is not None and any(low <= port <= high for low, high in s.ports) != s.invert


def _mark_test(t: _Traversal, s: nft.MarkTest, o: _Outcome) -> bool:
    return (t.context.skb.packet.mark & s.mask == s.value) is s.equal


def _fib_local(t: _Traversal, s: nft.FibLocal, o: _Outcome) -> bool:
    """net/ipv4/netfilter/nft_fib_ipv4.c:nft_fib4_eval_type()"""
    packet = t.context.skb.packet
    address = packet.ip.src if s.side == "saddr" else packet.ip.dst
    return t.context.netns.local_device(address) is not None


def _ct_status_dnat(t: _Traversal, s: nft.CtStatusDnat, o: _Outcome) -> bool:
    entry = t.context.skb.ct
    return entry is not None and entry.destination_nat


def _mark_set(t: _Traversal, s: nft.MarkSet, o: _Outcome) -> bool:
    skb = t.context.skb
    skb.packet = skb.packet.with_mark(_OPERATORS[s.operator](skb.packet.mark, s.value))
    return True


def _update_set(t: _Traversal, s: nft.UpdateSet, o: _Outcome) -> bool:
    t.update(s.set, t.key(("saddr",)))
    return True


def _verdict_map(t: _Traversal, s: nft.VerdictMap, o: _Outcome) -> bool:
    """net/netfilter/nft_lookup.c:nft_lookup_eval(): a key that is not there ends the rule."""
    element = t.table.sets[s.map].elements.get(t.key(s.fields))
    if element is None or element.verdict is None:
        return False
    o.origins = element.origins
    return _STATEMENTS[type(element.verdict)](t, element.verdict, o)


def _inline_verdict_map(t: _Traversal, s: nft.InlineVerdictMap, o: _Outcome) -> bool:
    key = t.key(s.fields)
    verdict = next((verdict for found, verdict in s.entries if found == key), None)
    return verdict is not None and _STATEMENTS[type(verdict)](t, verdict, o)


def _goes_to(t: _Traversal, s: nft.Jump | nft.Goto, o: _Outcome) -> bool:
    o.verdict = s
    o.word = statement_text(s, t.table.family)
    return True


def _drop(t: _Traversal, s: nft.Drop, o: _Outcome) -> bool:
    o.verdict, o.target, o.word = s, iptables.Drop(), "drop"
    return True


def _accept(t: _Traversal, s: nft.Accept, o: _Outcome) -> bool:
    o.verdict, o.target, o.word = s, iptables.Accept(), "accept"
    return True


def _return(t: _Traversal, s: nft.Return, o: _Outcome) -> bool:
    o.verdict, o.word = s, "return"
    return True


def _reject(t: _Traversal, s: nft.Reject, o: _Outcome) -> bool:
    how = PORT_UNREACHABLE[t.table.family] if s.how is None else nft.REJECTS[s.how]
    o.target, o.word = iptables.Reject(how), "reject"
    return True


def _masquerade(t: _Traversal, s: nft.Masquerade, o: _Outcome) -> bool:
    o.target, o.word = iptables.Masquerade(random_fully=s.fully_random), "masquerade"
    return True


def _dnat_to(t: _Traversal, s: nft.DnatTo, o: _Outcome) -> bool:
    o.target, o.word = iptables.Dnat(s.address, s.port), "dnat"
    return True


def _snat_to(t: _Traversal, s: nft.SnatTo, o: _Outcome) -> bool:
    o.target, o.word = iptables.Snat(s.address, s.port), "snat"
    return True


def _dnat_random(t: _Traversal, s: nft.DnatRandom, o: _Outcome) -> bool:
    address, port = s.choices[t.draw([t.owner(address) for address, _ in s.choices])]
    o.target, o.word = iptables.Dnat(address, port), "dnat"
    o.probability = 1 / len(s.choices) if len(s.choices) > 1 else None
    return True


def _goto_random(t: _Traversal, s: nft.GotoRandom, o: _Outcome) -> bool:
    chain = s.chains[t.draw([t.leads_to(chain) for chain in s.chains])]
    o.probability = 1 / len(s.chains) if len(s.chains) > 1 else None
    return _goes_to(t, nft.Goto(chain), o)


_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "|": lambda mark, value: mark | value,
    "^": lambda mark, value: mark ^ value,
    "&": lambda mark, value: mark & value,
    "=": lambda mark, value: value,
}

_STATEMENTS: dict[type, Callable[[_Traversal, Any, _Outcome], bool]] = {
    nft.AddressMatch: _address_match,
    nft.AddressInSet: _address_in_set,
    nft.InputInterface: _interface,
    nft.OutputInterface: _interface,
    nft.L4Protocol: lambda t, s, o: t.context.skb.packet.ip.protocol is s.protocol,
    nft.L4Protocols: lambda t, s, o: (t.context.skb.packet.ip.protocol in s.protocols) != s.invert,
    nft.PortMatch: _port_match,
    nft.CtStateNew: lambda t, s, o: t.context.skb.state is CtState.NEW,
    nft.CtState: lambda t, s, o: (_state(t.context) in s.states) != s.invert,
    nft.CtStatusDnat: _ct_status_dnat,
    nft.FibLocal: _fib_local,
    nft.MarkTest: _mark_test,
    nft.KeyInSet: lambda t, s, o: t.contains(s.set, t.key(s.fields)),
    nft.MarkSet: _mark_set,
    nft.Jump: _goes_to,
    nft.Goto: _goes_to,
    nft.Drop: _drop,
    nft.Accept: _accept,
    nft.Return: _return,
    nft.Reject: _reject,
    nft.Counter: lambda t, s, o: True,
    nft.VerdictMap: _verdict_map,
    nft.InlineVerdictMap: _inline_verdict_map,
    nft.Masquerade: _masquerade,
    nft.DnatTo: _dnat_to,
    nft.SnatTo: _snat_to,
    nft.DnatRandom: _dnat_random,
    nft.GotoRandom: _goto_random,
    nft.UpdateSet: _update_set,
}


def nft_do_chain(table: nft.Table, base: str, context: Context) -> Decision:
    """Walk a base chain. Marks and sets change on the way; the target that decides is left to
    the caller to carry out."""
    traversal = _Traversal(table, context)
    target = traversal.chain(base)
    hook = table.chains[base].base
    by_policy = target is None and hook is not None and hook.policy == "drop"
    dropping = by_policy or isinstance(target, iptables.Drop | iptables.Reject)
    verdict = Verdict.DROP if dropping else Verdict.ACCEPT
    return Decision(verdict, target, traversal.path, traversal.considered, traversal.chances)
