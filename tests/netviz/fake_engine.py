"""An engine that knows nothing of networks: what a workspace's first file says is what it does.

It stands in for `netviz.engine` where a test is about the site or the pool.
"""

import json
import os
import time
from hashlib import sha256

from netviz.work import Answers, Refused, Taken

LOADS = []
POD = b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: client\n"


def take(files, settings, base, limits, add=False):
    before = json.loads(base) if base else {"files": [], "settings": {}}
    texts = before["files"] if files is None else [[path, _masked(data.decode())] for path, data in files]
    if add:
        new = {path for path, _ in texts}
        texts = [file for file in before["files"] if file[0] not in new] + texts
    chosen = before["settings"] if settings is None else settings
    if "bad" in chosen:
        raise Refused(400, "bad-setting", "bad: there is no such setting.", "Leave it out.")
    bundle = json.dumps({"files": texts, "settings": chosen}).encode()
    problems = [
        {"level": "warning", "id": "odd", "message": f"{path} is odd.", "hint": "Mend it.", "file": path, "line": 1}
        for path, text in texts
        if "odd" in text
    ]
    taken = Taken(
        bundle=bundle,
        snapshot=sha256(bundle).hexdigest(),
        problems=json.dumps(problems).encode(),
        files=[{"path": path, "lines": text.count("\n")} for path, text in texts],
        objects=sum("kind:" in text for _, text in texts),
    )
    return taken, json.loads(bundle)


def _masked(text):
    return "\n".join("  password: ••••••" if "password:" in line else line for line in text.split("\n"))


def load(bundle):
    LOADS.append(1)
    kept = json.loads(bundle)
    if any("does not load" in text for _, text in kept["files"]):
        raise ValueError("a-secret-in-an-exception")
    return kept


def stepwise_trace(loaded, question):
    source, faults, size = question.source, question.faults, question.size
    if source == "unknown":
        raise Refused(400, "unknown-pod", "There is no pod unknown.", "Its pods are: client.")
    if source == "fault":
        raise KeyError("a-secret-in-an-exception")
    words = json.dumps([loaded, *(question if faults or size else question[:6])])
    key = sha256(words.encode()).hexdigest()[:32]
    return Answers(
        key=key,
        head=json.dumps({"key": key, "seed": question.seed}).encode(),
        steps=[json.dumps({"seq": seq, "leg": 0}).encode() for seq in range(5)],
        disposition="delivered",
    )


def whole_trace(loaded, question):
    return stepwise_trace(loaded, question).head


def graph(loaded, view=None):
    return json.dumps(
        {"version": 1, "files": [path for path, _ in loaded["files"]], "settings": loaded["settings"]}
    ).encode()


def file(loaded, path):
    for label, text in loaded["files"]:
        if label == path:
            return text
    raise Refused(404, "unknown-file", "This workspace has no file of that name.", "")


def eat_memory(loaded):
    eaten = bytearray()
    while True:
        eaten += b"x" * 2**20


OPERATIONS = {
    "graph": graph,
    "objects": lambda loaded: b'{"items": []}',
    "problems": lambda loaded: b'{"problems": []}',
    "file": file,
    "whole-trace": whole_trace,
    "stepwise-trace": stepwise_trace,
    "echo": lambda loaded, word: word,
    "pid": lambda loaded: os.getpid(),
    "loads": lambda loaded: len(LOADS),
    "sleep": lambda loaded, seconds: time.sleep(seconds),
    "die": lambda loaded: os._exit(1),
    "eat-memory": eat_memory,
}
