"""Measures how large the projector's texts are: their height against the screen's, in Chromium, at 1920 x 1080.

`python -m scripts.projector URL` prints the table of docs/projector.md for a site that is running. A letter's height is
that of its capital (0.73 em in Inter, 0.73 em in JetBrains Mono), times how far the picture is zoomed.
"""

import sys

from playwright.sync_api import Page, sync_playwright

from scripts.browser import CHROMIUM

WIDTH, HEIGHT = 1920, 1080
CAPITAL = 0.73
SCREEN = 1.8
"""How high the screen of a lecture room is, in metres."""
COMFORT = 0.00291
"""Ten minutes of arc, twice what a good eye resolves: a capital of this share of the distance is read with ease."""
EXAMPLE = "/examples/nodeport-from-the-internet/"
STEP = 12
TEXTS = (
    ("the sentence", "#say"),
    ("an address that changed, beside the picture", "#changed-body .end b"),
    ("its old value", "#changed-body s"),
    ("the rule", ".rules .hit code"),
    ("the step's number", ".count b"),
    ("an address on the envelope", ".picture .row.rewritten .address"),
    ("the name of a machine", ".picture .words .title"),
    ("the name of a pod", ".picture .words.pod .name"),
    ("the address of a pod", ".picture .words.pod .mono"),
    ("the name of a gate", ".picture .words .gate"),
    ("a device", ".picture .words .jack, .picture .words .wire"),
)
SIZE = """(one) => {
  const size = parseFloat(getComputedStyle(one).fontSize);
  const own = one.offsetHeight ? one.getBoundingClientRect().height / one.offsetHeight : 1;
  return size * own;
}"""


def measure(url: str) -> list[tuple[str, float]]:
    """Each text and its size in pixels as it stands on the screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
        page.goto(url + EXAMPLE)
        page.locator("#steps [aria-current=step]").wait_for(state="attached")
        page.keyboard.press("p")
        for _ in range(STEP - 1):
            page.keyboard.press("PageDown")
        page.wait_for_timeout(1500)
        found = [(name, size_of(page, selector)) for name, selector in TEXTS]
        browser.close()
    return found


def size_of(page: Page, selector: str) -> float:
    return float(page.locator(selector).locator("visible=true").first.evaluate(SIZE))


def main(url: str) -> None:
    print(f"| Text | size, px | capital, % of the height | limit, on {SCREEN} m | with ease |")
    print("| --- | --- | --- | --- | --- |")
    for name, size in measure(url):
        share = size * CAPITAL / HEIGHT
        easy = share * SCREEN / COMFORT
        print(f"| {name} | {size:.0f} | {100 * share:.1f} | {2 * easy:.0f} m | {easy:.0f} m |")


if __name__ == "__main__":
    main(sys.argv[1])
