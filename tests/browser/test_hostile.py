"""Bad input is still a good page: it says what is there, keeps its shape, and writes nothing to the console."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import paste, send

LONG = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 61])
"""As long as a name may be: 253 characters."""
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  labels: {{app: web}}
  annotations: {{note: "{note}"}}
spec:
  containers:
{containers}
---
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""
HEBREW, EMOJI = "\u05e9\u05dc\u05d5\u05dd \u202eevil", "\U0001f433\U0001f468\u200d\U0001f4bb"


def pod(name: str, note: str = "", containers: int = 1) -> str:
    each = "".join(
        f"    - {{name: c{number:03}, image: nginx, ports: [{{containerPort: {8080 + number}}}]}}\n"
        for number in range(containers)
    )
    return POD.format(name=name, note=note, containers=each)


CLIENT = pod("client").replace("app: web", "app: client")
INPUTS = {
    "names of 253 characters": CLIENT + pod(LONG) + SERVICE,
    "right to left, and emoji": CLIENT + pod("web", f"{HEBREW} {EMOJI}") + f"# {HEBREW} {EMOJI}\n" + SERVICE,
    "500 containers in a pod": CLIENT + pod("web", containers=500) + SERVICE,
}


@pytest.fixture
def viewport() -> dict[str, int]:
    return {"width": 1366, "height": 768}


def keeps_its_shape(page: Page) -> None:
    """Nothing scrolls sideways, the picture and the panel stand where they always do."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture = page.get_by_role("region", name="Network graph").bounding_box()
    panel = page.locator("aside.side").bounding_box()
    assert picture is not None
    assert panel is not None
    assert picture["width"] >= 900
    assert picture["x"] + picture["width"] <= panel["x"] + 1


@pytest.mark.parametrize("name", INPUTS)
def test_a_packet_arrives_all_the_same(page: Page, name: str) -> None:
    paste(page, INPUTS[name])
    send(page)
    keeps_its_shape(page)
    page.get_by_role("button", name="Last step").click()
    expect(page.get_by_role("list", name="Steps").locator("[aria-current=step]")).to_contain_text("delivered")
    keeps_its_shape(page)
    wide = """() => [...document.querySelectorAll('.side section, .side .say, .panels li')]
      .filter((one) => one.offsetParent && one.getBoundingClientRect().right > innerWidth + 1).length"""
    assert page.evaluate(wide) == 0


def test_nothing_at_all_is_refused_with_words(page: Page, said: list[str]) -> None:
    said.append("400")
    page.goto("/")
    page.get_by_role("button", name="Visualize").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("button", name="Visualize")).to_be_enabled()


def test_a_cluster_without_a_pod_is_drawn_and_explained(page: Page) -> None:
    """Only a namespace: nodes are assumed, and there is nobody to ask."""
    paste(page, "apiVersion: v1\nkind: Namespace\nmetadata: {name: empty}\n")
    expect(page.locator("html[data-ready]")).to_be_attached()
    keeps_its_shape(page)
    page.locator("body").press("m")
    expect(page.get_by_text("There are no workloads, so there is nobody to connect.")).to_be_visible()


def test_a_node_that_takes_nobody_leaves_its_pods_waiting(page: Page) -> None:
    """No node is ready for the pod: it stands on no node, and the page says so."""
    node = (
        "apiVersion: v1\nkind: Node\nmetadata: {name: closed}\nspec: {unschedulable: true, podCIDR: 10.244.1.0/24}\n"
        "status: {addresses: [{type: InternalIP, address: 192.168.56.11}]}\n---\n"
    )
    paste(page, node + CLIENT + SERVICE)
    expect(page.locator("html[data-ready]")).to_be_attached()
    keeps_its_shape(page)
    expect(page.get_by_role("button", name="On no node: 1 pod")).to_be_attached()
