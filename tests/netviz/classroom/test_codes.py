"""Join codes: read as people type them, refused in words, and not to be guessed."""

import pytest

from netviz.classroom import codes
from netviz.refusal import Refusal


@pytest.mark.parametrize("typed", ["K7QF3M2P", "k7qf-3m2p", " K7QF 3M2P ", "k7qf3m2p\n"])
def test_a_code_is_read_as_people_type_it(typed) -> None:
    assert codes.read(typed) == "K7QF3M2P"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "has 0"),
        ("K7QF", "has 4"),
        ("K7QF-3M2O", "a O in it"),
        ("K7QF-3M2Ж", "plain letters"),
        ("A" * 10_000, "10,000"),
    ],
)
def test_what_is_no_code_is_refused_in_words(typed, words) -> None:
    with pytest.raises(Refusal) as refused:
        codes.read(typed)
    assert words in refused.value.message


def test_codes_have_32_characters_that_nobody_confuses() -> None:
    assert len(set(codes.ALPHABET)) == 32
    assert not set("01IO") & set(codes.ALPHABET)
    assert len({codes.new_code() for _ in range(100)}) == 100
