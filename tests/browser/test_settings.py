"""What the manifests do not say is switched on the page, and the packet is sent again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import THREE_WEBS, WEB, current, paste, send


@pytest.fixture
def traced(page: Page) -> Page:
    paste(page, THREE_WEBS)
    send(page, target=WEB)
    return page


def settings(page: Page):
    return page.get_by_role("region", name="Cluster settings")


def opened(page: Page):
    page.get_by_role("button", name="Cluster settings").click()
    return settings(page)


def test_each_setting_shows_its_default_and_what_it_does(traced: Page) -> None:
    form = opened(traced)
    expect(form.get_by_role("combobox", name="kube-proxy mode")).to_have_value("iptables")
    expect(form.get_by_role("combobox", name="Between nodes")).to_have_accessible_description(
        re.compile(r"as they are")
    )
    expect(form.get_by_role("switch", name="Hairpin")).to_be_checked()
    expect(form).to_contain_text("default")


def test_nftables_rules_read_as_nft_lists_them(traced: Page) -> None:
    opened(traced).get_by_role("combobox", name="kube-proxy mode").select_option("nftables")
    expect(settings(traced)).to_contain_text("usually iptables")
    settings(traced).get_by_role("button", name="Close").click()
    traced.get_by_role("list", name="Steps").get_by_text("dnat", exact=True).first.click()
    rules = traced.get_by_role("region", name="Rules", exact=True)
    expect(rules).to_contain_text("chain services")
    expect(rules).to_contain_text("@service-ips has it: goto service-")
    expect(rules.locator("[aria-current]")).to_contain_text("numgen random mod 3")


def test_a_change_keeps_question_and_step(traced: Page) -> None:
    traced.get_by_role("slider", name="Step").fill("5")
    opened(traced).get_by_role("combobox", name="Between nodes").select_option("vxlan")
    expect(settings(traced)).to_contain_text("usually routes (host-gw)")
    expect(traced.get_by_role("list", name="Steps")).to_contain_text("encapsulate")
    expect(traced.get_by_role("slider", name="Step")).to_have_value("5")


def test_a_switch_by_keyboard_changes_what_happens(traced: Page) -> None:
    switch = opened(traced).get_by_role("switch", name="Hairpin")
    switch.focus()
    traced.keyboard.press("Space")
    expect(switch).not_to_be_checked()
    expect(switch).to_be_focused()
    expect(settings(traced)).to_contain_text("usually on")


def test_an_example_is_copied_before_it_is_changed(page: Page) -> None:
    page.goto("/examples/nodeport-from-the-internet/")
    expect(current(page)).to_be_visible()
    before = page.url
    opened(page).get_by_role("combobox", name="kube-proxy mode").select_option("nftables")
    expect(page.get_by_role("button", name="Cluster settings, 1 not as usual")).to_be_visible()
    assert page.url.partition("?")[0] != before.partition("?")[0]
    expect(settings(page)).to_be_visible()
    expect(current(page)).to_be_visible()


def test_escape_closes_the_settings(traced: Page) -> None:
    opened(traced)
    traced.keyboard.press("Escape")
    expect(settings(traced)).to_be_hidden()
    expect(traced.get_by_role("button", name="Cluster settings")).to_be_focused()
