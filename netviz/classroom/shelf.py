"""Answers about the snapshots of classes, kept: 200 phones that ask for one trace in one second are one question."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import NamedTuple

MOST_BYTES = 32 * 1024 * 1024


class Answer(NamedTuple):
    """JSON, plain and packed."""

    plain: bytes
    packed: bytes


class Shelf:
    """The latest answers, by what they are about. Who asks while one is being made waits for it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._asked: OrderedDict[Hashable, Future[Answer]] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}

    def get(self, about: Hashable, make: Callable[[], bytes]) -> Answer:
        """The answer; a refusal is everybody's who waits, and not kept."""
        with self._lock:
            found = self._asked.get(about)
            if found is not None:
                self._asked.move_to_end(about)
        if found is not None:
            return found.result()
        return self._made(about, make)

    def _made(self, about: Hashable, make: Callable[[], bytes]) -> Answer:
        with self._lock:
            mine: Future[Answer] = Future()
            other = self._asked.setdefault(about, mine)
        if other is not mine:
            return other.result()
        try:
            plain = make()
            answer = Answer(plain, gzip.compress(plain, 6, mtime=0))
        except BaseException as fault:
            with self._lock:
                del self._asked[about]
            mine.set_exception(fault)
            raise
        mine.set_result(answer)
        self._keep(about, answer)
        return answer

    def _keep(self, about: Hashable, answer: Answer) -> None:
        with self._lock:
            self._sizes[about] = len(answer.plain) + len(answer.packed)
            while sum(self._sizes.values()) > self._most:
                oldest = next(key for key in self._asked if key in self._sizes)
                del self._asked[oldest], self._sizes[oldest]


shelf = Shelf()
"""Of this process."""
