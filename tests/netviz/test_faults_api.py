"""Faults over HTTP: what can be broken at a place, and a trace of what is broken."""

import msgspec
import pytest

from netviz import engine, protocol
from netviz.work import Refused, TraceQuestion
from simulator.cluster.faults import MAX_FAULTS

SHOP = b"""
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node-a, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {nodeName: node-b, containers: [{name: c, image: c}]}
"""


@pytest.fixture(scope="module")
def loaded():
    taken, found = engine.take([("shop.yaml", SHOP)], {}, None, {})
    return found or engine.load(taken.bundle)


def traced(loaded, *faults, size=0):
    raw = engine.whole_trace(loaded, TraceQuestion("default/client", "web:80", faults=faults, size=size))
    return msgspec.json.decode(raw)


def test_the_limit_is_the_engines():
    assert protocol.MAX_FAULTS == MAX_FAULTS


def test_a_place_says_what_can_be_broken_there(loaded):
    menu = msgspec.json.decode(engine.breakable(loaded, "node:node-b"))
    offered = {one["fault"]: one for one in menu["faults"]}
    assert offered["node-cut:node-b"]["label"] == "Unplug the node"
    assert "link-cut:node-b/eth0" in offered
    assert all(one["says"].endswith(".") for one in offered.values())
    assert msgspec.json.decode(engine.breakable(loaded, "svc:default/web"))["faults"] == []


def test_a_fault_is_part_of_the_trace_and_its_key(loaded):
    whole, cut = traced(loaded), traced(loaded, "node-cut:node-b")
    assert (whole["disposition"], whole["faults"]) == ("delivered", [])
    assert (cut["disposition"], cut["faults"]) == ("unreachable", ["node-cut:node-b"])
    assert len({whole["key"], cut["key"], traced(loaded, size=3000)["key"]}) == 3
    assert traced(loaded) == whole


def test_many_faults_in_turn_leave_nothing_behind(loaded):
    whole = traced(loaded)
    for size in range(1200, 1200 + 2 * engine.KEPT_BROKEN):
        assert traced(loaded, f"mtu:node-b/eth0={size}")["disposition"] == "delivered"
    assert len(engine._broken) <= engine.KEPT_BROKEN
    assert traced(loaded) == whole


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("earthquake:node-a", "bad-fault"),
        ("node-cut:node-z", "unknown-fault-target"),
        ("link-cut:node-a/x", "unknown-fault-target"),
    ],
)
def test_what_cannot_be_broken_is_refused_in_words(loaded, fault, code):
    with pytest.raises(Refused) as refused:
        traced(loaded, fault)
    assert refused.value.code == code
    assert refused.value.hint
