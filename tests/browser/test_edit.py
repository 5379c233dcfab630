"""The what-if editor: a change is asked about at once, saved by a word, undone by another, and done by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

MANIFESTS = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
spec:
  containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Pod
metadata:
  name: client
  labels: {app: client}
spec:
  containers: [{name: main, image: busybox}]
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: own
spec:
  podSelector:
    matchLabels: {app: web}
  ingress:
    - from:
        - podSelector:
            matchLabels: {app: clint}
"""
LEAVING = "beforeunload"
expect.set_options(timeout=20_000)


@pytest.fixture
def workspace(page: Page) -> Page:
    """A packet that a policy drops: its selector is misspelt."""
    page.goto("/")
    page.get_by_label("Paste manifests").fill(MANIFESTS)
    page.get_by_role("button", name="Visualize").click()
    page.wait_for_url("**/w/**")
    page.goto(re.sub(r"[?#].*", "", page.url) + "?from=default/client&to=web:80")
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(page.locator("#total")).to_have_text(re.compile("of [1-9]"))
    return page


def text_of(page: Page):
    return page.get_by_role("textbox", name="Manifest editor: pasted.yaml")


def replace(page: Page, old: str, new: str) -> None:
    """By keyboard: find it, and type over it."""
    text_of(page).focus()
    page.keyboard.press("Control+f")
    page.keyboard.type(old)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.type(new)


def mend(page: Page) -> None:
    replace(page, "clint", "client")
    expect(sides(page).get_by_text("Now: delivered")).to_be_visible()


def sides(page: Page):
    return page.get_by_role("region", name="Before and after")


def edit(page: Page):
    return page.get_by_role("region", name="Edit manifests")


def test_a_change_turns_the_answer_and_shows_the_first_step_that_differs_and_what_else(workspace: Page) -> None:
    workspace.get_by_role("button", name="Edit manifests").click()
    mend(workspace)
    expect(sides(workspace)).to_contain_text("Before: timed out, at node-b eth0. Now: delivered, default/web answers.")
    forks = workspace.locator(".sides .differs")
    expect(forks).to_have_count(2)
    expect(forks.first).to_be_in_viewport()
    expect(sides(workspace).get_by_role("list", name="Steps before the change")).to_contain_text("A rule drops")
    expect(edit(workspace)).to_contain_text("Not saved")
    choose = sides(workspace).get_by_role("group", name="The picture shows")
    expect(choose.get_by_role("button", name="After")).to_have_attribute("aria-pressed", "true")
    total = workspace.locator("#total")
    after = total.inner_text()
    choose.get_by_role("button", name="Before").click()
    expect(total).not_to_have_text(after)
    choose.get_by_role("button", name="After").click()
    expect(total).to_have_text(after)

    sides(workspace).get_by_text("What else changes?").click()
    expect(sides(workspace)).to_contain_text("1 of 4 flows changes.")
    expect(sides(workspace)).to_contain_text("NetworkPolicy own")


def test_a_save_is_a_version_and_is_undone(workspace: Page) -> None:
    workspace.keyboard.press("e")
    mend(workspace)
    edit(workspace).get_by_role("button", name="Save", exact=True).click()
    expect(edit(workspace)).to_contain_text("Nothing changed")
    undo = edit(workspace).get_by_role("button", name="Undo: save")
    undo.click()
    expect(text_of(workspace)).to_contain_text("app: clint}")
    expect(edit(workspace).get_by_role("button", name="Redo")).to_be_enabled()
    edit(workspace).get_by_role("button", name="Versions").click()
    workspace.get_by_role("link", name="Compare: Version 2").click()
    expect(workspace.get_by_role("heading", name="Objects that change")).to_be_visible()
    expect(workspace.locator("#compare-objects")).to_contain_text("NetworkPolicy own")
    expect(workspace.locator(".sides .differs")).to_have_count(2)


def test_who_saves_second_is_told_and_goes_on_from_what_is_saved(page: Page, said: list[str]) -> None:
    """The file was written on Windows, and stays so whatever is put into it."""
    windows = {"name": "pasted.yaml", "mimeType": "text/yaml", "buffer": MANIFESTS.replace("\n", "\r\n").encode()}
    said.append("409 (Conflict)")
    page.goto("/")
    page.get_by_label("Manifest files").set_input_files(windows)  # type: ignore[arg-type]
    page.get_by_role("button", name="Visualize").click()
    page.wait_for_url("**/w/**")
    other = page.context.new_page()
    other.goto(page.url)
    for each, note in ((page, "# mine"), (other, "# theirs")):
        each.get_by_role("button", name="Edit manifests").click()
        text_of(each).press("Control+Home")
        each.keyboard.insert_text(f"{note}\n")
        expect(edit(each)).to_contain_text("Not saved")
    edit(other).get_by_role("button", name="Save", exact=True).click()
    expect(edit(other)).to_contain_text("Nothing changed")
    edit(page).get_by_role("button", name="Save", exact=True).click()
    expect(edit(page)).to_contain_text("Somebody else has saved this workspace")
    edit(page).get_by_role("button", name="Put mine over theirs").click()
    expect(edit(page)).not_to_contain_text("Somebody else")
    expect(text_of(page)).to_contain_text("# mine")
    edit(page).get_by_role("button", name="Discard changes").click()
    expect(text_of(page)).to_contain_text("# theirs")
    expect(edit(page)).to_contain_text("Nothing changed")
    other.close()


