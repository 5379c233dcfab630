"""Where chance decides: a fork on the timeline, every way with its probability, and another way to take."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import THREE_WEBS, WEB, at, paste, send

FORK = re.compile(r"^Choice at step \d+: default.web-\d of 3 ways, 33\.3 %$")


@pytest.fixture
def traced(page: Page) -> Page:
    paste(page, THREE_WEBS)
    send(page, target=WEB)
    return page


def ways(page: Page):
    return page.get_by_role("region", name="Chance decides").get_by_role("listbox").get_by_role("option")


def taken(page: Page):
    return page.get_by_role("region", name="Chance decides").get_by_role("option", selected=True)


def another(page: Page):
    return ways(page).and_(page.locator("[aria-selected=false]")).first


def test_a_fork_shows_all_ways_and_marks_the_one_that_was_taken(traced: Page) -> None:
    traced.get_by_role("button", name=FORK).click()
    expect(ways(traced)).to_have_count(3)
    for words in ways(traced).all_inner_texts():
        assert re.match(r"web-[012]\n", words)
        assert "33.3 %" in words
    expect(taken(traced)).to_contain_text("taken")


def test_another_way_is_taken_and_the_reader_stays_at_the_step(traced: Page) -> None:
    traced.get_by_role("button", name=FORK).click()
    name = another(traced).locator("b").inner_text()
    step = at(traced)
    another(traced).click()
    expect(traced.locator("#result")).to_contain_text(f"default/{name} answered")
    expect(traced.get_by_role("button", name=re.compile(f"default.{name} of 3 ways"))).to_be_visible()
    expect(traced.locator("#count")).to_have_text(str(step))


def test_the_address_keeps_the_way(traced: Page) -> None:
    traced.get_by_role("button", name=FORK).click()
    name = another(traced).locator("b").inner_text()
    another(traced).click()
    expect(traced).to_have_url(re.compile(r"[?&]picks=\d"))
    address = traced.url
    traced.goto("/")
    traced.goto(address)
    expect(traced.get_by_role("button", name=re.compile(f"default.{name} of 3 ways"))).to_be_visible()


def test_keys_open_the_choice_go_through_it_and_take_a_way(traced: Page) -> None:
    traced.get_by_role("button", name="First step").focus()
    traced.keyboard.press("c")
    expect(taken(traced)).to_be_focused()
    traced.keyboard.press("Escape")
    expect(traced.get_by_role("button", name=FORK)).to_be_focused()
    traced.get_by_role("slider", name="Step").focus()
    traced.keyboard.press("Enter")
    expect(taken(traced)).to_be_focused()
    before = taken(traced).locator("b").inner_text()
    traced.keyboard.press("End" if ways(traced).last.get_attribute("aria-selected") == "false" else "Home")
    traced.keyboard.press("Enter")
    expect(traced.get_by_role("button", name=re.compile(f"default.{before} of 3 ways"))).to_have_count(0)
    expect(traced.get_by_role("button", name=FORK)).to_be_visible()


def test_the_rules_panel_offers_the_same_ways(traced: Page) -> None:
    traced.get_by_role("button", name=FORK).click()
    traced.keyboard.press("Escape")
    rules = traced.get_by_role("region", name="Rules", exact=True)
    expect(rules.get_by_role("option")).to_have_count(3)
    name = rules.get_by_role("option", selected=False).first.locator("b").inner_text()
    rules.get_by_role("option", selected=False).first.click()
    expect(traced.get_by_role("button", name=re.compile(f"default.{name} of 3 ways"))).to_be_visible()


def test_the_help_names_the_key(page: Page) -> None:
    paste(page, THREE_WEBS)
    page.get_by_role("button", name="How to read it").click()
    expect(page.get_by_role("dialog")).to_contain_text("open the choice at this step")
