"""A worker process: takes jobs from a pipe, keeps the clusters of the latest snapshots, answers."""

import resource
import signal
import traceback
from collections import OrderedDict
from importlib import import_module
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

from netviz.work import BundleNeeded, Done, Failed, Job, LabWork, OutOfMemory, Refused, Reply, Take, Taken

KEPT_SNAPSHOTS = 8
KEPT_DRAFTS = 3
"""Of what is being edited only the latest states are asked about."""


class Worker:
    """The engine with a memory."""

    def __init__(self, engine: ModuleType) -> None:
        self._engine = engine
        self._loaded: OrderedDict[str, Any] = OrderedDict()
        self._drafts: OrderedDict[str, Any] = OrderedDict()

    def answer(self, job: Job) -> Reply:
        if isinstance(job, Take):
            return Done(self._take(job))
        if isinstance(job, LabWork):
            return Done(import_module("netviz.labs.desk").work(*job))
        wanted = [(job.snapshot, job.bundle)] + [(job.against, job.against_bundle)] * bool(job.against)
        if any(bundle is None and not self._has(snapshot) for snapshot, bundle in wanted):
            return BundleNeeded()
        found = [self._find(snapshot, bundle) for snapshot, bundle in wanted]
        return Done(self._engine.OPERATIONS[job.operation](*found, *job.arguments))

    def _take(self, job: Take) -> Taken:
        """What was taken is asked about next, so it is not compiled again for that."""
        taken, loaded = self._engine.take(job.files, job.settings, job.base, job.limits, job.add)
        kept, most = (self._drafts, KEPT_DRAFTS) if job.draft else (self._loaded, KEPT_SNAPSHOTS)
        _remember(kept, taken.snapshot, loaded, most)
        assert isinstance(taken, Taken)
        return taken

    def _has(self, snapshot: str) -> bool:
        return snapshot in self._loaded or snapshot in self._drafts

    def _find(self, snapshot: str, bundle: bytes | None) -> Any:
        if snapshot in self._drafts:
            self._drafts.move_to_end(snapshot)
            return self._drafts[snapshot]
        if snapshot not in self._loaded:
            assert bundle is not None
            _remember(self._loaded, snapshot, self._engine.load(bundle), KEPT_SNAPSHOTS)
        self._loaded.move_to_end(snapshot)
        return self._loaded[snapshot]


def _remember(kept: OrderedDict[str, Any], snapshot: str, loaded: Any, most: int) -> None:
    kept[snapshot] = loaded
    kept.move_to_end(snapshot)
    if len(kept) > most:
        kept.popitem(last=False)


def guarded(worker: Worker, job: Job) -> Reply:
    """The answer, or what went wrong. The engine's own faults end here: one must not take the site down."""
    try:
        return worker.answer(job)
    except Refused as refused:
        return refused
    except MemoryError:
        return OutOfMemory()
    except Exception as fault:  # noqa: BLE001  reported to the site's log, answered as internal-error
        frames = traceback.extract_tb(fault.__traceback__)
        return Failed(type(fault).__name__, " < ".join(f"{f.filename}:{f.lineno}" for f in reversed(frames[-4:])))


def main(pipe: Connection, engine: str, memory_mb: int) -> None:
    """Answer jobs until the other end is closed, or memory has run out once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the site, which ends its workers itself
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 1024**2, memory_mb * 1024**2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    worker = Worker(import_module(engine))
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        reply = guarded(worker, job)
        try:
            pipe.send(reply)
        except BrokenPipeError:
            return
        if isinstance(reply, OutOfMemory):
            return
