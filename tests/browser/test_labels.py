"""Every shipped example, at two sizes and several steps: no label lies on another, leaves its place or the picture."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from netviz.examples import Example, gallery
from tests.browser.labels import misplaced

SIZES = ({"width": 1366, "height": 768}, {"width": 1920, "height": 1080})


@pytest.fixture(params=SIZES, ids=lambda size: f"{size['width']}x{size['height']}")
def viewport(request: pytest.FixtureRequest) -> dict[str, int]:
    size: dict[str, int] = request.param
    return size


def steps_to_look_at(page: Page) -> Iterator[int]:
    """The first, the last, and some between."""
    count = int(page.get_by_role("slider", name="Step").get_attribute("max") or 1)
    yield from sorted({max(1, count * part // 6) for part in range(7)})


@pytest.mark.parametrize("example", gallery(), ids=lambda example: example.name)
def test_no_label_is_misplaced(page: Page, example: Example) -> None:
    page.goto(f"/examples/{example.name}/")
    expect(page.locator("#result:not([hidden])")).to_be_attached()
    for step in steps_to_look_at(page):
        page.get_by_role("slider", name="Step").fill(str(step))
        expect(page.locator("#count")).to_have_text(str(step))
        assert misplaced(page) == [], f"{example.name}, step {step}"


def test_neither_before_a_packet_is_sent(page: Page) -> None:
    for example in gallery():
        made = page.request.post("/api/v1/workspaces", data=example.text, headers={"content-type": "text/yaml"}).json()
        page.goto(f"/w/{made['slug']}/")
        expect(page.locator("html[data-ready]")).to_be_attached()
        expect(page.locator(".picture .words").first).to_be_attached()
        assert misplaced(page) == [], example.name
