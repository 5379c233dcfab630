"""Chains that lead back, or too deep: which jump is the one too many."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.linux.reading_loops import Loops


def test_a_way_without_a_circle_is_left_alone() -> None:
    found = Loops({"a": ["b", "c"], "b": ["c"], "c": []}, most=3)
    assert (found.back, found.deep) == (set(), set())


def test_the_jump_that_closes_a_circle_is_told() -> None:
    assert Loops({"a": ["b"], "b": ["c"], "c": ["a", "c"]}, most=9).back == {("c", "a"), ("c", "c")}


def test_the_jump_that_is_too_deep_is_told() -> None:
    assert Loops({"a": ["b"], "b": ["c"], "c": ["d"], "d": []}, most=3).deep == {("a", "b")}


def test_what_is_not_counted_takes_no_depth() -> None:
    assert not Loops({"a": ["@m"], "@m": ["b"], "b": []}, most=2, uncounted={"@m"}).deep


def test_chains_that_are_not_there_are_nobodys_matter() -> None:
    assert not Loops({"a": ["gone"]}, most=1).back


graphs = st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4)).map(
    lambda found: {f"c{name}": [f"c{other}" for other in others] for name, others in found.items()}
)


@given(graphs, st.integers(1, 5))
def test_without_those_jumps_every_way_ends_in_time(graph: dict[str, list[str]], most: int) -> None:
    found = Loops(graph, most)
    left = {
        n: [o for o in others if (n, o) not in found.back | found.deep and o in graph] for n, others in graph.items()
    }
    ends = list(graph)
    for _ in range(most - 1):
        ends = sorted({other for name in ends for other in left[name]})
    assert not any(left[name] for name in ends)
