"""nft list ruleset read back: nothing is lost on the way, and nothing is skipped without a word."""

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.linux import nftables as nft
from simulator.linux.nft_list import listed_text, render, rule_text
from simulator.linux.nft_read import parse, read
from simulator.linux.reading import INVALID, MAX_PROBLEMS, TOO_MANY, UNKNOWN, ParseProblem
from tests.simulator.linux import nft_examples
from tests.simulator.linux.nft_examples import names, rule_of, rulesets


def in_chain(*lines: str, family: str = "ip") -> str:
    """A table that has what rules may name, and the lines as the rules of one chain."""
    kind = {"ip": "ipv4_addr", "ip6": "ipv6_addr"}[family]
    body = "\n".join(f"\t\t{line}" for line in lines)
    return (
        f"table {family} t {{\n\tset addresses {{ type {kind}; }}\n"
        f"\tmap ways {{ type {kind} . inet_proto . inet_service : verdict; }}\n"
        f"\tchain other {{ }}\n\tchain c {{\n{body}\n\t}}\n}}\n"
    )


def one_rule(line: str, family: str = "ip") -> nft.Rule:
    (rule,) = parse(in_chain(line, family=family))[0].chains["c"].rules
    return rule


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(rulesets())
def test_what_is_rendered_parses_to_the_same_tables(ruleset: tuple[nft.Table, ...]) -> None:
    assert parse(render(ruleset)) == ruleset


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("kind", get_args(nft.Statement), ids=lambda kind: kind.__name__)
def test_a_statement_of_every_kind_is_tried(kind: type, family: int) -> None:
    strategy = (nft_examples.tests(family, 0) | nft_examples.ends(family, 0))[kind]

    @settings(max_examples=15)
    @given(strategy)
    def comes_back(statement: nft.Statement) -> None:
        rule = nft.Rule((statement,))
        assert rule_of(rule_text(rule, family), family) == rule

    comes_back()


@given(names, names)
def test_any_name_comes_back(table: str, chain: str) -> None:
    ruleset = (
        nft.Table(
            4,
            table,
            {},
            {chain: nft.Chain(chain, (nft.Rule((nft.Jump(chain + "x"),)),)), chain + "x": nft.Chain(chain + "x", ())},
        ),
    )
    assert parse(render(ruleset)) == ruleset


def words(text: str) -> list[str]:
    return text.split()


def test_every_listing_of_a_real_node_comes_back(shared: Path) -> None:
    dumps = sorted(shared.glob("conformance/oracle/public/*/expected/*/nftables.txt"))
    assert len(dumps) > 50
    for dump in dumps:
        text = dump.read_text()
        listed = render(parse(text)).replace(" addr . port to numgen", " to numgen")
        assert words(listed) == words(text), dump


def test_everything_that_kube_proxy_gives_to_nft_is_read(shared: Path) -> None:
    texts = []
    for file in sorted(shared.glob("conformance/proxyflows/*/nftables_*.json")):
        rules = json.loads(file.read_text())["rules"]
        texts += [rules[kind] for kind in ("given",) if rules.get(kind)]
        texts += [rules["produced"]["state"]] if rules.get("produced") else []
    assert len(texts) > 50
    for text in texts:
        assert not read(text).problems
        lines = [line for line in text.splitlines() if line.startswith("add rule")]
        (table,) = parse(text)
        assert sum(len(chain.rules) for chain in table.chains.values()) == len(lines)


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("mark set mark or 0x4000", "meta mark set meta mark | 0x00004000"),
        ("meta mark set mark and 0xff", "meta mark set meta mark & 0x000000ff"),
        ("meta mark set meta mark", "meta mark set meta mark | 0x00000000"),
        ("meta mark & 0xffff0000 == 0x10000 drop", "meta mark 0x00010000/16 drop"),
        ("meta mark != 0x0/0 drop", "meta mark != 0x00000000/0 drop"),
        ("mark set 1", "meta mark set 0x00000001"),
        ("mark and 0x4000 != 0 masquerade", "meta mark & 0x00004000 != 0x00000000 masquerade"),
        ("mark 7 drop", "meta mark 0x00000007 drop"),
        ("ip protocol tcp accept", "meta l4proto tcp accept"),
        ("meta l4proto { 6, udp } accept", "meta l4proto { tcp, udp } accept"),
        ("l4proto != tcp return", "meta l4proto != tcp return"),
        ("ip saddr { 10.0.0.0/8 } accept", "ip saddr 10.0.0.0/8 accept"),
        ("ip saddr == 10.0.0.1 accept", "ip saddr 10.0.0.1 accept"),
        ("ip daddr != { 10.0.0.1-10.0.0.9, 10.1.0.0/16, } drop", "ip daddr != { 10.0.0.1-10.0.0.9, 10.1.0.0/16 } drop"),
        ("ct state related, established accept", "ct state established,related accept"),
        ("ct state { new } accept", "ct state new accept"),
        ("ct state != { related, new } accept", "ct state != { related, new } accept"),
        ("ct state vmap { invalid : drop, established : accept }", "ct state vmap { invalid : drop, established : accept }"),
        ("tcp dport { 80, 8000-8010 } accept", "tcp dport { 80, 8000-8010 } accept"),
        ("iifname eth0 accept", None),
        ("counter accept", "counter packets 0 bytes 0 accept"),
        ("reject with icmp type port-unreachable", "reject"),
        ("reject with icmp type host-unreachable", "reject with icmp host-unreachable"),
        ("dnat ip to numgen random mod 1 map { 0 : 10.0.0.1 . 80 }", "dnat ip to numgen random mod 1 map { 0 : 10.0.0.1 . 80 }"),
        ("dnat to 10.0.0.1", "dnat to 10.0.0.1"),
        ("snat to 10.0.0.1:80", "snat to 10.0.0.1:80"),
        ("numgen random mod 2 vmap { 0 : goto other , 1 : goto other }", "numgen random mod 2 vmap { 0 : goto other, 1 : goto other }"),
    ],
)  # fmt: skip
def test_both_ways_of_writing_are_read(typed: str, listed: str | None) -> None:
    if listed is None:
        assert read(in_chain(typed)).problems
    else:
        assert listed_text(one_rule(typed), 4) == listed


