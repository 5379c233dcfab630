"""Broken clusters, one for each cause: what `netviz why` has to say of it, by line, and the change that mends it.

A folder of `broken/` is a cluster that somebody has got wrong: `manifests.yaml`, and `expected.yaml`, written by hand:
what it shows, the question, how it ends, the reason with object, field and line, words that have to be said, and the
lines of the first change that is offered with the other flows that it changes. `ask` or `settings` stand for a change
that is not one of the manifests. `size` is how many bytes are sent, `with` what no manifest can say and somebody has
done on a machine, in place of which `undone` is what is left when that is mended. Nothing rewrites it.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.cli import main

BROKEN = sorted(path.parent for path in (Path(__file__).resolve().parent / "broken").glob("*/expected.yaml"))
MANIFESTS = "manifests.yaml"
CAUSES = {
    "selector-matches-nothing", "pods-in-another-namespace", "wrong-target-port", "target-port-name-unknown",
    "wrong-protocol", "endpoints-not-ready", "workload-without-pods", "policy-isolates", "no-such-name",
    "no-local-endpoint", "hairpin-off", "policy-not-enforced", "pod-outside-range",
}  # fmt: skip
"""The causes that have to have a cluster here."""


class Why:
    """Runs `netviz why` in a folder of its own, which holds a copy of the broken cluster."""

    def __init__(self, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.expected: dict[str, Any] = yaml.safe_load((folder / "expected.yaml").read_text())
        self.file = tmp_path / MANIFESTS
        self.file.write_text((folder / MANIFESTS).read_text())
        self._capsys = capsys

    def ask(self, **instead: Any) -> tuple[int, dict[str, Any]]:
        """The exit status and the JSON."""
        e = self.expected | instead
        settings = [f"--set={key}={value}" for key, value in instead.get("settings", {}).items()]
        words = ["why", MANIFESTS, "--from", e["from"], "--to", e["to"], "--protocol", e.get("protocol", "TCP")]
        settings += [f"--fault={fault}" for fault in instead.get("undone", e.get("with", ()))]
        size = [f"--size={e['size']}"] if "size" in e else []
        status = main([*words, *settings, *size, "--format", "json"])
        return status, json.loads(self._capsys.readouterr().out)


@pytest.fixture(params=BROKEN, ids=lambda path: path.name)
def why(request: pytest.FixtureRequest, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> Why:
    monkeypatch.chdir(tmp_path)
    return Why(request.param, tmp_path, capsys)


def test_the_reason_is_told_by_object_field_and_line(why: Why) -> None:
    status, told = why.ask()
    expected, found = why.expected, told["explanation"]
    assert status == (0 if expected["outcome"] == "delivered" else 1)
    assert told["disposition"] == expected["outcome"]
    assert found["code"] == expected["reason"]
    assert (found["object"], found["field"]) == (expected["object"], expected["field"])
    assert (found["file"], found["line"]) == (expected.get("file", MANIFESTS), expected["line"])
    assert [word for word in expected["says"] if word not in found["message"]] == []
    assert [word for word in expected["mend"] if word not in found["fix"]] == []


def test_the_first_change_that_is_offered_is_the_smallest_and_names_what_else_it_changes(why: Why) -> None:
    offered = why.ask()[1]["fixes"]
    if "patch" not in why.expected:
        assert offered == []
        return
    assert list(changed_lines(offered[0]["patch"])) == why.expected["patch"]
    assert sorted(flow(one["question"]) for one in offered[0]["side_effects"]) == sorted(why.expected["also"])


def test_with_the_change_the_flow_ends_as_it_should(why: Why) -> None:
    _, told = why.ask()
    for fix in told["fixes"]:
        before = why.file.read_text()
        subprocess.run(["git", "apply", "-p1", "-"], input=fix["patch"], text=True, cwd=why.file.parent, check=True)
        assert why.ask()[1]["disposition"] == "delivered"
        why.file.write_text(before)
    instead = {"to": why.expected.get("ask", why.expected["to"]), "settings": why.expected.get("settings", {})}
    instead |= {"undone": why.expected["undone"]} if "undone" in why.expected else {}
    if not told["fixes"]:
        assert why.ask(**instead)[1]["disposition"] == why.expected.get("afterwards", "delivered")


def test_every_cause_has_its_cluster_and_every_cluster_says_what_it_shows() -> None:
    told = [yaml.safe_load((folder / "expected.yaml").read_text()) for folder in BROKEN]
    assert {one["reason"] for one in told} >= CAUSES
    assert all(one["shows"] for one in told)


def test_what_fits_gets_through_where_more_hangs(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (folder,) = [path for path in BROKEN if path.name == "packet-too-big"]
    why = Why(folder, tmp_path, capsys)
    assert [why.ask(size=size)[1]["disposition"] for size in (100, 3000)] == ["delivered", "connected"]


def changed_lines(patch: str) -> Iterator[str]:
    """The lines that go and come."""
    for line in patch.splitlines():
        if line[:1] in ("+", "-") and not line.startswith(("+++", "---")):
            yield line


def flow(question: dict[str, str]) -> str:
    spoken = "" if question["protocol"] == "TCP" else f" {question['protocol']}"
    return f"{question['source']} -> {question['target']}{spoken}"
