"""The tables of iptables hang on the hooks in the kernel's order."""

from simulator.linux import nftables as nft
from simulator.linux.iptables import Chain, Table, Tables
from simulator.linux.netfilter import ChainType, base_chains, nft_base_chains, running_order
from simulator.steps import Hook


def tables(**chains: tuple[str, ...]) -> Tables:
    return Tables(
        4, {name: Table(name, {c: Chain(c, policy="ACCEPT") for c in names}) for name, names in chains.items()}
    )


def test_mangle_runs_before_nat_and_nat_before_filter_on_output() -> None:
    every = tables(mangle=("OUTPUT",), nat=("OUTPUT",), filter=("OUTPUT",), raw=("OUTPUT",))
    assert [c.table for c in base_chains(every)] == ["raw", "mangle", "nat", "filter"]


def test_source_nat_comes_last() -> None:
    every = tables(nat=("POSTROUTING",), mangle=("POSTROUTING",))
    assert [(c.table, c.priority) for c in base_chains(every)] == [("mangle", -150), ("nat", 100)]


def test_only_chains_that_are_there_are_registered() -> None:
    found = base_chains(tables(nat=("PREROUTING", "KUBE-SERVICES")))
    assert [(c.hook, c.type) for c in found] == [(Hook.PREROUTING, ChainType.NAT)]


def test_of_equal_priorities_the_chain_that_was_registered_last_runs_first() -> None:
    hook = nft.BaseHook("nat", "postrouting", 100)
    chains = [nft.Chain("late", (), hook), nft.Chain("aside", ())]
    own = nft_base_chains(nft.Table(4, "own", {}, {}), chains)
    older = base_chains(tables(nat=("POSTROUTING",), mangle=("POSTROUTING",)))
    assert [c.table for c in running_order((*older, *own))] == ["mangle", "own", "nat"]
    assert [c.table for c in running_order((*own, *older))] == ["mangle", "nat", "own"]
