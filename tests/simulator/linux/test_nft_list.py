"""nft list ruleset: every statement as nft writes it."""

from ipaddress import ip_address, ip_network

import pytest

from simulator.linux import nftables as nft
from simulator.linux.nft_list import duration, render, rule_text
from simulator.packet.headers import Protocol

TEN = ip_network("10.0.0.0/8")
ONE = ip_network("192.0.2.1/32")


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (nft.AddressMatch("saddr", (TEN,), invert=True), "ip saddr != 10.0.0.0/8"),
        (nft.AddressMatch("daddr", (TEN, ONE)), "ip daddr { 10.0.0.0/8, 192.0.2.1 }"),
        (nft.AddressInSet("daddr", "cluster-ips"), "ip daddr @cluster-ips"),
        (nft.InputInterface("cni*", invert=True), 'iifname != "cni*"'),
        (nft.L4Protocol(Protocol.SCTP), "meta l4proto sctp"),
        (nft.CtStateNew(), "ct state new"),
        (nft.FibLocal("saddr"), "fib saddr type local"),
        (nft.MarkTest(0x4000), "meta mark & 0x00004000 != 0x00000000"),
        (nft.MarkTest(0x80000000), "meta mark != 0x00000000/1"),
        (nft.MarkTest(nft.ALL_BITS, 7, equal=True), "meta mark 0x00000007"),
        (nft.MarkSet("^", 0x4000), "meta mark set meta mark ^ 0x00004000"),
        (nft.KeyInSet(("saddr", "daddr"), "pairs"), "ip saddr . ip daddr @pairs"),
        (nft.VerdictMap(("daddr", "th dport"), "ways"), "ip daddr . th dport vmap @ways"),
        (nft.Masquerade(), "masquerade"),
        (nft.Masquerade(fully_random=True), "masquerade fully-random"),
        (nft.DnatTo(ip_address("10.0.0.1"), 80), "dnat to 10.0.0.1:80"),
        (nft.DnatRandom(((ip_address("10.0.0.1"), 80), (ip_address("10.0.0.2"), 80))),
         "dnat ip addr . port to numgen random mod 2 map { 0 : 10.0.0.1 . 80, 1 : 10.0.0.2 . 80 }"),
        (nft.GotoRandom(("a", "b")), "numgen random mod 2 vmap { 0 : goto a, 1 : goto b }"),
        (nft.UpdateSet("seen"), "update @seen { ip saddr }"),
        (nft.Jump("x"), "jump x"),
        (nft.Reject(), "reject"),
    ],
)  # fmt: skip
def test_a_statement_is_written_as_nft_writes_it(statement: nft.Statement, text: str) -> None:
    assert rule_text(nft.Rule((statement,)), 4) == text


def test_ipv6_has_its_own_words() -> None:
    rule = nft.Rule((nft.AddressInSet("saddr", "s"), nft.DnatTo(ip_address("fd00::1"), 80)), "why")
    assert rule_text(rule, 6) == 'ip6 saddr @s dnat to [fd00::1]:80 comment "why"'


@pytest.mark.parametrize(("seconds", "text"), [(10800, "3h"), (90, "1m30s"), (86401, "1d1s"), (0, "0s")])
def test_a_timeout_names_the_units_that_it_has(seconds: int, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("hook", "priority", "text"),
    [
        ("prerouting", -100, "dstnat"),
        ("prerouting", -110, "dstnat - 10"),
        ("output", -110, "-110"),
        ("postrouting", 105, "srcnat + 5"),
        ("forward", 0, "filter"),
    ],
)
def test_a_priority_has_a_name_where_its_hook_knows_one(hook: str, priority: int, text: str) -> None:
    chain = nft.Chain("c", (), nft.BaseHook("filter", hook, priority))
    written = render([nft.Table(4, "t", {}, {"c": chain})])
    assert f"type filter hook {hook} priority {text}; policy accept;" in written


def test_a_table_holds_sets_then_chains() -> None:
    key = (ip_address("10.96.0.1"), Protocol.TCP, 80)
    element = nft.Element(nft.Goto("web"), "shop/web")
    ways = nft.Set("ways", ("ipv4_addr", "inet_proto", "inet_service"), {key: element}, "ways in", verdicts=True)
    seen = nft.Set("seen", ("ipv4_addr",), timeout=60)
    chain = nft.Chain("web", (nft.Rule((nft.Drop(),)),), comment="the web")
    assert render([nft.Table(4, "t", {"ways": ways, "seen": seen}, {"web": chain}, "ours")]) == (
        'table ip t {\n\tcomment "ours"\n'
        "\tmap ways {\n\t\ttype ipv4_addr . inet_proto . inet_service : verdict\n"
        '\t\tcomment "ways in"\n\t\telements = { 10.96.0.1 . tcp . 80 comment "shop/web" : goto web }\n\t}\n\n'
        "\tset seen {\n\t\ttype ipv4_addr\n\t\tsize 65535\n\t\tflags dynamic,timeout\n\t\ttimeout 1m\n\t}\n\n"
        '\tchain web {\n\t\tcomment "the web"\n\t\tdrop\n\t}\n}\n'
    )
