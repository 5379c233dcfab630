"""Answers for a whole class: asked once, packed once."""

import gzip
import threading

import pytest

from netviz.classroom.shelf import Shelf
from netviz.refusal import Refusal


def test_who_asks_while_the_answer_is_made_waits_for_it() -> None:
    shelf, asked, ready = Shelf(), [], threading.Event()

    def make() -> bytes:
        asked.append(1)
        ready.wait(30)
        return b"trace"

    got: list[bytes] = []
    phones = [threading.Thread(target=lambda: got.append(shelf.get("trace", make).plain)) for _ in range(20)]
    for phone in phones:
        phone.start()
    ready.set()
    for phone in phones:
        phone.join()
    assert got == [b"trace"] * 20
    assert asked == [1]
    assert gzip.decompress(shelf.get("trace", make).packed) == b"trace"


def test_a_refusal_is_not_kept() -> None:
    shelf = Shelf()

    def busy() -> bytes:
        raise Refusal(503, "busy", "Busy.", "Try again.")

    with pytest.raises(Refusal):
        shelf.get("trace", busy)
    assert shelf.get("trace", lambda: b"now").plain == b"now"


def test_the_oldest_answers_go_first() -> None:
    shelf, made = Shelf(most_bytes=300), []

    def of(name: str) -> bytes:
        return shelf.get(name, lambda: made.append(name) or name.encode() * 80).plain

    for name in ("a", "b", "a", "c", "a"):
        of(name)
    assert made == ["a", "b", "c"]
    of("b")
    assert made == ["a", "b", "c", "b"]
