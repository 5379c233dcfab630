"""Taking a trace away: a link for somebody else, a frame in a wiki, a file that plays without a server, a drawing."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from netviz.bundle import NoBundle, player
from tests.browser.shop import MANIFESTS, THREE_WEBS, WEB, paste, send, step_count


def view(page: Page) -> str:
    """How the picture lies in its frame."""
    return page.locator(".picture-paper").evaluate("e => e.style.transform")


def test_a_link_brings_back_packet_step_and_view_to_somebody_else(page: Page, browser: Browser) -> None:
    paste(page, THREE_WEBS)
    send(page, target=WEB)
    page.get_by_role("slider", name="Step").fill("7")
    page.get_by_text("How it works").click()
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Commands").click()
    page.get_by_role("button", name="Share", exact=True).click()
    link = page.get_by_role("textbox", name="Link").input_value()
    assert link == page.url
    said, looked = page.locator("#say").inner_text(), view(page)

    context = browser.new_context(viewport=page.viewport_size, reduced_motion="reduce")
    other = context.new_page()
    other.goto(link)
    expect(other.locator("#count")).to_have_text("7", timeout=20_000)
    expect(other.locator("#say")).to_have_text(said)
    expect(other.locator("details.more")).to_have_attribute("open", "")
    expect(other.get_by_role("region", name="Commands")).to_be_in_viewport()
    expect(other).to_have_url(link)
    assert view(other) == looked
    assert context.cookies(link) == []
    context.close()


def test_the_share_sheet_has_code_frame_and_files(page: Page) -> None:
    paste(page)
    send(page)
    page.get_by_role("button", name="Share", exact=True).click()
    sheet = page.get_by_role("dialog", name="Share")
    assert (
        sheet.get_by_role("img", name="The link as a QR code").evaluate("e => e.decode().then(() => e.naturalWidth)")
        > 80
    )
    assert "/e/" in sheet.get_by_role("textbox", name="In a page of yours").input_value()
    for name in ("Replay", "Report", "Capture", "Diagram", "Data"):
        expect(sheet.get_by_role("link", name=name)).to_be_visible()
    with page.expect_download() as told:
        sheet.get_by_role("link", name="Capture").click()
    assert told.value.suggested_filename == "netviz-trace.pcapng"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_focused()


def test_a_drawing_is_an_svg_that_any_program_reads(page: Page, tmp_path: Path) -> None:
    paste(page, MANIFESTS)
    send(page)
    page.get_by_role("button", name="Share", exact=True).click()
    files = {}
    for kind in ("SVG", "PNG"):
        with page.expect_download() as told:
            page.get_by_role("button", name=kind).click()
        files[kind] = tmp_path / told.value.suggested_filename
        told.value.save_as(files[kind])
    drawing = ET.parse(files["SVG"]).getroot()
    words = [" ".join(text.itertext()) for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert any(word.startswith("default/client to web:80: ") for word in words)
    assert {"client", "web", "PREROUTING"} <= set(words)
    assert {element.tag.partition("}")[2] for element in drawing.iter()}.isdisjoint(
        {"script", "foreignObject", "image", "a"}
    )
    assert files["PNG"].read_bytes().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def sites() -> Iterator[int]:
    """Pages of other sites, each a frame with the address of its query; by any name of this machine, on one port."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = unquote(self.path.partition("?")[2])
            html = f'<!doctype html><title>A page</title><iframe src="{escape(address)}" width="900" height="600"></iframe>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            """Nothing to tell."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=running.serve_forever, daemon=True).start()
    yield running.server_port
    running.shutdown()
    running.server_close()


def show_in(page: Page, site: str, port: int, address: str) -> FrameLocator:
    page.goto(f"http://{site}:{port}/?{quote(address.replace('/w/', '/e/'))}")
    return page.frame_locator("iframe")


def test_a_wiki_that_may_shows_the_trace_in_a_frame(page: Page, sites: int, said: list[str]) -> None:
    said.append("favicon")
    paste(page)
    send(page)
    page.get_by_role("slider", name="Step").fill("3")
    expect(page).to_have_url(re.compile("#step=3$"))
    frame = show_in(page, "wiki.localhost", sites, page.url)
    expect(frame.get_by_role("heading", name="default/client to web:80")).to_be_visible()
    expect(frame.locator("#count")).to_have_text("3")
    before = frame.locator("#say").inner_text()
    frame.get_by_role("button", name="Next step").click()
    expect(frame.locator("#say")).not_to_have_text(before)
    frame.get_by_role("button", name="How to read it").click()
    expect(frame.get_by_role("dialog", name="How to read it")).to_contain_text("Envelope in an envelope")
    expect(frame.get_by_role("button", name="Send packet")).to_have_count(0)
    expect(frame.get_by_role("textbox")).to_have_count(0)


def test_any_other_site_is_refused(page: Page, sites: int, said: list[str]) -> None:
    said += ["frame-ancestors", "favicon"]
    paste(page)
    send(page)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    frame = show_in(page, "elsewhere.localhost", sites, page.url)
    expect(frame.get_by_role("heading")).to_have_count(0)
    assert any("frame-ancestors" in text for text in heard)


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trace as one file, by the command line."""
    try:
        player()
    except NoBundle as missing:
        pytest.skip(missing.hint)
    folder = tmp_path_factory.mktemp("replay")
    (folder / "shop.yaml").write_text(MANIFESTS)
    ask = ["--from", "default/client", "--to", "web:80", "--format", "html", "--output", str(folder / "replay.html")]
    subprocess.run([sys.executable, "-m", "simulator.cli", "trace", str(folder / "shop.yaml"), *ask], check=True)
    return folder / "replay.html"


def test_a_file_plays_the_trace_without_a_network(browser: Browser, replay: Path) -> None:
    assert replay.stat().st_size < 2_000_000
    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True, reduced_motion="reduce")
    page = context.new_page()
    heard: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(replay.as_uri())
    expect(page.get_by_role("heading", name="default/client to web:80")).to_be_visible()
    count = step_count(page)
    assert count > 20
    page.get_by_role("button", name="First step").focus()
    for number in range(2, 7):
        page.keyboard.press("ArrowRight")
        expect(page.locator("#count")).to_have_text(str(number))
    page.keyboard.press("End")
    expect(page.locator("#count")).to_have_text(str(count))
    page.get_by_role("button", name="How to read it").click()
    legend = page.get_by_role("dialog", name="How to read it")
    expect(legend).to_contain_text("Every place where the kernel decides is a gate")
    expect(legend.get_by_role("link")).to_have_count(0)
    page.keyboard.press("?")
    expect(legend).to_be_hidden()
    expect(page.get_by_role("button", name="web", exact=False).first).to_be_attached()
    page.get_by_role("list", name="Steps").get_by_text("DNAT").last.click()
    expect(page.get_by_role("region", name="Packet headers").locator(".chg s").first).to_be_visible()
    expect(page.get_by_role("region", name="Manifest").locator("[aria-current]")).to_be_visible()
    assert [url for url in asked if not url.startswith("data:")] == [replay.as_uri()]
    assert heard == []
    context.close()
