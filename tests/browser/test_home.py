"""The ways in: chosen files, pasted text, an example."""

from playwright.sync_api import Page, expect

from tests.browser.shop import HOSTILE, MANIFESTS, paste


def test_chosen_files_become_a_workspace(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Manifest files").set_input_files(
        [{"name": "shop.yaml", "mimeType": "text/yaml", "buffer": MANIFESTS.encode()}]
    )
    page.get_by_role("button", name="Visualize").click()
    page.wait_for_url("**/w/**")
    expect(page.get_by_role("region", name="Network graph")).to_contain_text("client")


def test_pasted_manifests_become_a_workspace(page: Page) -> None:
    paste(page)
    expect(page.get_by_role("region", name="Network graph")).to_contain_text("client")


def test_a_file_name_is_shown_as_text(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Manifest files").set_input_files(
        [{"name": f"{HOSTILE}.yaml", "mimeType": "text/yaml", "buffer": MANIFESTS.encode()}]
    )
    expect(page.locator("#picked-names")).to_have_text(f"{HOSTILE}.yaml")
    page.get_by_role("button", name="Visualize").click()
    page.wait_for_url("**/w/**")
    expect(page.locator("img")).to_have_count(0)


def test_an_empty_upload_is_refused_in_words_and_the_text_stays(page: Page, said: list[str]) -> None:
    said.append("400 (Bad Request)")
    page.goto("/")
    page.get_by_role("textbox", name="Paste manifests").fill("   ")
    page.get_by_role("button", name="Visualize").click()
    expect(page.get_by_role("alert")).to_contain_text("There is nothing in this upload.")
    assert page.get_by_role("textbox", name="Paste manifests").input_value() == "   "


def test_an_example_opens_with_its_question_answered(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Nobody behind the Service").click()
    page.wait_for_url("**/w/**")
    expect(page.get_by_role("region", name="Result")).to_contain_text("Connection refused")


def test_the_legend_opens_and_closes(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="How to read it").click()
    expect(page.get_by_role("dialog", name="How to read it")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="How to read it")).to_be_hidden()
