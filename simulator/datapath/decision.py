"""Decision: what a walk through the chains of a table came to, in iptables as in nftables."""

from enum import Enum

import msgspec

from simulator.linux import iptables
from simulator.steps import Chance, Considered, RuleRef

MAX_CONSIDERED = 24


class Verdict(Enum):
    ACCEPT = "ACCEPT"
    DROP = "DROP"


class Decision(msgspec.Struct):
    """`target` decided (None: the chain's policy); what nftables does is told in the same nouns, for the kernel's code
    behind both is the same. `path` are the rules that matched, in order, `considered` those looked at and passed."""

    verdict: Verdict
    target: iptables.Target | None
    path: list[RuleRef]
    considered: list[Considered]
    chances: list[Chance]
