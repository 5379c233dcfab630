"""Chance can be repeated, and is as likely as it says."""

from collections import Counter

from simulator.chance import Option, Random

THIRDS = (Option("a", 1 / 3), Option("b", 1 / 3), Option("c", 1 / 3))


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, second = Random(7), Random(7)
    assert [first.bits() for _ in range(5)] == [second.bits() for _ in range(5)]


def test_numbers_are_those_of_splitmix64() -> None:
    # The reference implementation's first outputs for seed 1234567 (Vigna, splitmix64.c).
    generator = Random(1234567)
    assert [generator.bits() for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_every_option_is_drawn_about_as_often_as_its_probability_says() -> None:
    random = Random(1)
    drawn = Counter(random.choose(THIRDS) for _ in range(3000))
    assert set(drawn) == {0, 1, 2}
    assert all(900 < count < 1100 for count in drawn.values())


def test_rounding_never_leaves_the_options() -> None:
    assert Random(3).choose((Option("only", 0.0),)) == 0
