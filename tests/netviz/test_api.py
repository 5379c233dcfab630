"""The HTTP interface: uploads in every form, questions, changes, and what is said when something is wrong."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from netviz.models import Workspace
from tests.netviz.fake_engine import POD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_engine")]
API = "/api/v1/workspaces"


def upload(name: str, data: bytes = POD) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def files_of(client, made) -> list[str]:
    return client.get(f"{API}/{made['slug']}/graph").json()["files"]


# Making a workspace


def test_a_yaml_body_makes_a_workspace(client):
    response = client.post(API, POD, content_type="text/yaml")
    assert response.status_code == 201
    answer = response.json()
    assert set(answer) == {"slug", "edit_token", "url", "problems"}
    assert answer["url"].endswith(f"/w/{answer['slug']}/")
    assert answer["problems"] == []


def test_files_keep_the_paths_that_are_sent_beside_them(client):
    answer = client.post(
        API, {"files": [upload("a.yaml"), upload("a.yaml")], "paths": ["one/a.yaml", "two/a.yaml"]}
    ).json()
    assert files_of(client, answer) == ["one/a.yaml", "two/a.yaml"]


def test_files_without_paths_keep_their_names_and_equal_ones_are_told_apart(client):
    answer = client.post(API, {"files": [upload("a.yaml"), upload("a.yaml")]}).json()
    assert files_of(client, answer) == ["a.yaml", "a (2).yaml"]


def test_paths_that_do_not_match_the_files_are_refused(client):
    response = client.post(API, {"files": [upload("a.yaml")], "paths": ["one/a.yaml", "two/a.yaml"]})
    assert (response.status_code, response.json()["code"]) == (400, "paths-mismatch")


def test_a_path_is_a_label_and_leads_nowhere(client):
    answer = client.post(API, {"files": [upload("x")], "paths": ["../../etc/./passwd\n"]}).json()
    assert files_of(client, answer) == ["etc/passwd?"]


def test_pasted_text_is_a_file_too(client):
    answer = client.post(API, {"text": POD.decode()}).json()
    assert files_of(client, answer) == ["pasted.yaml"]


def test_json_names_files_text_and_settings(client):
    body = {"files": [{"path": "a.yaml", "text": POD.decode()}], "settings": {"proxy": "iptables"}}
    answer = client.post(API, json.dumps(body), content_type="application/json").json()
    graph = client.get(f"{API}/{answer['slug']}/graph").json()
    assert (graph["files"], graph["settings"]) == (["a.yaml"], {"proxy": "iptables"})


def test_a_kubernetes_object_as_json_is_a_manifest(client):
    answer = client.post(
        API, '{"apiVersion": "v1", "kind": "List", "items": []}', content_type="application/json"
    ).json()
    assert files_of(client, answer) == ["manifests.json"]


def test_curl_without_a_content_type_works(client):
    answer = client.post(API, POD, content_type="application/x-www-form-urlencoded").json()
    assert files_of(client, answer) == ["manifests.yaml"]


def test_settings_come_as_set_fields(client):
    answer = client.post(API, {"text": POD.decode(), "set": ["proxy=nftables", "cni=bridge"]}).json()
    settings = client.get(f"{API}/{answer['slug']}/graph").json()["settings"]
    assert settings == {"proxy": "nftables", "cni": "bridge"}


def test_a_wrong_setting_is_refused_in_the_engines_words(client):
    response = client.post(API, {"text": POD.decode(), "set": "bad=1"})
    assert (response.status_code, response.json()["message"]) == (400, "bad: there is no such setting.")


def test_problems_are_told_and_are_no_error(client):
    response = client.post(API, b"kind: odd", content_type="text/yaml")
    assert response.status_code == 201
    (problem,) = response.json()["problems"]
    assert (problem["file"], problem["line"]) == ("manifests.yaml", 1)


def test_an_empty_upload_is_refused_with_a_hint(client):
    response = client.post(API, b"", content_type="text/yaml")
    assert (response.status_code, response.json()["code"]) == (400, "empty-upload")
    assert response.json()["hint"]


def test_a_broken_form_is_refused(client):
    response = client.post(API, b"x", content_type="multipart/form-data; boundary=")
    assert (response.status_code, response.json()["code"]) == (400, "bad-upload")


def test_a_folder_of_many_files_works(client):
    files = [upload(f"{number}.yaml") for number in range(150)]
    answer = client.post(API, {"files": files, "paths": [f"folder/{file.name}" for file in files]}).json()
    assert len(files_of(client, answer)) == 150


# Limits


def test_an_upload_over_the_limit_names_the_setting(client, settings):
    settings.NETVIZ_MAX_UPLOAD_BYTES = 1000
    response = client.post(API, b"# " + b"x" * 1000, content_type="text/yaml")
    assert response.status_code == 413
    assert "NETVIZ_MAX_UPLOAD_BYTES" in response.json()["hint"]


def test_too_many_files_name_the_setting(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = settings.NETVIZ_MAX_FILES = 2
    response = client.post(API, {"files": [upload(f"{number}.yaml") for number in range(3)]})
    assert response.status_code == 413
    assert "NETVIZ_MAX_FILES" in response.json()["hint"]


def test_django_lets_pass_what_we_let_pass(settings):
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE > settings.NETVIZ_MAX_UPLOAD_BYTES
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES == settings.NETVIZ_MAX_FILES
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS > settings.NETVIZ_MAX_FILES


# Asking


@pytest.mark.parametrize("what", ["graph", "objects", "problems"])
def test_what_a_workspace_holds_is_json(client, made, what):
    response = client.get(f"{API}/{made['slug']}/{what}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


def test_the_graph_need_not_be_sent_twice(client, made):
    first = client.get(f"{API}/{made['slug']}/graph")
    again = client.get(f"{API}/{made['slug']}/graph", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_file_is_plain_text(client, made):
    response = client.get(f"{API}/{made['slug']}/files/manifests.yaml")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content == POD


def test_an_unknown_file_is_not_found(client, made):
    response = client.get(f"{API}/{made['slug']}/files/other.yaml")
    assert (response.status_code, response.json()["code"]) == (404, "unknown-file")


def test_a_trace_is_asked_for_in_the_address(client, made):
    trace = client.get(f"{API}/{made['slug']}/trace", {"from": "client", "to": "web:80", "seed": "7"}).json()
    assert trace["seed"] == 7


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"to": "web:80"}, "bad-question"),
        ({"from": "client"}, "bad-question"),
        ({"from": "client", "to": "web:80", "seed": "x"}, "bad-seed"),
        ({"from": "client", "to": "web:80", "seed": "-1"}, "bad-seed"),
        ({"from": "unknown", "to": "web:80"}, "unknown-pod"),
    ],
)
def test_a_bad_question_is_a_coded_error(client, made, query, code):
    response = client.get(f"{API}/{made['slug']}/trace", query)
    answer = response.json()
    assert (response.status_code, answer["code"]) == (400, code)
    assert set(answer) == {"code", "message", "hint"}


def test_an_unknown_workspace_is_not_found_in_words(client):
    response = client.get(f"{API}/nothing-here/graph")
    assert (response.status_code, response.json()["code"]) == (404, "unknown-workspace")


def test_an_address_that_is_none_is_json_too(client):
    response = client.get("/api/v1/nothing")
    assert (response.status_code, response.json()["code"]) == (404, "not-found")


def test_a_fault_of_ours_is_an_error_without_its_insides(client, made):
    client.raise_request_exception = False
    response = client.get(f"{API}/{made['slug']}/trace", {"from": "fault", "to": "web:80"})
    assert (response.status_code, response.json()["code"]) == (500, "internal-error")
    assert b"a-secret" not in response.content


def test_another_method_is_refused_with_those_that_work(client, made):
    response = client.post(f"{API}/{made['slug']}/graph")
    assert (response.status_code, response["Allow"]) == (405, "GET")


# Changing: reading and writing are two rights


def test_a_stranger_reads_but_does_not_write(client, made):
    client.cookies.clear()
    assert client.get(f"{API}/{made['slug']}").json()["editable"] is False
    for response in (
        client.put(f"{API}/{made['slug']}", POD, content_type="text/yaml"),
        client.delete(f"{API}/{made['slug']}"),
        client.delete(f"{API}/{made['slug']}", headers={"X-NetViz-Edit": "guessed"}),
        client.delete(f"{API}/{made['slug']}", headers={"X-NetViz-Edit": made["slug"]}),
    ):
        assert (response.status_code, response.json()["code"]) == (403, "not-editable")
    assert client.get(f"{API}/{made['slug']}").status_code == 200


@pytest.mark.parametrize("by", ["cookie", "header"])
def test_who_holds_the_token_replaces_the_files(client, made, by):
    headers = {}
    if by == "header":
        client.cookies.clear()
        headers = {"X-NetViz-Edit": made["edit_token"]}
    response = client.put(f"{API}/{made['slug']}", b"kind: Service\n", content_type="text/yaml", headers=headers)
    assert response.status_code == 200
    assert client.get(f"{API}/{made['slug']}/files/manifests.yaml").content == b"kind: Service\n"


def test_files_are_replaced_by_a_form_too(client, made):
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    body = encode_multipart(BOUNDARY, {"files": [upload("b.yaml")], "paths": ["deep/b.yaml"]})
    client.put(f"{API}/{made['slug']}", body, content_type=MULTIPART_CONTENT)
    assert files_of(client, made) == ["deep/b.yaml"]


def test_settings_change_without_the_files(client, made):
    body = json.dumps({"settings": {"cni": "bridge"}})
    client.put(f"{API}/{made['slug']}", body, content_type="application/json")
    graph = client.get(f"{API}/{made['slug']}/graph").json()
    assert (graph["files"], graph["settings"]) == (["manifests.yaml"], {"cni": "bridge"})


def test_who_holds_the_token_deletes(client, made):
    assert client.delete(f"{API}/{made['slug']}").status_code == 204
    assert client.get(f"{API}/{made['slug']}/graph").status_code == 404
    assert not Workspace.objects.exists()


def test_a_reader_makes_a_copy_of_his_own(client, made):
    client.cookies.clear()
    copy = client.post(API, json.dumps({"copy": made["slug"]}), content_type="application/json").json()
    assert copy["slug"] != made["slug"]
    assert files_of(client, copy) == ["manifests.yaml"]
    assert client.get(f"{API}/{copy['slug']}").json()["editable"] is True
