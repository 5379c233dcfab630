"""A report for a ticket: what is in it, and that nobody's words are ever Markdown or HTML, as a real parser reads it."""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt

from simulator.trace.export.report import report
from simulator.trace.model import Trace
from tests.scenarios.test_scenarios import SCENARIOS, seen
from tests.simulator.trace.export.hostile import CORPUS, poisoned

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
WORDS = {"text", "text_special", "softbreak", "hardbreak"}


def situation(name: str) -> Trace:
    return seen(next(folder for folder in SCENARIOS if folder.name == name)).trace


def structure(markdown: str) -> list[str]:
    """What a parser makes of it, without the words."""
    return list(_structure(markdown))


def _structure(markdown: str) -> Iterator[str]:
    for token in PARSER.parse(markdown):
        yield token.type
        yield from (child.type for child in token.children or () if child.type not in WORDS)


def section(markdown: str, title: str) -> str:
    return re.split(r"^## ", markdown.split(f"## {title}\n", 1)[1], flags=re.MULTILINE)[0]


def test_question_outcome_and_reason_come_first() -> None:
    trace = situation("node-port-without-endpoints")
    head = report(trace, {}).split("## In short")[0]
    assert head.startswith("# From internet to ")
    assert f"- Outcome: **{trace.disposition.value}**" in head
    assert "- Question: may internet reach " in head


def test_the_moments_that_decide_are_told_before_every_step() -> None:
    trace = situation("node-port-over-vxlan")
    text = report(trace, {})
    short = section(text, "In short")
    assert "is replaced by" in short
    assert len(short.splitlines()) < sum(len(leg.steps) for leg in trace.legs) / 2
    rows = re.findall(r"^\| (\d+) \|", section(text, "Every step"), re.MULTILINE)
    assert [int(row) for row in rows] == [step.seq for leg in trace.legs for step in leg.steps]


def test_the_lines_of_the_manifests_stand_there_with_their_numbers() -> None:
    trace = situation("node-port-over-vxlan")
    origin = next(o for leg in trace.legs for s in leg.steps for o in s.origins if o.line)
    text = "\n".join(f"line {number}" for number in range(1, 500))
    assert re.search(rf"^ *{origin.line}  line {origin.line}$", report(trace, {origin.file: text}), re.MULTILINE)
    assert "## Because you wrote" not in report(trace, {})


def test_commands_can_be_pasted_into_a_shell_once_each() -> None:
    lines = section(report(situation("node-port-over-vxlan"), {}), "See it on a real cluster").splitlines()
    told = list(pairwise(lines))
    commands = [(where, line) for where, line in told if where.startswith("# on ")]
    assert commands
    assert len(set(commands)) == len(commands)
    assert all(shlex.split(line) for _, line in commands)


@pytest.mark.parametrize("text", CORPUS)
def test_whatever_is_written_stays_text(text: str) -> None:
    trace = situation("node-port-over-vxlan")
    plain = structure(report(poisoned(trace, "plain"), {"plain": "a\n" * 9}))
    hostile = report(poisoned(trace, text), {text: "\n".join([text.replace("\n", " ")] * 9)})
    assert structure(hostile) == plain
    assert not {"html_block", "html_inline", "link_open", "image"} & set(plain)


@pytest.mark.parametrize("text", ["http://evil.test/", "www.evil.test", "me@evil.test"])
def test_what_looks_like_an_address_is_no_link_where_plain_addresses_become_links(text: str) -> None:
    """GitHub's Markdown makes links of them without any sign: outside of code none is left as it was."""
    told = report(poisoned(situation("node-port-over-vxlan"), text), {})
    assert text not in re.sub(r"^```+.*?^```+$", "", told, flags=re.MULTILINE | re.DOTALL)
