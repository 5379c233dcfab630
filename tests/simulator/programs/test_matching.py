"""Matching of hosts and paths: the tables of the specifications, and what holds for any input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.programs.http import Headers, Request
from simulator.programs.matching import failed, has_prefix, host_matches, host_rank, path_matches
from simulator.programs.routes import Match, PathKind, PathMatch, ValueMatch

LABEL = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,6}[a-z0-9])?", fullmatch=True)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
ELEMENT = st.text("abcXYZ0-_.~", min_size=1, max_size=5)
PATH = st.lists(ELEMENT, max_size=4).map(lambda parts: "/" + "/".join(parts))


# staging/src/k8s.io/api/networking/v1/types.go, IngressRule.Host; Gateway API, Hostname
@pytest.mark.parametrize(
    ("pattern", "host", "ingress", "gateway"),
    [
        ("*.foo.com", "bar.foo.com", True, True),
        ("*.foo.com", "baz.bar.foo.com", False, True),
        ("*.foo.com", "foo.com", False, False),
        ("*.foo.com", "barfoo.com", False, False),
        ("foo.com", "FOO.com", True, True),
        ("foo.com", "foo.com.", False, False),
        ("", "anything.at.all", True, True),
    ],
)
def test_a_wildcard_is_one_label_in_ingress_and_any_number_in_gateway_api(pattern, host, ingress, gateway) -> None:
    assert host_matches(pattern, host, one_label=True) is ingress
    assert host_matches(pattern, host) is gateway


@given(NAME, NAME)
def test_a_wildcard_never_stands_for_nothing_and_ends_at_a_dot(front: str, name: str) -> None:
    assert host_matches(f"*.{name}", f"{front}.{name}")
    assert not host_matches(f"*.{name}", name)
    assert not host_matches(f"*.{name}", f"{front}{name}")
    assert host_matches(f"*.{name}", f"{front}.{name}", one_label=True) is ("." not in front)


@given(NAME, NAME)
def test_the_exact_name_is_more_specific_than_its_wildcard_and_that_more_than_everything(front: str, name: str) -> None:
    ranks = [host_rank(f"{front}.{name}"), host_rank(f"*.{front}.{name}"), host_rank(f"*.{name}"), host_rank("")]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 4


# The table of https://kubernetes.io/docs/concepts/services-networking/ingress/#examples
@pytest.mark.parametrize(
    ("prefix", "path", "matches"),
    [
        ("/", "/anything/at/all", True),
        ("/foo", "/foo", True),
        ("/foo", "/foo/", True),
        ("/foo/", "/foo", True),
        ("/foo/", "/foo/", True),
        ("/aaa/bb", "/aaa/bbb", False),
        ("/aaa/bbb", "/aaa/bbb", True),
        ("/aaa/bbb/", "/aaa/bbb", True),
        ("/aaa/bbb", "/aaa/bbb/", True),
        ("/aaa/bbb", "/aaa/bbb/ccc", True),
        ("/aaa/bbb", "/aaa/bbbxyz", False),
        ("/foo", "/FOO", False),
    ],
)
def test_a_prefix_is_compared_element_by_element(prefix: str, path: str, matches: bool) -> None:
    assert has_prefix(path, prefix) is matches


@given(PATH, PATH)
def test_a_path_is_below_a_prefix_exactly_when_its_first_elements_are_the_prefix(prefix: str, path: str) -> None:
    wanted = [e for e in prefix.split("/") if e]
    there = path.rstrip("/").split("/")[1:]
    assert has_prefix(path, prefix) is (there[: len(wanted)] == wanted)


@given(PATH)
def test_exact_is_the_narrowest_and_plain_text_the_widest_match(path: str) -> None:
    for kind in (PathKind.EXACT, PathKind.PREFIX, PathKind.TEXT):
        assert path_matches(PathMatch(kind, path), path)
    longer = path.rstrip("/") + "x"
    assert not path_matches(PathMatch(PathKind.EXACT, path), longer)
    assert path_matches(PathMatch(PathKind.TEXT, path.rstrip("/")), longer)


@pytest.mark.parametrize("pattern", ["(", "a{99999999999}", "[", "x" * 2000])
def test_a_pattern_that_is_none_matches_nothing(pattern: str) -> None:
    assert not path_matches(PathMatch(PathKind.REGEX, pattern), pattern)


def test_a_whole_pattern_has_to_reach_the_paths_end() -> None:
    assert path_matches(PathMatch(PathKind.REGEX, "/v[12]"), "/v1/users")
    assert not path_matches(PathMatch(PathKind.REGEX, "/v[12]", whole=True), "/v1/users")


def asked(**changes) -> Request:
    return Request(**{"scheme": "http", "method": "GET", "host": "shop.example", "port": 80, "path": "/"} | changes)


@pytest.mark.parametrize(
    ("match", "why"),
    [
        (Match(PathMatch(PathKind.EXACT, "/x")), "the path / is not exactly /x"),
        (Match(method="POST"), "the method GET is not POST"),
        (Match(headers=(ValueMatch("version", "two"),)), 'the header version is "one", not "two"'),
        (Match(headers=(ValueMatch("color", "red"),)), 'the header color is missing, not "red"'),
        (Match(query=(ValueMatch("animal", "dog"),)), 'the query parameter animal is "whale", not "dog"'),
        (Match(query=(ValueMatch("Animal", "whale"),)), 'the query parameter Animal is missing, not "whale"'),
    ],
)
def test_what_does_not_match_says_why(match: Match, why: str) -> None:
    assert failed(match, asked(headers=Headers((("Version", "one"),)), query="animal=whale")) == why


def test_of_a_repeated_query_parameter_the_first_counts() -> None:
    match = Match(query=(ValueMatch("a", "1"),))
    assert failed(match, asked(query="a=1&a=2")) is None
    assert failed(match, asked(query="a=2&a=1")) is not None
