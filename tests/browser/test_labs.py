"""A whole lab by keyboard: predict twice, mend the manifest in the editor, and find it done on the map."""

import json
import re

from playwright.sync_api import Page, expect

LAB = "/labs/06-nobody-behind-it/?seed=0"


def test_a_lab_from_its_first_word_to_its_last_by_keyboard(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(LAB)
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is there")
    expect(page.get_by_text("The packet waits")).to_be_visible()
    page.keyboard.press("3")
    expect(page.get_by_role("radio", name="It waits, and gives up after a while")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".lab-choice.right")).to_contain_text("It is refused at once")
    expect(page.locator(".lab-choice.wrong")).to_contain_text("It waits, and gives up after a while")
    expect(page.get_by_text("A Service without endpoints is still a Service")).to_be_visible()
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Who refuses?")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".lab-choice.right")).to_contain_text("FORWARD")
    expect(page.locator("#say")).to_contain_text("refuses")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.keyboard.press("Enter")

    mend(page)
    page.get_by_role("button", name="Finish").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What stays")
    expect(page.locator(".lab-truth")).to_contain_text("A Service knows neither.")

    page.goto("/labs/")
    expect(page.get_by_role("link", name=re.compile("The Service with nobody behind it"))).to_contain_text("Done")


def test_the_board_of_a_class_hears_which_checks_fail(page: Page) -> None:
    told: list[dict] = []
    page.route("**/api/v1/classes/*/progress", lambda route: (told.append(json.loads(route.request.post_data or "")),
                                                              route.fulfill(status=204)))  # fmt: skip
    page.goto("/labs/06-nobody-behind-it/?seed=0&class=K7QF-3M2P#3")
    expect(page.get_by_text("1 of 4 hold")).to_be_visible(timeout=20_000)
    assert told == []  # nothing has been done yet
    add_line(page, "labels: {name: another}")
    page.wait_for_timeout(100)
    expect(page.locator(".cm-content")).to_contain_text("another")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".lab-check.running")).to_have_count(0)
    (first, *_) = told
    assert (first["part"], first["done"], first["failed"]) == ("mend", False, ["endpoint", "answers", "by-testpod"])


def test_out_of_a_lab_with_its_cluster(page: Page) -> None:
    page.goto("/labs/08-where-the-clusterip-lives/?seed=0")
    expect(page.get_by_text("The packet waits")).to_be_visible()
    page.get_by_role("button", name="Open as workspace").click()
    expect(page).to_have_url(re.compile(r"/w/[^/]+/\?from=default%2Fclient-a&to=10\.96\.10\.1%3A80"))
    expect(page.locator("#say")).not_to_be_empty()


def test_a_lab_becomes_a_class_that_asks_its_questions(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/labs/08-where-the-clusterip-lives/?seed=0")
    expect(page.get_by_text("The packet waits")).to_be_visible()
    page.get_by_role("button", name="Present").click()
    page.locator("#offers").get_by_text("How does the ping end?").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#poll-question")).to_have_text("How does the ping end?")
    expect(page.get_by_role("combobox", name="To", exact=True)).to_have_value(
        "10.96.10.1"
    )  # the class has gone to that packet
    expect(page.locator("#count")).to_have_text("1")
    page.get_by_role("button", name="Reveal").click()
    expect(page.locator("#poll")).to_contain_text("the answer")
    expect(page.locator("#say")).to_contain_text("thrown away")
    expect(page.locator("#notes")).to_contain_text("kube-proxy wrote a DNAT rule there")


def test_what_is_typed_stays_and_a_term_opens(page: Page) -> None:
    page.goto("/labs/06-nobody-behind-it/?seed=0#3")
    expect(page.get_by_text("1 of 4 hold")).to_be_visible()
    add_line(page, "labels: {name: another}")
    expect(page.locator(".cm-content")).to_contain_text("another")
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("another")
    page.goto("/labs/09-two-proxies-one-service/?seed=0")
    page.get_by_role("button", name="kube-proxy").click()
    expect(page.get_by_role("note")).to_contain_text("No packet passes through it.")


def mend(page: Page) -> None:
    """Labels for the pod, typed; the checks run by themselves."""
    checks = page.get_by_role("region", name="Checks").get_by_role("listitem")
    expect(checks).to_have_count(4)
    expect(page.get_by_text("1 of 4 hold")).to_be_visible(timeout=20_000)
    expect(checks.nth(1)).to_contain_text("Now: rejected, decided at node-a FORWARD.")
    page.get_by_role("button", name="Show me a hint").press("Enter")
    expect(page.get_by_text("The Service looks for something that the pod does not carry.")).to_be_visible()
    add_line(page, "labels: {name: deployment}")
    expect(page.get_by_text("4 of 4 hold")).to_be_visible()
    expect(page.get_by_text("Nobody touched")).to_be_visible()


def add_line(page: Page, words: str) -> None:
    """A line under the metadata of the first pod."""
    page.locator(".cm-content").focus()
    for key in ("Control+Home", "ArrowDown", "ArrowDown", "ArrowDown", "End"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.keyboard.type(words)
