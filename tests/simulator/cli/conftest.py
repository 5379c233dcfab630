"""The command line, run in this process."""

import io
import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from simulator.cli import main


class Ran(NamedTuple):
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Netviz = Callable[..., Ran]


@pytest.fixture
def netviz(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Netviz:
    """netviz("check", path): runs the command; `stdin` are the bytes that it may read."""

    def run(*argv: object, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main([str(word) for word in argv])
        except SystemExit as ended:
            status = int(ended.code or 0)
        out, err = capsys.readouterr()
        return Ran(status, out, err)

    return run


TINY = """\
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {app: client}}
spec: {containers: [{name: main, image: busybox}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, labels: {app: web}}
spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-2, labels: {app: web}}
spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: nothing}
spec:
  selector:
    app: wbe
  ports: [{port: 80, targetPort: 8080}]
"""


@pytest.fixture
def tiny(tmp_path):
    """A file with a client, two web pods, a Service for them and one whose selector has a slip."""
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY)
    return path
