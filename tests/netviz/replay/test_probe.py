"""What is missing is said in words."""

import os
import sys

import pytest

from netviz.replay import probe
from netviz.replay.names import namespaces
from netviz.replay.plan import make_plan
from simulator.compilers import compile_network
from tests.netviz.replay.conftest import SHOP, cluster_of


def test_another_system_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    found = probe.machine()
    assert found is not None
    assert "Linux" in found.message


def test_somebody_who_is_not_root_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    found = probe.machine()
    assert found is not None
    assert "root" in found.message


def test_a_program_that_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe.shutil, "which", lambda name, path: None if name == "nft" else name)
    cluster = cluster_of(SHOP, proxy="nftables")
    found = probe.needs(make_plan(compile_network(cluster), namespaces(cluster), "t-"))
    assert found is not None
    assert (found.message, found.hint) == ("The program nft is not here.", "On Debian: apt install nftables")


@pytest.mark.parametrize(("missing", "word"), [("_has_bridge_netfilter", "br_netfilter"), ("_has_vxlan", "VXLAN")])
def test_a_kernel_that_lacks_something_is_told_what(monkeypatch: pytest.MonkeyPatch, missing: str, word: str) -> None:
    monkeypatch.setattr(probe.shutil, "which", lambda name, path: name)
    for name in ("_has_bridge_netfilter", "_has_vxlan"):
        monkeypatch.setattr(probe, name, lambda name=name: name != missing)
    cluster = cluster_of(SHOP, overlay="vxlan")
    found = probe.needs(make_plan(compile_network(cluster), namespaces(cluster), "t-"))
    assert found is not None
    assert word in found.message


@pytest.mark.oracle
@pytest.mark.skipif(probe.machine() is not None, reason="needs root and a Linux kernel that makes network namespaces")
def test_this_kernel_is_asked() -> None:
    assert all(words.endswith(".") for words in probe.left_out())


@pytest.mark.oracle
@pytest.mark.skipif(probe.machine() is not None, reason="needs root and a Linux kernel that makes network namespaces")
def test_a_root_that_may_not_enter_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(name: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(probe, "_enter", refused)
    found = probe.machine()
    assert found is not None
    assert "not permitted" in found.message
