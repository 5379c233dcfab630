"""Takes the pictures in docs/pictures from the running site: a tour of its pages, on a laptop, a projector and a phone.

Serves a fresh site on a free port, without any data of yours, and looks at it with the machine's Chromium.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.browser import CHROMIUM, HOW_TO

REPOSITORY = Path(__file__).resolve().parent.parent
PICTURES = REPOSITORY / "docs" / "pictures"
EXAMPLES = REPOSITORY / "netviz" / "examples"
PATIENCE_SECONDS = 60
LAPTOP, PROJECTOR, PHONE = (1366, 768), (1920, 1080), (390, 844)
POLICY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart-only}
spec:
  podSelector: {matchLabels: {app: cartservice}}
  policyTypes: [Ingress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: checkout}}}]
"""
"""Lets a pod in that there is not: its label is checkoutservice."""


def main() -> None:
    if CHROMIUM is None:
        sys.exit(f"This {HOW_TO}.")
    wanted = sys.argv[1:] or list(TOUR)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name in wanted:
            take(browser, site, name)
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


def take(browser: Browser, site: str, name: str) -> None:
    """One picture of the tour."""
    (width, height), theme, visit = TOUR[name]
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce", base_url=site)
    page.add_init_script(f"localStorage.setItem('netviz.theme', '{theme}')")
    visit(page)
    page.wait_for_timeout(1200)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    print(path.relative_to(REPOSITORY))
    page.close()


def example(page: Page, name: str, flow: tuple[str, str], telling: str, setting: str = "", more: str = "") -> None:
    """A workspace of an example's manifests, at the first step whose narration has these words."""
    ask(page, upload(page, (EXAMPLES / f"{name}.yaml").read_text() + more, setting), *flow)
    seek(page, telling)


def upload(page: Page, text: str, setting: str = "") -> str:
    """The address of a workspace of its own."""
    form = {"text": text} | ({"set": setting} if setting else {})
    answer = page.request.post("/api/v1/workspaces", multipart=form)
    return str(answer.json()["url"])


def ask(page: Page, workspace: str, source: str, target: str) -> None:
    page.goto(f"{workspace}?{urlencode({'from': source, 'to': target})}", wait_until="networkidle")
    page.get_by_role("list", name="Steps").get_by_role("listitem").first.wait_for(state="attached")


def seek(page: Page, telling: str) -> None:
    steps = page.get_by_role("list", name="Steps")
    page.locator("body").press("Home")
    for _ in range(steps.get_by_role("listitem").count()):
        if telling in (steps.locator("[aria-current=step]").text_content() or ""):
            return
        page.locator("body").press("ArrowRight")
    sys.exit(f'No step says "{telling}"')


NODEPORT = ("nodeport-from-the-internet", ("internet", "node-a:30080"))
NOBODY = ("service-that-selects-nothing", ("default/client", "demoservice:80"))
SHOP = ("shop", ("default/checkoutservice", "cartservice:7070"))


def _home(page: Page) -> None:
    page.goto("/", wait_until="networkidle")


def _nat(page: Page) -> None:
    example(page, *NODEPORT, "is replaced by")


def _vxlan(page: Page) -> None:
    example(page, *NODEPORT, "is put into another one", setting="overlay=vxlan")


def _refused(page: Page) -> None:
    example(page, *NOBODY, "refuses the packet")


def _policy(page: Page) -> None:
    example(page, *SHOP, "A rule drops", more=POLICY)


def _matrix(page: Page) -> None:
    example(page, *SHOP, "", more=POLICY)
    page.locator("body").press("m")
    page.get_by_role("table").first.wait_for()


def _what_if(page: Page) -> None:
    example(page, *SHOP, "", more=POLICY)
    page.locator("body").press("e")
    text = page.get_by_role("textbox", name="Manifest editor: pasted.yaml")
    text.focus()
    page.keyboard.press("Control+f")
    page.keyboard.type("checkout}")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.type("checkoutservice}")
    page.get_by_text("Now: delivered").wait_for()


def _projector(page: Page) -> None:
    _nat(page)
    page.locator("body").press("p")


def _lab(page: Page) -> None:
    page.goto("/labs/08-where-the-clusterip-lives/", wait_until="networkidle")
    page.get_by_text("The packet waits").wait_for()


def _labs(page: Page) -> None:
    page.goto("/labs/", wait_until="networkidle")


TOUR: dict[str, tuple[tuple[int, int], str, Callable[[Page], None]]] = {
    "home": (LAPTOP, "light", _home),
    "home-dark": (LAPTOP, "dark", _home),
    "nat": (LAPTOP, "light", _nat),
    "nat-dark": (LAPTOP, "dark", _nat),
    "vxlan": (LAPTOP, "light", _vxlan),
    "refused": (LAPTOP, "light", _refused),
    "policy": (LAPTOP, "light", _policy),
    "matrix": (LAPTOP, "light", _matrix),
    "what-if": (LAPTOP, "light", _what_if),
    "lab": (LAPTOP, "light", _lab),
    "labs": (LAPTOP, "light", _labs),
    "projector": (PROJECTOR, "light", _projector),
    "phone": (PHONE, "light", _nat),
}
"""The pictures by name: how large, in which theme, and what is done before the shutter."""


if __name__ == "__main__":
    main()
