"""Who reaches whom: the grid says it for all pairs, and a cell is traced."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import current, paste

CLUSTER = """\
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop, labels: {app: client}}
spec:
  containers: [{name: main, image: busybox}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: main, image: nginx, ports: [{containerPort: 8080}, {containerPort: 9090}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: stranger, namespace: other}
spec:
  containers: [{name: main, image: busybox}]
"""
POLICY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: own, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
    - from: [{podSelector: {}}]
      ports: [{port: 9090}]
"""
MANY = "---\n".join(
    f"apiVersion: v1\nkind: Pod\nmetadata: {{name: pod-{number:03}, namespace: ns-{number % 5}}}\n"
    "spec:\n  containers: [{name: main, image: busybox}]\n"
    for number in range(120)
)


def opened(page: Page):
    page.get_by_role("button", name="Who reaches whom").click()
    grid = page.get_by_role("grid", name="Who reaches whom")
    expect(grid.get_by_role("gridcell").first).to_be_visible()
    return grid


@pytest.fixture
def grid(page: Page):
    paste(page, CLUSTER + POLICY)
    return opened(page)


def cell(page: Page, name: str):
    return page.get_by_role("gridcell", name=name, exact=True)


def test_cells_say_it_in_words_and_by_shape(page: Page, grid) -> None:
    some = cell(page, "shop/client to shop/web: TCP 9090")
    expect(some).to_have_text("TCP 9090")
    expect(cell(page, "other/stranger to shop/web: none")).to_have_text("none")
    expect(cell(page, "shop/web to other/stranger: all ports")).to_have_text("all")
    expect(cell(page, "shop/web to shop/web: itself")).to_have_text("")
    shapes = {
        name: cell(page, name).locator("i").evaluate("e => getComputedStyle(e).background + getComputedStyle(e).height")
        for name in (
            "shop/client to shop/web: TCP 9090",
            "other/stranger to shop/web: none",
            "shop/web to outside: all ports",
        )
    }
    assert len(set(shapes.values())) == 3


def test_rows_and_columns_have_names(page: Page, grid) -> None:
    expect(grid.get_by_role("rowheader")).to_have_count(4)
    expect(grid.get_by_role("rowheader", name="other/stranger")).to_be_visible()
    expect(grid.get_by_role("columnheader", name="shop/web")).to_be_visible()
    expect(grid).to_have_attribute("aria-rowcount", "5")


def test_a_click_traces_the_pair_at_a_port_that_is_open(page: Page, grid) -> None:
    cell(page, "shop/client to shop/web: TCP 9090").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("combobox", name="From")).to_have_value("shop/client")
    expect(page.get_by_role("combobox", name="To", exact=True)).to_have_value("shop/web:9090")
    expect(current(page)).to_be_visible()
    expect(page.locator("#result")).to_have_class(re.compile("good"))


def test_what_is_closed_fails_when_it_is_traced(page: Page, grid) -> None:
    cell(page, "other/stranger to shop/web: none").click()
    expect(page.locator("#result h2")).to_contain_text("NetworkPolicy shop/own")


def test_a_probe_is_one_click(page: Page) -> None:
    probed = "ports: [{containerPort: 8080}, {containerPort: 9090}], livenessProbe: {httpGet: {port: 9090}}"
    ports = "ports: [{containerPort: 8080}, {containerPort: 9090}]"
    paste(page, CLUSTER.replace(ports, probed) + POLICY)
    opened(page)
    cell(page, "other/stranger to shop/web: none").hover()
    page.get_by_role("button", name="Does the kubelet's probe get through?").click()
    expect(page.get_by_role("combobox", name="From")).to_have_value(re.compile("^node-"))
    expect(page.get_by_role("combobox", name="To", exact=True)).to_have_value("shop/web:9090")
    expect(page.locator("#result")).to_have_class(re.compile("good"))


def test_by_keyboard_alone(page: Page) -> None:
    paste(page, CLUSTER + POLICY)
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.keyboard.press("m")
    grid = page.get_by_role("grid", name="Who reaches whom")
    expect(grid).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    here = grid.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{here}")).to_have_accessible_name("shop/client to shop/web: TCP 9090")
    expect(page.locator("#matrix-told")).to_contain_text("TCP to shop/web:9090")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="To", exact=True)).to_have_value("shop/web:9090")


def test_escape_closes_it_and_gives_the_focus_back(page: Page, grid) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Who reaches whom")).to_be_focused()


def test_it_is_filtered_by_namespace_and_name(page: Page, grid) -> None:
    page.get_by_label("Namespace").select_option("shop")
    expect(grid.get_by_role("rowheader")).to_have_count(3)
    page.get_by_label("Name", exact=True).fill("cli")
    expect(grid.get_by_role("rowheader", name="shop/client")).to_be_visible()
    expect(grid.get_by_role("rowheader")).to_have_count(2)
    page.get_by_label("of", exact=True).select_option("from")
    expect(grid.get_by_role("columnheader", name="other/stranger")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("nobody")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No workload has such a name.")).to_be_visible()


def test_without_a_policy_it_says_so(page: Page) -> None:
    paste(page, CLUSTER)
    opened(page)
    expect(page.get_by_text("No policy is in force: everybody reaches everybody.")).to_be_visible()


def test_without_workloads_it_says_so(page: Page) -> None:
    paste(page, "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n")
    page.get_by_role("button", name="Who reaches whom").click()
    expect(page.get_by_text("There are no workloads, so there is nobody to connect.")).to_be_visible()


def test_a_plugin_that_ignores_policies_is_told_after_the_setting_changes(page: Page, grid) -> None:
    page.keyboard.press("Escape")
    page.evaluate(
        """async () => {
            const body = new FormData();
            body.append("set", "policy=none");
            await fetch(JSON.parse(document.getElementById("netviz-boot").textContent).workspaceUrl, {method: "PUT", body});
        }"""
    )
    page.reload()
    opened(page)
    expect(page.get_by_text("Nothing enforces policies in this cluster")).to_be_visible()


def test_a_large_cluster_folds_and_draws_only_what_is_in_sight(page: Page) -> None:
    paste(page, MANY)
    grid = opened(page)
    expect(grid.get_by_role("rowheader", name="ns-0/pod-000 and 23 more")).to_be_visible()
    page.get_by_label("Fold those alike").uncheck()
    expect(grid).to_have_attribute("aria-rowcount", "122")
    expect(grid.get_by_role("rowheader", name="ns-0/pod-005")).to_be_visible()
    assert grid.get_by_role("gridcell").count() < 120 * 30
    grid.focus()
    page.keyboard.press("Control+End")
    expect(cell(page, "outside to outside: itself")).to_be_in_viewport()
    expect(grid.get_by_role("columnheader", name="ns-4/pod-119")).to_be_in_viewport()
    page.keyboard.press("Control+Home")
    expect(cell(page, "ns-0/pod-000 to ns-0/pod-000: itself")).to_be_in_viewport()
