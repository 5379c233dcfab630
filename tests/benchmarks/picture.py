"""What the picture costs in Chromium without a GPU, against a naive Cytoscape page of the same shapes, in one run.

Needs Chromium and the browser's packages (`npm ci`). Frames are times between two frames while the picture is panned
by hand, or while the packet moves; `first_picture_ms` is from the graph's last byte to the first words on the picture.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import quantiles
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.benchmarks.cluster_size import manifests
from tests.browser.conftest import ARGUMENTS, CHROMIUM, REPOSITORY, Server

GOALS = {150: 17, 500: 33, 2000: 110}
CREATED = 5000
WARMING = 11
"""Frames that the page lets pass before it measures."""
PODS = 10_000
WINDOW = {"width": 1440, "height": 900}
HTML = "<!doctype html><main class=pic style='position:fixed;inset:56px 400px 128px 0'><div id=picture></div></main>"
WATCH = """
new MutationObserver((_, me) => {
  if (!document.querySelector('.picture .words')) return;
  me.disconnect();
  requestAnimationFrame(() => performance.mark('drawn'));
}).observe(document, { childList: true, subtree: true });
"""
FIRST = """() => {
  const graph = performance.getEntriesByType('resource').find(({ name }) => /\\/graph\\b/.test(name));
  const drawn = performance.getEntriesByName('drawn')[0];
  return { picture: drawn.startTime - graph.responseEnd, answer: graph.duration, bytes: graph.encodedBodySize };
}"""


def bundle(folder: Path) -> Path:
    """The page's script, made as the site's are."""
    made = folder / "picture.js"
    tool = REPOSITORY / "node_modules" / ".bin" / "esbuild"
    source = REPOSITORY / "tests" / "benchmarks" / "_picture.ts"
    words = [tool, source, "--bundle", "--minify", "--target=es2022", f"--outfile={made}", "--log-level=warning"]
    subprocess.run(words, check=True, cwd=REPOSITORY)
    return made


def opened(browser: Browser, script: Path) -> Page:
    page = browser.new_page(viewport=WINDOW)
    page.set_content(HTML)
    css = REPOSITORY / "static" / "css"
    for path in (css / "tokens.css", css / "app.css", *sorted((css / "picture").glob("*.css"))):
        page.add_style_tag(content=path.read_text())
    page.add_style_tag(
        content=".pic, #picture { display: block; width: 100%; height: 100%; } .pic { max-width: 1040px }"
    )
    page.add_script_tag(path=script)
    return page


def used() -> float:
    """Milliseconds of processor time that all our descendants have used: Chromium's processes, whatever else runs."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)], ticks[int(entry.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    ours = {os.getpid()}
    while found := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= found
    return sum(ticks.get(pid, 0) for pid in ours - {os.getpid()}) * 1000 / os.sysconf("SC_CLK_TCK")


def frames(page: Page, what: str, count: int) -> dict[str, float]:
    """`ms` between two frames (the lower quartile: other work on the machine only makes one longer), `cpu` of one."""
    before = used()
    found = page.evaluate(f"(count) => {what}(count)", count)
    return {"ms": round(quantiles(found, n=4)[0], 1), "cpu": round((used() - before) / (count + WARMING), 1)}


def of_size(browser: Browser, script: Path, shapes: int) -> dict[str, Any]:
    """Both pages with so many shapes, one after the other."""
    page = opened(browser, script)
    page.evaluate("(shapes) => prepare(shapes)", shapes)
    before = used()
    made = page.evaluate("() => ours()")
    spent = used() - before
    found: dict[str, Any] = {
        "shapes": made["shapes"],
        "create_ms": round(made["created"]),
        "create_cpu": round(spent),
    }
    found |= {"pan": frames(page, "pan", 30), "packet": frames(page, "packet", 30)}
    if shapes in GOALS:
        naive = page.evaluate("() => theirs()")
        found |= {"goal_ms": GOALS[shapes], "naive_create_ms": round(naive["created"])}
        found |= {"naive_pan": frames(page, "naivePan", 10), "naive_packet": frames(page, "naivePacket", 10)}
        found["naive_against_ours"] = round(found["naive_pan"]["cpu"] / max(1, found["pan"]["cpu"]), 1)
    page.close()
    print(json.dumps(found), file=sys.stderr)
    return found


def first_picture(browser: Browser, folder: Path) -> dict[str, Any]:
    """Ten thousand pods, from the upload to the picture."""
    server = Server(folder)
    server.start()
    try:
        context = browser.new_context(viewport=WINDOW, base_url=server.url)
        body = manifests(PODS).decode()
        made = context.request.post("/api/v1/workspaces", data=body, headers={"content-type": "text/yaml"}).json()
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"/w/{made['slug']}/")
        page.locator(".picture .words").first.wait_for(state="attached")
        page.wait_for_timeout(500)
        found = page.evaluate(FIRST)
        shapes = page.locator(".picture .words").count()
        context.close()
    finally:
        server.stop()
    return {
        "pods": PODS,
        "answer_ms": round(found["answer"]),
        "answer_bytes": found["bytes"],
        "first_picture_ms": round(found["picture"]),
        "labels": shapes,
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        script = bundle(Path(name))
        first = first_picture(browser, Path(name) / "data")
        print(json.dumps(first), file=sys.stderr)
        sizes = [of_size(browser, script, shapes) for shapes in (*GOALS, CREATED)]
        browser.close()
    print(json.dumps({"benchmark": "picture", "sizes": sizes, "first": first}))


if __name__ == "__main__":
    main()
