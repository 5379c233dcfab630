"""Versions: every change of a workspace can be undone, looked at, compared and restored, by those who may change it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from netviz.models import Version, Workspace
from tests.netviz.fake_engine import POD
from tests.netviz.test_drafts import BROKEN, FLOW, MENDED, PLANTED, SECRET, _rows

API = "/api/v1/workspaces"
FIRST = POD.decode()
SECOND, THIRD = FIRST + "# second\n", FIRST + "# third\n"


def save(client, made, text, **headers):
    body = json.dumps({"files": [{"path": "manifests.yaml", "text": text}]})
    return client.put(f"{API}/{made['slug']}?save", body, content_type="application/json", headers=headers)


def post(client, made, what):
    return client.post(f"{API}/{made['slug']}/{what}")


def listed(client, made):
    return client.get(f"{API}/{made['slug']}/versions").json()


def text_of(client, made):
    return client.get(f"{API}/{made['slug']}/files/manifests.yaml").content.decode()


def test_a_workspace_that_was_never_changed_has_no_versions(client, made):
    assert listed(client, made)["versions"] == []
    assert not Version.objects.exists(), "what nobody changes is kept once"


def test_each_save_is_a_version_and_so_is_what_was_there_before(client, made):
    save(client, made, SECOND)
    answer = listed(client, made)
    assert [(v["number"], v["parent"], v["made_by"]) for v in answer["versions"]] == [(2, 1, "save"), (1, 0, "upload")]
    assert (answer["current"], answer["undo"], answer["redo"]) == (2, True, False)


def test_saving_the_same_again_is_no_version(client, made):
    save(client, made, FIRST)
    assert listed(client, made)["versions"] == []


def test_saves_are_undone_and_redone_one_by_one(client, made):
    save(client, made, SECOND)
    save(client, made, THIRD)
    assert post(client, made, "undo").json()["current"] == 2
    assert text_of(client, made) == SECOND
    assert post(client, made, "undo").json()["current"] == 1
    assert text_of(client, made) == FIRST
    assert post(client, made, "undo").json()["code"] == "nothing-to-undo"
    assert post(client, made, "redo").json()["redo"] is True
    assert post(client, made, "redo").json()["redo"] is False
    assert text_of(client, made) == THIRD
    assert post(client, made, "redo").json()["code"] == "nothing-to-redo"


def test_a_save_after_an_undo_loses_nothing(client, made):
    save(client, made, SECOND)
    post(client, made, "undo")
    save(client, made, THIRD)
    assert [v["number"] for v in listed(client, made)["versions"]] == [3, 2, 1]
    post(client, made, "undo")
    assert text_of(client, made) == FIRST
    post(client, made, "redo")
    assert text_of(client, made) == THIRD, "redo goes to the newest"


def test_an_upload_that_adds_and_replaces_files_is_undone_as_one(client, made):
    files = [SimpleUploadedFile("manifests.yaml", SECOND.encode()), SimpleUploadedFile("more.yaml", POD)]
    form = encode_multipart(BOUNDARY, {"files": files, "add": "yes"})
    assert client.put(f"{API}/{made['slug']}", form, content_type=MULTIPART_CONTENT).status_code == 200
    assert text_of(client, made) == SECOND
    assert {file["path"] for file in Workspace.objects.get().files} == {"manifests.yaml", "more.yaml"}
    assert listed(client, made)["versions"][0]["made_by"] == "upload"
    post(client, made, "undo")
    assert text_of(client, made) == FIRST
    assert [file["path"] for file in Workspace.objects.get().files] == ["manifests.yaml"]


def test_added_files_leave_the_others_there(client, made):
    body = json.dumps({"files": [{"path": "more.yaml", "text": FIRST}], "add": True})
    client.put(f"{API}/{made['slug']}", body, content_type="application/json")
    assert [file["path"] for file in Workspace.objects.get().files] == ["manifests.yaml", "more.yaml"]


def test_settings_are_undone_too(client, made):
    body = json.dumps({"settings": {"proxy": "nftables"}})
    client.put(f"{API}/{made['slug']}", body, content_type="application/json")
    assert listed(client, made)["versions"][0]["made_by"] == "settings"
    post(client, made, "undo")
    assert client.get(f"{API}/{made['slug']}/graph").json()["settings"] == {}


def test_a_version_is_opened_and_restored_as_a_new_one(client, made):
    save(client, made, SECOND)
    save(client, made, THIRD)
    opened = client.get(f"{API}/{made['slug']}/files/manifests.yaml?version=1")
    assert opened.content.decode() == FIRST
    answer = post(client, made, "versions/1/restore").json()
    assert (answer["current"], answer["versions"][0]["made_by"], answer["versions"][0]["parent"]) == (4, "restore", 3)
    assert text_of(client, made) == FIRST
    post(client, made, "undo")
    assert text_of(client, made) == THIRD
    assert post(client, made, "versions/99/restore").json()["code"] == "unknown-version"


def test_only_so_many_versions_are_kept(client, made, settings):
    settings.NETVIZ_MAX_VERSIONS = 3
    for number in range(5):
        save(client, made, FIRST + f"# {number}\n")
    assert [v["number"] for v in listed(client, made)["versions"]] == [6, 5, 4]
    post(client, made, "undo")
    post(client, made, "undo")
    assert post(client, made, "undo").json()["code"] == "nothing-to-undo"


def test_versions_count_as_what_is_stored(client, made, settings):
    settings.NETVIZ_MAX_STORED_BYTES = Workspace.objects.get().size + 10
    answer = save(client, made, SECOND)
    assert answer.json()["code"] == "quota"
    assert text_of(client, made) == FIRST


def test_two_people_do_not_save_over_each_other(client, made):
    first = Workspace.objects.get().snapshot
    assert save(client, made, SECOND, If_Match=f'"{first}"').status_code == 200
    answer = save(client, made, THIRD, If_Match=f'"{first}"')
    assert (answer.status_code, answer.json()["code"]) == (409, "changed-meanwhile")
    assert text_of(client, made) == SECOND


@pytest.mark.parametrize("what", ["undo", "redo", "versions/1/restore"])
def test_who_only_reads_changes_nothing(client, made, what):
    save(client, made, SECOND)
    answer = post(Client(), made, what)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-editable")
    assert text_of(client, made) == SECOND


def test_what_was_taken_back_is_not_for_everybody(client, made):
    save(client, made, SECOND)
    stranger = Client()
    slug = made["slug"]
    for address in ("versions", "files/manifests.yaml?version=1", "texts?version=1", "diff?before=1"):
        assert stranger.get(f"{API}/{slug}/{address}").status_code == 403, address
    assert stranger.get(f"/w/{slug}/compare/?before=1").status_code == 403
    token = {"X-NetViz-Edit": made["edit_token"]}
    assert stranger.get(f"{API}/{slug}/versions", headers=token).status_code == 200


@pytest.mark.parametrize("number", ["x", "-1", "9" * 12, "1e3"])
def test_nonsense_for_a_version_is_refused_in_words(client, made, number):
    save(client, made, SECOND)
    answer = client.get(f"{API}/{made['slug']}/texts?version={number}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-version")


def test_versions_go_with_their_workspace(client, made):
    save(client, made, SECOND)
    assert client.delete(f"{API}/{made['slug']}").status_code == 204
    assert not Version.objects.exists()


def test_two_versions_are_compared_flow_by_flow_and_object_by_object(client, real_engine):
    made = client.post(API, BROKEN, content_type="text/yaml").json()
    save(client, made, MENDED)
    answer = client.get(f"{API}/{made['slug']}/diff", {"before": 1, "version": 2}).json()
    assert [(o["object"], o["what"]) for o in answer["objects"] if not o["derived"]] == [
        ("Service default/web", "changed")
    ]
    assert answer["objects"][0]["fields"] == [{"path": "spec.selector.app", "old": "wbe", "new": "web"}]
    assert ("default/client", "web.default:80") in {(flow["from"], flow["to"]) for flow in answer["flows"]}
    sides = client.get(f"{API}/{made['slug']}/compare", {"before": 1, **FLOW}).json()
    assert (sides["before"]["disposition"], sides["after"]["disposition"]) == ("rejected", "delivered")
    page = client.get(f"/w/{made['slug']}/compare/?before=1")
    assert page.status_code == 200


def test_two_workspaces_are_compared_by_their_slugs(client, real_engine):
    old = client.post(API, BROKEN, content_type="text/yaml").json()
    new = client.post(API, MENDED, content_type="text/yaml").json()
    sides = client.get(f"{API}/{new['slug']}/compare", {"against": old["slug"], **FLOW}).json()
    assert (sides["before"]["disposition"], sides["after"]["disposition"]) == ("rejected", "delivered")
    stranger = Client()
    assert stranger.get(f"/w/{new['slug']}/compare/{old['slug']}/").status_code == 200
    assert stranger.get(f"/w/{new['slug']}/compare/nowhere/").status_code == 404
    assert stranger.get(f"/w/{new['slug']}/compare/").status_code == 403


def test_no_version_holds_a_secret(client, real_engine):
    made = client.post(API, BROKEN, content_type="text/yaml").json()
    save(client, made, BROKEN + "---\n" + SECRET)
    save(client, made, MENDED)
    shown = client.get(f"{API}/{made['slug']}/texts?version=2").content
    compared = client.get(f"{API}/{made['slug']}/diff?before=1&version=2").content
    with connection.cursor() as cursor:
        rows = [row for table in connection.introspection.table_names() for row in _rows(cursor, table)]
    assert PLANTED.encode() not in shown + compared
    assert PLANTED not in repr(rows)
