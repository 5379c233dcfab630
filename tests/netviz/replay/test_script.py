"""The set-up as a shell script: quoted, in order, and it runs."""

import shlex
import subprocess
from pathlib import Path

import pytest

from netviz.replay.names import namespaces
from netviz.replay.plan import Plan, Space, make_plan
from netviz.replay.probe import machine, needs
from netviz.replay.script import script
from simulator.compilers import compile_network
from tests.netviz.replay.conftest import SHOP, cluster_of

MISSING = machine()


def text(prefix: str = "t-", **settings: str) -> str:
    cluster = cluster_of(SHOP, **settings)
    return script(make_plan(compile_network(cluster), namespaces(cluster), prefix, named=True))


def commands(whole: str) -> list[list[str]]:
    """The words of every command, here-documents left out."""
    found, inside = [], False
    for line in whole.splitlines():
        if inside:
            inside = line != "NETVIZ_RULES"
        elif line.startswith("  ") and not line.lstrip().startswith("#"):
            found.append(shlex.split(line, comments=True))
            inside = "<<'NETVIZ_RULES'" in line
    return found


def test_it_stops_at_the_first_failure_and_takes_down_what_it_built() -> None:
    lines = text().splitlines()
    assert lines[0] == "#!/bin/sh"
    assert "set -eu" in lines
    assert any("trap down" in line for line in lines)


def test_each_namespace_is_made_and_removed() -> None:
    words = commands(text())
    made = {line[3] for line in words if line[:3] == ["ip", "netns", "add"]}
    gone = {line[3] for line in words if line[:3] == ["ip", "netns", "del"]}
    assert made == gone
    assert len(made) == 8


def test_rules_keep_their_comments_for_the_reader_and_the_shell_does_not_look_into_them() -> None:
    whole = text()
    assert '--comment "shop/web cluster IP"' in whole
    assert "<<'NETVIZ_RULES'" in whole
    assert "chain service-" in text(proxy="nftables")


def test_no_value_means_anything_to_the_shell() -> None:
    evil = "a; $(reboot) 'x'"
    wires = Space("w", "wires")
    whole = script(Plan({"one": Space(evil, "two\nreboot", links=[("link", "set", evil, "up")])}, wires, [], {}))
    assert ["ip", "-n", evil, "link", "set", evil, "up"] in commands(whole)
    assert "\nreboot" not in whole


def test_the_shell_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "lab.sh"
    path.write_text(text())
    assert subprocess.run(["sh", "-n", path], check=False).returncode == 0


@pytest.mark.oracle
@pytest.mark.skipif(MISSING is not None, reason=MISSING.message if MISSING else "")
@pytest.mark.parametrize("proxy", ["iptables", "nftables"])
def test_it_builds_the_lab_and_takes_it_down(tmp_path: Path, proxy: str) -> None:
    cluster = cluster_of(SHOP, proxy=proxy)
    plan = make_plan(compile_network(cluster), namespaces(cluster), "nvz-test-", named=True)
    lack = needs(plan, ("ping", "nfacct") if proxy == "iptables" else ("ping",))
    if lack is not None:
        pytest.skip(lack.message)
    path = tmp_path / "lab.sh"
    path.write_text(script(plan))
    try:
        up = subprocess.run(["sh", path, "up"], capture_output=True, text=True, timeout=120, check=False)
        assert up.returncode == 0, up.stderr
        node = plan.spaces["node-a"].id
        routes = subprocess.run(["ip", "-n", node, "route"], capture_output=True, text=True, check=True).stdout
        assert "10.244.2.0/24 via 192.168.56.12 dev eth0" in routes
        rules = subprocess.run(["ip", "netns", "exec", node, "nft", "list", "ruleset"], capture_output=True, text=True,
                               check=True).stdout  # fmt: skip
        assert "10.96.0.80" in rules
        again = subprocess.run(["sh", path, "up"], capture_output=True, text=True, timeout=120, check=False)
        assert (again.returncode, "stands already" in again.stderr) == (2, True)
    finally:
        down = subprocess.run(["sh", path, "down"], capture_output=True, text=True, timeout=120, check=False)
    assert down.returncode == 0
    assert "nvz-test-" not in subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout
