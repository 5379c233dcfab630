"""Several packets in one session: what the machines remember of the earlier ones counts for the later ones."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import STICKY, THREE_WEBS, WEB, paste, send


@pytest.fixture
def loaded(page: Page) -> Page:
    paste(page, THREE_WEBS)
    return page


def connections(page: Page):
    return page.get_by_role("navigation", name="Connections of this session").get_by_role("listitem")


def send_more(page: Page, count: int) -> None:
    for number in range(2, count + 2):
        page.get_by_role("button", name="Send another packet").click()
        expect(connections(page)).to_have_count(number)
        expect(connections(page).last).to_contain_text("web-")


def names(page: Page) -> list[str]:
    return [words.split("\n")[-1] for words in connections(page).all_inner_texts()]


def test_a_sticky_service_leads_every_connection_to_the_same_pod(loaded: Page) -> None:
    send(loaded, target=STICKY)
    send_more(loaded, 5)
    assert len(set(names(loaded))) == 1


def test_without_affinity_connections_go_to_several_pods(loaded: Page) -> None:
    send(loaded, target=WEB)
    send_more(loaded, 5)
    assert len(set(names(loaded))) > 1


def test_an_earlier_connection_is_seen_again_and_a_link_brings_the_whole_session(loaded: Page) -> None:
    """A link shows the connection that was looked at, and keeps those after it."""
    send(loaded, target=WEB)
    send_more(loaded, 2)
    before = names(loaded)
    expect(loaded).to_have_url(re.compile(r"after=0&after=1"))
    connections(loaded).nth(1).get_by_role("button").click()
    expect(loaded.locator("#result")).to_contain_text(f"{before[1]} answered")
    assert names(loaded) == before
    expect(loaded).to_have_url(re.compile(r"after=0&then=2"))
    address = loaded.url
    loaded.goto("/")
    loaded.goto(address)
    expect(connections(loaded)).to_have_count(3)
    expect(connections(loaded).nth(1).get_by_role("button")).to_have_attribute("aria-current", "true")
    expect(connections(loaded).first).to_contain_text(before[0])
    expect(connections(loaded).last).to_contain_text(before[2])
    assert names(loaded) == before
    loaded.get_by_role("button", name="Start afresh").click()
    expect(loaded.get_by_role("navigation", name="Connections of this session")).to_be_hidden()
    expect(loaded).not_to_have_url(re.compile("after=|then="))
