"""Rules as hypothesis makes them: every match and every target that there is, in both families."""

from functools import cache
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from hypothesis import strategies as st

from simulator.linux import iptables as ipt
from simulator.linux.iptables_extensions import CT_STATES, DEFAULT_RECENT_MASK, REJECTS
from simulator.packet.headers import IPAddress, IPNetwork, Protocol

Strategy = st.SearchStrategy[Any]
CHAINS = ("KUBE-X", "cali-fw.1", "LAST")

words = st.text(st.characters(codec="utf-8", exclude_characters="\n", exclude_categories=["Cs"]), max_size=30)
names = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", min_size=1, max_size=15).filter(
    lambda name: name[0] not in "-."
)
ports = st.integers(0, 65535)
ranges = st.tuples(ports, ports).map(lambda pair: (min(pair), max(pair)))
bits = st.integers(0, 0xFFFFFFFF)
yes_or_no = st.booleans()
protocols = st.sampled_from([protocol for protocol in Protocol if protocol is not Protocol.ARP])
kinds = st.none() | st.sampled_from(["LOCAL", "UNICAST"])
states = st.sets(st.sampled_from(CT_STATES), min_size=1).map(lambda found: tuple(s for s in CT_STATES if s in found))


def addresses(family: int) -> Strategy:
    return st.ip_addresses(v=4) if family == 4 else st.ip_addresses(v=6)


@cache
def networks(family: int) -> Strategy:
    def network(address: IPAddress, length: int) -> IPNetwork:
        return (IPv4Network if family == 4 else IPv6Network)((int(address), length), strict=False)

    return st.builds(network, addresses(family), st.integers(0, 32 if family == 4 else 128))


def _ports(
    protocol: Protocol, sports: tuple[int, int] | None, dports: tuple[int, int] | None, no_s: bool, no_d: bool
) -> ipt.L4Ports:
    return ipt.L4Ports(protocol, sports, dports, no_s and sports is not None, no_d and dports is not None)


def _addr_type(src: str | None, dst: str | None, no_src: bool, no_dst: bool) -> ipt.AddrType:
    src = "LOCAL" if src is None and dst is None else src
    return ipt.AddrType(src, dst, no_src and src is not None, no_dst and dst is not None)


def _recent(action: str, name: str, seconds: int | None, reap: bool, source: bool, family: int) -> ipt.Recent:
    age = seconds if action in ("rcheck", "update") else None
    return ipt.Recent(action, name, age, reap and age is not None, source, DEFAULT_RECENT_MASK[family])


@cache
def headers(family: int) -> dict[type, Strategy]:
    """Matches that a rule has once, in the order in which they are printed."""
    return {
        ipt.Source: st.builds(ipt.Source, networks(family), yes_or_no),
        ipt.Destination: st.builds(ipt.Destination, networks(family), yes_or_no),
        ipt.InInterface: st.builds(ipt.InInterface, names | st.just("eth+"), yes_or_no),
        ipt.OutInterface: st.builds(ipt.OutInterface, names | st.just("veth+"), yes_or_no),
        ipt.IpProtocol: st.builds(ipt.IpProtocol, protocols, yes_or_no),
    }


@cache
def modules(family: int) -> dict[type, Strategy]:
    """Matches that are named with -m."""
    optional = st.none() | ranges
    l4 = st.sampled_from([Protocol.TCP, Protocol.UDP, Protocol.SCTP])
    return {
        ipt.Comment: st.builds(ipt.Comment, words),
        ipt.L4Ports: st.builds(_ports, l4, optional, optional, yes_or_no, yes_or_no),
        ipt.Multiport: st.builds(ipt.Multiport, st.lists(ranges, min_size=1, max_size=4).map(tuple), yes_or_no),
        ipt.CtStateMatch: st.builds(ipt.CtStateMatch, states, yes_or_no),
        ipt.MarkMatch: st.builds(ipt.MarkMatch, bits, bits | st.just(0xFFFFFFFF), yes_or_no),
        ipt.Statistic: st.builds(ipt.Statistic, st.integers(1, 2**31)),
        ipt.AddrType: st.builds(_addr_type, kinds, kinds, yes_or_no, yes_or_no),
        ipt.Recent: st.builds(
            _recent, st.sampled_from(["set", "rcheck", "update", "remove"]), names,
            st.none() | st.integers(1, 10**6), yes_or_no, yes_or_no, st.just(family),
        ),
        ipt.NfAcct: st.builds(ipt.NfAcct, names),
        ipt.Cgroup: st.builds(ipt.Cgroup, names.map(lambda name: f"kubepods/{name}"), yes_or_no),
        ipt.PhysDev: st.builds(ipt.PhysDev, yes_or_no),
    }  # fmt: skip


@cache
def targets(family: int) -> dict[type, Strategy]:
    return {
        ipt.Jump: st.builds(ipt.Jump, st.sampled_from(CHAINS)),
        ipt.Accept: st.just(ipt.Accept()),
        ipt.Drop: st.just(ipt.Drop()),
        ipt.Return: st.just(ipt.Return()),
        ipt.Reject: st.builds(ipt.Reject, st.sampled_from(REJECTS[family])),
        ipt.Dnat: st.builds(ipt.Dnat, addresses(family), st.none() | ports),
        ipt.Snat: st.builds(ipt.Snat, addresses(family), st.none() | ports),
        ipt.Masquerade: st.builds(ipt.Masquerade, yes_or_no),
        ipt.SetXMark: st.builds(ipt.SetXMark, bits, bits),
    }


@cache
def rules(family: int, jumps: bool) -> Strategy:
    ends = [end for kind, end in targets(family).items() if jumps or kind is not ipt.Jump]
    first = st.tuples(*(st.none() | header for header in headers(family).values()))
    rest = st.lists(st.one_of(*modules(family).values()), max_size=4)

    def rule(head: tuple[ipt.Match | None, ...], found: list[ipt.Match], target: ipt.Target | None) -> ipt.Rule:
        return ipt.Rule((*(match for match in head if match is not None), *found), target)

    return st.builds(rule, first, rest, st.none() | st.one_of(*ends))


@cache
def tables(family: int) -> Strategy:
    """The nat table: built-in chains that lead to the others, and those, which lead nowhere."""
    written = st.lists(rules(family, jumps=True), max_size=4).map(tuple)
    inner = st.lists(rules(family, jumps=False), max_size=3).map(tuple)
    policies = st.sampled_from(["ACCEPT", "DROP"])

    def tables_of(*chains: ipt.Chain) -> ipt.Tables:
        found = {chain.name: chain for chain in chains}
        return ipt.Tables(family, {"nat": ipt.Table("nat", found), "raw": ipt.Table("raw", {})})

    base = (st.builds(ipt.Chain, st.just(name), written, policies) for name in ("PREROUTING", "OUTPUT"))
    own = (st.builds(ipt.Chain, st.just(name), inner, st.none()) for name in CHAINS)
    return st.builds(tables_of, *base, *own)
