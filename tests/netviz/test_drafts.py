"""Unsaved changes: held for whoever has the key, masked, bounded, forgotten; never in the way of what is saved."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from netviz import drafts
from netviz.models import Draft, Version, Workspace
from netviz.refusal import Refusal
from netviz.upload import Upload

API = "/api/v1/workspaces"
BROKEN = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: main, image: busybox}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: wbe}, ports: [{port: 80, targetPort: 8080}]}
"""
MENDED = BROKEN.replace("wbe", "web")
FLOW = {"from": "default/client", "to": "web:80"}
PLANTED = "planted-pass-phrase"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  word: {PLANTED}\n"


@pytest.fixture
def shop(client, real_engine):
    return client.post(API, BROKEN, content_type="text/yaml").json()


def hold(client, made, text, path="manifests.yaml", instead=""):
    body = json.dumps({"files": [{"path": path, "text": text}]})
    query = f"?instead={instead}" if instead else ""
    return client.post(f"{API}/{made['slug']}/drafts{query}", body, content_type="application/json")


def ask(client, made, what, **query):
    return client.get(f"{API}/{made['slug']}/{what}", query)


def test_a_draft_is_asked_about_like_the_workspace_and_nothing_is_saved(client, shop):
    before = Workspace.objects.get(slug=shop["slug"]).snapshot
    key = hold(client, shop, MENDED).json()["draft"]
    assert ask(client, shop, "trace", **FLOW, draft=key).json()["disposition"] == "delivered"
    assert ask(client, shop, "trace", **FLOW).json()["disposition"] == "rejected"
    assert ask(client, shop, "files/manifests.yaml", draft=key).content.decode() == MENDED
    assert Workspace.objects.get(slug=shop["slug"]).snapshot == before
    assert not Version.objects.exists()


def test_before_and_after_stand_side_by_side_with_the_first_step_that_differs(client, shop):
    key = hold(client, shop, MENDED).json()["draft"]
    answer = ask(client, shop, "compare", **FLOW, draft=key).json()
    before, after = answer["before"], answer["after"]
    assert (before["disposition"], after["disposition"], answer["same"]) == ("rejected", "delivered", False)
    assert before["steps"][: before["fork"]] == after["steps"][: after["fork"]]
    assert before["steps"][before["fork"]] != after["steps"][after["fork"]]
    assert after["server"] == "default/web"


def test_the_same_files_take_the_same_way(client, shop):
    key = hold(client, shop, BROKEN).json()["draft"]
    answer = ask(client, shop, "compare", **FLOW, draft=key).json()
    assert answer["same"]
    assert answer["before"] == answer["after"]


def test_a_side_that_cannot_be_asked_says_why(client, shop):
    key = hold(client, shop, BROKEN.replace("name: client", "name: somebody")).json()["draft"]
    after = ask(client, shop, "compare", **FLOW, draft=key).json()["after"]
    assert after["refused"]["code"] == "unknown-pod"
    assert after["steps"] == []


def test_what_else_changes_is_the_difference_of_draft_and_workspace(client, shop):
    key = hold(client, shop, MENDED).json()["draft"]
    flows = ask(client, shop, "diff", draft=key).json()["flows"]
    assert ("default/client", "web.default:80") in {(flow["from"], flow["to"]) for flow in flows}


def test_a_draft_says_what_is_wrong_by_line_and_column(client, shop):
    problems = hold(client, shop, BROKEN.replace("selector", "selektor")).json()["problems"]
    assert [(p["line"], p["column"]) for p in problems if p["id"] == "unknown-field"] == [(14, 8)]


def test_a_draft_needs_no_right_to_write_but_the_slug(client, shop):
    from django.test import Client

    stranger = Client()
    assert hold(stranger, shop, MENDED).status_code == 201
    assert stranger.put(f"{API}/{shop['slug']}", MENDED, content_type="text/yaml").status_code == 403
    assert hold(stranger, {"slug": "there-is-none"}, MENDED).status_code == 404


def test_a_draft_is_of_one_workspace_only(client, shop):
    other = client.post(API, MENDED, content_type="text/yaml").json()
    key = hold(client, other, MENDED).json()["draft"]
    answer = ask(client, shop, "graph", draft=key)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-draft")


