"""Join codes: eight of 32 characters, easy to read aloud, and how often one may be wrong about them."""

import secrets
import time
from collections import deque
from collections.abc import Callable

from django.conf import settings

from netviz.refusal import Refusal

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I: nobody has to ask which one it is."""
LENGTH = 8
MINUTE = 60.0
LONGEST = 64
"""What is longer was not typed by somebody who reads a code off a wall."""


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """In two halves, as it stands on the wall: K7QF-3M2P."""
    return f"{code[:4]}-{code[4:]}"


def read(text: str) -> str:
    """A code as somebody types it: small letters, spaces and hyphens are all the same."""
    if len(text) > LONGEST:
        raise not_a_code(f"This one has {len(text):,} characters.")
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != LENGTH:
        raise not_a_code(f"This one has {len(code)}.")
    strange = next((letter for letter in code if letter not in ALPHABET), None)
    if strange is not None:
        raise not_a_code(f"No code has a {strange} in it." if strange.isascii() else "It is plain letters and digits.")
    return code


def not_a_code(more: str) -> Refusal:
    return Refusal(
        400,
        "bad-code",
        f"A class code has {LENGTH} letters and digits, as in K7QF-3M2P. {more}",
        "Look at the wall again.",
    )


def unknown_class() -> Refusal:
    return Refusal(
        404,
        "unknown-class",
        "There is no class with this code.",
        "Look at the code again; a class is deleted some time after it was last open.",
    )


def too_many_tries(seconds: int) -> Refusal:
    return Refusal(
        429,
        "too-many-tries",
        "Too many wrong class codes came from here.",
        f"Try again in {seconds} seconds. Who is in the class already stays in it.",
    )


class Tries:
    """Wrong tries of the last minute, by address and in all. Right ones are never counted."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all: deque[float] = deque()
        self._by_address: dict[str, deque[float]] = {}

    def check(self, address: str) -> None:
        """Refuse while there have been too many."""
        now = self._clock()
        for tries in (self._of(address), self._all):
            _forget(tries, now)
            if len(tries) >= settings.NETVIZ_MAX_WRONG_CODES:
                raise too_many_tries(int(tries[0] + MINUTE - now) + 1)

    def wrong(self, address: str) -> None:
        """One more. Addresses without a try in the last minute are forgotten."""
        now = self._clock()
        if len(self._by_address) > 1000:
            self._by_address = {who: t for who, t in self._by_address.items() if t and t[-1] > now - MINUTE}
        self._by_address.setdefault(address, deque()).append(now)
        self._all.append(now)

    def forget(self) -> None:
        self._all.clear()
        self._by_address.clear()

    def _of(self, address: str) -> deque[float]:
        return self._by_address.get(address, deque())


def _forget(tries: deque[float], now: float) -> None:
    while tries and tries[0] <= now - MINUTE:
        tries.popleft()


tries = Tries()
"""Of this process."""
