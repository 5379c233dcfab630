"""What netviz rules prints is no picture of rules: iptables-restore and nft take it, and have it afterwards."""

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simulator.cluster import build_cluster
from simulator.cluster.cluster import Cluster
from simulator.compilers.rules_text import rules_text
from simulator.linux import iptables as ipt
from simulator.linux import nftables as nft
from simulator.linux.iptables_restore import parse
from simulator.linux.iptables_save import render
from simulator.linux.iptables_save import rule_text as save_text
from simulator.linux.nft_list import rule_text
from simulator.linux.nft_read import parse as parse_nft
from simulator.manifests import SourceFile, read_manifests
from simulator.packet.headers import Protocol
from tests.conformance.iptables import needs_iptables, saved
from tests.conformance.nft import listed_text, needs_nft
from tests.simulator.linux import iptables_examples as ipt_examples
from tests.simulator.linux import nft_examples as examples

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "conformance" / "oracle"
SCENARIOS = sorted(path.parent for path in ORACLE.glob("public/*/scenario.yaml"))
needs_oracle = pytest.mark.skipif(not SCENARIOS, reason="needs ../shared/conformance/oracle, which is not here")


def cluster_of(scenario: Path, **settings: str) -> Cluster:
    return build_cluster(read_manifests([SourceFile("a.yaml", (scenario / "scenario.yaml").read_bytes())]), settings)


def families(cluster: Cluster) -> list[int]:
    return sorted({address.version for node in cluster.nodes.values() for address in node.addresses})


@needs_iptables
@needs_oracle
@pytest.mark.oracle
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_iptables_restore_takes_the_rules_and_has_them_afterwards(scenario: Path) -> None:
    cluster = cluster_of(scenario)
    for node in cluster.nodes:
        for family in families(cluster):
            written = rules_text(cluster, node, family, everything=True)
            assert saved(written, family) == render(parse(written, family))


@needs_nft
@needs_oracle
@pytest.mark.oracle
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_nft_takes_the_table_and_has_it_afterwards(scenario: Path) -> None:
    cluster = cluster_of(scenario, proxy="nftables")
    for node in cluster.nodes:
        written = rules_text(cluster, node)
        assert parse_nft(listed_text(written)) == parse_nft(written)


LOADED = """
table ip t {
	set blocked { type ipv4_addr; elements = { 192.0.2.1, 192.0.2.2 comment "two"}; }
	set seen { type ipv4_addr; flags dynamic,timeout; timeout 90s; elements = { 192.0.2.9 } }
	set flows { type ipv4_addr . ipv4_addr . inet_proto . inet_service; elements = { 1.2.3.4 . 1.2.3.4 . udp . 53 }; }
	map ways { type ipv4_addr . inet_proto . inet_service : verdict; elements = { 10.0.0.1 . sctp . 9 : goto other }; }
	map by-mark { type mark : verdict; elements = { 0x10 : jump other, 17 : return, 18 : accept }; }
	map by-state { type ct_state : verdict; elements = { new : jump other, invalid : drop }; }
	chain other { counter packets 7 bytes 420 return; }
	chain in { type filter hook input priority -5; policy drop; ct state new jump other; }
	chain out { type route hook output priority mangle; mark set 7; }
	chain post { type nat hook postrouting priority 110; snat to 192.0.2.7; }
	chain post2 { type nat hook postrouting priority srcnat; ip saddr 10.0.0.0/8 meta l4proto tcp snat to 192.0.2.7:99 comment "x y"; }
	chain pre { type nat hook prerouting priority dstnat; meta l4proto tcp dnat to 192.0.2.7:80; }
	chain rules {
		ip saddr @blocked drop
		ip daddr != @blocked ip saddr != 10.0.0.0/8 accept
		ip saddr { 10.0.0.0/8, 192.168.0.1-192.168.0.9 } accept
		ip daddr 10.0.0.1-10.0.0.9 return
		ip saddr . ip daddr . meta l4proto . th dport @flows drop
		ip daddr . meta l4proto . th dport vmap @ways
		meta mark vmap @by-mark
		ct state vmap @by-state
		ct state vmap { invalid : drop, established : accept, related : accept }
		th dport vmap { 80 : accept, 443 : jump other }
		ip saddr . meta mark vmap { 10.0.0.1 . 0x00000007 : goto other }
		ct state established,related accept
		ct state != { new, invalid } accept
		ct state { new, invalid } accept
		ct status dnat accept
		iifname "eth*" oifname != "lo" accept
		meta l4proto { tcp, udp, sctp } accept
		meta l4proto != icmp accept
		ip protocol udp accept
		tcp dport 80 accept
		udp sport != { 53, 8000-8010 } accept
		sctp dport 9 accept
		meta l4proto != tcp th dport 443 accept
		fib daddr type local fib saddr type local accept
		meta mark & 0x4000 == 0x4000 accept
		mark and 0x4000 != 0 mark set mark xor 0x4000 accept
		meta mark 7 meta mark != 8 accept
		meta mark set meta mark & 0xff
		mark set mark or 0x4000
		update @seen { ip saddr } comment "seen"
		numgen random mod 2 vmap { 0 : goto other, 1 : goto other }
		reject with tcp reset
		reject with icmp type admin-prohibited
		reject with icmp port-unreachable
		counter reject
	}
}
"""


@needs_nft
@pytest.mark.oracle
def test_what_nft_lists_of_every_statement_is_read_as_what_it_was_given() -> None:
    before, after = parse_nft(LOADED)[0], parse_nft(listed_text(LOADED))[0]
    for name, chain in before.chains.items():
        for mine, theirs in zip(chain.rules, after.chains[name].rules, strict=True):
            assert mine == theirs
        assert (chain.base, chain.comment) == (after.chains[name].base, after.chains[name].comment)
    for name, found in before.sets.items():
        assert (found.type, found.elements.keys()) == (after.sets[name].type, after.sets[name].elements.keys())
    kinds = {type(s) for chain in before.chains.values() for rule in chain.rules for s in rule.statements}
    assert len(kinds) > 20
    assert nft.CtState in kinds


