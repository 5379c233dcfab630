"""A class in the browser: one presenter, three followers, a poll to its reveal, and what happens when lines break."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Server
from tests.browser.shop import MANIFESTS

expect.set_options(timeout=20_000)

SOCKETS = """
const Real = window.WebSocket;
window.lines = [];
window.WebSocket = class extends Real { constructor(...words) { super(...words); window.lines.push(this); } };
"""
"""Keeps a page's sockets where a test can break them: going offline leaves those open that are."""


class Room:
    """A class and the screens in it, each in a browser context of its own."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser, self._server = browser, server
        self.contexts: list[BrowserContext] = []
        workspace = self._post("/api/v1/workspaces", MANIFESTS.encode(), "text/yaml")["slug"]
        begin = {"workspace": workspace, "flow": {"from": "default/client", "to": "http://web/"}, "step": 6}
        self.made = self._post("/api/v1/classes", json.dumps(begin).encode(), "application/json")

    def _post(self, path: str, body: bytes, kind: str) -> dict[str, str]:
        request = urllib.request.Request(self._server.url + path, data=body, headers={"Content-Type": kind})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def open(self, path: str, width: int = 1366, height: int = 768) -> Page:
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, base_url=self._server.url, reduced_motion="reduce"
        )
        context.add_init_script(SOCKETS)
        self.contexts.append(context)
        page = context.new_page()
        page.goto(path)
        expect(page.locator("body.traced")).to_be_attached()
        return page

    def follower(self, width: int = 390, height: int = 844) -> Page:
        return self.open(f"/c/{self.made['code']}/", width, height)


@pytest.fixture
def room(browser, server) -> Iterator[Room]:
    made = Room(browser, server)
    yield made
    for context in made.contexts:
        context.close()


def at(page: Page, step: int) -> None:
    expect(page.locator("#count")).to_have_text(str(step))


def test_three_follow_one_peeks_one_comes_late(room) -> None:
    presenter = room.open(room.made["presenter_url"])
    phone, desk = room.follower(), room.follower(1366, 768)
    presenter.get_by_role("button", name="Next step").click()
    for follower in (phone, desk):
        at(follower, 8)
    phone.get_by_role("button", name="Previous step").click()
    expect(phone.get_by_text("You are at step 7, the class is at 8.")).to_be_visible()
    presenter.keyboard.press("PageDown")
    presenter.keyboard.press("PageDown")
    at(desk, 10)
    at(phone, 7)
    late = room.follower()
    at(late, 10)
    expect(presenter.locator("#followers")).to_have_text("3")
    phone.keyboard.press("r")
    at(phone, 10)
    expect(phone.locator("#peek")).to_be_hidden()


def test_a_poll_from_the_question_to_the_answer(room) -> None:
    presenter = room.open(room.made["presenter_url"])
    wall = room.open(room.made["audience_url"], 1920, 1080)
    phone, desk = room.follower(), room.follower(1366, 768)
    expect(presenter.locator("#ask-this")).to_be_enabled()
    presenter.keyboard.press("a")
    phone.get_by_role("region", name="Vote").locator("button").nth(0).click()
    desk.keyboard.press("2")
    expect(phone.get_by_text("Your vote: A. You can change it until it closes.")).to_be_visible()
    desk.keyboard.press("1")
    expect(wall.get_by_text("2 of 2 answered")).to_be_visible()
    expect(wall.locator(".votes b").first).to_have_text("2")
    presenter.keyboard.press("c")
    expect(phone.get_by_text("Vote closed")).to_be_visible()
    presenter.keyboard.press("v")
    expect(wall.locator(".votes .right")).to_have_count(1)
    expect(phone.get_by_text("The answer", exact=True)).to_be_visible()
    size = wall.locator("#poll-question").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 44


def test_who_was_away_lands_on_the_right_step(room) -> None:
    presenter, phone = room.open(room.made["presenter_url"]), room.follower()
    context = room.contexts[1]
    context.set_offline(True)
    phone.evaluate("() => window.lines.forEach((line) => line.close())")
    expect(phone.get_by_text("Reconnecting. You are at step 7.")).to_be_visible()
    presenter.keyboard.press("PageDown")
    presenter.wait_for_timeout(5000)
    context.set_offline(False)
    at(phone, 8)


def test_a_server_that_starts_again_brings_the_class_back(room, server) -> None:
    presenter, phone = room.open(room.made["presenter_url"]), room.follower()
    presenter.keyboard.press("PageDown")
    at(phone, 8)
    server.stop()
    expect(phone.get_by_text("Reconnecting. You are at step 8.")).to_be_visible()
    presenter.keyboard.press("PageDown")
    server.start()
    at(phone, 9)
    at(presenter, 9)
