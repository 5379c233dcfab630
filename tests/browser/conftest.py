"""A live server and a Chromium. What a page writes to its console fails the test."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.browser import CHROMIUM, HOW_TO

REPOSITORY = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KEPT = "cookies,local_storage,indexeddb,service_workers,cache_storage"
"""What a site can keep in a browser."""
SETTINGS = {"NETVIZ_WORKERS": "1", "NETVIZ_EMBED_ANCESTORS": "http://wiki.localhost:*"}
SERVE = "import sys; from netviz.serve import serve; serve(port=int(sys.argv[1]), data_dir=sys.argv[2])"


expect.set_options(timeout=20_000)
"""So long a page may take on a machine that has other work; what fails, fails all the same."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class Server:
    """`netviz serve` in a process of its own, on a port that stays the same when it starts again."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [sys.executable, "-c", SERVE, str(self.port), str(self.data)]
        self.process = subprocess.Popen(words, cwd=REPOSITORY, env=os.environ | SETTINGS)
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/robots.txt", timeout=1):
                    return
            except (URLError, OSError):
                assert self.process.poll() is None, "the server ended while it started"
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("data"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file, and none after the last: while it is open, its event loop keeps asynchronous tests from running."""
    if CHROMIUM is None:
        pytest.skip(HOW_TO)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def viewport() -> dict[str, int]:
    """The window; a test file may have its own."""
    return {"width": 1440, "height": 900}


@pytest.fixture
def said() -> list[str]:
    """What a page may write to its console without failing the test; filled by the tests that expect it."""
    return []


@pytest.fixture(scope="module")
def visitors(browser: Browser, server: Server) -> Iterator[Callable[[dict[str, int]], BrowserContext]]:
    """One context for each window: it keeps the site's code, which never changes, from test to test."""
    known: dict[tuple[int, ...], BrowserContext] = {}

    def visitor(viewport: dict[str, int]) -> BrowserContext:
        size = tuple(viewport.values())
        if size not in known:
            known[size] = browser.new_context(viewport=viewport, base_url=server.url, reduced_motion="reduce")
        return known[size]

    yield visitor
    for context in known.values():
        context.close()


@pytest.fixture
def page(
    visitors: Callable[[dict[str, int]], BrowserContext], server: Server, viewport: dict[str, int], said: list[str]
) -> Iterator[Page]:
    """A page of a new visitor; its console must stay empty."""
    context = visitors(viewport)
    opened = context.new_page()
    context.new_cdp_session(opened).send("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": KEPT})
    heard: list[str] = []
    opened.on("console", lambda message: heard.append(message.text))
    opened.on("pageerror", lambda error: heard.append(str(error)))
    yield opened
    for one in context.pages:
        one.close()
    assert [text for text in heard if not any(known in text for known in said)] == []
