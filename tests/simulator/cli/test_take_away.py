"""A trace as a file: where it goes, and what is said where it cannot."""

import json
import re
import sys

import pytest

from netviz import bundle

ASK = ("--from", "default/client", "--to", "web:80")


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A player that was built."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "standalone.js").write_text("play()")
    (folder / "standalone.css").write_text("body{}")
    monkeypatch.setattr(bundle, "folder", lambda: folder)
    return folder


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("pcapng", b"\x0a\x0d\x0d\x0a"),
        ("mermaid", b"sequenceDiagram\n"),
        ("markdown", b"# From default/client to web:80"),
    ],
)
def test_output_goes_into_the_file(netviz, tiny, tmp_path, form, begins):
    file = tmp_path / "taken"
    ran = netviz("trace", tiny, *ASK, "--format", form, "--output", file)
    assert (ran.status, ran.out) == (0, "")
    assert file.read_bytes().startswith(begins)


def test_a_report_quotes_the_manifests(netviz, tiny):
    ran = netviz("trace", tiny, "--from", "default/client", "--to", "nothing:80", "--format", "markdown")
    assert "## Because you wrote" in ran.out
    assert re.search(r"^ *\d+ +app: wbe$", ran.out, re.MULTILINE)


def test_a_page_holds_trace_picture_and_lines(netviz, tiny, built):
    ran = netviz("trace", tiny, *ASK, "--format", "html")
    kept = json.loads(re.search(r'id="netviz-replay">(.*?)</script>', ran.out, re.DOTALL)[1])
    assert kept["asked"] == {"from": "default/client", "to": "web:80", "protocol": "TCP"}
    assert [pod["name"] for pod in kept["graph"]["pods"] if not pod.get("assumed")] == ["client", "web-1", "web-2"]
    assert kept["trace"]["disposition"] == "delivered"
    assert any("nginx" in line for line in kept["files"][str(tiny)].values())
    assert "<script>play()</script>" in ran.out


def test_a_page_without_a_built_player_says_how_to_build_it(netviz, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "folder", lambda: tmp_path / "nowhere")
    ran = netviz("trace", tiny, *ASK, "--format", "html")
    assert ran.status == 2
    assert "not built" in ran.err
    assert "npm run build" in ran.err


@pytest.mark.parametrize("form", ["pcapng", "html"])
def test_what_nobody_can_read_is_not_for_a_terminal(netviz, tiny, monkeypatch, built, form):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = netviz("trace", tiny, *ASK, "--format", form)
    assert ran.status == 2
    assert "--output FILE" in ran.err


def test_a_file_that_cannot_be_written_is_named(netviz, tiny, tmp_path):
    ran = netviz("trace", tiny, *ASK, "--format", "mermaid", "--output", tmp_path / "no" / "folder.mmd")
    assert ran.status == 2
    assert "folder.mmd: cannot be written" in ran.err


@pytest.mark.parametrize("options", [("--branches", "all"), ("--connections", "2")])
def test_a_file_is_of_one_trace(netviz, tiny, options):
    ran = netviz("trace", tiny, *ASK, "--format", "html", *options)
    assert ran.status == 2
    assert "is of one trace" in ran.err
