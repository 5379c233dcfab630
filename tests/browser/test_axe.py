"""axe-core (WCAG 2.2, A and AA) finds nothing on any page, in any state.

A page or state of its own is a line in SCENES: a name, and a function that brings a page there.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server
from tests.browser.shop import MANIFESTS, THREE_WEBS, paste, send

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, any, all, none }) => `${id} at ${target.join(' ')}: ${[...any, ...all, ...none]
      .map(({ message }) => message).join('; ')} (${html.slice(0, 160)})`));
}"""

LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


def home(page: Page) -> None:
    page.goto("/")


def home_refused(page: Page) -> None:
    page.goto("/")
    page.get_by_role("textbox", name="Paste manifests").fill(" ")
    page.get_by_role("button", name="Visualize").click()
    expect(page.get_by_role("alert")).to_be_visible()


def legend(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="How to read it").click()


def workspace(page: Page) -> None:
    """Pasted, nothing asked yet."""
    paste(page)
    expect(page.locator("html[data-ready]")).to_be_attached()


def traced(page: Page) -> None:
    paste(page)
    send(page)


def translated(page: Page) -> None:
    """At the step where the destination becomes another, with everything open that can be opened."""
    traced(page)
    nat = page.get_by_role("list", name="Steps").get_by_role("listitem").filter(has_text="DNAT")
    nat.first.get_by_role("button").click()
    for summary in page.locator(".side summary").all():
        summary.click()


def choice(page: Page) -> None:
    paste(page, THREE_WEBS)
    send(page, target="10.96.10.10:80")
    page.locator("body").press("c")
    expect(page.locator("#branches").get_by_role("listbox", name="Where chance")).to_be_visible()


def suggestions(page: Page) -> None:
    workspace(page)
    page.get_by_role("combobox", name="To", exact=True).click()
    expect(page.get_by_role("listbox")).to_be_visible()


def unanswerable(page: Page) -> None:
    workspace(page)
    page.get_by_role("combobox", name="From").fill("nobody/there")
    page.get_by_role("button", name="Send packet").click()
    expect(page.locator("#ask-error")).to_be_visible()


def refused(page: Page) -> None:
    """A trace that fails, with its reason and what would mend it."""
    paste(page)
    send(page, target="empty:80")
    page.get_by_role("button", name="Last step").click()
    expect(page.get_by_role("region", name="What would mend it").get_by_role("list").first).to_be_visible()


def session(page: Page) -> None:
    paste(page, THREE_WEBS)
    send(page, target="10.96.10.20:80")
    page.get_by_role("button", name="Send another").click()
    expect(page.get_by_role("navigation", name="Connections of this session")).to_be_visible()


def settings(page: Page) -> None:
    workspace(page)
    page.get_by_role("button", name="Cluster settings").click()


def matrix(page: Page) -> None:
    traced(page)
    page.locator("body").press("m")
    expect(page.get_by_role("grid")).to_be_visible()
    expect(page.locator(".mx-cell").first).to_be_visible()


def on_the_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    translated(page)


def home_on_the_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    home(page)


def dark(page: Page) -> None:
    translated(page)
    page.get_by_role("button", name="Light or dark").click()


def dark_home(page: Page) -> None:
    home(page)
    page.get_by_role("button", name="Light or dark").click()


def projector(page: Page) -> None:
    traced(page)
    page.locator("body").press("p")
    expect(page.locator("[data-theme=projector]")).to_be_attached()


def in_german(page: Page) -> None:
    page.goto("/examples/bookstore/")
    page.get_by_role("button", name="How to read it").click()
    page.get_by_role("button", name="Deutsch").click()
    page.wait_for_url("**/w/**")
    expect(page.locator("html[lang=de]")).to_be_attached()
    expect(page.get_by_role("button", name="Paket senden")).to_be_visible()
    expect(page.locator("body.traced")).to_be_attached()


def finding(page: Page) -> None:
    workspace(page)
    page.locator("body").press("/")
    page.get_by_role("combobox", name="Find").fill("web")
    expect(page.get_by_role("listbox", name="Found").get_by_role("option").first).to_be_visible()


def sharing(page: Page) -> None:
    traced(page)
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def editing(page: Page) -> None:
    workspace(page)
    page.locator("body").press("e")
    expect(page.locator(".cm-content").first).to_be_visible()


def lab(page: Page) -> None:
    page.goto("/labs/")
    page.locator("main a[href^='/labs/']").first.click()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()


def lab_mending(page: Page) -> None:
    page.goto("/labs/06-nobody-behind-it/?seed=0#3")
    expect(page.get_by_text("1 of 4 hold")).to_be_visible()
    page.get_by_role("button", name="Show me a hint").click()


def drill_named(page: Page) -> None:
    page.goto("/drills/?seed=5")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="That is it").click()
    expect(page.get_by_role("button", name="Another drill")).to_be_visible()


