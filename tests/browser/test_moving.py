"""The picture while it is moved about: its shapes and its words stay together, and it ends sharp and in its place."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import paste, send

SHIFT = "() => new DOMMatrix(getComputedStyle(document.querySelector('.picture-canvases')).transform)"
WATCH = f"""(pod) => {{
  window.moves = [];
  const words = document.querySelector(pod);
  new MutationObserver(() => {{
    const [shift, box] = [({SHIFT})(), words.getBoundingClientRect()];
    if (!shift.isIdentity) window.moves.push([shift.e, shift.f, shift.a, box.x, box.y]);
  }}).observe(document.querySelector('.picture-canvases'), {{ attributeFilter: ['style'] }});
}}"""
"""Notes where the sheet and the words lie whenever the sheet has been moved; on a slow machine it may be at rest again soon."""
WIDER = "([pod, w]) => document.querySelector(pod).getBoundingClientRect().width > w + 1"
POD = ".picture .words.pod"


def place(page: Page) -> tuple[float, float]:
    box = page.locator(POD).first.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def test_shapes_and_words_move_together(page: Page) -> None:
    paste(page)
    send(page)
    drag(page)
    press_what_came_nearer(page)


def drag(page: Page) -> None:
    """A drag moves the drawn sheet by as much as the words; when it rests, the sheet is drawn anew where it lies."""
    frame = page.locator("#picture").bounding_box()
    assert frame is not None
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] - 12
    before = place(page)
    page.evaluate(WATCH, POD)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x - 8 * step, y - 5 * step)
    page.mouse.up()
    page.wait_for_function(f"() => ({SHIFT})().isIdentity")
    moves: list[list[float]] = page.evaluate("window.moves")
    assert moves, "the sheet was never moved"
    dx, dy, zoom, left, top = moves[0]
    assert (dx, dy, zoom) == pytest.approx((left - before[0], top - before[1], 1), abs=1)
    assert place(page)[0] < before[0] - 30


def press_what_came_nearer(page: Page) -> None:
    """The wheel brings a pod nearer, and a press on it, where it is seen now, offers to break that pod."""
    box = page.locator(POD).first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -240)
    page.wait_for_function(WIDER, arg=[POD, box["width"]])
    page.wait_for_function(f"() => ({SHIFT})().isIdentity")
    wider = page.locator(POD).first.bounding_box()
    assert wider is not None
    page.mouse.click(wider["x"] + wider["width"] / 2, wider["y"] + wider["height"] / 2)
    expect(page.get_by_role("button", name="Break it")).to_be_visible()
