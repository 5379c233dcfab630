"""Chance that can be repeated: a small seeded generator, and the choices that a walk leaves to it."""

from collections.abc import Callable, Sequence

import msgspec

_MASK = (1 << 64) - 1


class Option(msgspec.Struct, frozen=True):
    """One way that chance could go: what it leads to and how likely it is."""

    pick: str
    probability: float


Choose = Callable[[Sequence[Option]], int]
"""Given the options (probabilities add up to 1), the index of the one to take."""


class Random:
    """SplitMix64 (Steele, Lea, Flood 2014): the same seed, the same numbers, on every machine."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def bits(self) -> int:
        """64 evenly distributed bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, limit: int) -> int:
        return self.bits() % limit

    def choose(self, options: Sequence[Option]) -> int:
        """An index, each as likely as its option says."""
        point = self.bits() / 2**64
        for index, option in enumerate(options):
            point -= option.probability
            if point < 0:
                return index
        return len(options) - 1
