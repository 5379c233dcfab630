"""The documents say what is there: every closed set, every setting, every message, and commands that work."""

import re
import shlex
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from netviz.classroom.messages import ClassClientMessage, ClassServerMessage
from netviz.protocol import ClientMessage, ServerMessage
from simulator.cli import main
from simulator.cluster.profile import SETTINGS
from simulator.linux.iptables_extensions import MODULES, TARGETS
from simulator.linux.nftables import Statement
from simulator.linux.reading import INVALID, TOO_MANY, UNKNOWN
from simulator.steps import Badge, Cause, Disposition, Hook, Layer, Outcome, Step, StepKind
from simulator.trace.model import Flow, Leg, LegKind, Trace

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md")])
TABLES: list[tuple[type[Enum], str]] = [
    (Disposition, "Dispositions"),
    (Outcome, "Outcomes"),
    (Cause, "Causes"),
    (LegKind, "Leg"),
    (Layer, "Layers, hooks and badges"),
    (Hook, "Layers, hooks and badges"),
    (Badge, "Layers, hooks and badges"),
]


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """The part of a document under a heading, up to the next one of the same level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no heading '## {title}'"
    return found[1]


def rows(text: str) -> dict[str, list[str]]:
    """Tables by the names in their first cell: `a`, `b` | meaning | example."""
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|")
    return {name: rest for first, *rest in cells for name in re.findall(r"`([^`]+)`", first)}


def values(kinds: Iterable[type[Enum]]) -> list[str]:
    return [member.value for kind in kinds for member in kind]


@pytest.mark.parametrize("kind", values([StepKind]))
def test_every_kind_of_step_has_its_heading_and_an_example(kind: str) -> None:
    kinds = section(read("docs/trace-format.md"), "Step kinds")
    found = re.search(rf"^### `{kind}`\n(.*?)(?=^### |\Z)", kinds, re.MULTILINE | re.DOTALL)
    assert found, f"docs/trace-format.md has no heading '### `{kind}`'"
    assert "*Example:*" in found[1]


@pytest.mark.parametrize(("kind", "title"), TABLES, ids=lambda x: getattr(x, "__name__", ""))
def test_every_member_of_a_closed_set_has_its_row(kind: type[Enum], title: str) -> None:
    table = rows(section(read("docs/trace-format.md"), title))
    for member in kind:
        assert member.value in table, f"docs/trace-format.md, {title}: no row for `{member.value}`"
        assert all(table[member.value]) or member is Badge.MODELLED, f"the row of `{member.value}` lacks an example"


def test_no_row_speaks_of_what_is_not_there() -> None:
    text = read("docs/trace-format.md")
    for kind, title in TABLES[:3]:
        assert sorted(rows(section(text, title))) == sorted(values([kind]))
    assert sorted(re.findall(r"^### `(.+)`", text, re.MULTILINE)) == sorted(values([StepKind]))


@pytest.mark.parametrize("struct", [Trace, Flow, Leg, Step], ids=lambda s: s.__name__)
def test_every_field_has_its_row(struct: type[msgspec.Struct]) -> None:
    table = rows(section(read("docs/trace-format.md"), struct.__name__))
    assert not sorted(set(struct.__struct_encode_fields__) - table.keys())


def test_every_setting_has_its_row() -> None:
    table = rows(section(read("docs/cluster-profile.md"), "Settings"))
    assert list(table) == [*SETTINGS, "sysctl.NAME"]


def test_every_variable_of_the_environment_has_its_row() -> None:
    text = read("netviz/settings.py")
    names = set(re.findall(r'(?:env_\w+|secret_key|environ\.get)\("(\w+)"', text))
    assert names == set(rows(read("docs/running.md")))


def test_every_word_of_rules_has_its_row() -> None:
    text = read("docs/rules.md")
    assert set(rows(section(text, "Problems"))) == {INVALID, UNKNOWN, TOO_MANY}
    iptables = rows(section(text, "iptables"))
    assert {f"-m {name}" for name in MODULES} | {f"-j {name}" for name in TARGETS} <= iptables.keys()
    nftables = rows(section(text, "nftables"))
    assert {kind.__name__ for kind in get_args(Statement)} == {
        name for row in nftables.values() for name in row[-1].split(", ")
    }


def test_every_message_has_its_heading_and_its_json() -> None:
    text = read("docs/websocket-protocol.md")
    said = (ClientMessage, ServerMessage, ClassClientMessage, ClassServerMessage)
    for message in (each for union in said for each in union.__args__):
        tag = message.__struct_config__.tag
        assert f"\n### `{tag}`\n" in text
        assert f'"type": "{tag}"' in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", document.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        there = (document.parent / path).resolve() if path else document
        assert there.exists(), f"{document.name} links to {target}"
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), f"{document.name} links to {target}"


def anchors(text: str) -> set[str]:
    """Headings as links name them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def commands() -> list[str]:
    """Lines of README's code blocks that start netviz and end by themselves."""
    blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```", read("README.md"), re.MULTILINE | re.DOTALL)
    lines = (line.removeprefix("$ ").strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if "netviz " in line and "serve" not in line]


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_readme_runs(
    line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY)
    program, *words = shlex.split(line, comments=True)
    assert program == ".venv/bin/netviz"
    status = main(words)
    said = capsys.readouterr()
    assert status in (0, 1), said.err
    assert said.out.strip()


def test_documents_name_targets_that_the_makefile_has() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for document in DOCUMENTS:
        named = set(re.findall(r"`make ([a-z]+)|^make ([a-z]+)", document.read_text(encoding="utf-8"), re.MULTILINE))
        assert {name for pair in named for name in pair if name} <= targets, document.name
