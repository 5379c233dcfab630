"""The running site: `netviz serve` and `manage.py runserver` from a fresh folder to an answer."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.sync.client import connect

from netviz.server import PortTaken, free_port, listen

REPOSITORY = Path(__file__).resolve().parents[2]
SERVE = "from netviz.serve import serve; serve(port={port}, lan={lan}, ephemeral={ephemeral})"

pytestmark = pytest.mark.slow


@contextmanager
def running(command: list[str], folder: Path, **env: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the address that it printed."""
    process = subprocess.Popen(
        command,
        env={**os.environ, "NETVIZ_DATA_DIR": str(folder), "PYTHONPATH": str(REPOSITORY), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    try:
        line = process.stdout.readline()
        found = re.search(r"http://\S+/", line)
        assert found, line + process.stderr.read()
        yield process, found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def serve(port: int, lan: bool = False, ephemeral: bool = False) -> list[str]:
    return [sys.executable, "-c", SERVE.format(port=port, lan=lan, ephemeral=ephemeral)]


def ask(address: str, **more):
    """Status and body, also of an error; a server that is just starting is waited for."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(urllib.request.Request(address, **more), timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            import time

            time.sleep(0.2)
    raise AssertionError(f"nobody answers at {address}")


@pytest.mark.parametrize(
    "command",
    [
        serve,
        lambda port: [sys.executable, "manage.py", "runserver", str(port)],
        lambda port: [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"],
    ],
    ids=["serve", "runserver", "runserver --noreload"],
)
def test_pages_and_websockets_from_one_command_and_a_fresh_folder(command, tmp_path):
    port = free_port("127.0.0.1")
    with running(command(port), tmp_path / "data") as (_, address):
        assert address.endswith(f":{port}/")
        assert ask(f"{address}robots.txt")[0] == 200
        with connect(f"ws://127.0.0.1:{port}/ws/workspaces/nothing-here/") as there:
            assert json.loads(there.recv())["code"] == "unknown-workspace"
    assert (tmp_path / "data" / "netviz.sqlite3").is_file()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_without_a_word_and_ephemeral_leaves_nothing_behind(tmp_path, ending):
    (tmp_path / "tmp").mkdir()
    command = serve(free_port("127.0.0.1"), ephemeral=True)
    with running(command, tmp_path / "data", TMPDIR=str(tmp_path / "tmp")) as (process, address):
        ask(f"{address}robots.txt")
        process.send_signal(ending)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert not (tmp_path / "data").exists()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_on_the_lan_the_machines_own_names_are_printed_and_let_in(tmp_path):
    port = free_port("127.0.0.1")
    with running(serve(port, lan=True), tmp_path) as (_, address):
        name = socket.gethostname().lower()
        assert ask(f"{address}robots.txt", headers={"Host": f"{name}:{port}"})[0] == 200
        post = {"data": b"x", "headers": {"Host": f"evil.test:{port}"}}
        assert ask(f"{address}api/v1/workspaces", **post)[0] == 400


def test_a_body_over_the_limit_is_refused_in_words(tmp_path):
    limits = {"NETVIZ_MAX_UPLOAD_BYTES": "1000", "NETVIZ_MAX_FILES": "1"}
    with running(serve(free_port("127.0.0.1")), tmp_path, **limits) as (_, address):
        for headers in ({"Content-Length": "100000"}, {"Transfer-Encoding": "chunked"}):
            body = b"x" * 100000 if "Content-Length" in headers else iter([b"x" * 50000] * 2)
            status, answer = ask(
                f"{address}api/v1/workspaces", data=body, headers={**headers, "Content-Type": "text/yaml"}
            )
            assert (status, json.loads(answer)["code"]) == (413, "upload-too-large")
            assert "NETVIZ_MAX_UPLOAD_BYTES" in json.loads(answer)["hint"]


def test_a_port_that_is_taken_is_told_with_one_that_is_free():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)) as told:
            listen("127.0.0.1", port)
    assert "--port" in told.value.hint
