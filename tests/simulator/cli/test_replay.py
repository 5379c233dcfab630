"""netviz replay: what it wants, what it says where it cannot be, and its answer."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from netviz.replay.probe import machine
from tests.netviz.replay.conftest import SHOP

MISSING = machine()
on_a_kernel = pytest.mark.skipif(MISSING is not None, reason=MISSING.message if MISSING else "")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP)
    flows = [
        {"id": "01", "src": "shop/client", "dst": "10.96.0.80", "port": 80, "proto": "TCP"},
        {"id": "02", "src": "internet", "dst": "192.168.56.11", "port": 30080, "proto": "TCP"},
    ]
    (tmp_path / "flows.json").write_text(json.dumps({"flows": flows}))
    return tmp_path


def test_it_wants_flows(netviz: Any, shop: Path) -> None:
    ran = netviz("replay", str(shop / "shop.yaml"))
    assert ran.status == 2
    assert "--flows" in ran.err


def test_without_root_it_says_so(netviz: Any, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    ran = netviz("replay", str(shop / "shop.yaml"), "--flows", str(shop / "flows.json"))
    assert ran.status == 2
    assert "root" in ran.err


def test_the_script_needs_no_root(netviz: Any, shop: Path) -> None:
    ran = netviz("replay", str(shop / "shop.yaml"), "--script")
    assert ran.status == 0
    assert ran.out.startswith("#!/bin/sh")


@pytest.mark.oracle
@on_a_kernel
def test_model_and_kernel_stand_side_by_side(netviz: Any, shop: Path) -> None:
    ran = netviz("replay", str(shop / "shop.yaml"), "--flows", str(shop / "flows.json"))
    assert ran.status == 0, ran.out
    assert ran.out.endswith("2 flows: model and kernel are one.\n")


def test_what_no_lab_is_built_with_is_refused(netviz: Any, shop: Path) -> None:
    ran = netviz("replay", str(shop / "shop.yaml"), "--script", "--fault", "conntrack-full:node-a")
    assert ran.status == 2
    assert "conntrack-full:node-a" in ran.err


@pytest.mark.oracle
@on_a_kernel
@pytest.mark.parametrize("fault", ["link-cut:node-a/cni0", "node-cut:node-b", "mtu:node-b/eth0=1300"])
def test_the_kernel_draws_the_same_conclusions_of_what_is_broken(netviz: Any, shop: Path, fault: str) -> None:
    ping = {"src": "shop/client", "dst": "10.244.2.2", "proto": "ICMP"}
    (shop / "pings.json").write_text(json.dumps({"flows": [ping | {"size": size} for size in (0, 1400)]}))
    ran = netviz("replay", str(shop / "shop.yaml"), "--flows", str(shop / "pings.json"), "--fault", fault)
    assert ran.status == 0, ran.out


@pytest.mark.oracle
@on_a_kernel
def test_json_tells_every_frame(netviz: Any, shop: Path) -> None:
    ran = netviz("replay", str(shop / "shop.yaml"), "--flows", str(shop / "flows.json"), "--format", "json")
    told = json.loads(ran.out)
    assert told["equal"]
    assert told["flows"][0]["kernel"]["request"] == told["flows"][0]["model"]["request"] != []
