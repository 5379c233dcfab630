"""kube-proxy's own test cases: the same services and endpoints give the rules that the real code wrote."""

import json
from pathlib import Path

from simulator.analysis.proxy_case import read_case
from simulator.analysis.proxy_flow import tables_of
from simulator.linux.iptables import Rule, Tables
from simulator.linux.iptables_restore import parse
from simulator.linux.iptables_save import rule_text

ONE_RULE_PER_SERVICE = ("KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-EXTERNAL-SERVICES", "KUBE-PROXY-FIREWALL")
LAST = "must be the last rule"

NOT_IN_STEP = {
    "iptables/TestSyncProxyRulesLargeClusterMode#2": "old rules keep their comments until the next full sync",
    "iptables/TestSyncProxyRulesRepeated#9": "iptables-restore failed in this sync, the rules before it stayed",
}
"""Cases whose rules are not what the objects alone would give."""

Written = dict[str, dict[str, list[str]]]


def written(tables: Tables, names: tuple[str, ...] = ("filter", "nat")) -> Written:
    """Table -> kube-proxy's chains -> rules as text; services in shared chains stand in no order."""
    return {
        name: {
            chain: _comparable(chain, list(tables.tables[name].chains[chain].rules))
            for chain in tables.tables[name].chains
            if chain.startswith("KUBE-") and chain != "KUBE-PROXY-CANARY"
        }
        for name in names
    }


def _comparable(chain: str, rules: list[Rule]) -> list[str]:
    lines = [rule_text(chain, rule) for rule in rules]
    if chain not in ONE_RULE_PER_SERVICE:
        return lines
    return sorted(lines, key=lambda line: (LAST in line, line))


def without_base_chains(text: str) -> str:
    """The dump without the rules of base chains, where upstream's printer leaves out the quotes of comments."""
    base = ("-A INPUT ", "-A FORWARD ", "-A OUTPUT ", "-A PREROUTING ", "-A POSTROUTING ")
    return "\n".join(line for line in text.splitlines() if not line.startswith(base))


def test_the_real_code_wrote_the_same_rules(shared: Path) -> None:
    compared = 0
    for file in sorted(shared.glob("conformance/proxyflows/*/iptables_*.json")):
        recorded = json.loads(file.read_text())
        if recorded["id"] in NOT_IN_STEP or not recorded["rules"]["produced"]:
            continue
        case = read_case(file.read_bytes())
        real = parse(without_base_chains(recorded["rules"]["produced"]["state"]), case.family)
        assert written(tables_of(case)) == written(real), recorded["id"]
        compared += 1
    assert compared > 60
