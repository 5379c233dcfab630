"""English in three depths: a sentence for somebody new, the mechanism, and the kernel's words with their source."""

import re
from collections import Counter

import pytest

from simulator.trace.narration.en import TEXTS, TOPICS

SOURCES = re.compile(r"\w+/\w[\w/.-]*\.[ch]\b|\w+\(\d?\)|plugin/\w+|\{\w+\}|kernel|nf_tables|iptables|getaddrinfo")
"""A file of the kernel, a function, a plugin of CoreDNS, or the name of the program that the step is told of."""


def test_no_text_is_told_by_two_topics() -> None:
    told = Counter(key for topic in TOPICS for key in topic.TEXTS)
    assert [key for key, count in told.items() if count > 1] == []


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_has_three_depths_that_say_three_things(key: str) -> None:
    plain, mechanism, kernel = TEXTS[key]
    assert len({plain, mechanism, kernel}) == 3
    for depth in (plain, mechanism, kernel):
        assert depth.strip() == depth
        assert depth[-1] in '.?!"}]', depth


@pytest.mark.parametrize("key", TEXTS)
def test_the_sentence_for_somebody_new_needs_no_source_code(key: str) -> None:
    plain, _, _ = TEXTS[key]
    assert not re.search(r"\.[ch]:|\w+\(\)", plain)


@pytest.mark.parametrize("key", TEXTS)
def test_the_deepest_words_name_who_says_so(key: str) -> None:
    *_, kernel = TEXTS[key]
    assert SOURCES.search(kernel), kernel
