"""The HTTP interface of classes: made of a workspace, read by the code, led by the token."""

import json

import pytest

from netviz.classroom.models import Classroom, Member
from tests.netviz.classroom.conftest import start

pytestmark = pytest.mark.django_db


def of(klass, path: str = "") -> str:
    return f"/api/v1/classes/{klass['code']}{path}"


def led(klass) -> dict[str, str]:
    return {"X-NetViz-Presenter": klass["token"]}


def report(client, klass, **more):
    body = {"lab": "06-selector", "part": "fix", "done": False, "credit": 0.5, "failed": ["reachable"], **more}
    return client.post(of(klass, "/progress"), json.dumps(body), content_type="application/json")


def test_tokens_are_kept_as_hashes_only(klass) -> None:
    kept = Classroom.objects.get()
    assert klass["token"] not in f"{kept.token_hash}{kept.audience_hash}{kept.state}"
    assert klass["presenter_url"].endswith(f"#{klass['token']}")
    assert klass["token"] not in klass["join_url"]


def test_a_class_plays_the_workspace_as_it_was(client, made) -> None:
    klass = start(client, made["slug"])
    before = client.get(of(klass, "/graph"))
    other = b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: other\n"
    client.put(f"/api/v1/workspaces/{made['slug']}", other, content_type="text/yaml")
    after = client.get(of(klass, "/graph"))
    assert after.content == before.content
    assert "max-age" in after.headers["Cache-Control"]
    assert client.get(of(klass, "/graph"), headers={"If-None-Match": after.headers["ETag"]}).status_code == 304


def test_the_join_link_carries_the_address_that_the_site_was_told(client, made, settings) -> None:
    settings.NETVIZ_PUBLIC_URLS = ["http://192.168.1.20:8000", "http://teacher.local:8000"]
    klass = start(client, made["slug"])
    assert klass["join_url"] == f"http://192.168.1.20:8000/c/{klass['code']}/"
    page = client.get(f"/class/{klass['code']}/audience").content.decode()
    assert page.count("data-qr=") == 2
    assert "http://teacher.local:8000/c/" in page


@pytest.mark.parametrize("path", ["/members", "/questions", "/results", "/notes", "/board"])
def test_what_is_the_presenters_needs_the_token(client, klass, path) -> None:
    refused = client.get(of(klass, path))
    assert (refused.status_code, refused.json()["code"]) == (403, "not-the-presenter")
    assert client.get(of(klass, path), headers=led(klass)).status_code == 200


def test_only_the_presenter_ends_a_class(client, klass) -> None:
    assert client.delete(of(klass)).status_code == 403
    assert client.delete(of(klass), headers=led(klass)).status_code == 204
    assert client.get(of(klass)).json()["code"] == "unknown-class"


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"workspace": 7}', '{"workspace": "x", "step": -1}'])
def test_what_is_no_class_is_refused_with_words(client, db, body) -> None:
    refused = client.post("/api/v1/classes", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad-class")


def test_a_wrong_code_on_the_page_is_said_in_words(client, klass) -> None:
    page = client.get("/join/", {"code": "<b>2222222</b>"})
    assert page.status_code == 400
    assert b"<b>2222222" not in page.content
    assert client.get("/join/", {"code": klass["code"].lower()}).headers["Location"] == f"/c/{klass['code']}/"


def test_the_board_shows_who_is_where_and_what_many_fail(client, klass) -> None:
    assert report(client, klass).status_code == 204
    assert report(client, klass, credit=0.2, failed=["reachable", "address"]).status_code == 204
    board = client.get(of(klass, "/board"), headers=led(klass)).json()
    (row,) = board["rows"]
    assert row["who"] == "guest 1"
    assert row["labs"] == {
        "06-selector": [{"part": "fix", "done": False, "credit": 0.5, "failed": ["reachable", "address"]}]
    }
    assert {failing["check"] for failing in board["failing"]} == {"reachable", "address"}
    report(client, klass, done=True, credit=1, failed=[])
    assert client.get(of(klass, "/board"), headers=led(klass)).json()["failing"] == []


@pytest.mark.parametrize("wrong", [{"credit": 2}, {"lab": ""}, {"lab": "<b>"}, {"failed": ["x"] * 51}, {"done": "yes"}])
def test_progress_that_says_nothing_is_refused(client, klass, wrong) -> None:
    assert report(client, klass, **wrong).json()["code"] == "bad-progress"
    assert not Member.objects.exists()


def test_notes_come_back_safe(client, klass) -> None:
    text = "# Step 7\n\n<script>alert(1)</script>"
    kept = client.put(of(klass, "/notes"), text, content_type="text/markdown", headers=led(klass)).json()
    assert kept["text"] == text
    assert (kept["notes"][0]["first"], "<script" in kept["notes"][0]["html"]) == (7, False)


def test_class_pages_are_not_for_search_engines_and_tell_nobody_where_they_are(client, klass) -> None:
    page = client.get(f"/class/{klass['code']}/present")
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"
