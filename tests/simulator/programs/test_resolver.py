"""Resolving a name: which questions go out, in which order, and when the walk ends.

The counts for glibc are those that were measured with getaddrinfo() and a pod's resolv.conf.
"""

from collections.abc import Mapping
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.programs.dns import Answer, Question, Rcode, Record, RecordType
from simulator.programs.resolver import Failure, Libc, Resolved, candidates, resolve

SEARCH = ("default.svc.cluster.local", "svc.cluster.local", "cluster.local")
ADDRESS = ip_address("10.96.0.50")
KNOWN = {
    "web.default.svc.cluster.local": ADDRESS,
    "web.other.svc.cluster.local": ADDRESS,
    "www.example.com": ADDRESS,
    "a.b.c.d.example.com": ADDRESS,
}
NXDOMAIN, NODATA, SERVFAIL, SILENCE = "NXDOMAIN", "NODATA", "SERVFAIL", "silence"


def answered(question: Question, special: Mapping[str, str]) -> Answer | None:
    how = special.get(question.name)
    if how == SILENCE:
        return None
    if how == SERVFAIL:
        return Answer(question, Rcode.SERVFAIL)
    address = KNOWN.get(question.name)
    if address is None and how != NODATA:
        return Answer(question, Rcode.NXDOMAIN)
    if address is None or question.type is not RecordType.A:
        return Answer(question, Rcode.NOERROR)
    return Answer(question, Rcode.NOERROR, (Record(question.name, RecordType.A, address),))


def looked_up(name: str, libc: Libc = Libc.GLIBC, ndots: int = 5, **special: str) -> tuple[Resolved, int]:
    """The result, and how many packets the questions were. `special` names take _ for a dot."""
    asking = resolve(name, SEARCH, ndots, libc)
    how = {name.replace("_", "."): word for name, word in special.items()}
    questions = next(asking)
    packets = 0
    while True:
        packets += len(questions)
        try:
            questions = asking.send([answered(question, how) for question in questions])
        except StopIteration as stop:
            return stop.value, packets


@pytest.mark.parametrize(
    ("name", "tried", "packets"),
    [
        ("web", 1, 2),
        ("web.other", 2, 4),
        ("web.other.svc.cluster.local", 4, 8),
        ("web.other.svc.cluster.local.", 1, 2),
        ("www.example.com", 4, 8),
        ("a.b.c.d.example.com", 1, 2),
    ],
)
def test_glibc_asks_as_often_as_was_measured(name: str, tried: int, packets: int) -> None:
    found, asked = looked_up(name)
    assert (len(found.tried), asked, found.addresses) == (tried, packets, (ADDRESS,))


def test_a_name_that_nobody_has_is_tried_in_every_way_and_is_unknown() -> None:
    found, packets = looked_up("nosuch")
    assert (found.tried[-1], packets, found.failure) == ("nosuch", 8, Failure.UNKNOWN)


def test_with_enough_dots_musl_never_searches_and_glibc_does_so_afterwards() -> None:
    assert list(candidates("a.b", SEARCH, 1, Libc.MUSL)) == ["a.b"]
    assert next(candidates("a.b", SEARCH, 1, Libc.GLIBC)) == "a.b"
    assert len(list(candidates("a.b", SEARCH, 1, Libc.GLIBC))) == 4


def test_an_empty_answer_stops_musl_and_not_glibc() -> None:
    name = "web.other"
    stopped, _ = looked_up(name, Libc.MUSL, web_other_default_svc_cluster_local=NODATA)
    assert (stopped.failure, len(stopped.tried)) == (Failure.NO_ADDRESS, 1)
    went_on, _ = looked_up(name, Libc.GLIBC, web_other_default_svc_cluster_local=NODATA)
    assert went_on.addresses == (ADDRESS,)


def test_silence_ends_the_walk_as_a_temporary_failure() -> None:
    found, packets = looked_up("web", web_default_svc_cluster_local=SILENCE)
    assert (found.failure, packets) == (Failure.TEMPORARY, 2)


def test_glibc_goes_on_after_a_server_failure_and_remembers_it() -> None:
    found, _ = looked_up("nosuch", nosuch_default_svc_cluster_local=SERVFAIL)
    assert (len(found.tried), found.failure) == (4, Failure.TEMPORARY)


def test_glibcs_failure_is_that_of_the_name_as_it_is_where_that_came_first() -> None:
    found, _ = looked_up("web.nosuch", ndots=1, web_nosuch_svc_cluster_local=NODATA)
    assert (len(found.tried), found.failure) == (4, Failure.UNKNOWN)
    searched_first, _ = looked_up("web.nosuch", ndots=2, web_nosuch_svc_cluster_local=NODATA)
    assert searched_first.failure is Failure.NO_ADDRESS


def test_no_dots_are_wanted_and_every_name_is_tried_as_it_is_first() -> None:
    assert next(candidates("web", SEARCH, 0, Libc.GLIBC)) == "web"
    assert list(candidates("web", SEARCH, 0, Libc.MUSL)) == ["web"]


def test_the_root_in_the_search_list_is_the_name_as_it_is() -> None:
    assert list(candidates("web", (".", "a.b"), 5, Libc.GLIBC)) == ["web", "web.a.b"]


def half(answer: Rcode | None, libc: Libc) -> Resolved:
    """A is answered well, AAAA not."""
    asking = resolve("web.default.svc.cluster.local.", (), 5, libc)
    first, second = next(asking)
    good = Answer(first, Rcode.NOERROR, (Record(first.name, RecordType.A, ADDRESS),))
    try:
        asking.send([good, Answer(second, answer) if answer else None])
    except StopIteration as stop:
        return stop.value
    raise AssertionError("a name with a dot at its end is asked once")


@pytest.mark.parametrize("answer", [None, Rcode.SERVFAIL])
def test_one_question_without_an_answer_is_enough_for_musl_to_fail(answer: Rcode | None) -> None:
    assert half(answer, Libc.MUSL).failure is Failure.TEMPORARY
    assert half(answer, Libc.GLIBC).addresses == (ADDRESS,)


NAMES = st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5}){0,6}\.?", fullmatch=True)


@given(NAMES, st.integers(0, 15), st.sampled_from(Libc))
def test_the_walk_always_ends_and_asks_each_name_once(name: str, ndots: int, libc: Libc) -> None:
    found, packets = looked_up(name, libc, ndots)
    assert packets == 2 * len(found.tried)
    assert len(set(found.tried)) == len(found.tried) <= len(SEARCH) + 1
    assert bool(found.addresses) is (found.failure is None)
