"""What a step stands on, what the kernels remember, and the answer beside the request."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import THREE_WEBS, WEB, at, paste, send

TICKETS = "#picture .ticket"


@pytest.fixture
def traced(page: Page) -> Page:
    paste(page, THREE_WEBS)
    send(page, target=WEB)
    return page


def to_dnat(page: Page) -> None:
    page.get_by_role("list", name="Steps").get_by_text("DNAT").first.click()


def test_every_step_says_in_a_word_how_far_it_can_be_trusted(traced: Page) -> None:
    for words in traced.get_by_role("list", name="Steps").get_by_role("button").all():
        expect(words).to_have_accessible_name(re.compile("verified|modelled|assumed"))


def test_a_verified_step_says_what_it_was_held_against(traced: Page) -> None:
    to_dnat(traced)
    expect(traced.get_by_text(re.compile(r"^Verified\. Held against .*kube-proxy"))).to_be_visible()


def test_the_badge_leads_to_the_page_on_fidelity(traced: Page) -> None:
    to_dnat(traced)
    traced.get_by_role("complementary", name="The step").get_by_role("link", name="verified").click()
    traced.wait_for_url("**/fidelity/#verified")
    expect(traced.get_by_role("heading", level=1)).to_contain_text("Fidelity")


def test_entries_appear_with_the_step_that_makes_them_and_go_when_one_steps_back(traced: Page) -> None:
    traced.get_by_role("button", name="First step").click()
    expect(traced.locator(TICKETS)).to_have_count(0)
    tables = traced.get_by_role("region", name="Tables")
    to_dnat(traced)
    expect(traced.locator(TICKETS).first).to_be_attached()
    expect(tables.get_by_role("list", name="conntrack -L")).to_contain_text("[UNREPLIED]")
    traced.get_by_role("button", name="First step").click()
    expect(traced.locator(TICKETS)).to_have_count(0)
    expect(tables.get_by_role("list", name="conntrack -L")).to_have_count(0)


def test_the_entry_that_a_step_touches_stands_out(traced: Page) -> None:
    to_dnat(traced)
    traced.get_by_role("button", name="Previous step").click()
    touched = traced.get_by_role("list", name="conntrack -L").locator("[aria-current=true]")
    expect(touched).to_contain_text("new")
    expect(traced.locator(f"{TICKETS}.fresh")).to_have_count(1)


def test_both_ways_shows_request_and_answer_and_leads_to_their_steps(traced: Page) -> None:
    to_dnat(traced)
    both = traced.get_by_role("region", name="Both ways")
    expect(both.get_by_role("columnheader", name=re.compile("Request"))).to_be_visible()
    expect(both.get_by_role("columnheader", name=re.compile("Reply"))).to_be_visible()
    expect(both.locator("[aria-current=step]")).to_have_accessible_name(re.compile(f"DNAT.*step {at(traced)}"))
    undone = both.get_by_role("button", name=re.compile("^A: un-DNAT, .* undoes step"))
    undone.click()
    step = at(traced)
    expect(undone).to_have_accessible_name(re.compile(f"step {step},"))
    expect(both.get_by_role("button", name=re.compile(rf"^A: DNAT, .* undone in step {step}$"))).to_be_visible()