def test_a_reload_keeps_what_is_not_saved_and_leaving_warns(workspace: Page) -> None:
    asked: list[str] = []
    workspace.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    workspace.keyboard.press("e")
    mend(workspace)
    workspace.reload()
    expect(edit(workspace)).to_contain_text("Your unsaved changes are back.")
    expect(sides(workspace)).to_contain_text("Now: delivered")
    assert asked == [LEAVING]
    edit(workspace).get_by_role("button", name="Discard changes").click()
    expect(edit(workspace)).to_contain_text("Nothing changed")
    expect(text_of(workspace)).to_contain_text("clint")
    workspace.reload()
    assert asked == [LEAVING], "nothing is lost now"


def test_problems_stand_at_their_words(workspace: Page) -> None:
    workspace.keyboard.press("e")
    text_of(workspace).focus()
    replace(workspace, "targetPort", "targetPrt")
    expect(workspace.locator(".cm-lintRange-warning").get_by_text("targetPrt", exact=True)).to_be_visible()


def test_all_of_it_by_keyboard(workspace: Page) -> None:
    workspace.keyboard.press("e")
    expect(text_of(workspace)).to_be_focused()
    mend(workspace)
    workspace.keyboard.press("Escape")
    workspace.keyboard.press("Tab")
    expect(text_of(workspace)).not_to_be_focused()
    edit(workspace).get_by_role("button", name="Save", exact=True).focus()
    workspace.keyboard.press("Enter")
    expect(edit(workspace)).to_contain_text("Nothing changed")
    edit(workspace).get_by_role("button", name="Undo: save").focus()
    workspace.keyboard.press("Enter")
    expect(edit(workspace).get_by_role("button", name="Redo")).to_be_enabled()
    edit(workspace).get_by_role("button", name="Close").focus()
    workspace.keyboard.press("Enter")
    expect(workspace.get_by_role("button", name="Edit manifests")).to_be_focused()


def test_files_are_added_renamed_and_removed(workspace: Page) -> None:
    workspace.keyboard.press("e")
    expect(text_of(workspace)).to_be_focused()
    edit(workspace).get_by_role("button", name="New file").click()
    workspace.get_by_label("Name of the file").fill("../up.yaml")
    workspace.keyboard.press("Enter")
    expect(edit(workspace).get_by_role("alert").filter(has_text="folders")).to_be_visible()
    workspace.get_by_label("Name of the file").fill("base/more.yaml")
    workspace.keyboard.press("Enter")
    expect(workspace.get_by_role("textbox", name="Manifest editor: base/more.yaml")).to_be_focused()
    edit(workspace).get_by_role("button", name="Remove this file").click()
    expect(text_of(workspace)).to_be_visible()
    edit(workspace).get_by_role("button", name="Put it back").click()
    expect(workspace.get_by_role("tab", name="more.yaml")).to_be_visible()


def test_fields_and_words_are_completed(workspace: Page) -> None:
    workspace.keyboard.press("e")
    expect(text_of(workspace)).to_be_focused()
    workspace.keyboard.press("Control+End")
    workspace.keyboard.type("---\nkind: Serv")
    expect(workspace.get_by_role("option", name="Service")).to_be_visible()
    workspace.wait_for_timeout(100)  # in a list's first 75 ms Enter belongs to who was typing already
    workspace.keyboard.press("Enter")
    expect(text_of(workspace)).to_contain_text("kind: Service")
    workspace.keyboard.press("Enter")
    workspace.keyboard.type("spec:")
    expect(workspace.locator(".cm-tooltip-autocomplete")).to_have_count(0)
    workspace.keyboard.press("Enter")
    workspace.keyboard.type("ty")
    expect(workspace.get_by_role("option", name="type")).to_be_visible()


def test_a_fix_is_applied_in_the_editor(workspace: Page) -> None:
    workspace.get_by_role("button", name="Last step").click()
    fix = workspace.get_by_role("region", name="What would mend it").get_by_role("button", name="Apply in the editor")
    fix.first.click()
    expect(sides(workspace)).to_contain_text("Now: delivered")
    expect(edit(workspace)).to_contain_text("Not saved")


def test_who_may_not_save_gets_a_copy(page: Page) -> None:
    page.goto("/examples/service-that-selects-nothing/")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.keyboard.press("e")
    editor = page.get_by_role("textbox", name=re.compile("Manifest editor: "))
    expect(editor).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type("# mine\n")
    page.get_by_role("button", name="Save as a copy of your own").click()
    page.wait_for_url(lambda url: "/w/" in url and "selects-nothing" not in url)
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.keyboard.press("e")
    expect(editor).to_contain_text("# mine")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
