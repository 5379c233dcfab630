"""How much one socket may say: a bucket that fills again."""

import time
from collections.abc import Callable

from django.conf import settings

from netviz.refusal import Refusal

SECONDS_SAVED = 3
"""A bucket holds what may be said in so many seconds."""
PATIENCE = 200
"""So many messages too many, and the socket is closed."""
PRESENTER = 50
"""A presenter's clicker, or a program that plays, may say so many times as much."""


class Bucket:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: float = settings.NETVIZ_CLASS_MESSAGES_PER_SECOND * SECONDS_SAVED
        self._at = clock()
        self.spilt = 0

    def take(self, times: int) -> bool:
        """Whether one more message fits; `times` as much for a presenter."""
        rate = settings.NETVIZ_CLASS_MESSAGES_PER_SECOND * times
        now = self._clock()
        self._left = min(rate * SECONDS_SAVED, self._left + (now - self._at) * rate)
        self._at = now
        if self._left < 1:
            self.spilt += 1
            return False
        self._left -= 1
        return True


def flooded() -> Refusal:
    rate = settings.NETVIZ_CLASS_MESSAGES_PER_SECOND
    return Refusal(
        429,
        "flooded",
        "That were more than {rate} messages a second; some were not heard.",
        "Wait a moment. NETVIZ_CLASS_MESSAGES_PER_SECOND has the limit.",
        rate=rate,
    )
