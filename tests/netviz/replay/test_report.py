"""Side by side, with a verdict."""

from netviz.replay.compare import Verdict
from netviz.replay.report import as_json, report

HOP = {"ns": "node-a", "dev": "eth0", "dir": "out", "src": "10.244.1.2", "dst": "10.96.0.80", "sport": 40000, "dport": 80,
       "proto": "TCP", "flags": "S", "ttl": 64}  # fmt: skip
EQUAL = Verdict("01", {"result": "connected", "request": [HOP]}, {"result": "connected", "request": [HOP]})
OTHER = Verdict("02", {"result": "connected", "request": [HOP]}, {"result": "timeout", "request": []}, ("result: no",))


def test_equal_flows_stand_side_by_side() -> None:
    lines = list(report([EQUAL]))
    assert lines[0] == "# 01: equal"
    frame = next(line for line in lines if "10.96.0.80:80" in line)
    left, right = frame.split(" | ")
    assert left.strip() == right.strip()
    assert lines[-1] == "1 flow: model and kernel are one."


def test_what_differs_is_marked_and_counted() -> None:
    lines = list(report([EQUAL, OTHER]))
    assert any(line.startswith("! ") and "(nothing)" in line for line in lines)
    assert "  ! result: no" in lines
    assert lines[-1] == "2 flows, 1 where model and kernel part."


def test_json_has_both_sides() -> None:
    told = as_json([EQUAL, OTHER])
    assert told["equal"] is False
    assert [flow["equal"] for flow in told["flows"]] == [True, False]
    assert told["flows"][1]["kernel"]["result"] == "timeout"


def test_a_partial_run_says_so() -> None:
    assert "Left out: the moon" in list(report([EQUAL], ["the moon"]))
    assert as_json([EQUAL], ["the moon"])["left_out"] == ["the moon"]
