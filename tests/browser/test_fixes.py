"""A failed trace shows what would mend it, and a copy that is mended so."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import HOSTILE, MANIFESTS, paste, send

DENIED = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
"""


@pytest.fixture
def failed(page: Page):
    paste(page)
    send(page, target="empty:80")
    page.get_by_role("button", name="Last step").click()
    return page.get_by_role("region", name="What would mend it")


def test_nothing_is_offered_for_what_works(page: Page) -> None:
    paste(page)
    send(page)
    page.get_by_role("button", name="Last step").click()
    expect(page.locator("#result")).to_have_class(re.compile("good"))
    expect(page.get_by_role("region", name="What would mend it")).to_have_count(0)


def test_it_is_asked_only_where_the_packet_ends(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/fixes?" in request.url else None)
    paste(page)
    send(page, target="empty:80")
    assert asked == []
    page.get_by_role("button", name="Last step").click()
    expect(page.get_by_role("list", name="Changes that mend it")).to_be_visible()
    page.get_by_role("button", name="First step").click()
    page.get_by_role("button", name="Last step").click()
    expect(page.get_by_role("list", name="Changes that mend it")).to_be_visible()
    expect(page.get_by_text("1 other flow changes.").first).to_be_visible()
    assert len(asked) == 2, "once for the changes, once for what else they change"


def test_a_change_shows_its_lines_and_what_else_it_changes(failed) -> None:
    patch = failed.locator(".patch").first
    expect(patch.locator(".del")).to_contain_text("-  selector: {app: wbe}")
    expect(patch.locator(".add")).to_contain_text("+  selector: {app: web}")
    expect(patch.locator("figcaption")).to_contain_text("pasted.yaml, line 31")
    failed.get_by_text("1 other flow changes.").first.click()
    expect(failed.get_by_text("default/web → empty.default:80").first).to_be_visible()


def test_the_patch_is_downloaded(page: Page, failed) -> None:
    with page.expect_download() as download:
        failed.get_by_role("button", name="Download patch").first.click()
    text = Path(download.value.path()).read_text()
    assert download.value.suggested_filename == "netviz-1.patch"
    assert "+  selector: {app: web}" in text


def test_seen_mended_it_arrives_and_a_link_leads_back(page: Page, failed) -> None:
    original = page.url.partition("?")[0]
    failed.get_by_role("button", name="See it mended").first.click()
    expect(page.locator("#result")).to_contain_text("Delivered: default/web answered")
    copy = page.url.partition("?")[0]
    assert copy != original
    expect(page.get_by_role("combobox", name="To", exact=True)).to_have_value("empty:80")
    page.get_by_role("link", name="Back to the original").click()
    expect(page.locator("#result")).to_contain_text("Connection refused")
    assert page.url.partition("?")[0] == original


def test_a_copy_tells_what_it_changes_and_a_flow_is_traced(page: Page, failed) -> None:
    failed.get_by_role("button", name="See it mended").first.click()
    page.get_by_role("button", name="What changed").click()
    copy = page.get_by_role("region", name="Copy")
    expect(copy).to_contain_text("2 of 6 flows change.")
    expect(copy).to_contain_text("ends rejected (rule-reject) → delivered")
    copy.get_by_role("button", name="default/web → empty.default:80").click()
    expect(page.get_by_role("combobox", name="From")).to_have_value("default/web")
    expect(page.get_by_role("combobox", name="To", exact=True)).to_have_value("empty.default:80")


def test_reasons_stand_one_behind_the_other(page: Page) -> None:
    paste(page, MANIFESTS + DENIED)
    send(page)
    page.get_by_role("button", name="Last step").click()
    region = page.get_by_role("region", name="What would mend it")
    expect(region).to_contain_text("one reason behind the other")
    expect(region.locator(".reasons ol ol ol > li > p")).to_contain_text("isolated for ingress")
    expect(region.get_by_role("heading", name="3 changes")).to_be_visible()
    expect(region.get_by_text("NetworkPolicy default/deny-all spec.egress", exact=False).first).to_be_visible()
    region.locator(".reasons .place").first.click()
    expect(page.get_by_role("region", name="Manifest")).to_contain_text("The line to blame")


def test_what_nothing_mends_is_said(page: Page) -> None:
    paste(page)
    send(page, target="10.99.99.99:80")
    page.get_by_role("button", name="Last step").click()
    expect(page.get_by_text("No change to the manifests that NetViz can try makes it arrive.")).to_be_visible()


def test_text_of_the_manifests_stays_text(page: Page) -> None:
    hostile = MANIFESTS.replace("  name: empty\n", f'  name: empty\n  annotations: {{note: "{HOSTILE}"}}\n')
    paste(page, hostile)
    send(page, target="empty:80")
    page.get_by_role("button", name="Last step").click()
    region = page.get_by_role("region", name="What would mend it")
    expect(region.locator(".patch").first).to_contain_text(HOSTILE)
    expect(region.locator("img")).to_have_count(0)
