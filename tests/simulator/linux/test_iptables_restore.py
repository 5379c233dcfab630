"""iptables-save text read back: nothing is lost on the way, and nothing is skipped without a word."""

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.linux import iptables as ipt
from simulator.linux.iptables_restore import parse, read
from simulator.linux.iptables_save import render, rule_text
from simulator.linux.reading import MAX_PROBLEMS, UNKNOWN, ParseProblem
from tests.simulator.linux.iptables_examples import CHAINS, headers, modules, tables, targets

Content = dict[str, dict[str, tuple[str | None, tuple[ipt.Rule, ...]]]]


def content(tables: ipt.Tables) -> Content:
    return {
        name: {chain.name: (chain.policy, tuple(chain.rules)) for chain in table.chains.values()}
        for name, table in tables.tables.items()
    }


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([4, 6]).flatmap(tables))
def test_what_is_rendered_parses_to_the_same_rules(written: ipt.Tables) -> None:
    assert content(parse(render(written), written.family)) == content(written)


KINDS = [*get_args(ipt.Match), *get_args(ipt.Target)]


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_match_or_target_of_every_kind_is_tried(kind: type, family: int) -> None:
    strategy = (headers(family) | modules(family) | targets(family))[kind]
    declared = "".join(f":{name} - [0:0]\n" for name in ("TRIED", *CHAINS))

    @settings(max_examples=25)
    @given(strategy)
    def comes_back(found: ipt.Match | ipt.Target) -> None:
        rule = ipt.Rule((found,), None) if kind in get_args(ipt.Match) else ipt.Rule((), found)
        text = f"*nat\n{declared}{rule_text('TRIED', rule)}\nCOMMIT\n"
        assert parse(text, family).tables["nat"].chains["TRIED"].rules == (rule,)

    comes_back()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-m string --string evil -j DROP", "match “string” is not known"),
        ("-j TPROXY --on-port 1", "“TPROXY” is neither a chain of this table nor a known target"),
        ("-j NOWHERE", "“NOWHERE” is neither a chain of this table nor a known target"),
        ("-p gre -j DROP", "protocol “gre” is not known"),
        ("-p tcp -m tcp --tcp-flags SYN SYN -j DROP", "option “--tcp-flags” is not known"),
        ("-m statistic --mode nth --every 3 -j DROP", "option “--every” is not known"),
        ("-s 10.0.0.1,10.0.0.2 -j DROP", "“10.0.0.1,10.0.0.2” is no address or network"),
        ("-s fd00::1 -j DROP", "“fd00::1” is not IPv4"),
        ("-p tcp --dport http -j DROP", "port “http” is no number"),
        ("-m conntrack --ctstate NEWISH -j DROP", "state “NEWISH” is not known"),
        ("-m conntrack -j DROP", "match “conntrack” without --ctstate"),
        ("-m comment ! --comment x -j DROP", "“! --comment” is not known"),
        ("-m recent --name x -j DROP", "match “recent” needs one of --set, --rcheck, --update, --remove"),
        ("-j DNAT", "--to-destination is missing"),
        ("-j DNAT --to-destination 10.0.0.1-10.0.0.9", "“10.0.0.1-10.0.0.9” is not ADDRESS or ADDRESS:PORT"),
        ("-j MARK", "target MARK needs exactly one option"),
        ("-g Y", "option “-g” is not known"),
        ("-s", "the value of -s is missing at the end"),
        ('-m comment --comment "open', "a quote is not closed"),
        ("-j PREROUTING", "“PREROUTING” is neither a chain of this table nor a known target"),
        ("-p tcp --dport 70000 -j DROP", "port 70000 is too big"),
        ("-p tcp --dport 90:80 -j DROP", "“90:80” is no range of ports"),
        ("-p tcp --dport 80 --dport 81 -j DROP", "--dport is there twice"),
        ("-p tcp -p udp -j DROP", "-p is there twice"),
        ("-p icmp --dport 80 -j DROP", "--dport without a protocol that has ports"),
        ("--dport 80 -j DROP", "option “--dport” is not known"),
        ("-m mark --mark 0x1ffffffff -j DROP", "mark 0x1ffffffff is too big"),
        ("-m mark --mark 1_0 -j DROP", "mark “1_0” is no number"),
        ("-m statistic --mode random --probability nan -j DROP", "“nan” is no probability"),
        ("-m statistic --mode random --probability 1.5 -j DROP", "“1.5” is no probability"),
        ("-m statistic --mode nth -j DROP", "match “statistic” without --probability"),
        ("-m addrtype --dst-type BROADCAST -j DROP", "type of address “BROADCAST” is not known"),
        ("-m addrtype -j DROP", "match “addrtype” without --src-type and --dst-type"),
        ("-m recent --set --seconds 9", "match “recent” with --set and --seconds"),
        ("-m recent --rcheck --reap -j DROP", "match “recent” with --reap and without --seconds"),
        ("-m recent --set --rsource --rdest", "match “recent” with --rsource and --rdest"),
        ("-m recent --set --mask 255.255.255.0", "--mask “255.255.255.0” is not known"),
        ("! -m tcp -j DROP", "“! -m” has no meaning"),
        ("-p tcp ! -j DROP", "“! -j” has no meaning"),
        ("-j DROP -j ACCEPT", "a second -j"),
        ("-j DNAT ! --to-destination 10.0.0.1", "“! --to-destination” has no meaning"),
        ("-j DNAT --to-destination fd00::1", "“fd00::1” is not IPv4"),
        ("-j DNAT --to-destination 10.0.0.1:80-90", "port “80-90” is no number"),
        ("-j REJECT --reject-with icmp-nonsense", "--reject-with “icmp-nonsense” is not known"),
        ("-j REJECT --reject-with icmp6-no-route", "--reject-with “icmp6-no-route” is not known"),
        ("-j ACCEPT --random", "option “--random” is not known"),
        ("-j X", "chain X leads back to itself"),
    ],
)
def test_what_is_not_understood_is_explained_and_the_rest_is_read(text: str, message: str) -> None:
    text = f"*nat\n:X - [0:0]\n:Y - [0:0]\n-A X {text}\n-A X -j RETURN\nCOMMIT\n"
    found = read(text, 4, "node.rules")
    assert [(problem.line, problem.message) for problem in found.problems] == [(4, message)]
    assert found.problems[0].object in ("nat", "nat X")
    assert (found.problems[0].file, bool(found.problems[0].hint)) == ("node.rules", True)
    assert found.tables.tables["nat"].chains["X"].rules == (ipt.Rule((), ipt.Return()),)
    with pytest.raises(ParseProblem) as caught:
        parse(text, 4)
    assert (caught.value.message, caught.value.line) == (message, 4)


