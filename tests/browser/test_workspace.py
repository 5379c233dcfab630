"""A trace on the page: graph, list, headers, rules, line and commands move together."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import HOSTILE, PLANTED, at, current, paste, send, step_count


@pytest.fixture
def traced(page: Page) -> Page:
    paste(page)
    send(page)
    return page


def test_buttons_step_to_the_end_and_back(traced: Page) -> None:
    count = step_count(traced)
    traced.get_by_role("button", name="Last step").click()
    assert at(traced) == count
    traced.get_by_role("button", name="Previous step").click()
    assert at(traced) == count - 1
    traced.get_by_role("button", name="First step").click()
    assert at(traced) == 1
    traced.get_by_role("button", name="Next step").click()
    assert at(traced) == 2


def test_keys_step_to_the_end_and_back(traced: Page) -> None:
    traced.get_by_role("button", name="First step").focus()
    for key, expected in (("End", step_count(traced)), ("Home", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        traced.keyboard.press(key)
        assert at(traced) == expected


def test_the_slider_seeks(traced: Page) -> None:
    traced.get_by_role("slider", name="Step").fill("4")
    expect(current(traced)).to_contain_text("4")
    assert at(traced) == 4


def test_space_plays_and_pauses(traced: Page) -> None:
    traced.get_by_role("region", name="Rules").click()
    traced.keyboard.press("Space")
    expect(traced.get_by_role("button", name="Pause")).to_be_visible()
    traced.keyboard.press("Space")
    expect(traced.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_the_live_region_reads_the_sentence_of_a_step(traced: Page) -> None:
    traced.get_by_role("button", name="Next step").click()
    expect(traced.locator("[aria-live=polite]#live")).to_have_text(traced.locator("#say").inner_text())


def test_the_live_region_is_silent_while_playing(traced: Page) -> None:
    traced.get_by_role("button", name="First step").click()
    before = traced.locator("#live").inner_text()
    traced.get_by_role("button", name="Play", exact=True).click()
    expect(traced.locator("#count")).not_to_have_text("1")
    assert traced.locator("#live").inner_text() == before


def test_the_rewriting_step_shows_old_and_new_address(traced: Page) -> None:
    traced.get_by_role("list", name="Steps").get_by_text("DNAT").last.click()
    headers = traced.get_by_role("region", name="Packet headers")
    expect(headers.locator(".chg s").first).to_be_visible()
    expect(traced.get_by_role("region", name="Rules").locator("[aria-current]")).to_contain_text("DNAT")
    expect(traced.get_by_role("region", name="Manifest").locator("[aria-current]")).to_be_visible()


def test_a_refusal_says_why_and_points_at_the_line(page: Page) -> None:
    paste(page)
    send(page, target="empty:80")
    result = page.get_by_role("region", name="Result")
    expect(result).to_contain_text("Connection refused")
    page.get_by_role("button", name="Last step").click()
    result.get_by_role("button").click()
    expect(page.get_by_role("region", name="Manifest").locator("[aria-current]")).to_be_visible()


def test_a_question_that_cannot_be_answered_loses_nothing(traced: Page) -> None:
    count = step_count(traced)
    traced.get_by_role("combobox", name="From").fill("default/nobody")
    traced.get_by_role("button", name="Send packet").click()
    expect(traced.get_by_role("alert")).to_contain_text("unknown-pod")
    assert step_count(traced) == count


def test_a_link_shows_exactly_what_is_seen(traced: Page) -> None:
    traced.get_by_role("slider", name="Step").fill("5")
    expect(traced).to_have_url(re.compile("#step=5$"))
    address = traced.url
    traced.goto("/")
    traced.goto(address)
    expect(traced.locator("#count")).to_have_text("5")


def test_text_from_manifests_stays_text(traced: Page) -> None:
    traced.get_by_role("list", name="Steps").get_by_role("button").last.click()
    assert HOSTILE not in traced.locator("body").inner_html()
    expect(traced.locator("img")).to_have_count(0)


def test_a_secret_is_nowhere_on_the_page(traced: Page) -> None:
    assert PLANTED not in traced.content()


def test_the_projector_is_one_key_away(traced: Page) -> None:
    traced.get_by_role("region", name="Rules").click()
    traced.keyboard.press("p")
    assert traced.evaluate("document.documentElement.dataset.theme") == "projector"
    assert traced.locator("#say").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 30
    traced.keyboard.press("p")
    assert traced.evaluate("document.documentElement.dataset.theme") == "light"


def test_a_key_goes_to_the_question(traced: Page) -> None:
    traced.get_by_role("region", name="Rules").click()
    traced.keyboard.press("a")
    expect(traced.get_by_role("combobox", name="From")).to_be_focused()


def test_arrow_keys_choose_from_the_suggestions(page: Page) -> None:
    paste(page)
    field = page.get_by_role("combobox", name="From")
    field.fill("cli")
    expect(page.get_by_role("option", name="default/client").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("default/client")
