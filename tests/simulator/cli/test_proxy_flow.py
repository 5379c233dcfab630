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


def test_the_command_has_a_heading_of_its_own_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    before, _, after = capsys.readouterr().out.partition("conformance:\n")
    assert "proxy-flow" in after
    assert "proxy-flow" not in before


def test_rules_that_cannot_be_read_are_told_with_their_line(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    given = "add table ip t\nadd chain ip t c\nadd rule ip t c limit rate 1/second"
    case = CASE | {"proxy": "nftables", "rules": {"given": given}}
    assert run(monkeypatch, json.dumps(case)) == 2
    assert "line 3: statement “limit” is not known" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", "not json", json.dumps(CASE | {"proxy": "ipvs"})])
def test_what_cannot_be_answered_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, capsys: Any, text: str) -> None:
    assert run(monkeypatch, text) == 2
    assert "hint" in capsys.readouterr().err
