"""Everyone: with nothing but a keyboard, without motion, at 200 %, and by words alone one gets as far as by the picture."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server
from tests.browser.shop import MANIFESTS, at, current, paste, send

HALF = {"width": 683, "height": 384}
"""A screen of 1366 x 768 at 200 %."""
MOST_STOPS = 60
VISIBLE = """(one) => {
  const outlined = (where) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(where);
    const { width, height, top, bottom } = where.getBoundingClientRect();
    return width > 1 && height > 1 && top < innerHeight && bottom > 0
      && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  };
  const around = [one.parentElement, one.parentElement?.parentElement, one.parentElement?.parentElement?.parentElement];
  const shown = [one, ...around, ...(one.labels ?? []), ...(one.tabIndex < 0 ? [] : one.querySelectorAll('*'))];
  return shown.some((where) => where && outlined(where)) || getComputedStyle(one).boxShadow !== 'none'
    || around.some((where) => where && where.matches(':focus-within') && getComputedStyle(where).boxShadow !== 'none');
}"""
"""The element is outlined, or the field around it, or its label, or (in a grid) what is current in it."""
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter((one) => {
  const { left, right, width } = one.getBoundingClientRect();
  if (width < 2 || (left >= -1 && right <= innerWidth + 1)) return false;
  for (let up = one; up; up = up.parentElement) {
    const { overflowX, position, display, visibility } = getComputedStyle(up);
    if (display === 'none' || visibility === 'hidden') return false;
    if (up !== one && overflowX !== 'visible') return false;
    if (position === 'fixed' && (left >= innerWidth || right <= 0)) return false;
  }
  return true;
}).map((one) => one.outerHTML.slice(0, 120))"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus; every stop on the way shows where it is."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.evaluate(VISIBLE), f"the focus is not seen at {focused.evaluate('(one) => one.outerHTML')[:200]}"
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached by {MOST_STOPS} presses of Tab")


def test_a_packet_is_followed_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    tab_to(page, page.get_by_role("textbox", name="Paste manifests"))
    page.keyboard.insert_text(MANIFESTS)
    tab_to(page, page.get_by_role("button", name="Visualize"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/w/**")
    expect(page.locator("html[data-ready]")).to_be_attached()
    choose_and_send(page)
    expect(current(page)).to_be_visible()
    expect(page.locator("#result:not([hidden])")).to_be_attached()
    walk_with_keys(page)
    open_and_close_with_keys(page)


def choose_and_send(page: Page) -> None:
    """A choice in one field leads to the next, and the last one to the button."""
    sender, receiver = page.get_by_role("combobox", name="From"), page.get_by_role("combobox", name="To", exact=True)
    tab_to(page, sender)
    page.keyboard.type("client")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(sender).to_have_value("default/client")
    expect(receiver).to_be_focused()
    page.keyboard.type("web.default")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(receiver).to_have_value("web.default:80")
    expect(page.get_by_role("button", name="Send packet")).to_be_focused()
    page.keyboard.press("Enter")


def walk_with_keys(page: Page) -> None:
    """Arrows, Home and End move every view together."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Home")
    assert at(page) == 1
    page.keyboard.press("ArrowRight")
    assert at(page) == 2
    page.keyboard.press("End")
    assert at(page) == int(page.get_by_role("slider", name="Step").get_attribute("max") or 0)
    page.keyboard.press("ArrowLeft")
    expect(current(page)).to_contain_text(str(at(page)))


def open_and_close_with_keys(page: Page) -> None:
    """The matrix, the sheet of keys and the settings open by key, close by Escape, and give the focus back."""
    page.keyboard.press("m")
    expect(page.get_by_role("grid")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="How to read it")).to_be_visible()
    page.keyboard.press("Escape")
    settings = page.get_by_role("button", name="Cluster settings")
    settings.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Cluster settings")).to_be_visible()
    page.keyboard.press("Escape")
    expect(settings).to_be_focused()


def test_everything_beside_the_picture_is_a_stop_that_is_seen(page: Page) -> None:
    """From the bar through the panels to the end of the page, nothing takes the focus unseen."""
    paste(page)
    send(page)
    page.get_by_role("combobox", name="From").focus()
    tab_to(page, page.get_by_role("button", name="How to read it"))
    page.locator("nav.jump button").first.focus()
    tab_to(page, page.get_by_role("list", name="Steps").get_by_role("button").first)


def test_nothing_moves_for_somebody_who_asked_for_rest(page: Page) -> None:
    """The browser says so (the fixture's context): no transition and no animation lasts, here or on the home page."""
    lasting = """() => [...document.querySelectorAll('*')].flatMap((one) => [null, '::before', '::after'].flatMap((part) => {
      const { transitionDuration, animationDuration, animationName } = getComputedStyle(one, part);
      const seconds = [transitionDuration, animationName === 'none' ? '0s' : animationDuration].join().split(',').map(parseFloat);
      return Math.max(...seconds) > 0.001 ? [`${one.tagName}.${one.className} ${transitionDuration} ${animationName}`] : [];
    }))"""
    page.goto("/")
    assert page.evaluate(lasting) == []
    paste(page)
    send(page)
    page.get_by_role("button", name="Next step").click()
    assert page.evaluate(lasting) == []
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.fixture
def halved(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport=HALF, base_url=server.url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_at_twice_the_size_nothing_is_cut_and_nothing_scrolls_sideways(halved: Page) -> None:
    halved.goto("/")
    assert halved.evaluate("document.documentElement.scrollWidth") <= HALF["width"]
    assert halved.evaluate(TOO_WIDE) == []
    paste(halved)
    send(halved)
    assert halved.evaluate("document.documentElement.scrollWidth") <= HALF["width"]
    assert halved.evaluate(TOO_WIDE) == []
    for name in ("Send packet", "Next step", "Share", "Cluster settings"):
        button = halved.get_by_role("button", name=name, exact=True)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport()


def test_words_tell_what_the_picture_shows(page: Page) -> None:
    """At every step the list, the live region, the headers and the envelope speak of the same packet."""
    paste(page)
    send(page)
    steps = page.get_by_role("list", name="Steps").get_by_role("listitem")
    live = page.locator("#live")
    headers = page.get_by_role("region", name="Packet headers")
    page.get_by_role("button", name="First step").click()
    for index in range(min(steps.count(), 40)):
        if index:
            page.get_by_role("button", name="Next step").click()
        expect(page.locator("#count")).to_have_text(str(index + 1))
        sentence = steps.nth(index).locator(".what").inner_text()
        expect(live).to_have_text(sentence)
        expect(page.locator("#say")).to_have_text(sentence)
        told = re.sub(r"\s", "", headers.inner_text())
        for address in page.locator(".picture .envelope .row:not(.was) .address").all_inner_texts():
            bare = address.rsplit(":", 1)[0] if address.count(":") == 1 else address
            assert bare in told, f"step {index + 1}: the envelope shows {address}, the headers {told}"
