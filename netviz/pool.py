"""A small pool of spawned processes for the engine's work.

Each process has a thread here that hands it one job at a time, kills it over its time limit and replaces it. Jobs
of one owner wait in their own queue and owners take turns, so nobody starves another; an idle process that already
knows the snapshot is preferred.
"""

import atexit
import logging
import multiprocessing
import threading
from collections import OrderedDict, deque
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from django.conf import settings

from netviz.refusal import Refusal, internal_error
from netviz.work import Ask, Done, Failed, Job, LabWork, OutOfMemory, Refused, Reply
from netviz.worker import KEPT_SNAPSHOTS, main

_log = logging.getLogger("netviz.pool")
Waiting = tuple[Job, "Future[Reply]"]


class Limits:
    """The pool's limits, read once from the settings."""

    def __init__(self) -> None:
        self.engine: str = settings.NETVIZ_ENGINE
        self.workers: int = settings.NETVIZ_WORKERS
        self.seconds: float = settings.NETVIZ_ENGINE_SECONDS
        self.memory_mb: int = settings.NETVIZ_ENGINE_MEMORY_MB
        self.queue: int = settings.NETVIZ_ENGINE_QUEUE


class Pool:
    """Processes, the threads that mind them, and the jobs that wait."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._changed = threading.Condition()
        self._waiting: OrderedDict[str, deque[Waiting]] = OrderedDict()
        self._busy: dict[str, int] = {}
        self._closed = False
        self._minders = [Minder(self, number) for number in range(limits.workers)]
        for minder in self._minders:
            minder.start()

    def submit(self, owner: str, job: Job) -> "Future[Reply]":
        """Queue a job; the future holds the reply."""
        future: Future[Reply] = Future()
        with self._changed:
            queue = self._waiting.setdefault(owner, deque())
            if len(queue) >= self.limits.queue:
                raise Refusal(
                    503,
                    "busy",
                    "Too many questions are waiting for an answer here.",
                    "Try again in a moment. NETVIZ_ENGINE_QUEUE (now {limit}) says how many may wait.",
                    limit=self.limits.queue,
                )
            queue.append((job, future))
            self._changed.notify_all()
        return future

    def next_job(self, minder: "Minder") -> tuple[str, Waiting] | None:
        """Wait for a job that this minder should do; None when the pool closes."""
        with self._changed:
            minder.idle = True
            while not self._closed:
                found = self._choose(minder)
                if found is not None:
                    minder.idle = False
                    return found
                self._changed.wait()
            return None

    def _choose(self, minder: "Minder") -> tuple[str, Waiting] | None:
        """The first job of the first owner in turn, unless an idle other process knows its snapshot."""
        most = max(1, self.limits.workers - 1)
        for owner, queue in self._waiting.items():
            if self._busy.get(owner, 0) >= most or self._knows_better(minder, queue[0][0]):
                continue
            waiting = queue.popleft()
            del self._waiting[owner]
            if queue:
                self._waiting[owner] = queue
            self._busy[owner] = self._busy.get(owner, 0) + 1
            return owner, waiting
        return None

    def _knows_better(self, minder: "Minder", job: Job) -> bool:
        if not isinstance(job, Ask) or job.snapshot in minder.known:
            return False
        return any(other.idle and job.snapshot in other.known for other in self._minders)

    def finished(self, owner: str) -> None:
        with self._changed:
            self._busy[owner] -= 1
            if not self._busy[owner]:
                del self._busy[owner]
            self._changed.notify_all()

    def close(self) -> None:
        """End all processes; what still waits is refused."""
        with self._changed:
            self._closed = True
            waiting = [w for queue in self._waiting.values() for w in queue]
            self._waiting.clear()
            self._changed.notify_all()
        for _, future in waiting:
            future.set_exception(internal_error())
        for minder in self._minders:
            minder.kill()


class Minder(threading.Thread):
    """Minds one process."""

    def __init__(self, pool: Pool, number: int) -> None:
        super().__init__(name=f"netviz-engine-{number}", daemon=True)
        self.idle = False
        self.known: OrderedDict[str, None] = OrderedDict()
        self._pool = pool
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def run(self) -> None:
        while (found := self._pool.next_job(self)) is not None:
            owner, (job, future) = found
            try:
                if future.set_running_or_notify_cancel():
                    self._do(job, future)
            finally:
                self._pool.finished(owner)

    def _do(self, job: Job, future: "Future[Reply]") -> None:
        try:
            reply = self._ask(job)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self.end()
            reply = Failed("worker died", "")
        if isinstance(reply, Refusal):
            future.set_exception(reply)
            return
        if isinstance(reply, Done) and not isinstance(job, LabWork):
            self._remember(job.snapshot if isinstance(job, Ask) else reply.value.snapshot)
        if isinstance(reply, OutOfMemory):
            self.end()
        future.set_result(reply)

    def _ask(self, job: Job) -> Reply | Refusal:
        pipe = self._connect()
        pipe.send(job)
        if not pipe.poll(self._pool.limits.seconds):
            self.end()
            return too_slow(self._pool.limits.seconds)
        reply: Reply = pipe.recv()
        return reply

    def _connect(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self.end()
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            limits = self._pool.limits
            self._process = context.Process(
                target=main, args=(theirs, limits.engine, limits.memory_mb), name=self.name, daemon=True
            )
            self._process.start()
            theirs.close()
        return self._pipe

    def _remember(self, snapshot: str) -> None:
        self.known[snapshot] = None
        self.known.move_to_end(snapshot)
        if len(self.known) > KEPT_SNAPSHOTS:
            self.known.popitem(last=False)

    def kill(self) -> None:
        """Kill the process; a job that it was doing fails."""
        process = self._process
        if process is not None:
            process.kill()

    def end(self) -> None:
        """Kill the process and forget it; the next job starts a new one."""
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        self.known.clear()
        if process is not None:
            process.kill()
            process.join()
        if pipe is not None:
            pipe.close()


def too_slow(seconds: float) -> Refusal:
    return Refusal(
        503,
        "too-slow",
        "This took longer than {seconds} seconds and was stopped.",
        "Ask about fewer manifests, or raise NETVIZ_ENGINE_SECONDS.",
        seconds=f"{seconds:g}",
    )


def too_big(memory_mb: int) -> Refusal:
    return Refusal(
        413,
        "too-big",
        "This needs more than {memory} MB of memory and was stopped.",
        "Ask about fewer manifests, or raise NETVIZ_ENGINE_MEMORY_MB.",
        memory=memory_mb,
    )


def value_of(reply: Reply, limits: Limits) -> object:
    """What a reply holds; every other kind is raised as a refusal."""
    if isinstance(reply, Done):
        return reply.value
    if isinstance(reply, Refused):
        raise Refusal(reply.status, reply.code, reply.message, reply.hint)
    if isinstance(reply, OutOfMemory):
        raise too_big(limits.memory_mb)
    assert isinstance(reply, Failed), f"a {type(reply).__name__} is no answer"
    _log.error("the engine failed: %s at %s", reply.kind, reply.place)
    raise internal_error()


_lock = threading.Lock()
_running: list[Pool] = []


def pool() -> Pool:
    """The pool of this process, started when it is first needed."""
    with _lock:
        if not _running:
            _running.append(Pool(Limits()))
        return _running[0]


@atexit.register
def close() -> None:
    """End the pool; the next question starts a new one."""
    with _lock:
        ending, _running[:] = list(_running), []
    for each in ending:
        each.close()
