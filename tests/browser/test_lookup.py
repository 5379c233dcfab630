"""A connection by name: its lookup is folded on the timeline and can be skipped; policies that drop are on the picture."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shop import MANIFESTS, at, current, paste, send, step_count

DENY = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-all}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
WEB = "web.default:80"


def lookup(page: Page):
    return page.get_by_role("button", name="Name lookup")


def arch(page: Page, name: str):
    return page.get_by_role("region", name="Network graph").get_by_role("button", name=f"Service {name}")


@pytest.fixture
def named(page: Page) -> Page:
    paste(page)
    send(page, target=WEB)
    return page


def test_a_lookup_is_one_block_that_a_click_unfolds_and_folds(named: Page) -> None:
    assert at(named) == 1
    expect(lookup(named)).to_have_attribute("aria-expanded", "false")
    folded = named.locator("#legs .dots i").count()
    assert folded < step_count(named)
    lookup(named).click()
    expect(lookup(named)).to_have_attribute("aria-expanded", "true")
    assert named.locator("#legs .dots i").count() == step_count(named)
    named.keyboard.press("Enter")
    expect(lookup(named)).to_have_attribute("aria-expanded", "false")
    assert named.locator("#legs .dots i").count() == folded


def test_arrows_walk_every_step_of_a_folded_lookup(named: Page) -> None:
    for step in (2, 3, 4):
        named.keyboard.press("ArrowRight")
        assert at(named) == step
    expect(current(named)).to_have_attribute("data-at", "3")


def test_a_button_skips_the_lookup_and_goes_with_it(named: Page) -> None:
    skip = named.get_by_role("button", name="Skip to the connection")
    skip.click()
    expect(skip).to_be_hidden()
    expect(current(named)).to_have_attribute("data-title", "Request · SYN")


def test_keys_go_from_phase_to_phase(named: Page) -> None:
    named.keyboard.press("s")
    connection = at(named)
    expect(current(named)).to_have_attribute("data-title", "Request · SYN")
    named.keyboard.press("Shift+ArrowRight")
    assert at(named) > connection
    named.keyboard.press("Shift+ArrowLeft")
    assert at(named) == connection
    named.keyboard.press("Shift+ArrowLeft")
    assert at(named) == 1


def test_no_label_of_the_timeline_is_cut(named: Page) -> None:
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"
    assert named.locator("#legs .label").evaluate_all(cut) == []


def test_the_service_that_acts_now_stands_at_the_gate(named: Page) -> None:
    expect(arch(named, "kube-system/kube-dns").first).to_be_visible()
    expect(arch(named, "default/web").first).to_be_hidden()
    named.keyboard.press("s")
    expect(arch(named, "default/web").first).to_be_visible()
    expect(arch(named, "kube-system/kube-dns").first).to_be_hidden()


def test_what_is_assumed_is_drawn_only_where_a_trace_comes_to_it(page: Page) -> None:
    paste(page)
    picture = page.get_by_role("region", name="Network graph")
    expect(picture.get_by_role("button", name="Pod default/web")).to_be_visible()
    expect(picture.get_by_role("button", name="coredns")).to_have_count(0)
    page.get_by_role("combobox", name="To", exact=True).fill("kube")
    expect(page.get_by_role("option", name="kube-dns")).to_have_count(0)
    send(page, target=WEB)
    expect(picture.get_by_role("button", name="Pod kube-system/coredns")).to_be_visible()


def test_questions_and_answers_stand_on_the_envelope(named: Page) -> None:
    says = named.locator("#picture .says")
    expect(says).to_have_text("A? web.default.default.svc.cluster.local")
    for _ in range(step_count(named)):
        if "NXDOMAIN" in says.inner_text():
            break
        named.keyboard.press("ArrowRight")
    expect(says).to_contain_text("→ NXDOMAIN")


def test_a_policy_that_drops_signs_the_gate_and_fences_its_pod(page: Page) -> None:
    paste(page, MANIFESTS + DENY)
    send(page, target="web.default:80")
    page.keyboard.press("End")
    expect(page.locator("#picture .ending.policy")).to_have_text("deny-all")
    expect(page.get_by_role("button", name="Pod default/web, isolated by deny-all")).to_be_visible()


def test_the_projector_shows_the_whole_picture_and_no_bar(named: Page) -> None:
    named.get_by_role("button", name="Send packet").focus()
    named.keyboard.press("p")
    expect(named.locator("#changed h2")).to_be_in_viewport(ratio=1)
    expect(named.locator(".bar")).not_to_be_in_viewport()
    frame = named.locator("#picture").bounding_box()
    assert frame
    jacks = [jack.bounding_box() for jack in named.locator("#picture .words:has(.wire)").all()]
    assert jacks
    for jack in jacks:
        assert jack
        assert frame["y"] <= jack["y"] < frame["y"] + frame["height"] - jack["height"]