def test_counters_comment_lines_and_blank_lines_are_dropped() -> None:
    tables = parse("# by hand\n*filter\n:INPUT DROP [7:420]\n\n[1:60] -A INPUT -j ACCEPT\nCOMMIT\n", 4)
    chain = tables.tables["filter"].chains["INPUT"]
    assert (chain.policy, tuple(chain.rules)) == ("DROP", (ipt.Rule((), ipt.Accept()),))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("nonsense", "neither a table, a chain nor a rule"),
        ("-A", "neither a table, a chain nor a rule"),
        ("-P INPUT DROP", "neither a table, a chain nor a rule"),
        ("[1:2", "neither a table, a chain nor a rule"),
        ("-A UNDECLARED -j ACCEPT", "chain UNDECLARED is not declared"),
        (":", "a chain is declared as :NAME POLICY [0:0]"),
        (":X - [a:b]", "a chain is declared as :NAME POLICY [0:0]"),
        (":X ACCEPT [0:0]", "“ACCEPT” is no policy of X"),
        (":OUTPUT QUEUE [0:0]", "“QUEUE” is no policy of OUTPUT"),
        (":INPUT DROP [0:0]", "chain INPUT is declared twice"),
        ("*filter", "table filter has no COMMIT"),
        ("*nat", "table filter has no COMMIT"),
    ],
)
def test_a_line_that_is_no_rule_is_told(line: str, message: str) -> None:
    found = read(f"*filter\n:INPUT ACCEPT [0:0]\n{line}\nCOMMIT\n", 4)
    assert (found.problems[0].line, found.problems[0].message) == (3, message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("*secret\n:X - [0:0]\n-A X -j NOBODY\nCOMMIT\n", "table “secret” is not known"),
        ("*nat\nCOMMIT\n*nat\nCOMMIT\n", "table nat is there twice"),
        ("*nat\n:X - [0:0]\n", "table nat has no COMMIT"),
        ("COMMIT\n", "COMMIT without a table"),
        ("-A INPUT -j DROP\n", "a line outside of any table"),
        ("*nat\nCOMMIT\n:X - [0:0]\n", "a line outside of any table"),
        ("table ip nat {\n", "neither a table, a chain nor a rule"),
    ],
)
def test_a_text_that_is_not_whole_is_told_once(text: str, message: str) -> None:
    assert [problem.message for problem in read(text, 4).problems] == [message]


