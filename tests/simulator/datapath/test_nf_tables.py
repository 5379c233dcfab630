"""Walking nftables: verdicts, sets and maps, chance, marks, and what is told of the way."""

import re
from ipaddress import ip_address, ip_network

import pytest

from simulator.linux import nftables as nft
from simulator.linux.nft_read import parse
from simulator.packet.headers import Protocol
from simulator.steps import Cause, Disposition, Outcome, Step, StepKind
from simulator.trace.legs import Said
from tests.simulator.datapath.conftest import Ask

SERVER, CLIENT, ELSEWHERE = ip_address("10.0.2.2"), ip_address("10.0.1.2"), ip_address("10.9.9.9")
TO_ADDRESS = ("daddr", "meta l4proto", "th dport")
DROP = nft.Rule((nft.Drop(),))


def rule(*statements: nft.Statement) -> nft.Rule:
    return nft.Rule(statements)


def chain(name: str, *rules: nft.Rule, hook: nft.BaseHook | None = None) -> nft.Chain:
    return nft.Chain(name, rules, hook)


def table(*chains: nft.Chain, sets: tuple[nft.Set, ...] = ()) -> nft.Table:
    return nft.Table(4, "own", {s.name: s for s in sets}, {c.name: c for c in chains})


FORWARD = nft.BaseHook("filter", "forward", 0)
DNAT = nft.BaseHook("nat", "prerouting", -100)
SNAT = nft.BaseHook("nat", "postrouting", 100)


def walked(said: Said) -> Step:
    return next(s for s in said.legs[0].steps if s.path or s.considered)


def test_a_jump_comes_back_and_a_goto_does_not(ask: Ask) -> None:
    aside = chain("aside", rule(nft.L4Protocol(Protocol.UDP), nft.Drop()))
    jumping = table(chain("f", rule(nft.Jump("aside")), DROP, hook=FORWARD), aside)
    going = table(chain("f", rule(nft.Goto("aside")), DROP, hook=FORWARD), aside)
    assert ask(nftables=jumping).cause is Cause.RULE_DROP
    assert ask(nftables=going).outcome is Outcome.DELIVERED


def test_a_goto_in_a_chain_that_was_jumped_to_returns_behind_the_jump(ask: Ask) -> None:
    deep = chain("deep", rule(nft.L4Protocol(Protocol.UDP), nft.Drop()))
    middle = chain("middle", rule(nft.Goto("deep")), DROP)
    said = ask(nftables=table(chain("f", rule(nft.Jump("middle")), rule(nft.Reject()), hook=FORWARD), middle, deep))
    assert [(r.chain, r.verdict) for r in walked(said).path] == [
        ("f", "jump middle"),
        ("middle", "goto deep"),
        ("f", "reject"),
    ]


def test_a_reject_is_heard_as_port_unreachable(ask: Ask) -> None:
    said = ask(nftables=table(chain("f", rule(nft.CtStateNew(), nft.Reject()), hook=FORWARD)))
    assert (said.outcome, said.errno) == (Outcome.REJECTED, "ECONNREFUSED")
    assert said.legs[0].disposition is Disposition.REJECTED


def test_ct_state_new_is_true_of_the_first_packet_only(ask: Ask) -> None:
    said = ask(nftables=table(chain("f", rule(nft.CtStateNew(), nft.MarkSet("|", 1)), hook=FORWARD)))
    marked = [leg.kind.value for leg in said.legs for s in leg.steps if any(c.field == "mark" for c in s.changes)]
    assert marked == ["request"]


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ((SERVER, Protocol.TCP, 8080), Outcome.TIMEOUT),
        ((SERVER, Protocol.UDP, 8080), Outcome.DELIVERED),
        ((SERVER, Protocol.TCP, 8081), Outcome.DELIVERED),
        ((ELSEWHERE, Protocol.TCP, 8080), Outcome.DELIVERED),
    ],
)
def test_a_verdict_map_acts_on_the_whole_concatenation(ask: Ask, key: nft.Key, outcome: Outcome) -> None:
    known = nft.Set("known", ("ipv4_addr", "inet_proto", "inet_service"), {key: nft.Element(nft.Drop())}, verdicts=True)
    base = chain("f", rule(nft.VerdictMap(TO_ADDRESS, "known")), hook=FORWARD)
    assert ask(nftables=table(base, sets=(known,))).outcome is outcome


def test_a_rule_that_was_passed_tells_which_statement_did_not_hold(ask: Ask) -> None:
    others = nft.AddressMatch("saddr", (ip_network("10.7.0.0/16"),))
    said = ask(nftables=table(chain("f", rule(nft.CtStateNew(), others, nft.Drop()), rule(nft.Reject()), hook=FORWARD)))
    (passed,) = walked(said).considered
    assert (passed.rule.text, passed.failed) == ("ct state new ip saddr 10.7.0.0/16 drop", "ip saddr 10.7.0.0/16")


def test_numgen_offers_every_endpoint_with_the_same_chance(ask: Ask) -> None:
    dnat = nft.DnatRandom(((ELSEWHERE, 8080), (SERVER, 8080), (ELSEWHERE, 8081)))
    said = ask(to="10.0.1.1", port=80, pick=1, nftables=table(chain("n", rule(dnat), hook=DNAT)))
    (chance,) = next(s.chances for s in said.legs[0].steps if s.chances)
    assert [(o.pick, round(o.probability, 3)) for o in chance.options] == [
        ("10.9.9.9", 0.333),
        ("server", 0.333),
        ("10.9.9.9", 0.333),
    ]
    assert said.server == "server"


def test_a_single_endpoint_leaves_nothing_to_chance(ask: Ask) -> None:
    dnat = nft.DnatRandom(((SERVER, 8080),))
    said = ask(to="10.0.1.1", port=80, nftables=table(chain("n", rule(dnat), hook=DNAT)))
    assert said.server == "server"
    assert not any(s.chances for s in said.legs[0].steps)


