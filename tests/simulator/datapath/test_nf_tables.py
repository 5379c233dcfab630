"""Walking nftables: verdicts, sets and maps, chance, marks, and what is told of the way."""

from ipaddress import ip_address, ip_network

import pytest

from simulator.linux import nftables as nft
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
