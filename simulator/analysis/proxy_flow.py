"""Where kube-proxy's rules send a packet, asked as kube-proxy's own tests ask it.

The rules come from the objects of the case, or as text; `proxy_iptables.py` and `proxy_nftables.py` follow the packet.
"""

import re
from collections.abc import Callable
from ipaddress import ip_address

import msgspec

from simulator.analysis import proxy_iptables, proxy_nftables
from simulator.analysis.proxy_case import Case, CaseFlow, node, services, slices
from simulator.compilers.kube_proxy.iptables import write_rules
from simulator.compilers.kube_proxy.nftables import proxy_table
from simulator.compilers.kube_proxy.services import ProxyServices
from simulator.linux import iptables as ipt
from simulator.linux import nft_read
from simulator.linux import nftables as nft
from simulator.linux.iptables_restore import parse
from simulator.linux.reading import ParseProblem

UNQUOTED_COMMENT = re.compile(r'--comment ((?:(?! -)[^"])+) (?=-)')
"""Upstream's own printer loses the quotes of comments in base chains."""


class Answer(msgspec.Struct, frozen=True):
    """`output`: every endpoint that could be chosen, or a verdict; `masq`: whether the source would be changed."""

    name: str
    output: str
    masq: bool


class UnsupportedMode(ValueError):
    """A kube-proxy mode whose rules are not written."""


def answer(case: Case) -> list[Answer]:
    """One answer a flow, in the order of the case."""
    follow = _follower(case)
    found = []
    for flow in case.flows:
        outputs, masquerade = follow(flow)
        found.append(Answer(flow.name, ", ".join(outputs), masquerade))
    return found


def _follower(case: Case) -> Callable[[CaseFlow], tuple[list[str], bool]]:
    local = frozenset(ip_address(text) for text in case.node.local_ips)
    if case.proxy == "iptables":
        tables = tables_of(case)
        return lambda flow: proxy_iptables.outcome(tables, flow, local)
    if case.proxy == "nftables":
        table = table_of(case)
        return lambda flow: proxy_nftables.outcome(table, flow, local)
    raise UnsupportedMode(f'kube-proxy mode "{case.proxy}" is not known, only iptables and nftables')


def tables_of(case: Case) -> ipt.Tables:
    """The iptables rules that the case gives, or those that its objects make."""
    if case.rules.given is not None:
        return parse(UNQUOTED_COMMENT.sub(r'--comment "\1" ', case.rules.given), case.family)
    tables = ipt.base_tables(case.family)
    write_rules(_services(case), node(case), tables)
    return tables


def table_of(case: Case) -> nft.Table:
    """The nftables table that the case gives, or the one that its objects make."""
    if case.rules.given is None:
        return proxy_table(_services(case), node(case))
    for table in nft_read.parse(case.rules.given):
        if table.family == case.family:
            return table
    raise ParseProblem("there is no table of the case's family", "Give the table that the packet meets.")


def _services(case: Case) -> ProxyServices:
    found = slices(case)
    return ProxyServices(services(case), lambda key: found.get(key, ()), case.family)