def test_secrets_are_masked_before_a_draft_is_kept(client, shop):
    held = hold(client, shop, BROKEN + "---\n" + SECRET)
    key = held.json()["draft"]
    kept = b"".join(bytes(draft.bundle) for draft in Draft.objects.all())
    shown = ask(client, shop, "texts", draft=key).content + ask(client, shop, "objects", draft=key).content
    assert PLANTED.encode() not in kept + shown + held.content
    with connection.cursor() as cursor:
        rows = [row for table in connection.introspection.table_names() for row in _rows(cursor, table)]
    assert PLANTED not in repr(rows)


def _rows(cursor, table):
    cursor.execute(f'SELECT * FROM "{table}"')
    return cursor.fetchall()


def test_a_draft_has_the_limits_of_an_upload(client, shop, settings):
    settings.NETVIZ_MAX_UPLOAD_BYTES = 2_000
    assert hold(client, shop, "a" * 3_000).json()["code"] == "upload-too-large"
    settings.NETVIZ_MAX_FILES = 1
    body = json.dumps({"files": [{"path": "a", "text": ""}, {"path": "b", "text": ""}]})
    answer = client.post(f"{API}/{shop['slug']}/drafts", body, content_type="application/json")
    assert answer.json()["code"] == "too-many-files"


@pytest.mark.parametrize(
    "text", ["\x00\x01", "a: &a [*a]", "{" * 5_000, "kind: Secret\n" + SECRET + ": [", "\ufeff---"]
)
def test_hostile_text_is_held_with_its_problems(client, shop, text):
    answer = hold(client, shop, text)
    assert answer.status_code == 201
    assert ask(client, shop, "graph", draft=answer.json()["draft"]).status_code == 200


def test_hostile_paths_are_labels(client, shop):
    key = hold(client, shop, MENDED, path="../../etc/<b>passwd").json()["draft"]
    assert [file["path"] for file in ask(client, shop, "texts", draft=key).json()["files"]] == ["etc/<b>passwd"]


def test_the_next_draft_of_a_page_is_kept_instead(client, shop):
    first = hold(client, shop, MENDED).json()["draft"]
    second = hold(client, shop, MENDED + "# more\n", instead=first).json()["draft"]
    assert list(Draft.objects.values_list("key", flat=True)) == [second]


def test_a_page_may_let_its_draft_go(client, shop):
    key = hold(client, shop, MENDED).json()["draft"]
    assert client.delete(f"{API}/{shop['slug']}/drafts/{key}").status_code == 204
    assert not Draft.objects.exists()


def test_the_oldest_drafts_make_room(client, shop, settings):
    settings.NETVIZ_MAX_DRAFTS_PER_WORKSPACE = 2
    keys = [hold(client, shop, MENDED + "#" * n).json()["draft"] for n in range(3)]
    assert list(Draft.objects.order_by("pk").values_list("key", flat=True)) == keys[1:]


def test_drafts_have_so_many_bytes_together(client, shop, settings):
    hold(client, shop, MENDED)
    settings.NETVIZ_MAX_DRAFT_BYTES = Draft.objects.get().size + 100
    newest = hold(client, shop, MENDED + "#").json()["draft"]
    assert list(Draft.objects.values_list("key", flat=True)) == [newest]
    settings.NETVIZ_MAX_DRAFT_BYTES = 100
    assert hold(client, shop, MENDED).json()["code"] == "quota"


def test_a_draft_is_forgotten_after_a_while(client, shop, settings):
    key = hold(client, shop, MENDED).json()["draft"]
    old = timezone.now() - timedelta(minutes=settings.NETVIZ_DRAFT_MINUTES + 1)
    Draft.objects.update(made=old)
    assert ask(client, shop, "graph", draft=key).json()["code"] == "unknown-draft"
    hold(client, shop, MENDED)
    assert not Draft.objects.filter(key=key).exists()


def test_a_lab_holds_drafts_without_a_workspace(db, real_engine):
    draft, taken = drafts.hold("lab:first", Upload([("a.yaml", MENDED.encode())]))
    assert drafts.find("lab:first", draft.key).snapshot == taken.snapshot
    with pytest.raises(Refusal):
        drafts.find("lab:second", draft.key)
