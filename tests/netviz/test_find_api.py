"""The find box over HTTP."""

import pytest
from django.test import Client

from tests.netviz.test_analysis_api import API, SHOP


@pytest.fixture
def address(client: Client, real_engine: None) -> str:
    made = client.post(API, SHOP, content_type="text/yaml").json()
    return f"{API}/{made['slug']}/find"


def test_what_is_typed_is_answered_by_kind(client: Client, address: str) -> None:
    groups = client.get(address, {"q": "web"}).json()["groups"]
    assert [group["title"] for group in groups][:2] == ["Services", "Pods"]
    assert groups[1]["found"][0]["id"] == "pod:shop/web-0"


def test_filters_narrow_and_most_cuts(client: Client, address: str) -> None:
    groups = client.get(address, {"q": "", "namespace": "shop", "kind": "Pod", "most": "1"}).json()["groups"]
    assert [(group["title"], group["total"], len(group["found"])) for group in groups] == [("Pods", 3, 1)]


def test_a_file_is_no_question(client: Client, address: str) -> None:
    answer = client.get(address, {"q": "x" * 400})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-question")
