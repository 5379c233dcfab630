"""Walking chains: jumps, returns, marks, chance, and what is told of the way."""

import pytest

from simulator.chance import Option
from simulator.steps import Cause, Disposition, Outcome, Step
from simulator.trace.legs import Said
from tests.simulator.datapath.conftest import Ask

FILTER = """*filter
:INPUT ACCEPT [0:0]
:FORWARD {policy} [0:0]
:OUTPUT ACCEPT [0:0]
:A - [0:0]
:B - [0:0]
{rules}
COMMIT
"""


def filtered(*lines: str, policy: str = "ACCEPT") -> str:
    return FILTER.format(policy=policy, rules="\n".join(lines))


def walked(said: Said) -> Step:
    return next(s for s in said.legs[0].steps if s.path or s.considered)


def test_a_chain_that_returns_goes_on_behind_the_jump(ask: Ask) -> None:
    said = ask(filtered("-A FORWARD -j A", "-A FORWARD -p tcp -j ACCEPT", "-A A -p tcp -j RETURN", "-A A -j DROP"))
    assert [(r.chain, r.number, r.verdict) for r in walked(said).path] == [
        ("FORWARD", 1, "JUMP:A"),
        ("A", 1, "RETURN"),
        ("FORWARD", 2, "ACCEPT"),
    ]


def test_a_drop_is_silence_and_names_its_rule(ask: Ask) -> None:
    said = ask(filtered("-A FORWARD -p tcp -m tcp --dport 8080 -j DROP"))
    assert (said.outcome, said.cause) == (Outcome.TIMEOUT, Cause.RULE_DROP)
    last = said.legs[-1].steps[-1]
    assert last.matched is not None
    assert last.matched.text == "-A FORWARD -p tcp -m tcp --dport 8080 -j DROP"


def test_a_policy_of_drop_is_told_as_such(ask: Ask) -> None:
    assert ask(filtered(policy="DROP")).cause is Cause.CHAIN_POLICY


def test_a_reject_is_heard_at_once(ask: Ask) -> None:
    said = ask(filtered("-A FORWARD -j REJECT --reject-with icmp-port-unreachable"))
    assert (said.outcome, said.errno) == (Outcome.REJECTED, "ECONNREFUSED")
    assert said.legs[0].disposition is Disposition.REJECTED


def test_a_reject_may_also_be_a_reset(ask: Ask) -> None:
    said = ask(filtered("-A FORWARD -p tcp -j REJECT --reject-with tcp-reset"))
    assert said.outcome is Outcome.REFUSED


def test_a_mark_set_on_the_way_is_seen_by_later_rules_and_gone_on_the_next_host(ask: Ask) -> None:
    said = ask(filtered("-A FORWARD -j A", "-A FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT",
                        "-A A -j MARK --set-xmark 0x4000/0x4000"))  # fmt: skip
    step = walked(said)
    assert [c.field for c in step.changes] == ["mark"]
    assert step.path[-1].number == 2
    assert said.legs[0].steps[-1].packet.mark == 0


def test_a_rule_that_was_passed_says_which_of_its_words_did_not_fit(ask: Ask) -> None:
    said = ask(filtered("-A FORWARD -d 10.0.9.0/24 -p tcp -j DROP", "-A FORWARD -j ACCEPT"))
    assert [(c.rule.number, c.failed) for c in walked(said).considered] == [(1, "-d 10.0.9.0/24")]


def test_connection_states_are_those_of_conntrack(ask: Ask) -> None:
    said = ask(
        filtered("-A FORWARD -m conntrack --ctstate ESTABLISHED -j A", "-A FORWARD -m conntrack --ctstate NEW -j B")
    )
    chains = [[r.verdict for s in leg.steps for r in s.path] for leg in said.legs]
    assert chains == [["JUMP:B"], ["JUMP:A"], ["JUMP:A"], ["JUMP:A"], ["JUMP:A"]]


@pytest.mark.parametrize(("pick", "chain"), [(0, "A"), (1, "B")])
def test_chance_is_one_choice_with_every_way_and_its_probability(ask: Ask, pick: int, chain: str) -> None:
    said = ask(
        filtered("-A FORWARD -m statistic --mode random --probability 0.25000000000 -j A", "-A FORWARD -j B"),
        pick=pick,
    )
    step = walked(said)
    assert [c.picked for c in step.chances] == [pick]
    assert [o.probability for o in step.chances[0].options] == [0.25, 0.75]
    assert all(isinstance(o, Option) for o in step.chances[0].options)
    assert step.path[0].verdict == f"JUMP:{chain}"
