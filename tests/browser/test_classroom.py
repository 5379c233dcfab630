"""A class in the browser: one presenter, three followers, a poll to its reveal, and what happens when lines break."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Server
from tests.browser.shop import MANIFESTS
from tests.browser.wifi import Wifi

expect.set_options(timeout=20_000)


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

    def open(self, path: str, width: int = 1366, height: int = 768, site: str = "") -> Page:
        return self.show(self._new_page(width, height, site), path)

    def _new_page(self, width: int, height: int, site: str = "") -> Page:
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, base_url=site or self._server.url, reduced_motion="reduce"
        )
        self.contexts.append(context)
        return context.new_page()

    def arrive(self) -> Page:
        """A phone at the class's address; it may not be let in."""
        page = self._new_page(390, 844)
        page.goto(f"/c/{self.made['code']}/")
        return page

    def show(self, page: Page, path: str) -> Page:
        page.goto(path)
        expect(page.locator("body.traced")).to_be_attached()
        return page

    def follower(self, width: int = 390, height: int = 844, site: str = "") -> Page:
        return self.open(f"/c/{self.made['code']}/", width, height, site)

    def wall(self, beside: Page) -> Page:
        """The wall, a window of the presenter's browser."""
        opened = self.show(beside.context.new_page(), self.made["audience_url"])
        opened.set_viewport_size({"width": 1920, "height": 1080})
        return opened


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
    wall = room.wall(beside=presenter)
    phone, desk = room.follower(), room.follower(1366, 768)
    expect(wall.locator(".lobby")).to_be_visible()
    wall.keyboard.press("PageDown")  # a clicker's key goes to the window that was clicked last
    at(presenter, 8)
    at(phone, 8)
    expect(wall.locator(".lobby")).to_be_hidden()
    expect(presenter.locator("#ask-this")).to_be_enabled()
    presenter.keyboard.press("a")
    phone.get_by_role("region", name="Vote").locator("button").nth(0).click()
    desk.keyboard.press("2")
    expect(phone.get_by_text("Your vote: A. You can change it until it closes.")).to_be_visible()
    desk.keyboard.press("1")
    for screen in (presenter, wall):  # one sentence, not columns
        expect(screen.locator("#poll-question")).to_have_css("display", "block")
    expect(wall.get_by_text("2 of 2 answered")).to_be_visible()
    expect(wall.locator(".votes b").first).to_have_text("2")
    presenter.keyboard.press("c")
    expect(phone.get_by_text("Vote closed")).to_be_visible()
    presenter.keyboard.press("v")
    expect(wall.locator(".votes .right")).to_have_count(1)
    expect(phone.get_by_text("The answer", exact=True)).to_be_visible()
    size = wall.locator("#poll-question").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 44
    wall.keyboard.press("q")  # for who comes late
    expect(wall.locator(".lobby")).to_be_visible()


def test_who_waits_at_a_locked_door_comes_in_when_it_opens_and_is_asked_what_no_engine_knows(room) -> None:
    presenter = room.open(room.made["presenter_url"])
    presenter.get_by_text("Who is here").click()
    presenter.get_by_label("Let nobody new in").check()
    phone = room.arrive()
    expect(phone.get_by_text("The door of this class is closed.")).to_be_visible()
    presenter.get_by_label("Let nobody new in").uncheck()
    at(phone, 7)
    expect(phone.locator("#refusal")).to_be_hidden()
    presenter.get_by_text("A question of your own").click()
    presenter.get_by_role("textbox", name="Question", exact=True).fill("Have you seen this before?")
    presenter.get_by_role("textbox", name="Choices, one a line").fill("yes\nno")
    presenter.get_by_role("button", name="Ask everybody").click()
    phone.get_by_role("button", name="B no").click()
    expect(phone.get_by_text("Your vote: B. You can change it until it closes.")).to_be_visible()
    expect(presenter.locator("#poll-status")).to_have_text("Vote open · 1 of 1 answered")
    presenter.keyboard.press("v")
    expect(phone.get_by_text("Vote over")).to_be_visible()
    expect(phone.locator("#ballot .right, #ballot .wrong")).to_have_count(0)


def test_who_slept_while_the_wifi_went_lands_on_the_right_step(room, server) -> None:
    """The browser sees its line open all the time; that nobody is there any more the page must find out."""
    with Wifi(server.port) as wifi:
        presenter, phone = room.open(room.made["presenter_url"]), room.follower(site=wifi.url)
        wifi.go()
        presenter.keyboard.press("PageDown")
        at(presenter, 8)
        at(phone, 7)
        phone.evaluate("() => window.dispatchEvent(new Event('online'))")
        expect(phone.get_by_text("Reconnecting. You are at step 7.")).to_be_visible()
        wifi.come_back()
        at(phone, 8)
        expect(phone.locator("#line")).to_be_hidden()


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
