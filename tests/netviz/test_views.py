"""The pages: what they are given, and that they work as plain forms. How they look is the templates' business."""

import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from netviz.examples import gallery
from netviz.models import Workspace
from tests.netviz.fake_engine import POD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_engine", "plain_templates")]


@pytest.fixture
def plain_templates(settings):
    plain = Path(__file__).resolve().parent / "templates"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [plain]}]


def boot(response) -> dict:
    found = re.search(r'<script id="netviz-boot" type="application/json">(.*?)</script>', response.content.decode())
    return json.loads(found[1])


# Home


def test_home_shows_the_gallery(client):
    examples = client.get("/").context["examples"]
    assert [example["slug"] for example in examples] == [example.name for example in gallery()]
    assert all(example["title"] and example["summary"] and example["kind"] for example in examples)


def test_a_pasted_manifest_leads_to_its_workspace(client):
    response = client.post("/", {"text": POD.decode()})
    slug = Workspace.objects.get().slug
    assert (response.status_code, response["Location"]) == (303, f"/w/{slug}/")
    assert boot(client.get(response["Location"]))["editable"] is True


def test_chosen_files_lead_to_their_workspace(client):
    response = client.post("/", {"files": [SimpleUploadedFile("a.yaml", POD)], "text": ""}, follow=True)
    assert response.context["files"] == [{"path": "a.yaml", "lines": 4}]


def test_what_is_no_manifest_comes_back_with_its_problems_and_its_text(client):
    response = client.post("/", {"text": "something odd"})
    assert response.status_code == 400
    assert response.context["text"] == "something odd"
    assert response.context["error"].code == "no-objects"
    assert response.context["problems"][0]["message"] == "pasted.yaml is odd."
    assert not Workspace.objects.exists()


def test_an_empty_form_says_what_to_do(client):
    response = client.post("/", {"text": " "})
    assert (response.status_code, response.context["error"].code) == (400, "empty-upload")


def test_too_much_pasted_text_comes_back_with_the_setting(client, settings):
    settings.NETVIZ_MAX_UPLOAD_BYTES = 10
    response = client.post("/", {"text": POD.decode()})
    assert response.status_code == 413
    assert "NETVIZ_MAX_UPLOAD_BYTES" in response.context["error"].hint


def test_hostile_text_is_escaped(client):
    response = client.post("/", {"text": "odd </textarea><script>alert(1)</script>"})
    assert b"<script>alert" not in response.content


# A workspace


def test_the_page_knows_where_to_ask(client, made):
    slug = made["slug"]
    assert boot(client.get(f"/w/{slug}/")) == {
        "version": 1,
        "slug": slug,
        "wsPath": f"/ws/workspaces/{slug}/",
        "graphUrl": f"/api/v1/workspaces/{slug}/graph",
        "filesUrl": f"/api/v1/workspaces/{slug}/files/",
        "problemsUrl": f"/api/v1/workspaces/{slug}/problems",
        "traceUrl": f"/api/v1/workspaces/{slug}/trace",
        "workspaceUrl": f"/api/v1/workspaces/{slug}",
        "embedUrl": f"/e/{slug}/",
        "embedSites": [],
        "editable": True,
        "original": None,
        "originalUrl": None,
        "from": "",
        "to": "",
        "protocol": "TCP",
        "protocols": ["TCP", "UDP", "SCTP", "ICMP"],
        "seed": 0,
        "example": None,
    }


def test_a_question_in_the_address_is_filled_in(client, made):
    found = boot(client.get(f"/w/{made['slug']}/?from=default/client&to=web:80&protocol=UDP&seed=3"))
    assert (found["from"], found["to"], found["protocol"], found["seed"]) == ("default/client", "web:80", "UDP", 3)


@pytest.mark.parametrize("seed", ["x", "-1", "²", "9" * 400])
def test_a_seed_that_is_none_is_left_out(client, made, seed):
    assert boot(client.get(f"/w/{made['slug']}/", {"seed": seed}))["seed"] == 0


def test_hostile_questions_stay_data(client, made):
    response = client.get(f"/w/{made['slug']}/", {"from": "</script><script>alert(1)</script>"})
    assert b"<script>alert" not in response.content


def test_another_browser_may_not_edit(client, made):
    client.cookies.clear()
    assert boot(client.get(f"/w/{made['slug']}/"))["editable"] is False


def test_an_unknown_workspace_is_a_page_in_words(client):
    response = client.get("/w/not-there/")
    assert response.status_code == 404
    assert b"There is no workspace at this address." in response.content


def test_an_unknown_address_is_a_page_in_words(client):
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert b"There is nothing at this address." in response.content


# Examples


@pytest.mark.parametrize("example", gallery(), ids=lambda example: example.name)
def test_an_example_opens_with_its_question(client, example):
    response = client.get(f"/examples/{example.name}/", follow=True)
    found = boot(response)
    assert (found["from"], found["to"], found["protocol"]) == (example.source, example.target, example.protocol)
    assert found["example"]["notice"]
    assert found["editable"] is False


def test_everybody_shares_an_example(client):
    for _ in range(2):
        client.get("/examples/shop/", follow=True)
        client.cookies.clear()
    assert Workspace.objects.count() == 1


def test_the_address_of_an_example_works_by_itself(client):
    slug = gallery()[0].slug
    assert client.get(f"/w/{slug}/").status_code == 200


def test_a_copy_of_an_example_may_be_changed(client):
    response = client.post("/examples/shop/", follow=True)
    found = boot(response)
    assert found["editable"] is True
    assert found["to"] == "cartservice:7070"


def test_an_unknown_example_is_not_found(client):
    assert client.get("/examples/nothing/").status_code == 404