def test_the_mark_says_what_is_masqueraded_on_the_way_out(ask: Ask) -> None:
    mark = chain("n", rule(nft.MarkSet("|", 0x4000)), rule(nft.DnatTo(SERVER, 8080)), hook=DNAT)
    out = chain("o", rule(nft.MarkTest(0x4000), nft.MarkSet("^", 0x4000), nft.Masquerade(True)), hook=SNAT)
    said = ask(to="10.0.1.1", port=80, nftables=table(mark, out))
    assert said.peer is not None
    assert str(said.peer.ip.src) == "10.0.2.1"
    assert said.peer.mark == 0


def test_a_dynamic_set_remembers_the_source(ask: Ask) -> None:
    seen = nft.Set("seen", ("ipv4_addr",), timeout=60)
    base = chain("f", rule(nft.AddressInSet("saddr", "seen"), nft.Drop()), rule(nft.UpdateSet("seen")), hook=FORWARD)
    said = ask(nftables=table(base, sets=(seen,)))
    assert said.legs[0].disposition is Disposition.DELIVERED
    assert said.legs[1].disposition is Disposition.DELIVERED, "the server's address was not there yet"
    assert said.cause is Cause.RULE_DROP, "the client's second packet meets its own address in the set"


def test_nat_is_told_in_the_words_of_nftables(ask: Ask) -> None:
    said = ask(to="10.0.1.1", port=80, nftables=table(chain("n", rule(nft.DnatTo(SERVER, 8080)), hook=DNAT)))
    step = next(s for s in said.legs[0].steps if s.kind is StepKind.NAT)
    assert (step.function, step.text.params["by"]) == ("net/netfilter/nf_tables_core.c:nft_do_chain()", "nftables")


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("tcp dport 8080 drop", Cause.RULE_DROP),
        ("tcp dport { 80, 8000-8100 } drop", Cause.RULE_DROP),
        ("tcp dport != { 8080, 40000-40100 } drop", None),
        ("udp dport 8080 drop", None),
        ("udp dport != 53 drop", None),
        ("th dport 8080 drop", Cause.RULE_DROP),
        ("tcp sport 8080 drop", Cause.RULE_DROP),
        ("meta l4proto { tcp, udp } drop", Cause.RULE_DROP),
        ("meta l4proto != tcp drop", None),
        ("ip saddr 10.0.1.1-10.0.1.9 drop", Cause.RULE_DROP),
        ("ip saddr { 10.0.1.3-10.0.1.9, 10.0.3.0/24 } ip daddr 10.0.2.2 drop", None),
        ("ip saddr @blocked drop", Cause.RULE_DROP),
        ("ip saddr != @blocked ip daddr != @blocked drop", None),
        ("iifname client oifname server drop", Cause.RULE_DROP),
        ("oifname != server iifname != server drop", None),
        ("ct state established drop", Cause.RULE_DROP),
        ("ct state invalid,related drop", None),
        ("ct state != { new, established } drop", None),
        ("ct state vmap { new : accept, established : drop }", Cause.RULE_DROP),
        ("ct state vmap { invalid : drop }", None),
        ("ip saddr . th dport vmap { 10.0.1.2 . 8080 : drop }", Cause.RULE_DROP),
        ("meta mark & 0xff == 0 drop", Cause.RULE_DROP),
        ("meta mark set 7 meta mark != 7 drop", None),
        ("meta mark set 7 meta mark set meta mark & 5 meta mark 5 drop", Cause.RULE_DROP),
        ("counter drop", Cause.RULE_DROP),
        ("accept ; drop", None),
        ("return ; drop", None),
        ("jump aside ; drop", None),
        ("jump back ; drop", Cause.RULE_DROP),
    ],
)
def test_a_statement_holds_as_nft_reads_it(ask: Ask, line: str, cause: Cause | None) -> None:
    """A cause where the packet, or the answer to it, is dropped."""
    line = re.sub(r"name (!= )?(\w+)", r'name \1"\2"', line)
    text = (
        "table ip own {\n\tset blocked { type ipv4_addr; elements = { 10.0.1.2 }; }\n"
        "\tchain aside { ct state new accept; accept; }\n\tchain back { return; drop; }\n"
        f"\tchain f {{ type filter hook forward priority filter; {line}; }}\n}}\n"
    )
    assert ask(nftables=parse(text)[0]).cause is cause


@pytest.mark.parametrize(("policy", "outcome"), [("accept", Outcome.DELIVERED), ("drop", Outcome.TIMEOUT)])
def test_the_policy_decides_where_no_rule_does(ask: Ask, policy: str, outcome: Outcome) -> None:
    hook = nft.BaseHook("filter", "forward", 0, policy)
    assert ask(nftables=table(chain("f", rule(nft.Return()), DROP, hook=hook))).outcome is outcome


@pytest.mark.parametrize(("how", "errno"), [(None, "ECONNREFUSED"), ("tcp reset", "ECONNREFUSED"), ("icmp host-unreachable", "EHOSTUNREACH")])  # fmt: skip
def test_a_reject_answers_as_it_is_told(ask: Ask, how: str | None, errno: str) -> None:
    assert ask(nftables=table(chain("f", rule(nft.Reject(how)), hook=FORWARD))).errno == errno


def test_snat_gives_the_packet_the_address_that_the_rule_names(ask: Ask) -> None:
    said = ask(nftables=table(chain("o", rule(nft.SnatTo(ip_address("10.0.2.1"), 4000)), hook=SNAT)))
    assert said.peer is not None
    assert (str(said.peer.ip.src), said.peer.sport) == ("10.0.2.1", 4000)
