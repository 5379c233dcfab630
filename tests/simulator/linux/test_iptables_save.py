"""iptables-save text: what is written can be read back, and is what the real iptables-save prints."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.linux import iptables as ipt
from simulator.linux.iptables_save import ParseProblem, parse, quote, render, rule_text
from simulator.packet.headers import Protocol

Content = dict[str, dict[str, tuple[str | None, tuple[ipt.Rule, ...]]]]


def content(tables: ipt.Tables) -> Content:
    return {
        name: {chain.name: (chain.policy, tuple(chain.rules)) for chain in table.chains.values()}
        for name, table in tables.tables.items()
    }


def one_rule(text: str, family: int = 4) -> ipt.Rule:
    tables = parse(f"*nat\n:X - [0:0]\n:Y - [0:0]\n-A X {text}\nCOMMIT\n", family)
    return tables.tables["nat"].chains["X"].rules[0]


words = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30)
names = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=20).filter(
    lambda name: name[0] != "-"
)
port = st.integers(0, 65535)
ports = st.tuples(port, port).map(lambda pair: (min(pair), max(pair)))
bits = st.integers(0, 0xFFFFFFFF)
l4 = st.sampled_from([Protocol.TCP, Protocol.UDP, Protocol.SCTP])
networks = st.builds(
    lambda number, length: ip_network((number, length), strict=False), st.integers(0, 2**32 - 1), st.integers(0, 32)
)
addresses = st.integers(0, 2**32 - 1).map(ip_address)
states = st.sets(st.sampled_from(["INVALID", "NEW", "RELATED", "ESTABLISHED", "DNAT"]), min_size=1).map(
    lambda chosen: tuple(s for s in ("INVALID", "NEW", "RELATED", "ESTABLISHED", "DNAT") if s in chosen)
)
optional_ports = st.one_of(st.none(), ports)
headers = st.tuples(
    st.one_of(st.none(), st.builds(ipt.Source, networks, st.booleans())),
    st.one_of(st.none(), st.builds(ipt.Destination, networks, st.booleans())),
    st.one_of(st.none(), st.builds(ipt.InInterface, names, st.booleans())),
    st.one_of(st.none(), st.builds(ipt.OutInterface, names, st.booleans())),
)
extensions = st.one_of(
    st.builds(ipt.Comment, words),
    st.builds(ipt.Multiport, st.lists(ports, min_size=1, max_size=4).map(tuple), st.booleans()),
    st.builds(ipt.CtStateMatch, states, st.booleans()),
    st.builds(ipt.MarkMatch, bits, bits, st.booleans()),
    st.builds(ipt.Statistic, st.integers(1, 2**31)),
    st.builds(ipt.AddrType, st.just("LOCAL"), st.none(), st.booleans(), st.just(False)),
    st.builds(ipt.AddrType, st.just("LOCAL"), st.just("UNICAST"), st.booleans(), st.booleans()),
    st.builds(ipt.Recent, st.sampled_from(["set", "remove"]), names),
    st.builds(ipt.Recent, st.sampled_from(["rcheck", "update"]), names, st.integers(1, 10**6), st.booleans()),
    st.builds(ipt.NfAcct, names),
    st.builds(ipt.PhysDev, st.booleans()),
)
targets = st.one_of(
    st.none(),
    st.just(ipt.Jump("KUBE-X")),
    st.just(ipt.Accept()),
    st.just(ipt.Drop()),
    st.just(ipt.Return()),
    st.builds(ipt.Reject, st.sampled_from(["icmp-port-unreachable", "tcp-reset"])),
    st.builds(ipt.Dnat, addresses, st.one_of(st.none(), port)),
    st.builds(ipt.Snat, addresses, st.one_of(st.none(), port)),
    st.builds(ipt.Masquerade, st.booleans()),
    st.builds(ipt.SetXMark, bits, bits),
)


@st.composite
def rules(draw: st.DrawFn) -> ipt.Rule:
    matches: list[ipt.Match] = [match for match in draw(headers) if match is not None]
    modules = draw(st.lists(extensions, max_size=4))
    if draw(st.booleans()):
        protocol = draw(l4)
        sports, dports = draw(optional_ports), draw(optional_ports)
        matches.append(ipt.IpProtocol(protocol))
        not_sports, not_dports = sports is not None and draw(st.booleans()), dports is not None and draw(st.booleans())
        modules.append(ipt.L4Ports(protocol, sports, dports, not_sports, not_dports))
    return ipt.Rule((*matches, *modules), draw(targets))


@given(st.lists(rules(), max_size=5))
def test_what_is_rendered_parses_to_the_same_rules(written: list[ipt.Rule]) -> None:
    chains = {
        "INPUT": ipt.Chain("INPUT", tuple(written), "ACCEPT"),
        "FORWARD": ipt.Chain("FORWARD", (), "DROP"),
        "KUBE-X": ipt.Chain("KUBE-X", tuple(reversed(written))),
    }
    tables = ipt.Tables(4, {"filter": ipt.Table("filter", chains)})
    assert content(parse(render(tables), 4)) == content(tables)


def test_every_dump_of_the_real_program_comes_back_byte_for_byte(shared: Path) -> None:
    dumps = sorted(shared.glob("conformance/oracle/public/*/expected/*/iptables-save.v*"))
    assert dumps
    for dump in dumps:
        text = dump.read_text()
        assert render(parse(text, int(dump.name[-1]))) == text, dump


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("-m comment --comment a/b -m tcp -p tcp -d 10.0.0.1 --dport 80 ! -s 10.0.0.0/8 -j Y",
         '! -s 10.0.0.0/8 -d 10.0.0.1/32 -p tcp -m comment --comment "a/b" -m tcp --dport 80 -j Y'),
        ("-p udp --destination-port 53 -j RETURN", "-p udp -m udp --dport 53 -j RETURN"),
        ("-j MARK --or-mark 0x4000", "-j MARK --set-xmark 0x4000/0x4000"),
        ("-j MARK --xor-mark 0x4000", "-j MARK --set-xmark 0x4000/0x0"),
        ("-j MARK --set-mark 1", "-j MARK --set-xmark 0x1/0xffffffff"),
        ("-j MARK --and-mark 0xffff0000", "-j MARK --set-xmark 0x0/0xffff"),
        ("-j REJECT", "-j REJECT --reject-with icmp-port-unreachable"),
        ("-m statistic --mode random --probability 0.3333333333 -j Y",
         "-m statistic --mode random --probability 0.33333333349 -j Y"),
        ("-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT", "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"),
        ("-m mark --mark 7 -j DROP", "-m mark --mark 0x7 -j DROP"),
        ("-m recent --name N --set", "-m recent --set --name N --mask 255.255.255.255 --rsource"),
    ],
)  # fmt: skip
def test_what_people_type_is_printed_as_iptables_save_prints_it(text: str, printed: str) -> None:
    assert rule_text("X", one_rule(text)) == f"-A X {printed}"


def test_an_ipv6_destination_stands_in_brackets() -> None:
    rule = one_rule("-p tcp -m tcp -j DNAT --to-destination [fd00::1]:80", family=6)
    assert rule.target == ipt.Dnat(ip_address("fd00::1"), 80)
    assert rule_text("X", rule).endswith("--to-destination [fd00::1]:80")
    assert one_rule("-j DNAT --to-destination fd00::1", family=6).target == ipt.Dnat(ip_address("fd00::1"))


def test_only_plain_words_go_without_quotes() -> None:
    assert quote("plain-word_1") == "plain-word_1"
    assert quote('say "hi"') == '"say \\"hi\\""'
    assert quote("") == '""'


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
    ],
)
def test_what_is_not_understood_is_explained_and_never_skipped(text: str, message: str) -> None:
    with pytest.raises(ParseProblem) as caught:
        one_rule(text)
    assert (caught.value.message, caught.value.line) == (message, 4)
    assert caught.value.hint


def test_counters_comment_lines_and_blank_lines_are_dropped() -> None:
    tables = parse("# by hand\n*filter\n:INPUT DROP [7:420]\n\n[1:60] -A INPUT -j ACCEPT\nCOMMIT\n", 4)
    chain = tables.tables["filter"].chains["INPUT"]
    assert (chain.policy, tuple(chain.rules)) == ("DROP", (ipt.Rule((), ipt.Accept()),))


@pytest.mark.parametrize("line", ["nonsense", "-A", "-A UNDECLARED -j ACCEPT", "-P INPUT DROP"])
def test_a_line_that_is_no_rule_is_a_problem(line: str) -> None:
    with pytest.raises(ParseProblem):
        parse(f"*filter\n:INPUT ACCEPT [0:0]\n{line}\nCOMMIT\n", 4)
