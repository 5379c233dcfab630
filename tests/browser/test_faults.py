"""Breaking things on the page: by the menu and by a click on the picture, seen as what they are, and undone."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.shop import current, paste, send


def expect_in_the_address(page: Page, *faults: str) -> None:
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("fault", []) == list(faults))


def test_a_node_is_unplugged_by_keys_marked_blamed_and_undone(page: Page) -> None:
    paste(page)
    send(page, "default/client", "web:80")
    expect(current(page)).to_be_visible()
    bar = page.get_by_role("region", name="Faults")
    bar.get_by_role("button", name="Break something").press("Enter")
    menu = page.get_by_role("dialog", name="Break something")
    menu.get_by_label("Where").select_option(label="node-b")
    menu.get_by_role("button", name="Unplug the node", exact=True).press("Enter")
    expect(bar.get_by_text("node-b: unplugged")).to_be_visible()
    expect(page.locator(".broken-mark")).to_have_text("unplugged")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Last step").click()
    expect(page.get_by_role("region", name="Result")).to_contain_text("The cable of node-b is unplugged")
    expect_in_the_address(page, "node-cut:node-b")
    page.reload()
    expect(bar.get_by_text("node-b: unplugged")).to_be_visible()
    bar.get_by_role("button", name="Undo: node-b: unplugged").click()
    expect(page.locator(".broken-mark")).to_have_count(0)
    expect(page.get_by_role("list", name="Steps")).to_contain_text("The data have arrived")
    page.get_by_role("button", name="Last step").click()
    expect(page.get_by_role("region", name="Result")).not_to_contain_text("unplugged")
    expect_in_the_address(page)


def test_a_pod_on_the_picture_is_broken_where_it_stands(page: Page) -> None:
    paste(page)
    send(page, "default/client", "web:80")
    expect(current(page)).to_be_visible()
    page.locator("button[data-of='pod:default/client']").first.press("Enter")
    page.get_by_role("button", name="Break it").click()
    menu = page.get_by_role("dialog", name="Break something")
    menu.get_by_role("button", name="Cut the link: eth0").click()
    expect(page.locator(".broken-mark")).to_have_text("link cut")
    page.get_by_role("button", name="Undo: default/client/eth0: link cut").click()
    expect(page.locator(".broken-mark")).to_have_count(0)
    expect_in_the_address(page)


def test_a_cable_is_cut_by_a_click_on_it_and_plugged_in_by_a_key(page: Page) -> None:
    """Before anything is asked, too: the address keeps what is broken."""
    paste(page)
    cable = page.get_by_role("button", name="Cut the cable of default/web", exact=True)
    expect(cable).to_have_attribute("aria-pressed", "false")
    box = cable.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_role("button", name="Cut this cable").click()
    expect(cable).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".broken-mark")).to_have_text("link cut")
    expect_in_the_address(page, "link-cut:default/web/eth0")
    page.reload()
    send(page, "default/client", "web:80")
    expect(page.get_by_role("region", name="Result")).to_contain_text("eth0 of default/web is down")
    cable.press("Enter")
    expect(cable).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".broken-mark")).to_have_count(0)
    expect(cable).to_be_focused()
