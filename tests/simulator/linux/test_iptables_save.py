"""iptables-save text: what is written is what the real iptables-save prints."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from simulator.linux import iptables as ipt
from simulator.linux.iptables_restore import parse
from simulator.linux.iptables_save import quote, render, rule_text


def one_rule(text: str, family: int = 4) -> ipt.Rule:
    tables = parse(f"*nat\n:X - [0:0]\n:Y - [0:0]\n-A X {text}\nCOMMIT\n", family)
    return tables.tables["nat"].chains["X"].rules[0]


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
    ("network", "text"),
    [
        ("::ffff:5600:0/104", "::ffff:86.0.0.0/104"),
        ("::102:304/128", "::1.2.3.4/128"),
        ("::1/128", "::1/128"),
        ("fd00::/8", "fd00::/8"),
    ],
)
def test_an_ipv4_address_inside_an_ipv6_one_is_written_as_the_tool_does(network: str, text: str) -> None:
    assert rule_text("X", ipt.Rule((ipt.Source(ip_network(network)),), None)) == f"-A X -s {text}"
