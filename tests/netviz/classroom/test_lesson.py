"""A class made from a lab asks the lab's own questions, and begins with its text as notes."""

import json

import pytest
from django.test import Client

from netviz.classroom.models import Classroom
from netviz.models import Workspace
from tests.netviz.classroom.conftest import start

LAB = "08-where-the-clusterip-lives"
pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace(client: Client, real_engine: None) -> str:
    """The lab's cluster, as its page would bring it along."""
    files = client.get(f"/api/v1/labs/{LAB}/files", {"screen": 0}).json()
    body = json.dumps({"files": files["files"], "settings": files["settings"]})
    return client.post("/api/v1/workspaces", body, content_type="application/json").json()["slug"]


def asked(client: Client, klass: dict[str, str], what: str) -> dict:
    return client.get(f"/api/v1/classes/{klass['code']}/{what}", headers={"X-NetViz-Presenter": klass["token"]}).json()


def test_a_class_offers_the_questions_of_its_lab_first(client: Client, workspace: str) -> None:
    flow = {"from": "default/client-a", "to": "10.96.10.1:80"}
    klass = start(client, workspace, flow=flow, lab={"slug": LAB, "screen": 0})
    offers = asked(client, klass, "questions")["questions"]
    assert [offer["id"] for offer in offers[:3]] == ["lab:vanishes", "lab:source", "lab:ping"]
    assert len(offers) > 3  # and those of the step
    assert "kube-proxy wrote a DNAT rule" in asked(client, klass, "notes")["text"]


def test_before_there_is_a_connection_the_lab_asks_all_the_same(client: Client, workspace: str) -> None:
    klass = start(client, workspace, lab={"slug": LAB, "screen": 0}, notes="Mine.")
    assert len(asked(client, klass, "questions")["questions"]) == 3
    assert asked(client, klass, "notes")["text"] == "Mine."


def test_a_class_of_no_lab_or_of_one_that_is_gone_has_its_steps(client: Client, workspace: str) -> None:
    klass = start(client, workspace)
    assert asked(client, klass, "questions")["questions"] == []
    Classroom.objects.update(lesson={"slug": "gone", "seed": 0, "screen": 0})
    assert asked(client, klass, "questions")["questions"] == []


def test_no_class_is_made_of_a_lab_that_is_not_there(client: Client, workspace: str) -> None:
    body = json.dumps({"workspace": workspace, "lab": {"slug": "no-such-lab"}})
    answer = client.post("/api/v1/classes", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-lab")
    assert not Classroom.objects.exists()
    assert Workspace.objects.exists()
