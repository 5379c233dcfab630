"""Giving a trace to others: frames on other sites, codes for phones, files."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from django.core.exceptions import ImproperlyConfigured

from netviz.env import env_origins

WIKI = "https://wiki.example.org"

pytestmark = pytest.mark.django_db


# Frames


def directive(response, name: str) -> str:
    found = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    return found[name]


def test_no_site_may_show_a_trace_until_a_setting_says_so(client, made):
    response = client.get(f"/e/{made['slug']}/")
    assert response.status_code == 200
    assert directive(response, "frame-ancestors") == "'none'"
    assert response["X-Frame-Options"] == "DENY"


def test_the_sites_of_the_setting_may_show_it_and_no_others(client, made, settings):
    settings.NETVIZ_EMBED_ANCESTORS = (WIKI, "https://*.school.example")
    response = client.get(f"/e/{made['slug']}/")
    assert directive(response, "frame-ancestors") == f"{WIKI} https://*.school.example"
    assert "X-Frame-Options" not in response


@pytest.mark.parametrize("path", ["/", "/w/{slug}/", "/fidelity/", "/api/v1/workspaces/{slug}/graph", "/nowhere/"])
def test_no_other_page_is_ever_shown_in_a_frame(client, made, settings, path):
    settings.NETVIZ_EMBED_ANCESTORS = (WIKI,)
    response = client.get(path.format(slug=made["slug"]))
    assert directive(response, "frame-ancestors") == "'none'"
    assert response["X-Frame-Options"] == "DENY"


def test_a_frame_reads_and_can_do_nothing_else(client, made, settings):
    settings.NETVIZ_EMBED_ANCESTORS = (WIKI,)
    response = client.get(f"/e/{made['slug']}/?from=a&to=</script>")
    text = response.content.decode()
    boot = json.loads(re.search(r'id="netviz-embed" type="application/json">(.*?)</script>', text)[1])
    assert boot["to"] == "</script>"
    assert set(boot) == {"graphUrl", "traceUrl", "pageUrl", "from", "to", "protocol"}
    assert not response.cookies
    assert "<form" not in text
    assert client.post(f"/e/{made['slug']}/").status_code == 405
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_a_frame_of_no_workspace_says_so(client, made):
    assert client.get("/e/nothing-here/").status_code == 404


def test_other_sites_frames_still_may_not_ask_the_interface(client, made, settings):
    settings.NETVIZ_EMBED_ANCESTORS = (WIKI,)
    answer = client.get(f"/api/v1/workspaces/{made['slug']}/graph", headers={"Origin": WIKI})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign-origin")


@pytest.mark.parametrize(
    "origin", ["https://wiki.example.org", "http://localhost:8000", "https://*.school.example", "http://10.0.0.7:*"]
)
def test_sites_are_named_by_scheme_and_host(monkeypatch, origin):
    monkeypatch.setenv("X", f" {origin} , self ")
    assert env_origins("X") == (origin, "'self'")


@pytest.mark.parametrize(
    "origin", ["*", "https:", "wiki.example.org", f"{WIKI}/page", f"{WIKI}; script-src *", "https://*"]
)
def test_what_names_no_site_stops_the_start(monkeypatch, origin):
    monkeypatch.setenv("X", origin)
    with pytest.raises(ImproperlyConfigured, match="X lists sites"):
        env_origins("X")


# Codes


def test_a_code_is_a_drawing_of_an_address_of_this_site(client):
    answer = client.get("/api/v1/qr.svg", {"path": "/w/some-slug/?from=a&to=b#step=3"})
    assert answer["Content-Type"] == "image/svg+xml"
    drawing = ET.fromstring(answer.content)
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert "script" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    ["", "w/x/", "//evil.test/", "/\\evil.test/", "https://evil.test/", "javascript:alert(1)", "/w/\u202e", "/w/\n"],
)
def test_a_code_never_leads_to_another_site(client, path):
    answer = client.get("/api/v1/qr.svg", {"path": path})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-path")


def test_an_address_that_no_phone_could_read_is_refused_in_words(client):
    answer = client.get("/api/v1/qr.svg", {"path": "/w/" + "x" * 1500})
    assert (answer.status_code, answer.json()["code"]) == (400, "path-too-long")


# Files

PODS = b"""\
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: main, image: busybox}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
data: {password: cGxhbnRlZC1zZWNyZXQ=}
"""
ASK = {"from": "default/client", "to": "default/web:80"}


@pytest.fixture
def slug(client, real_engine) -> str:
    return client.post("/api/v1/workspaces", PODS, content_type="text/yaml").json()["slug"]


@pytest.mark.parametrize(
    ("form", "kind", "ending", "begins"),
    [
        ("html", "text/html; charset=utf-8", "html", b"<!doctype html>"),
        ("pcapng", "application/x-pcapng", "pcapng", b"\x0a\x0d\x0d\x0a"),
        ("mermaid", "text/plain; charset=utf-8", "mmd", b"sequenceDiagram\n"),
        ("markdown", "text/markdown; charset=utf-8", "md", b"# From default/client"),
    ],
)
def test_a_trace_is_a_file_with_a_name_and_a_type(client, slug, form, kind, ending, begins):
    answer = client.get(f"/api/v1/workspaces/{slug}/trace", ASK | {"format": form})
    if form == "html" and answer.status_code == 503:
        pytest.skip("needs the browser's bundle (npm run build)")
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'attachment; filename="netviz-trace.{ending}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(begins)
    assert b"cGxhbnRlZC1zZWNyZXQ=" not in answer.content


def test_json_is_an_answer_and_no_file(client, slug):
    answer = client.get(f"/api/v1/workspaces/{slug}/trace", ASK | {"format": "json"})
    assert answer["Content-Type"] == "application/json"
    assert "Content-Disposition" not in answer


def test_another_form_is_refused_with_those_there_are(client, slug):
    answer = client.get(f"/api/v1/workspaces/{slug}/trace", ASK | {"format": "exe"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-format")
    assert all(form in answer.json()["hint"] for form in ("html", "pcapng", "mermaid", "markdown"))
