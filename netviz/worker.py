"""A worker process: takes jobs from a pipe, keeps the clusters of the latest snapshots, answers."""

import resource
import signal
import traceback
from collections import OrderedDict
from importlib import import_module
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

from netviz.work import BundleNeeded, Done, Failed, Job, OutOfMemory, Refused, Reply, Take

KEPT_SNAPSHOTS = 8


class Worker:
    """The engine with a memory."""

    def __init__(self, engine: ModuleType) -> None:
        self._engine = engine
        self._loaded: OrderedDict[str, Any] = OrderedDict()

    def answer(self, job: Job) -> Reply:
        if isinstance(job, Take):
            return Done(self._engine.take(job.files, job.settings, job.base, job.limits))
        if job.snapshot not in self._loaded:
            if job.bundle is None:
                return BundleNeeded()
            self._loaded[job.snapshot] = self._engine.load(job.bundle)
            if len(self._loaded) > KEPT_SNAPSHOTS:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(job.snapshot)
        return Done(self._engine.OPERATIONS[job.operation](self._loaded[job.snapshot], *job.arguments))


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
