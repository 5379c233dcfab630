"""The picture while it is moved about: its shapes and its words stay together, and it ends sharp and in its place."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import paste, send

SHIFT = "() => new DOMMatrix(getComputedStyle(document.querySelector('.picture-canvases')).transform)"
FOUND = f"() => {{ const shift = ({SHIFT})(); return [shift.e, shift.f, shift.a]; }}"
WIDER = "([pod, w]) => document.querySelector(pod).getBoundingClientRect().width > w + 1"
POD = ".picture .words.pod"


@pytest.fixture
def traced(page: Page) -> Page:
    paste(page)
    send(page)
    return page


def place(page: Page) -> tuple[float, float]:
    box = page.locator(POD).first.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def test_shapes_and_words_move_together(traced: Page) -> None:
    """A drag moves the drawn sheet by as much as the words; when it rests, the sheet is drawn anew where it lies."""
    frame = traced.locator("#picture").bounding_box()
    assert frame is not None
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] - 12
    before = place(traced)
    traced.mouse.move(x, y)
    traced.mouse.down()
    for step in range(1, 9):
        traced.mouse.move(x - 8 * step, y - 5 * step)
    shifted = traced.evaluate(FOUND)
    after = place(traced)
    assert after[0] < before[0] - 30
    assert shifted == pytest.approx([after[0] - before[0], after[1] - before[1], 1], abs=1)
    traced.mouse.up()
    traced.wait_for_function(f"() => ({SHIFT})().isIdentity")
    assert place(traced) == pytest.approx(after, abs=1)


def test_what_is_pressed_after_moving_is_what_is_seen(traced: Page) -> None:
    """The wheel brings a pod nearer, and a press on it offers to break that pod."""
    box = traced.locator(POD).first.bounding_box()
    assert box is not None
    traced.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    traced.mouse.wheel(0, -240)
    traced.wait_for_function(WIDER, arg=[POD, box["width"]])
    traced.wait_for_function(f"() => ({SHIFT})().isIdentity")
    wider = traced.locator(POD).first.bounding_box()
    assert wider is not None
    traced.mouse.click(wider["x"] + wider["width"] / 2, wider["y"] + wider["height"] / 2)
    expect(traced.get_by_role("button", name="Break it")).to_be_visible()
