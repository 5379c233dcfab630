"""Walking the chains of a table.

net/ipv4/netfilter/ip_tables.c:ipt_do_table()
"""

from functools import partial

from simulator.chance import Option
from simulator.datapath.decision import MAX_CONSIDERED, Decision, Verdict
from simulator.datapath.xt_match import Context, first_failed
from simulator.linux import iptables
from simulator.linux.iptables import Chain, Rule, Table
from simulator.linux.iptables_save import match_text, rule_text
from simulator.steps import Chance, Considered, RuleRef

_FAMILY = {4: "ip", 6: "ip6"}


class _Traversal:
    def __init__(self, table: Table, family: int, context: Context) -> None:
        self.table = table
        self.name = f"{_FAMILY[family]} {table.name}"
        self.context = context
        self.path: list[RuleRef] = []
        self.considered: list[Considered] = []
        self.chances: list[Chance] = []

    def chain(self, chain: Chain) -> iptables.Target | None:
        """The target that ended the walk in this chain, Return or None when it came back without one."""
        packet = self.context.skb.packet
        settled: dict[int, float | None] = {}
        for number, rule in chain.candidates(packet.ip.dst, packet.dport):
            failed = first_failed(rule, self.context)
            if failed is not None:
                text = self.context.session.written("", failed, partial(match_text, failed))
                self._passed(chain, number, rule, text)
                continue
            if _statistic(rule) is not None:
                if number not in settled:
                    settled |= self._settle(chain, number)
                if settled[number] is None:
                    self._passed(chain, number, rule, "chance: another one was drawn")
                    continue
            probability = settled.get(number)
            self.path.append(self._ref(chain, number, rule, probability))
            ended = self._target(rule)
            if isinstance(ended, iptables.Return):
                return None
            if ended is not None:
                return ended
        return None

    def _target(self, rule: Rule) -> iptables.Target | None:
        target = rule.target
        if isinstance(target, iptables.Jump):
            return self.chain(self.table.chains[target.chain])
        if isinstance(target, iptables.SetXMark):
            skb = self.context.skb
            skb.packet = skb.packet.with_mark((skb.packet.mark & ~target.mask) ^ target.value)
            return None
        return target

    def _settle(self, chain: Chain, number: int) -> dict[int, float | None]:
        """Draw once among the rules of a chain that leave it to chance, from `number` on.

        Their probabilities are each of what is left; the last way out is the first rule that chance has no part in.
        """
        packet = self.context.skb.packet
        rules: list[tuple[int, Rule, float]] = []
        left = 1.0
        for at, rule in chain.candidates(packet.ip.dst, packet.dport):
            if at < number or first_failed(rule, self.context) is not None:
                continue
            statistic = _statistic(rule)
            share = left if statistic is None else left * statistic.probability / 2**31
            rules.append((at, rule, share))
            left -= share
            if statistic is None:
                break
        options = tuple(Option(self._leads_to(rule), share) for _, rule, share in rules)
        picked = self.context.session.choose(options) if len(options) > 1 else 0
        self.chances.append(Chance(options, picked))
        return {at: (share if i == picked else None) for i, (at, _, share) in enumerate(rules)}

    def _leads_to(self, rule: Rule) -> str:
        """The namespace (or address) that a rule's chain sends to."""
        target = rule.target
        if isinstance(target, iptables.Jump):
            inside = self.table.chains[target.chain].rules
            target = next((r.target for r in inside if isinstance(r.target, iptables.Dnat)), target)
        if isinstance(target, iptables.Dnat):
            return self.context.session.network.owner(target.address) or str(target.address)
        return type(target).__name__

    def _ref(self, chain: Chain, number: int, rule: Rule, probability: float | None = None) -> RuleRef:
        target = rule.target
        verdict = (
            f"JUMP:{target.chain}" if isinstance(target, iptables.Jump) else _VERDICTS.get(type(target), "CONTINUE")
        )
        text = self.context.session.written(chain.name, rule, partial(rule_text, chain.name, rule))
        return RuleRef(self.name, chain.name, number, text, verdict, probability, rule.origins)

    def _passed(self, chain: Chain, number: int, rule: Rule, failed: str) -> None:
        if len(self.considered) < MAX_CONSIDERED:
            self.considered.append(Considered(self._ref(chain, number, rule), failed))


_VERDICTS: dict[type, str] = {
    iptables.Accept: "ACCEPT",
    iptables.Drop: "DROP",
    iptables.Return: "RETURN",
    iptables.Reject: "REJECT",
    iptables.Dnat: "DNAT",
    iptables.Snat: "SNAT",
    iptables.Masquerade: "MASQUERADE",
}


def _statistic(rule: Rule) -> iptables.Statistic | None:
    return next((m for m in rule.matches if isinstance(m, iptables.Statistic)), None)


def ipt_do_table(table: Table, family: int, base: str, context: Context) -> Decision:
    """Walk a base chain. Marks are set on the way; the target that decides is left to the caller to carry out."""
    chain = table.chains[base]
    traversal = _Traversal(table, family, context)
    target = traversal.chain(chain)
    dropping = isinstance(target, iptables.Drop | iptables.Reject) or (target is None and chain.policy == "DROP")
    verdict = Verdict.DROP if dropping else Verdict.ACCEPT
    return Decision(verdict, target, traversal.path, traversal.considered, traversal.chances)
