"""netviz proxy-flow: one recorded case on standard input, one answer a flow."""

import io
import json
from typing import Any

import pytest

from simulator.cli import main

CASE = {
    "proxy": "iptables",
    "ipFamily": "IPv4",
    "flows": [{"name": "nowhere", "sourceIP": "10.0.0.2", "destIP": "172.30.0.41", "destPort": 80, "protocol": "TCP"}],
}


def run(monkeypatch: pytest.MonkeyPatch, text: str) -> int:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    return main(["proxy-flow", "--format", "json"])


def test_each_flow_has_one_answer(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, json.dumps(CASE)) == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "nowhere", "output": "", "masq": False}]


@pytest.mark.parametrize("text", ["", "[]", "not json", json.dumps(CASE | {"proxy": "ipvs"})])
def test_what_cannot_be_answered_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: Any, text: str) -> None:
    assert run(monkeypatch, text) == 2
    assert "hint" in capsys.readouterr().err
