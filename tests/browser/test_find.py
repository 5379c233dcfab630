"""Finding things: one box for everything, filters in the address, and a cluster that is too large to draw."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.benchmarks.cluster_size import manifests
from tests.browser.shop import current, paste

PODS = 1000
MOST_LABELS = 150


def find(page: Page, text: str) -> None:
    """By keys alone, from anywhere on the page."""
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Find")
    expect(box).to_be_focused()
    box.fill(text)
    expect(page.get_by_role("listbox", name="Found").get_by_role("option").first).to_be_visible()


def open_large(page: Page) -> None:
    body, kind = manifests(PODS).decode(), {"content-type": "text/yaml"}
    made = page.request.post("/api/v1/workspaces", data=body, headers=kind).json()
    page.goto(f"/w/{made['slug']}/")
    expect(page.get_by_role("button", name="Unfold Other nodes")).to_be_visible()


def plates(page: Page) -> dict[str, tuple[int, int]]:
    """Where the names of machines stand on the paper."""
    places: dict[str, list[str]] = page.locator("button.words[data-of$='#plate']").evaluate_all(
        "all => Object.fromEntries(all.map(e => [e.dataset.of, [e.style.left, e.style.top]]))"
    )
    return {name: (int(float(x[:-2])), int(float(y[:-2]))) for name, (x, y) in places.items()}


def test_what_is_found_becomes_the_question(page: Page) -> None:
    """A Service by keys alone; then who may reach it, of whom one is asked for at once."""
    paste(page)
    expect(page.get_by_role("button", name="Service default/web")).to_be_visible()
    find(page, "kind:service web")
    page.keyboard.press("Enter")
    card = page.get_by_role("region", name="Found: default/web")
    expect(card.get_by_role("button", name="To here")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="To", exact=True)).to_have_value("web.default:80")
    card.get_by_role("button", name="Show in the manifests").click()
    expect(page.get_by_role("region", name="Manifest").locator("[aria-current]")).to_be_visible()
    find(page, "who can reach web")
    listed = page.get_by_role("listbox", name="Found")
    expect(listed.get_by_role("group", name="Who may reach default/web")).to_be_visible()
    listed.get_by_role("option").filter(has_text="default/client").click()
    expect(page.get_by_role("combobox", name="From")).to_have_value("default/client")
    expect(current(page)).to_be_visible()


def test_a_large_cluster_is_drawn_in_part_and_anything_in_it_is_found(page: Page) -> None:
    open_large(page)
    unfold_and_fold(page)
    find_a_pod(page)
    filter_by_label(page)


def unfold_and_fold(large: Page) -> None:
    """In place: no machine moves."""
    assert large.locator(".picture .words").count() <= MOST_LABELS
    before = plates(large)
    large.get_by_role("button", name="Unfold Other nodes").press("Enter")
    large.get_by_role("button", name="Unfold node node-007").press("Enter")
    expect(large.get_by_role("button", name="Node node-007", exact=True)).to_be_attached()
    after = plates(large)
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1
    expect(large.locator(".minimap")).to_be_visible()
    large.reload()
    expect(large.get_by_role("button", name="Node node-007", exact=True)).to_be_attached()
    large.get_by_role("button", name="Fold node-007").press("Enter")
    expect(large.get_by_role("button", name="Node node-007", exact=True)).not_to_be_attached()
    assert plates(large) == before


def find_a_pod(large: Page) -> None:
    """One of a thousand, which was folded away."""
    expect(large.get_by_role("button", name="Pod default/app-77-3")).not_to_be_attached()
    find(large, "app-77-3")
    large.keyboard.press("Enter")
    expect(large.get_by_role("region", name="Found: default/app-77-3")).to_be_visible()
    expect(large.get_by_role("button", name="Pod default/app-77-3")).to_be_in_viewport()
    large.get_by_role("region", name="Found: default/app-77-3").get_by_role("button", name="From here").click()
    expect(large.get_by_role("combobox", name="From")).to_have_value("default/app-77-3")


def filter_by_label(large: Page) -> None:
    """The filter stays in the address, and so after loading the page anew."""
    large.get_by_role("button", name="Filter", exact=True).click()
    large.get_by_role("combobox", name="Filter by").select_option("label")
    large.get_by_role("combobox", name="Value").fill("app=app-3")
    large.keyboard.press("Enter")
    remove = large.get_by_role("button", name="Remove the filter label app=app-3")
    expect(remove).to_be_visible()
    expect(large.get_by_role("button", name="Pod default/app-3-0")).to_be_attached()
    expect(large.get_by_role("button", name="Pod default/app-0-0")).not_to_be_attached()
    assert parse_qs(urlsplit(large.url).query)["label"] == ["app=app-3"]
    large.reload()
    expect(large.get_by_role("button", name="Pod default/app-3-0")).to_be_attached()
    remove.click()
    expect(large.get_by_role("button", name="Pod default/app-0-0")).to_be_attached()
