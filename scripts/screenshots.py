"""Takes the pictures in docs/pictures from the running site: the two pages, on a laptop and on a projector.

Serves a fresh site on a free port, without any data of yours, and looks at it with the machine's Chromium.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
PICTURES = REPOSITORY / "docs" / "pictures"
EXAMPLE = "nodeport-from-the-internet"
TELLING = "is replaced by"
"""Words of the narration at which the workspace is shown: an address is being translated."""
PATIENCE_SECONDS = 60
VIEWS = {
    "laptop-light": (1366, 768, "light"),
    "laptop-dark": (1366, 768, "dark"),
    "projector": (1920, 1080, "projector"),
}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    chromium = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    if chromium is None:
        sys.exit("No Chromium here. On Debian: apt install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for view in VIEWS:
            take(browser, site, view)
        browser.close()


@contextmanager
def served() -> Iterator[str]:
    """The address of a site of its own, as long as one looks at it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from simulator.cli import main; main()", "serve", "--port", str(port)]
        site = subprocess.Popen(command, env={**os.environ, "NETVIZ_DATA_DIR": folder}, cwd=REPOSITORY)
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            site.terminate()
            site.wait()


def wait_for(address: str) -> None:
    end = monotonic() + PATIENCE_SECONDS
    while monotonic() < end:
        try:
            urlopen(address).close()  # noqa: S310  our own address
            return
        except URLError:
            sleep(0.2)
    sys.exit(f"The site did not answer at {address}")


def take(browser: Browser, site: str, view: str) -> None:
    """Both pages in one view."""
    width, height, theme = VIEWS[view]
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    chosen = "dark" if theme == "dark" else "light"
    page.add_init_script(f"localStorage.setItem('netviz.theme', '{chosen}')")
    page.goto(f"{site}/", wait_until="networkidle")
    shoot(page, f"home-{view}", theme)
    page.goto(f"{site}/examples/{EXAMPLE}/", wait_until="networkidle")
    page.get_by_role("button", name="Send packet").click()
    seek(page)
    shoot(page, f"workspace-{view}", theme)
    page.close()


def seek(page: Page) -> None:
    """To the first step that translates an address."""
    steps = page.get_by_role("list", name="Steps")
    steps.get_by_role("listitem").first.wait_for()
    page.get_by_role("button", name="First step").click()
    for _ in range(steps.get_by_role("listitem").count()):
        if TELLING in steps.locator("[aria-current=step]").inner_text():
            return
        page.get_by_role("button", name="Next step").click()


def shoot(page: Page, name: str, theme: str) -> None:
    if theme == "projector":
        page.keyboard.press("p")
    page.wait_for_timeout(800)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    print(path.relative_to(REPOSITORY))


if __name__ == "__main__":
    main()