def test_a_chain_may_be_declared_and_deleted_again() -> None:
    tables = parse("*nat\n:X - [0:0]\n:Y - [0:0]\n-A X -j RETURN\n-X Y\nCOMMIT\n", 4)
    assert list(tables.tables["nat"].chains) == ["X"]


def test_a_jump_to_a_chain_that_is_deleted_is_told() -> None:
    found = read("*nat\n:X - [0:0]\n:Y - [0:0]\n-A X -j Y\n-X Y\nCOMMIT\n", 4)
    assert [(p.line, p.message) for p in found.problems] == [(4, "chain Y is deleted further down")]
    assert found.tables.tables["nat"].chains["X"].rules == ()


@pytest.mark.parametrize("line", ["-X NOBODY", "-X X", "-X"])
def test_a_chain_that_is_not_there_or_not_empty_cannot_be_deleted(line: str) -> None:
    assert [p.line for p in read(f"*nat\n:X - [0:0]\n-A X -j RETURN\n{line}\nCOMMIT\n", 4).problems] == [4]


def test_the_column_is_that_of_the_word() -> None:
    (problem,) = read("*nat\n:X - [0:0]\n-A X -p tcp -m string --algo bm -j DROP\nCOMMIT\n", 4).problems
    assert (problem.line, problem.column, problem.id) == (3, 16, UNKNOWN)


def test_chains_that_lead_too_deep_are_cut() -> None:
    declared = "".join(f":C{n} - [0:0]\n" for n in range(3000))
    jumps = "".join(f"-A C{n} -j C{n + 1}\n" for n in range(2999))
    found = read(f"*nat\n{declared}{jumps}COMMIT\n", 4)
    assert found.problems
    assert all("too deep" in problem.message for problem in found.problems)


@pytest.mark.parametrize(
    "text",
    ['"' * 50_001, '\\"' * 50_000, "-A " * 50_000, ": : : " * 20_000, "*" * 50_000, "[" * 50_000, "x\n" * 50_000,
     "*nat\n:X - [0:0]\n-A X" + " ! -s 1.2.3.4" * 20_000, "*nat\n:X - [0:0]\n-A X -s " + "9" * 100_000,
     "*nat\n:X - [0:0]\n" + "-A X -j RETURN\n" * 20_000 + "COMMIT", "*nat\n" * 20_000],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_hostile_text_comes_to_an_end_with_few_words(text: str) -> None:
    found = read(text, 4)
    assert len(found.problems) <= MAX_PROBLEMS + 1
    assert all(len(problem.message) < 300 for problem in found.problems)


@given(
    st.lists(
        st.sampled_from(
            ["*nat", "COMMIT", "\n", ":X", "-", "[0:0]", "-A", "X", "-j", "DROP", "DNAT", "--to-destination", "1.2.3.4",
             "!", "-s", "-p", "tcp", "--dport", "80", "-m", "mark", "--mark", "0x1", '"', "comment", "--comment", ":", "\t"]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_any_row_of_known_words_is_read_or_told(row: list[str]) -> None:
    text = " ".join(row)
    found = read(text, 4)
    if not found.problems:
        assert content(parse(render(found.tables), 4)) == content(found.tables)
