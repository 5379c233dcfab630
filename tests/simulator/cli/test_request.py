"""netviz request, from the command line."""

from pathlib import Path

import pytest

from tests.simulator.cli.conftest import Netviz

SHOP = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door}
spec:
  gatewayClassName: any
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: shop.example}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  parentRefs: [{name: door}]
  rules:
  - matches: [{path: {value: /api}}]
    backendRefs: [{name: gone, port: 80}]
  - backendRefs:
    - {name: web, port: 80, weight: 3}
    - {name: next, port: 80, weight: 1}
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: next}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web-0, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    return path


def test_the_decision_is_told_hop_by_hop_with_file_and_line(netviz: Netviz, shop: Path) -> None:
    ran = netviz("request", shop, "--url", "http://shop.example/api/x")
    assert ran.status == 0
    assert "HTTPRoute default/shop, rule 1 matches." in ran.out
    assert f"from {shop}:14" in ran.out
    assert "There is no Service default/gone (BackendNotFound)." in ran.out
    assert ran.out.splitlines()[-2].startswith("500 from Gateway default/door")


def test_json_has_what_the_backend_sees(netviz: Netviz, shop: Path) -> None:
    ran = netviz("request", shop, "--url", "http://shop.example/cart?x=1", "--header", "X-A:b", "--format", "json")
    assert ran.json["status"] == 200
    assert ran.json["weights"] == {"default/web": 0.75, "default/next": 0.25}
    assert ran.json["pod"] == "default/web-0"
    seen = ran.json["seen_by_backend"]
    assert (seen["path"], seen["query"], seen["host"], seen["headers"]["X-A"]) == ("/cart", "x=1", "shop.example", "b")
    assert [one["rule"] for one in ran.json["considered"]] == ["HTTPRoute default/shop, rule 1"]


def test_every_branch_has_its_probability(netviz: Netviz, shop: Path) -> None:
    ran = netviz("request", shop, "--url", "http://shop.example/", "--branches", "all", "--format", "json")
    assert [(b["probability"], b["answer"]["backend"]) for b in ran.json["branches"]] == [
        (0.75, "default/web"),
        (0.25, "default/next"),
    ]


@pytest.mark.parametrize(
    ("url", "expected", "status"),
    [
        ("http://shop.example/", "200", 0),
        ("http://shop.example/", "404", 1),
        ("http://other.example/", "404", 0),
        ("http://shop.example:81/", "rejected", 0),
    ],
)
def test_an_expectation_decides_the_exit_status(
    netviz: Netviz, shop: Path, url: str, expected: str, status: int
) -> None:
    assert netviz("request", shop, "--url", url, "--via", "gateway/default/door", "--expect", expected).status == status


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--url", "shop.example"), "can't be asked"),
        (("--url", "http://x/", "--via", "gateway/default/dor"), "Did you mean default/door?"),
        (("--url", "http://x/", "--via", "ingress"), "There is no Ingress"),
        (("--url", "http://x/", "--via", "window"), "no way in"),
        (("--url", "http://x/", "--header", "novalue"), "NAME:VALUE"),
        (("--url", "http://x/", "--controller-config", "novalue"), "KEY=VALUE"),
    ],
)
def test_a_question_that_cannot_be_asked_is_exit_2(
    netviz: Netviz, shop: Path, words: tuple[str, ...], said: str
) -> None:
    ran = netviz("request", shop, *words)
    assert ran.status == 2
    assert said in ran.err


def test_names_in_manifests_cannot_steer_a_terminal(netviz: Netviz, shop: Path) -> None:
    ran = netviz("request", shop, "--url", "http://shop.example/\x1b[31m")
    assert "\x1b" not in ran.out
