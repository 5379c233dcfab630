"""Every problem that can be told has a page of its own, and every page a problem."""

import re
from pathlib import Path

import pytest

from tests.problem_ids import told_ids

PAGES = Path(__file__).resolve().parent.parent / "docs" / "problems"
HEAD = re.compile(r"# `(?P<id>[a-z0-9-]+)`: (?P<title>.+)\n\nLevel: (?P<levels>.+)\n\n(?P<meaning>[^\n]+)")
LEVELS = ("error", "warning", "info")
NAMES = sorted(path.stem for path in PAGES.glob("*.md") if path.name != "README.md")


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def test_the_source_tells_problems_of_every_part() -> None:
    assert {"yaml-unreadable", "selector-matches-nothing", "policy-selects-nothing", "route-conflict", "limit-files",
            "node-without-address", "listener-conflict", "cidr-spent", "rules-unknown"} <= told_ids()  # fmt: skip


def test_every_problem_has_a_page_and_every_page_a_problem() -> None:
    assert sorted(told_ids() - set(NAMES)) == [], "no page"
    assert sorted(set(NAMES) - told_ids()) == [], "nobody tells this"


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_it_means_shows_an_example_and_how_to_mend_it(name: str) -> None:
    text = page(name)
    found = HEAD.match(text)
    assert found is not None
    assert found["id"] == name
    assert found["levels"].split(",")[0] in LEVELS
    example, mend = text.index("\nFor example:\n\n```"), text.index("\nMend it:\n\n")
    assert found.end() < example < mend
    assert text[mend:].count("```") % 2 == 0
    assert text[mend + len("\nMend it:\n\n") :].strip()


def test_the_list_has_every_page_in_order_with_its_level_and_title() -> None:
    expected = []
    for name in NAMES:
        found = HEAD.match(page(name))
        assert found is not None
        expected.append(f"| [`{name}`]({name}.md) | {found['levels'].split(',')[0]} | {found['title']} |")
    rows = [line for line in (PAGES / "README.md").read_text(encoding="utf-8").splitlines() if line[:3] == "| ["]
    assert rows == expected
