"""Real servers for the tests of classes, each on a port of its own with its data in a folder that goes away."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

REPOSITORY = Path(__file__).resolve().parents[3]
SERVE = """
import sys, django, uvicorn
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0, interactive=False)
from netviz.server import APPLICATION, options
uvicorn.run(APPLICATION, port=int(sys.argv[1]), **options())
"""
POD = b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: client\n"
FLOW = {"from": "default/client", "to": "10.96.0.1:443"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(ready: Callable[[], bool], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, f"{what} did not come in {seconds:g} seconds"
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Redis:
    """redis-server that keeps nothing; it may be stopped and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("needs redis-server (Debian: apt install redis-server; scripts/test-servers does it)")
        self.port, self._program, self._folder = free_port(), program, folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        words = [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen([*words, "--dir", str(self._folder)], stdout=subprocess.DEVNULL)
        wait_for(lambda: listens(self.port), "Redis")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Postgres:
    """A PostgreSQL cluster of its own. It refuses to run as root, so root runs it as the user postgres."""

    def __init__(self) -> None:
        known = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        program = shutil.which("initdb") or (str(known[-1] / "initdb") if known else None)
        if program is None:
            pytest.skip("needs PostgreSQL (Debian: apt install postgresql; scripts/test-servers does it)")
        self._bin = Path(program).resolve().parent
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self._folder = Path(tempfile.mkdtemp(prefix="netviz-postgres-", dir="/tmp"))
        if self._as:
            shutil.chown(self._folder, "postgres")
        self.port = free_port()
        self.url = f"postgres://netviz@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "netviz", "--auth=trust", "--no-sync", "-E", "UTF8")
        options = f"-p {self.port} -h 127.0.0.1 -k {self._folder} -c fsync=off"
        self._run("pg_ctl", "-D", data, "-o", options, "-w", "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        data = self._folder / "data"
        if data.is_dir():
            self._run("pg_ctl", "-D", str(data), "-m", "immediate", "stop", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *words: str, check: bool = True) -> None:
        command = [*self._as, str(self._bin / program), *words]
        done = subprocess.run(command, cwd="/tmp", check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert not check or done.returncode == 0, done.stderr.decode()


class Site:
    """The site in a process of its own, without its static files: nobody looks at pages here."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.port, self._data, self._environment = free_port(), data, environment
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        own = {"NETVIZ_WORKERS": "1", "NETVIZ_DATA_DIR": str(self._data), "DJANGO_SETTINGS_MODULE": "netviz.settings"}
        environment = os.environ | own | self._environment
        words = [sys.executable, "-c", SERVE, str(self.port)]
        self._process = subprocess.Popen(words, cwd=REPOSITORY, env=environment)
        wait_for(self._answers, "the site")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/robots.txt", timeout=5):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def ask(self, path: str, body: bytes | None = None, kind: str = "application/json", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()} | {"Content-Type": kind}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data=body, headers=named)) as answer:
            return json.load(answer)

    def new_class(self) -> dict[str, str]:
        made = self.ask("/api/v1/workspaces", POD, "text/yaml")
        answer: dict[str, str] = self.ask("/api/v1/classes", json.dumps({"workspace": made["slug"]}).encode())
        return answer

    def join(self, code: str, key: str = "") -> "Person":
        headers = {"Cookie": f"netviz-member={key}"} if key else {}
        return Person(f"ws://127.0.0.1:{self.port}/ws/classes/{code}/", headers)

    def present(self, klass: dict[str, str]) -> "Person":
        there = self.join(klass["code"])
        there.say({"type": "class.claim", "token": klass["token"]})
        there.wait("class.claimed")
        return there


class Person:
    """A screen of a class, over a real socket."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._open = ExitStack()
        self._socket = self._open.enter_context(connect(url, additional_headers=headers))

    def say(self, message: dict[str, Any]) -> None:
        self._socket.send(json.dumps(message))

    def go(self, step: int) -> None:
        self.say({"type": "class.cursor", "flow": FLOW, "step": step})

    def ask(self) -> None:
        self.say({"type": "class.ask", "question": "Where next?", "choices": ["here", "there"], "answer": 1})

    def vote(self, poll: str, choice: int) -> None:
        self.say({"type": "class.vote", "poll": poll, "choice": choice})

    def hear(self, seconds: float = 40) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv(timeout=seconds))
        return message

    def wait(self, kind: str, where: Callable[[dict[str, Any]], bool] = lambda message: True) -> dict[str, Any]:
        while True:
            message = self.hear()
            if message["type"] == kind and where(message):
                return message

    def at(self, step: int) -> dict[str, Any]:
        """The state in which the class is at a step."""
        return self.wait("class.state", lambda state: state["step"] == step)

    def states_until(self, step: int) -> list[dict[str, Any]]:
        """Every state that is heard, up to the one at this step."""
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["step"] != step:
            heard.append(self.wait("class.state"))
        return heard

    def poll(self, status: str = "open") -> dict[str, Any]:
        state = self.wait("class.state", lambda state: bool(state["poll"]) and state["poll"]["status"] == status)
        poll: dict[str, Any] = state["poll"]
        return poll

    def close(self) -> None:
        self._open.close()
