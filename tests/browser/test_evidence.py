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


OVERLAPS = """() => {
  const boxes = (found) => [...document.querySelectorAll(found)].map((e) => [e.textContent, e.getBoundingClientRect()]);
  const cards = boxes('#picture .slip, #picture .ticket');
  const words = boxes('#picture .words span').filter(([, box]) => box.width > 0);
  const meet = ([, a], [, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const found = cards.flatMap((card) => words.filter((word) => meet(card, word)).map((word) => [card[0], word[0]]));
  return found.concat(cards.flatMap((card, i) => cards.slice(i + 1).filter((other) => meet(card, other))));
}"""


@pytest.mark.parametrize("viewport", [{"width": 1366, "height": 768}, {"width": 1920, "height": 1080}])
def test_cards_cover_no_words_and_no_other_cards(page: Page) -> None:
    paste(page, THREE_WEBS)
    page.goto(f"{page.url}?from=default/client&to={WEB}&protocol=TCP")
    page.get_by_role("button", name="Cluster settings").click()
    page.get_by_role("switch", name="Start with empty neighbour tables").check()
    expect(page.get_by_role("region", name="Cluster settings")).to_contain_text("usually off")
    page.get_by_role("button", name="Last step").click()
    expect(page.locator("#picture .slip").nth(2)).to_be_attached()
    assert page.evaluate(OVERLAPS) == []


def test_what_neighbours_ask_each_other_are_packets_of_their_own(page: Page) -> None:
    paste(page, THREE_WEBS)
    page.goto(f"{page.url}?from=default/client&to={WEB}&protocol=TCP")
    page.get_by_role("button", name="Cluster settings").click()
    page.get_by_role("switch", name="Start with empty neighbour tables").check()
    expect(page.get_by_role("region", name="Cluster settings")).to_contain_text("usually off")
    page.get_by_role("button", name="Close").first.click()
    page.get_by_role("slider", name="Step").fill("4")
    headers = page.get_by_role("region", name="Packet headers")
    expect(headers).to_contain_text("broadcast")
    expect(headers).to_contain_text("who has 10.244.1.1?")
    expect(page.locator("#picture .slip.neighbor").first).to_contain_text("who?")