A_FEW = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
"""Each example starts a program."""


def in_a_chain_that_fits(rule: nft.Rule, family: int) -> str:
    """A table in which nft takes the rule: NAT has its own hooks, and ports need a protocol that has them."""
    (statement,) = rule.statements
    hook = {
        nft.DnatTo: "type nat hook prerouting priority 0; meta l4proto tcp",
        nft.DnatRandom: "type nat hook prerouting priority 0; meta l4proto tcp",
        nft.SnatTo: "type nat hook postrouting priority 0; meta l4proto tcp",
        nft.Masquerade: "type nat hook postrouting priority 0;",
    }.get(type(statement), "")
    return examples.table_around(f"{hook} {rule_text(rule, family)}", family)


@needs_nft
@pytest.mark.oracle
@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("kind", get_args(nft.Statement), ids=lambda kind: kind.__name__)
def test_nft_lists_a_statement_as_it_is_written(kind: type, family: int) -> None:
    """One value where nft would merge or sort several."""

    @settings(A_FEW, max_examples=5)
    @given((examples.tests(family, 0) | examples.ends(family, 0))[kind].map(alone).filter(can_be_loaded))
    def comes_back(statement: nft.Statement) -> None:
        text = in_a_chain_that_fits(nft.Rule((statement,)), family)
        (table,) = parse_nft(listed_text(text))
        assert table.chains["tried"].rules[0].statements[-1] == statement

    comes_back()


def alone(statement: nft.Statement) -> nft.Statement:
    """The same with one value."""
    if isinstance(statement, nft.AddressMatch):
        return nft.AddressMatch(statement.side, statement.networks[:1], statement.invert)
    if isinstance(statement, nft.PortMatch):
        return nft.PortMatch(statement.header, statement.side, statement.ports[:1], statement.invert)
    if isinstance(statement, nft.L4Protocols):
        return nft.L4Protocols(statement.protocols[:1], True)
    if isinstance(statement, nft.InlineVerdictMap):
        return nft.InlineVerdictMap(statement.fields, statement.entries[:1])
    return statement


def can_be_loaded(statement: nft.Statement) -> bool:
    """The kernel's devices have names of up to 15 letters; nft's own writing of a range of one value is that value."""
    if isinstance(statement, nft.InputInterface | nft.OutputInterface):
        return bool(re.fullmatch(r"[a-z][a-z0-9]{0,14}\*?", statement.name))
    if isinstance(statement, nft.AddressMatch):
        return not isinstance(statement.networks[0], nft.AddressRange)
    return True


PORTS = (ipt.IpProtocol(Protocol.TCP),)
CONTEXT: dict[type, tuple[str, tuple[ipt.Match, ...]]] = {
    ipt.Multiport: ("mangle", PORTS),
    ipt.Dnat: ("nat", PORTS),
    ipt.Snat: ("nat", PORTS),
    ipt.Masquerade: ("nat", ()),
    ipt.Reject: ("filter", PORTS),
}
"""The table that takes a match or target, and what has to stand before it."""


def rule_with(part: ipt.Match | ipt.Target) -> ipt.Rule:
    _, before = CONTEXT.get(type(part), ("", ()))
    if isinstance(part, ipt.L4Ports):
        before = (ipt.IpProtocol(part.protocol),)
    return ipt.Rule((*before, part), None) if isinstance(part, get_args(ipt.Match)) else ipt.Rule(before, part)


LOADABLE = [kind for kind in (*get_args(ipt.Match), *get_args(ipt.Target)) if kind is not ipt.Cgroup]
"""All but the cgroup match: the kernel takes it only for a control group that is there (cgroup_mt_check_v2)."""


@needs_iptables
@pytest.mark.oracle
@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("kind", LOADABLE, ids=lambda kind: kind.__name__)
def test_iptables_saves_a_match_or_target_as_it_is_written(kind: type, family: int) -> None:
    """Those to and from everywhere are left out: iptables-save does not print them, and the kernel refuses the rest."""
    parts = (ipt_examples.headers(family) | ipt_examples.modules(family) | ipt_examples.targets(family))[kind]
    declared = "".join(f":{name} - [0:0]\n" for name in ("TRIED", *ipt_examples.CHAINS))
    table, _ = CONTEXT.get(kind, ("mangle", ()))

    @settings(A_FEW, max_examples=2)
    @given(st.lists(parts.filter(is_printed).map(in_ascii), min_size=5, max_size=9))
    def comes_back(found: list[ipt.Match | ipt.Target]) -> None:
        written = [save_text("TRIED", rule_with(part)) for part in found]
        lines = "\n".join(written)
        counters = [part.name for part in found if isinstance(part, ipt.NfAcct)]
        there = saved(f"*{table}\n{declared}{lines}\nCOMMIT\n", family, counters)
        assert [line for line in there.split("\n") if line.startswith("-A TRIED")] == written

    comes_back()


def is_printed(part: ipt.Match | ipt.Target) -> bool:
    if isinstance(part, ipt.Source | ipt.Destination):
        return part.network.prefixlen > 0
    return True


def in_ascii(part: ipt.Match | ipt.Target) -> ipt.Match | ipt.Target:
    """iptables-save counts bytes; what a terminal makes of others is not asked here."""
    if isinstance(part, ipt.Comment):
        return ipt.Comment("".join(chr(32 + ord(letter) % 95) for letter in part.text))
    return part
