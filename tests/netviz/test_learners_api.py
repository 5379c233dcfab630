"""Progress under a private link, labs that somebody brings along, and drills."""

import io
import json
import zipfile

import pytest
from django.test import Client

from netviz.models import Learner, OwnLab
from tests.netviz.labs.test_check import CHECKS, FIX, HEAD, PREDICT, a_lab, mended

PROGRESS = "/api/v1/progress"
COURSE = {"version": 1, "labs": {"06-nobody-behind-it": {"seed": 7, "done": {"ending": {"credit": 1, "answer": 1}}}}}


@pytest.fixture
def token(client: Client) -> str:
    return client.post(PROGRESS, json.dumps(COURSE), content_type="application/json").json()["token"]


def mine(token: str) -> dict[str, str]:
    return {"X-NetViz-Learner": token}


def packed(files: dict[str, str], folder: str = "mine/") -> io.BytesIO:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(folder + name, text)
    held.seek(0)
    held.name = "mine.zip"
    return held


def brought(client: Client, token: str, files: dict[str, str]):
    return client.post("/api/v1/own-labs", {"lab": packed(files)}, headers=mine(token))


def test_progress_comes_back_by_its_link_only(client: Client, token: str) -> None:
    assert client.get(PROGRESS, headers=mine(token)).json()["labs"] == COURSE["labs"]
    assert client.get(PROGRESS).status_code == 404
    assert client.get(PROGRESS, headers=mine(token[:-1] + "x")).status_code == 404
    assert not Learner.objects.filter(token_hash__contains=token).exists()


def test_progress_is_replaced_whole(client: Client, token: str) -> None:
    client.put(PROGRESS, json.dumps({"labs": {}}), content_type="application/json", headers=mine(token))
    assert client.get(PROGRESS, headers=mine(token)).json()["labs"] == {}


def test_a_link_ends_with_all_that_is_under_it(client: Client, real_engine: None, token: str) -> None:
    slug = brought(client, token, a_lab()).json()["slug"]
    assert client.delete(PROGRESS).status_code == 404
    assert client.delete(PROGRESS, headers=mine(token)).status_code == 204
    assert client.get(PROGRESS, headers=mine(token)).status_code == 404
    assert client.get(f"/api/v1/labs/{slug}").status_code == 404
    assert not Learner.objects.exists()


@pytest.mark.parametrize(
    "labs",
    [
        [],
        {"x": {"seed": -1, "done": {}}},
        {"x": {"seed": 0, "done": {"a": {"credit": 2}}}},
        {"y" * 99: {"seed": 0, "done": {}}},
    ],
)
def test_what_is_no_progress_is_not_kept(client: Client, db, labs) -> None:
    answer = client.post(PROGRESS, json.dumps({"labs": labs}), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_a_sound_lab_is_listed_under_its_link_and_played(client: Client, real_engine: None, token: str) -> None:
    made = brought(client, token, a_lab(HEAD + PREDICT))
    assert made.status_code == 201
    assert [lab["title"] for lab in client.get(PROGRESS, headers=mine(token)).json()["own"]] == ["A lab"]
    slug = made.json()["slug"]
    assert slug not in client.get("/labs/").content.decode()
    assert client.get(f"/labs/{slug}/").status_code == 200
    assert client.get(f"/api/v1/labs/{slug}").json()["screens"][0]["task"]["choices"] == ["rejected", "timeout"]


def test_a_lab_is_taken_back_by_its_own_link_only(client: Client, real_engine: None, token: str) -> None:
    slug = brought(client, token, a_lab()).json()["slug"]
    other = client.post(PROGRESS, {"labs": {}}, content_type="application/json").json()["token"]
    assert client.delete(f"/api/v1/own-labs/{slug}", headers=mine(other)).status_code == 404
    assert client.delete(f"/api/v1/own-labs/{slug}", headers=mine(token)).status_code == 204
    assert client.get(PROGRESS, headers=mine(token)).json()["own"] == []
    assert client.get(f"/api/v1/labs/{slug}").status_code == 404


def test_a_lab_with_a_wrong_check_is_refused_with_its_line(client: Client, real_engine: None, token: str) -> None:
    wrong = CHECKS.replace("ask: verdict", "ask: verdct")
    answer = brought(client, token, a_lab(HEAD + FIX, checks=wrong, solution__service=mended()))
    assert answer.status_code == 400
    told = [(p["id"], p["file"], p["line"]) for p in answer.json()["problems"]]
    assert ("lab-unknown-question", "lab/checks.yaml", 2) in told
    assert not OwnLab.objects.exists()


def test_scripts_in_a_lab_stay_text(client: Client, real_engine: None, token: str) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [a](javascript:alert(1))"
    slug = brought(client, token, a_lab((HEAD + PREDICT).replace("Text.", hostile))).json()["slug"]
    before = client.get(f"/api/v1/labs/{slug}").json()["screens"][0]["before"]
    assert "<script" not in before
    assert "<img" not in before
    assert 'href="javascript' not in before


def test_values_of_secrets_are_not_kept(client: Client, real_engine: None, token: str) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: hunter2\n"
    brought(client, token, a_lab(HEAD + PREDICT) | {"manifests/secret.yaml": secret})
    assert "hunter2" not in json.dumps(OwnLab.objects.get().files)


def test_what_is_no_archive_is_refused(client: Client, token: str) -> None:
    sent = io.BytesIO(b"kind: Pod")
    sent.name = "lab.yaml"
    answer = client.post("/api/v1/own-labs", {"lab": sent}, headers=mine(token))
    assert (answer.status_code, answer.json()["code"]) == (400, "no-archive")


def test_a_drill_tells_its_symptom_and_not_its_fault(client: Client, real_engine: None) -> None:
    begun = client.get("/api/v1/drills/11").json()
    assert begun["symptom"]["ends"] == "rejected"
    assert len(begun["choices"]) == 5
    asked = {"from": begun["symptom"]["from"], "to": begun["symptom"]["to"]}
    traced = client.post("/api/v1/drills/11/trace", json.dumps(asked), content_type="application/json").json()
    assert traced["ends"] == "rejected"
    assert traced["trace"]["explanation"] is None
    answers = [
        client.post(
            "/api/v1/drills/11/answer", json.dumps({"choice": n, "asked": 1}), content_type="application/json"
        ).json()
        for n in range(5)
    ]
    assert [answer["right"] for answer in answers].count(True) == 1
    assert {answer["choice"] for answer in answers} == {[answer["right"] for answer in answers].index(True)}
