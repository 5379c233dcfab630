"""Every shipped example, at two sizes and on the projector: no label lies on another, leaves its place or the picture."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from netviz.examples import Example, gallery
from tests.browser.labels import misplaced

LAPTOP: ViewportSize = {"width": 1366, "height": 768}
ROOM: ViewportSize = {"width": 1920, "height": 1080}
FRAMES = "() => new Promise((done) => { let n = 4; const next = () => (n-- ? requestAnimationFrame(next) : done()); next(); })"
"""The picture notices its new size after a frame, and is drawn in the next."""


@pytest.fixture
def viewport() -> ViewportSize:
    return LAPTOP


def ways_to_look(page: Page) -> Iterator[str]:
    """On a laptop, on a large screen, on the projector; each once the picture has arranged itself anew."""
    yield "1366x768"
    page.set_viewport_size(ROOM)
    page.evaluate(FRAMES)
    yield "1920x1080"
    page.keyboard.press("p")
    expect(page.locator("html[data-theme=projector]")).to_be_attached()
    page.evaluate(FRAMES)
    yield "projector"


def steps_to_look_at(page: Page) -> list[int]:
    """The first, the last, and some between."""
    count = int(page.get_by_role("slider", name="Step").get_attribute("max") or 1)
    return sorted({max(1, count * part // 5) for part in range(6)})


@pytest.mark.parametrize("example", gallery(), ids=lambda example: example.name)
def test_no_label_is_misplaced(page: Page, example: Example) -> None:
    page.goto(f"/examples/{example.name}/")
    expect(page.locator("#result:not([hidden])")).to_be_attached()
    for way in ways_to_look(page):
        for step in steps_to_look_at(page):
            page.get_by_role("slider", name="Step").fill(str(step))
            expect(page.locator("#count")).to_have_text(str(step))
            assert misplaced(page) == [], f"{example.name}, {way}, step {step}"


def test_neither_before_a_packet_is_sent(page: Page) -> None:
    for example in gallery():
        page.set_viewport_size(LAPTOP)
        made = page.request.post("/api/v1/workspaces", data=example.text, headers={"content-type": "text/yaml"}).json()
        page.goto(f"/w/{made['slug']}/")
        expect(page.locator("html[data-ready]")).to_be_attached()
        expect(page.locator(".picture .words").first).to_be_attached()
        for way in ways_to_look(page):
            assert misplaced(page) == [], f"{example.name}, {way}"
