"""The contract of the command line: exit status, errors in words, what is printed where."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
FLOW = ("--from", "default/client", "--to", "web:80")


def test_without_a_command_the_usage_is_told(netviz):
    ran = netviz()
    assert ran.status == 2
    assert "usage: netviz" in ran.err


@pytest.mark.parametrize("command", ["trace", "why", "objects", "rules", "check", "serve"])
def test_every_command_has_help(netviz, command: str):
    ran = netviz(command, "--help")
    assert ran.status == 0
    assert f"usage: netviz {command}" in ran.out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["check", "no-such-file.yaml"], "no-such-file.yaml: no such file"),
        (["check", "{tiny}", "--set", "proxy"], "KEY=VALUE"),
        (["check", "{tiny}", "--set", "no.such.key=1"], "no.such.key"),
        (["trace", "{tiny}"], "--from"),
        (["trace", "{tiny}", "--from", "default/clinet", "--to", "web:80"], "default/client"),
        (["trace", "{tiny}", *FLOW, "--via", "nowhere"], "nowhere"),
        (["trace", "{tiny}", *FLOW, "--pick", "default/web-9"], "default/web-1"),
        (["trace", "{tiny}", *FLOW, "--flows", "x.json"], "--flows"),
        (["trace", "{tiny}", "--flows", "no-flows.json"], "no-flows.json: no such file"),
        (["rules", "{tiny}", "--node", "node-x"], "node-a"),
        (["serve", "--port", "99999"], "99999"),
    ],
)
def test_wrong_usage_is_told_in_words_with_status_2(netviz, tiny, argv: list[str], words: str):
    ran = netviz(*(word.replace("{tiny}", str(tiny)) for word in argv))
    assert ran.status == 2
    assert words in ran.err.lower() or words in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_what_can_be_opened_is_never_wrong_usage(netviz, tmp_path):
    for name, data in {
        "a.yaml": b"\x00\xff\xfe",
        "b.yaml": b"{{ x }}: [",
        "c.tgz": b"no archive",
        "d.json": b"",
    }.items():
        (tmp_path / name).write_bytes(data)
        assert netviz("check", tmp_path / name).status in (0, 1)


def test_a_folder_is_read_through_and_hidden_files_are_left_out(netviz, tmp_path, tiny):
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "more.yml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: more}\n")
    (inner / ".hidden.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: hidden}\n")
    (inner / "notes.txt").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: notes}\n")
    names = {
        i["metadata"]["name"]
        for i in netviz("objects", tmp_path, "--kind", "namespace", "--format", "json").json["items"]
    }
    assert "more" in names
    assert not names & {"hidden", "notes"}


def test_a_dash_reads_standard_input(netviz, tiny):
    ran = netviz("objects", "-", "--kind", "Service", "--format", "json", stdin=tiny.read_bytes())
    assert {i["metadata"]["name"] for i in ran.json["items"]} == {"kubernetes", "web", "nothing"}


def test_an_empty_folder_is_no_error_but_is_mentioned(netviz, tmp_path):
    ran = netviz("check", tmp_path)
    assert ran.status == 0
    assert "no manifests" in ran.err


def test_names_from_manifests_cannot_steer_the_terminal(netviz, tmp_path):
    path = tmp_path / "evil\x1b[31m.yaml"
    path.write_text('apiVersion: v1\nkind: Pod\nmetadata: {name: "a\\e[2Jb"}\nspec: {containers: []}\n')
    ran = netviz("check", path)
    assert "\x1b" not in ran.out + ran.err


def run_process(*argv: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "simulator.cli", *map(str, argv)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(words, capture_output=True, text=True, env=environment, check=False)


def test_the_same_question_has_the_same_answer_whatever_the_hash_seed(tiny):
    told = set()
    for seed in ("1", "2"):
        words = [sys.executable, "-m", "simulator.cli", "trace", str(tiny), *FLOW, "--format", "json"]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": seed}
        told.add(subprocess.run(words, capture_output=True, text=True, env=environment, check=True).stdout)
    assert len(told) == 1


def test_a_small_question_imports_no_heavy_module(tiny):
    code = (
        "import sys; from simulator.cli import main; main(sys.argv[1:]); "
        "print(sorted(set(sys.modules) & {'dataclasses', 'networkx', 'django', 'asyncio', 'logging', 'unittest'}), "
        "file=sys.stderr)"
    )
    words = [sys.executable, "-c", code, "trace", str(tiny), *FLOW]
    ran = subprocess.run(
        words, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, check=True
    )
    assert ran.stderr.splitlines()[-1] == "[]"


def test_a_reader_that_goes_away_is_no_fault(tiny):
    words = f"{sys.executable} -m simulator.cli trace {tiny} {' '.join(FLOW)} --branches all | head -1; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(
        ["bash", "-c", words],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        check=True,
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines()[-1] == "0"


def test_json_is_one_line_that_ends(netviz, tiny):
    ran = netviz("check", tiny, "--format", "json")
    assert ran.out.count("\n") == 1
    json.loads(ran.out)
