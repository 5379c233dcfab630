"""Sets of ports behave like sets, and two that are equal look alike."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis.connectivity.port_sets import (
    ALL,
    NONE,
    PROTOCOLS,
    contains,
    difference,
    intersection,
    ports,
    text,
    told,
    union,
    union_of,
)  # fmt: skip
from simulator.packet.headers import Protocol

LOOKED_AT = (1, 2, 3, 79, 80, 81, 443, 65534, 65535)
pairs = st.tuples(st.sampled_from(LOOKED_AT), st.sampled_from(LOOKED_AT)).map(sorted)
sets = st.lists(st.tuples(st.sampled_from(PROTOCOLS), pairs), max_size=4).map(
    lambda parts: union_of(ports(protocol, low, high) for protocol, (low, high) in parts)
)


def plain(there):
    return {(p, n) for p in PROTOCOLS for n in LOOKED_AT if contains(there, p, n)}


@given(sets, sets)
def test_union_intersection_and_difference(a, b):
    assert plain(union(a, b)) == plain(a) | plain(b)
    assert plain(intersection(a, b)) == plain(a) & plain(b)
    assert plain(difference(a, b)) == plain(a) - plain(b)


@given(sets, sets)
def test_what_is_equal_looks_alike(a, b):
    assert union(a, b) == union(b, a)
    assert union(difference(a, b), intersection(a, b)) == a
    assert difference(a, ALL) == NONE


def test_neighbours_grow_together():
    assert union(ports(Protocol.TCP, 1, 79), ports(Protocol.TCP, 80, 65535)) == ports(Protocol.TCP, 1, 65535)


def test_how_they_are_told():
    there = union_of([ports(Protocol.TCP, 443, 445), ports(Protocol.TCP, 80, 80), ports(Protocol.UDP, 1, 65535)])
    assert told(there) == {"TCP": "80,443-445", "UDP": "1-65535"}
    assert text(there) == "TCP 80,443-445 UDP"
    assert (told(ALL), text(ALL), told(NONE), text(NONE)) == ("All", "all", {}, "none")
