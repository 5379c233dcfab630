"""Who is let in, what is kept, and what a browser is told."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

import netviz
from netviz.models import Workspace
from netviz.security import is_own, new_slug, token_hash, token_matches
from tests.netviz.conversation import Conversation
from tests.netviz.fake_engine import POD

API = "/api/v1/workspaces"

# Requests of other sites


@pytest.mark.parametrize(
    ("origin", "fetch_site", "own"),
    [
        (None, None, True),  # curl
        ("http://site.test", None, True),
        ("http://site.test:80", None, True),
        ("http://site.test:8080", None, False),
        ("http://evil.test", None, False),
        ("http://site.test.evil.test", None, False),
        ("http://evil.test", "same-origin", False),
        ("http://site.test", "cross-site", False),
        ("http://site.test", "same-site", False),
        (None, "cross-site", False),
        (None, "none", True),  # typed into the address bar
        ("null", None, False),
        ("null", "same-origin", True),  # a form of a page with no-referrer
        ("null", "cross-site", False),
        ("nonsense", None, False),
        ("http://[", None, False),
        ("file://", None, False),
    ],
)
def test_only_our_own_pages_and_no_pages_at_all_may_ask(origin, fetch_site, own):
    assert is_own(origin, fetch_site, "site.test", "http") is own


def test_behind_tls_the_origin_is_still_ours():
    assert is_own("https://site.test", None, "site.test", "http")


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"Origin": "http://evil.test"}, {"Sec-Fetch-Site": "cross-site"}])
def test_api_calls_and_forms_of_other_sites_are_refused(client, headers):
    for response in (
        client.post(API, POD, content_type="text/yaml", headers=headers),
        client.get(f"{API}/anything/graph", headers=headers),
    ):
        assert (response.status_code, response.json()["code"]) == (403, "foreign-origin")
    assert client.post("/", {"text": "x"}, headers=headers).status_code == 403
    assert not Workspace.objects.exists()


SOCKET = "/ws/workspaces/anything/"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "testserver", "origin": "http://evil.test"},
        {"host": "testserver", "sec_fetch_site": "cross-site"},
        {"host": "evil.test", "origin": "http://evil.test"},  # DNS rebinding
    ],
)
async def test_sockets_of_other_sites_are_refused_before_they_open(headers):
    assert await Conversation(SOCKET, **headers).open() == (False, 4403)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{"host": "testserver", "origin": "http://testserver"}, {"host": "testserver"}])
async def test_our_own_sockets_open(headers):
    async with Conversation(SOCKET, **headers) as there:
        assert (await there.hear())["code"] == "unknown-workspace"


@pytest.mark.django_db
def test_another_host_name_is_refused(client):
    response = client.post(API, POD, content_type="text/yaml", headers={"Host": "evil.test"})
    assert (response.status_code, response.json()["code"]) == (400, "bad-request")


@pytest.mark.parametrize("hosts", ["*", "localhost,*", "."])
def test_a_wildcard_for_all_hosts_is_no_setting(hosts):
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**os.environ, "NETVIZ_ALLOWED_HOSTS": hosts, "DJANGO_SETTINGS_MODULE": "netviz.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert "NETVIZ_ALLOWED_HOSTS" in run.stderr


# Headers


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/robots.txt", "/api/v1/nothing"])
def test_every_answer_has_a_strict_policy(client, address):
    response = client.get(address)
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_pages_with_a_slug_are_kept_out_of_search_engines_and_referrers(client):
    response = client.get("/w/not-there/")
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-cache"


# Tokens


def test_slugs_are_unguessable():
    slugs = {new_slug() for _ in range(1000)}
    assert len(slugs) == 1000
    assert min(map(len, slugs)) >= 22  # 128 bits


def test_only_the_hash_of_a_token_is_kept():
    assert token_hash("secret") != "secret"
    assert token_matches("secret", token_hash("secret"))
    assert not token_matches("other", token_hash("secret"))


def test_a_workspace_without_a_token_cannot_be_changed_by_an_empty_one():
    assert not token_matches("", "")


@pytest.mark.django_db
def test_the_token_is_neither_in_the_database_nor_within_reach_of_scripts(fake_engine):
    client = Client()
    response = client.post(API, POD, content_type="text/yaml")
    token = response.json()["edit_token"]
    assert token not in str(list(Workspace.objects.values()))
    cookies = [morsel for morsel in response.cookies.values() if morsel.value == token]
    slug = response.json()["slug"]
    assert {morsel["path"] for morsel in cookies} == {f"/w/{slug}/", f"/api/v1/workspaces/{slug}"}
    assert all(morsel["httponly"] and morsel["samesite"] == "Lax" for morsel in cookies)


@pytest.mark.django_db
def test_over_tls_the_cookie_stays_there(fake_engine):
    response = Client().post(API, POD, content_type="text/yaml", secure=True)
    assert all(morsel["secure"] for morsel in response.cookies.values())


# Uploads


def test_uploads_never_touch_a_disk(settings):
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]


def test_tokens_and_addresses_are_not_asked_for_in_any_query():
    for module in Path(netviz.__file__).parent.rglob("*.py"):
        assert not re.search(r"""GET(\.get)?[\[(]["']token""", module.read_text("utf-8")), module
