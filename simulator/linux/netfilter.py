"""Netfilter: the five hooks, and which base chains are registered there in which order.

--> PREROUTING --> (route) --> FORWARD --> POSTROUTING -->
                      |                        ^
                    INPUT                   (route)
                      |                        |
                      v                      OUTPUT
                  local sockets  --------------^
"""

from collections.abc import Iterable
from enum import Enum

import msgspec

from simulator.linux import nftables as nft
from simulator.linux.iptables import Tables
from simulator.steps import Hook


class ChainType(Enum):
    FILTER = "filter"
    NAT = "nat"


class BaseChain(msgspec.Struct, frozen=True):
    """A chain that hangs on a hook; `nftables`: of a table that is not one of iptables."""

    hook: Hook
    priority: int
    type: ChainType
    family: int
    table: str
    chain: str
    nftables: bool = False


IPTABLES_PRIORITY = {
    ("raw", Hook.PREROUTING): -300, ("raw", Hook.OUTPUT): -300,
    ("mangle", Hook.PREROUTING): -150, ("mangle", Hook.INPUT): -150, ("mangle", Hook.FORWARD): -150,
    ("mangle", Hook.OUTPUT): -150, ("mangle", Hook.POSTROUTING): -150,
    ("nat", Hook.PREROUTING): -100, ("nat", Hook.OUTPUT): -100,
    ("filter", Hook.INPUT): 0, ("filter", Hook.FORWARD): 0, ("filter", Hook.OUTPUT): 0,
    ("nat", Hook.INPUT): 100, ("nat", Hook.POSTROUTING): 100,
}  # fmt: skip
"""include/uapi/linux/netfilter_ipv4.h: enum nf_ip_hook_priorities."""


def running_order(registered: Iterable[BaseChain]) -> tuple[BaseChain, ...]:
    """By priority; of equal ones the chain that was registered last runs first.

    net/netfilter/core.c:nf_hook_entries_grow()
    """
    latest_first = tuple(registered)[::-1]
    return tuple(sorted(latest_first, key=lambda chain: chain.priority))


def nft_base_chains(table: nft.Table, chains: Iterable[nft.Chain]) -> tuple[BaseChain, ...]:
    """Those of a table's chains that hang on a hook."""
    return tuple(
        BaseChain(
            Hook(base.hook.upper()), base.priority, ChainType(base.type), table.family, table.name, chain.name, True
        )
        for chain in chains
        if (base := chain.base) is not None
    )


def base_chains(tables: Tables) -> tuple[BaseChain, ...]:
    """The base chains of iptables' tables, in the order of their priorities."""
    found = [
        BaseChain(hook, priority, ChainType.NAT if name == "nat" else ChainType.FILTER, tables.family, name, hook.value)
        for (name, hook), priority in IPTABLES_PRIORITY.items()
        if name in tables.tables and hook.value in tables.tables[name].chains
    ]
    return tuple(sorted(found, key=lambda c: c.priority))
