"""390 by 844: one column, and what one presses lies under the thumb."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import at, paste, send


@pytest.fixture
def viewport() -> dict[str, int]:
    return {"width": 390, "height": 844}


def test_a_trace_can_be_asked_for_and_stepped_through(page: Page) -> None:
    """And nothing of it is wider than the screen."""
    paste(page)
    send(page)
    page.get_by_role("button", name="Next step").click()
    assert at(page) == 2
    box = page.get_by_role("button", name="Next step").bounding_box()
    assert box is not None
    assert box["height"] >= 64
    expect(page.get_by_role("region", name="Packet headers")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_two_fingers_zoom_and_move_the_picture(page: Page) -> None:
    paste(page)
    expect(page.locator("html[data-ready]")).to_be_attached()
    box = page.get_by_role("region", name="Network graph").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
    first = seen(page)
    fingers(page, [((x - 30 - 4 * step, y), (x + 30 + 4 * step, y)) for step in range(10)])
    zoomed = seen(page)
    assert zoomed[2] > 1.5 * first[2]
    fingers(page, [((x - 30 + 4 * step, y + 4 * step), (x + 30 + 4 * step, y + 4 * step)) for step in range(10)])
    moved = seen(page)
    assert moved[2] == pytest.approx(zoomed[2], rel=0.01)
    assert (moved[0] - zoomed[0], moved[1] - zoomed[1]) == pytest.approx((36, 36), abs=5)


def fingers(page: Page, way: list[tuple[tuple[float, float], tuple[float, float]]]) -> None:
    """Two fingers come down one after the other, go this way and leave."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", way[0][0])
    touch("touchStart", *way[0])
    for places in way[1:]:
        touch("touchMove", *places)
    touch("touchEnd", way[-1][0])
    touch("touchEnd")


def seen(page: Page) -> tuple[float, float, float]:
    """Where the picture is, and how large."""
    script = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
      const { e, f, a } = new DOMMatrix(document.querySelector(".picture-paper").style.transform);
      done([e, f, a]);
    })))"""
    x, y, zoom = page.evaluate(script)
    return x, y, zoom