@pytest.mark.parametrize(
    ("line", "column", "code", "message"),
    [
        ("limit rate 1/second accept", 3, UNKNOWN, "statement “limit” is not known"),
        ("ct state new log", 16, UNKNOWN, "statement “log” is not known"),
        ("ip saddr 1.2.3.4 continue", 20, UNKNOWN, "statement “continue” is not known"),
        ("tcp flags syn drop", 7, UNKNOWN, "“tcp flags” is no field that NetViz knows"),
        ("ip ttl 1 drop", 6, UNKNOWN, "“ip ttl” is no field that NetViz knows"),
        ("meta skuid 0 drop", 8, UNKNOWN, "“skuid” is no field that NetViz knows"),
        ("ip6 saddr ::1 drop", 3, INVALID, "“ip6” cannot match in this table"),
        ("ip saddr ::1 drop", 12, INVALID, "“::1” is no address or network"),
        ("ip saddr 10.0.0.9-10.0.0.1 drop", 12, INVALID, "“10.0.0.9-10.0.0.1” is no address or network"),
        ("meta l4proto gre drop", 16, UNKNOWN, "protocol “gre” is not known"),
        ("tcp dport http drop", 13, INVALID, "“http” is no port"),
        ("tcp dport 70000 drop", 13, INVALID, "“70000” is no port"),
        ("tcp dport 90-80 drop", 13, INVALID, "“90-80” is no range of ports"),
        ("ct state newish drop", 12, UNKNOWN, "state “newish” is not known"),
        ("ct state != invalid | new drop", 23, UNKNOWN, "several states without braces are not known here"),
        ("ct state != invalid,new drop", 22, UNKNOWN, "several states without braces are not known here"),
        ("ct status snat drop", 13, UNKNOWN, "this use of ct status is not known"),
        ("fib daddr type broadcast drop", 3, UNKNOWN, "this use of fib is not known"),
        ("ip saddr @nobody drop", 3, INVALID, "set nobody is not declared"),
        ("ip saddr @ways drop", 3, INVALID, "set ways is not declared"),
        ("th dport vmap @ways", 3, INVALID, "map ways holds values of another type than the rule looks up"),
        ("jump nowhere", 3, INVALID, "chain nowhere is not declared"),
        ("update @addresses { ip saddr }", 3, INVALID, "set addresses is none that packets fill"),
        ("drop accept", 8, INVALID, "“accept” is never reached"),
        ("numgen random mod 2 vmap { 0 : goto other }", 45, INVALID, "“,” is missing before “}”"),
        ("numgen inc mod 2 vmap { 0 : goto other }", 3, UNKNOWN, "this use of numgen is not known"),
        ("masquerade random", 14, UNKNOWN, "masquerade random is not known"),
        ("dnat to :80", 11, UNKNOWN, "dnat to a port alone is not known"),
        ("reject with icmpv6 no-route", 22, UNKNOWN, "reject with “icmpv6 no-route” is not known in this table"),
        ("meta mark 0x1/33 drop", 13, INVALID, "“0x1/33” is no mark"),
        ("tcp dport 80 ct state vmap { new : drop, new : accept }", 48, INVALID, "this element is there twice"),
        ("meta mark set mark and 1 or 2", 28, UNKNOWN, "two operators on the mark are not known"),
        ("ip saddr . ip daddr { 1.2.3.4 . 1.2.3.4 } drop", 23, UNKNOWN, "a concatenation without a named set is not known"),
        ("ip saddr", 6, INVALID, "an address is missing"),
        ('accept comment "why" drop', 24, INVALID, "“drop” stands after the comment"),
        ('accept comment "open', 18, INVALID, "a quote is not closed"),
        ("drop ?", 8, INVALID, "the character '?' has no meaning here"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_where_it_stands(line: str, column: int, code: str, message: str) -> None:
    """The lines are the seventh of the text; the rule before and the rule after are read."""
    found = read(in_chain("ip saddr 192.0.2.1 drop", line, "ip saddr 192.0.2.2 drop"), "node.nft")
    problem = found.problems[-1]
    assert (problem.line, problem.id, problem.message) == (7, code, message)
    assert problem.column == column
    assert (problem.file, bool(problem.hint)) == ("node.nft", True)
    rules = found.ruleset[0].chains["c"].rules
    assert [rules[0].statements[0], rules[-1].statements[0]] == [
        one_rule(f"ip saddr 192.0.2.{n} drop").statements[0] for n in (1, 2)
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("table inet filter {\n\tchain c { drop; }\n}", "family “inet” is not known"),
        ("table ip t {\n\tflowtable f { }\n}", "“flowtable” in a table is not known"),
        ("table ip t {\n\tset s { type ether_addr; }\n}", "type “ether_addr” is not known"),
        ("table ip t {\n\tset s { type ipv4_addr; flags interval; }\n}", "flag “interval” is not known"),
        ("table ip t {\n\tmap m { type ipv4_addr : inet_service; }\n}", "a map to “inet_service” is not known"),
        ("table ip t {\n\tset s { elements = { 1.2.3.4 }; }\n}", "a set without a type"),
        ("table ip t {\n\tset s { type ipv4_addr; elements = { 1.2.3.4, x }; }\n}", "“x” is no address"),
        ("table ip t {\n\tmap m { type mark : verdict; elements = { 1 : queue }; }\n}", "verdict “queue” is not known"),
        ("table ip t {\n\tmap m { type mark : verdict; elements = { 1 : jump c }; }\n}", "chain c is not declared"),
        ("table ip t {\n\tset s { type mark; elements = { 1, 1 }; }\n}", "this element is there twice"),
        ("table ip t {\n\tchain c { type filter hook ingress priority 0; }\n}", "hook “ingress” is not known"),
        ("table ip t {\n\tchain c { policy drop; }\n}", "a policy without a hook"),
        ("table ip t {\n\tchain c { drop; }", "this { is not closed"),
        ("table ip t { }\n}", "this } closes nothing"),
        ("flush ruleset", "“flush” is not known here"),
        ("add rule ip t c drop", "table t is not declared"),
        ("add table ip t\nadd rule ip t c drop", "chain c is not declared"),
        ("*filter\n:INPUT ACCEPT [0:0]", "“*” is not known here"),
    ],
)
def test_what_is_no_table_of_ours_is_told(text: str, message: str) -> None:
    found = [problem.message for problem in read(text).problems]
    assert message in found
    with pytest.raises(ParseProblem):
        parse(text)


def test_a_rule_on_a_set_that_could_not_be_read_is_told_too() -> None:
    text = "table ip t {\n\tset s { type ipv4_addr; flags interval; }\n\tchain c {\n\t\tip saddr @s drop\n\t\taccept\n\t}\n}"
    found = read(text)
    assert [(p.line, p.message, p.object) for p in found.problems] == [
        (2, "flag “interval” is not known", "ip t s"),
        (4, "set s could not be read", "ip t c"),
    ]
    assert found.ruleset[0].chains["c"].rules == (nft.Rule((nft.Accept(),)),)


def test_chains_that_lead_back_are_told_and_cut() -> None:
    text = (
        "table ip t {\n\tmap ways {\n\t\ttype mark : verdict\n\t\telements = { 1 : jump a, 2 : jump other }\n\t}\n"
        "\tchain a {\n\t\tjump b\n\t\tmeta mark vmap @ways\n\t}\n\tchain b {\n\t\tgoto a\n\t\tjump b\n\t\tdrop\n\t}\n"
        "\tchain other {\n\t}\n}\n"
    )
    found = read(text)
    assert len(found.problems) == 3
    assert all("leads back" in problem.message for problem in found.problems)
    assert parse(render(found.ruleset)) == found.ruleset


@pytest.mark.parametrize(("length", "problems"), [(16, 0), (17, 1), (5000, 312)])
def test_chains_that_lead_too_deep_are_told_and_cut(length: int, problems: int) -> None:
    chains = "\n".join(f"chain c{n} {{ jump c{n + 1}; }}" for n in range(1, length))
    found = read(f"table ip t {{\n{chains}\nchain c{length} {{ }}\n}}")
    assert len(found.problems) == problems


def test_what_iptables_wrote_is_told_rule_by_rule() -> None:
    """As nft 1.0 lists a table of iptables-nft, with handles; older versions hide what they do not know in a comment."""
    text = (
        "table ip nat { # handle 1\n\tchain X { # handle 2\n"
        "\t\tfib daddr type local counter packets 0 bytes 0 meta mark set mark or 0x4000 # handle 5\n"
        "\t\tct state new xt match recent counter packets 0 bytes 0 return # handle 6\n"
        "\t\tct state new # xt_recent counter packets 0 bytes 0 return\n"
        "\t\tct state new return # xtra\n\t}\n}\n"
    )
    found = read(text)
    assert [(p.line, p.column, p.message) for p in found.problems] == [
        (4, 16, "statement “xt” is not known"),
        (5, 16, "statement “# xt_recent” is not known"),
    ]
    assert all("iptables-save" in problem.hint for problem in found.problems)
    assert len(found.ruleset[0].chains["X"].rules) == 2


def test_a_table_in_two_parts_is_one_table() -> None:
    text = "table ip t {\n\tchain c { accept; }\n}\ntable ip t {\n\tchain c { drop; }\n}\n"
    (table,) = parse(text)
    assert table.chains["c"].rules == (nft.Rule((nft.Accept(),)), nft.Rule((nft.Drop(),)))


def test_a_set_that_packets_fill_is_read_with_what_is_in_it() -> None:
    text = (
        "table ip t {\n\tset seen {\n\t\ttype ipv4_addr\n\t\tsize 65535\n\t\tflags dynamic,timeout\n\t\ttimeout 3h\n"
        "\t\telements = { 192.0.2.1 expires 2h59m58s344ms }\n\t}\n}\n"
    )
    (table,) = parse(text)
    assert table.sets["seen"].timeout == 10800
    assert [element.expires for element in table.sets["seen"].elements.values()] == [10798344]
    assert render([table]) == text.replace("\t}\n}", "\t}\n}")


@pytest.mark.parametrize(
    "text",
    ["{" * 50_000, "}" * 50_000, "table ip t {" * 5_000, ": " * 50_000, "1" * 100_000, '"' * 50_001, ", " * 50_000,
     "table ip t {\n\tchain c {\n" + "bad\n" * 20_000, "add " * 20_000, "\\\n" * 20_000, "a." * 50_000, ":" * 50_000],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_hostile_text_comes_to_an_end_with_few_words(text: str) -> None:
    found = read(text)
    assert len(found.problems) <= MAX_PROBLEMS + 1
    assert all(len(problem.message) < 200 for problem in found.problems)


def test_too_many_problems_are_cut_and_that_is_told() -> None:
    found = read(in_chain(*["bad"] * (MAX_PROBLEMS + 10)))
    assert found.problems[-1].id == TOO_MANY


@given(st.text(st.sampled_from(list('{};,:.@="!&|\n 0123456789abcdefip')), max_size=80))
def test_any_text_is_read_or_told(text: str) -> None:
    found = read(text)
    assert found.ruleset or found.problems or not text.strip("; \n")


@given(st.lists(st.sampled_from(
    ["table", "ip", "t", "{", "}", "chain", "c", "set", "map", "type", "ipv4_addr", ":", "verdict", "elements", "=",
     "1.2.3.4", ",", ";", "\n", "drop", "jump", "@", "s", "vmap", "saddr", "ct", "state", "new", "add", "rule", "0", "-",
     "comment", '"x"', "dnat", "to", "numgen", "random", "mod", "filter", "hook", "priority", "policy"]), max_size=60))  # fmt: skip
def test_any_row_of_known_words_is_read_or_told(row: list[str]) -> None:
    text = " ".join(row)
    found = read(text)
    assert found == read(text)
    if not found.problems:
        assert parse(render(found.ruleset)) == found.ruleset
