"""390 by 844: one column, and what one presses lies under the thumb."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import at, paste, send


@pytest.fixture
def viewport() -> dict[str, int]:
    return {"width": 390, "height": 844}


def test_a_trace_can_be_asked_for_and_stepped_through(page: Page) -> None:
    paste(page)
    send(page)
    page.get_by_role("button", name="Next step").click()
    assert at(page) == 2
    box = page.get_by_role("button", name="Next step").bounding_box()
    assert box is not None
    assert box["height"] >= 64


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    paste(page)
    send(page)
    expect(page.get_by_role("region", name="Packet headers")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