def breaking(page: Page) -> None:
    traced(page)
    page.get_by_role("button", name="Break something").click()
    menu = page.get_by_role("dialog", name="Break something")
    menu.get_by_role("button", name="Unplug the node", exact=True).click()
    expect(page.locator(".broken-mark").first).to_be_visible()


def filtering(page: Page) -> None:
    workspace(page)
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("textbox", name="Value").or_(page.get_by_role("combobox", name="Value")).fill("default")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="Remove the filter namespace default")).to_be_visible()


def uploaded(page: Page, manifests: str) -> str:
    """The slug of a workspace that was made without a page."""
    answer = page.request.post("/api/v1/workspaces", data=manifests, headers={"Content-Type": "text/yaml"})
    return str(answer.json()["slug"])


def comparing(page: Page) -> None:
    page.goto(f"/w/{uploaded(page, MANIFESTS)}/compare/{uploaded(page, THREE_WEBS)}/")
    expect(page.locator("html[data-ready]")).to_be_attached()


def embedded(page: Page) -> None:
    """With the sheet that explains it, over the picture."""
    page.goto(f"/e/{uploaded(page, MANIFESTS)}/?from=default/client&to=web:80")
    expect(page.locator("#count")).to_have_text("1")
    page.get_by_role("button", name="How to read it").click()


def classroom(page: Page) -> dict[str, str]:
    """A class at a step of a trace, with a poll to come."""
    begin = {"workspace": uploaded(page, MANIFESTS), "flow": {"from": "default/client", "to": "http://web/"}, "step": 6}
    answer = page.request.post("/api/v1/classes", data=json.dumps(begin), headers={"Content-Type": "application/json"})
    made: dict[str, str] = answer.json()
    return made


def presenter(page: Page) -> None:
    page.goto(classroom(page)["presenter_url"])
    page.locator("#ask-this:enabled").click()
    expect(page.locator("#poll-question")).not_to_be_empty()


def audience(page: Page) -> None:
    page.goto(classroom(page)["audience_url"])
    expect(page.locator("body.traced")).to_be_attached()


def follower(page: Page) -> None:
    """On a phone, one step behind the class."""
    page.set_viewport_size(PHONE)
    page.goto(f"/c/{classroom(page)['code']}/")
    expect(page.locator("body.traced")).to_be_attached()
    page.get_by_role("button", name="Previous step").click()
    expect(page.locator("#peek")).to_be_visible()


def board(page: Page) -> None:
    page.goto(classroom(page)["presenter_url"])
    link = page.locator("#board-link").get_attribute("href")
    page.goto(str(link))
    expect(page.get_by_role("heading", name="Who is where")).to_be_visible()


def opens(path: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(path)

    return go


SCENES: dict[str, Callable[[Page], None]] = {
    "home": home,
    "home refused": home_refused,
    "home, dark": dark_home,
    "home on the phone": home_on_the_phone,
    "legend": legend,
    "workspace": workspace,
    "suggestions": suggestions,
    "unanswerable": unanswerable,
    "traced": traced,
    "translated": translated,
    "dark": dark,
    "projector": projector,
    "phone": on_the_phone,
    "choice": choice,
    "refused": refused,
    "session": session,
    "settings": settings,
    "matrix": matrix,
    "german": in_german,
    "find": finding,
    "share": sharing,
    "editor": editing,
    "something is broken": breaking,
    "filter": filtering,
    "compare": comparing,
    "embed": embedded,
    "presenter": presenter,
    "audience": audience,
    "follower": follower,
    "board": board,
    "labs": opens("/labs/"),
    "lab": lab,
    "lab, mending": lab_mending,
    "drills": opens("/drills/"),
    "drill, named": drill_named,
    "join a class": opens("/join/"),
    "fidelity": opens("/fidelity/"),
    "problems": opens("/problems/"),
    "no such page": opens("/nothing/here/"),
    "no such workspace": opens("/w/nothing-here/"),
}


@pytest.fixture
def anybody(browser: Browser, server: Server) -> Iterator[Page]:
    """A visitor whose browser runs axe; a page that is refused writes to the console, so nobody listens there."""
    context = browser.new_context(viewport=LAPTOP, base_url=server.url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it is now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN, TAGS)
    return found


@pytest.mark.skipif(not AXE.is_file(), reason="needs node_modules (npm ci)")
@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing(anybody: Page, scene: str) -> None:
    SCENES[scene](anybody)
    found = findings(anybody)
    assert not found, "\n".join(found)


@pytest.mark.skipif(not AXE.is_file(), reason="needs node_modules (npm ci)")
def test_axe_would_find_something(anybody: Page) -> None:
    """The test itself, tested: a picture without words and a grey on grey are found."""
    anybody.goto("/")
    anybody.evaluate("document.querySelector('h1').style.color = '#ccc'")
    assert [one.split()[0] for one in findings(anybody)] == ["color-contrast"]
