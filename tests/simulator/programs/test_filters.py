"""What filters make of requests and answers."""

import pytest

from simulator.programs.filters import allowed_origin, change_path, preflight, redirect, refused_by, rewrite, with_cors
from simulator.programs.http import Headers, Request, Response
from simulator.programs.routes import Allow, Cors, PathChange, PathKind, PathMatch, Redirect, Rewrite


def asked(path: str = "/", method: str = "GET", scheme: str = "http", **headers: str) -> Request:
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request(scheme, method, "shop.example", 80, path, headers=Headers(fields), authority="shop.example")


# sigs.k8s.io/gateway-api/apis/v1/httproute_types.go: HTTPPathModifier.ReplacePrefixMatch
@pytest.mark.parametrize(
    ("path", "prefix", "replaced", "result"),
    [
        ("/foo/bar", "/foo", "/xyz", "/xyz/bar"),
        ("/foo/bar", "/foo", "/xyz/", "/xyz/bar"),
        ("/foo/bar", "/foo/", "/xyz", "/xyz/bar"),
        ("/foo/bar", "/foo/", "/xyz/", "/xyz/bar"),
        ("/foo", "/foo", "/xyz", "/xyz"),
        ("/foo/", "/foo", "/xyz", "/xyz/"),
        ("/foo/bar", "/foo", "", "/bar"),
        ("/foo/", "/foo", "", "/"),
        ("/foo", "/foo", "", "/"),
        ("/foo/", "/foo", "/", "/"),
        ("/foo", "/foo", "/", "/"),
    ],
)
def test_a_matched_prefix_is_replaced_as_the_specification_lists(path, prefix, replaced, result) -> None:
    assert change_path(path, PathChange(replaced, prefix)) == result


def test_nginx_rewrites_to_what_its_pattern_has_caught() -> None:
    change = PathChange("/$2", regex=PathMatch(PathKind.REGEX, "^/something(/|$)(.*)", ignore_case=True))
    assert change_path("/something/new", change) == "/new"
    assert change_path("/Something", change) == "/"


def test_a_rewritten_query_goes_before_the_clients_own() -> None:
    request = rewrite(Request("http", "GET", "shop", 80, "/a", "x=1"), Rewrite(path=PathChange("/b?y=2")))
    assert (request.path, request.query) == ("/b", "y=2&x=1")


@pytest.mark.parametrize(
    ("change", "port", "location"),
    [
        (Redirect(host="other.example"), 80, "http://other.example/a"),
        (Redirect(host="other.example"), 8080, "http://other.example:8080/a"),
        (Redirect(scheme="https"), 8080, "https://shop.example/a"),
        (Redirect(scheme="https", port=8443), 80, "https://shop.example:8443/a"),
        (Redirect(port=80), 8080, "http://shop.example/a"),
        (Redirect(path=PathChange("/b")), 80, "http://shop.example/b"),
        (Redirect(location="https://elsewhere.example/x"), 80, "https://elsewhere.example/x"),
    ],
)
def test_a_redirect_keeps_what_it_does_not_change(change: Redirect, port: int, location: str) -> None:
    response = redirect(asked("/a"), change, port)
    assert response is not None
    assert response.headers.get("Location") == location


def test_a_redirect_to_tls_leaves_alone_what_has_it() -> None:
    assert redirect(asked(scheme="https"), Redirect(scheme="https", when="insecure"), 443) is None


def test_access_is_by_the_clients_address() -> None:
    ranges = Allow(allowed=("10.0.0.0/8",), denied=("10.9.0.0/16",))
    assert refused_by(ranges, "10.1.2.3") is None
    assert "in none of the allowed ranges" in (refused_by(ranges, "192.0.2.1") or "")
    assert "denied" in (refused_by(ranges, "10.9.1.1") or "")
    assert refused_by(Allow(denied=("192.0.2.0/24",)), "198.51.100.7") is None


@pytest.mark.parametrize(
    ("origin", "allowed", "meant"),
    [
        ("https://www.foo.com", "https://www.foo.com", True),
        ("https://a.bar.com", "https://*.bar.com", True),
        ("https://a.b.bar.com", "https://*.bar.com", True),
        ("https://bar.com", "https://*.bar.com", False),
        ("http://a.bar.com", "https://*.bar.com", False),
        ("https://evil.com/.bar.com", "https://*.bar.com", False),
        ("https://any.example", "*", True),
    ],
)
def test_an_origin_is_allowed_as_written_or_by_a_star(origin: str, allowed: str, meant: bool) -> None:
    assert allowed_origin(origin, (allowed,)) is meant


def test_a_preflight_question_is_answered_without_the_backend() -> None:
    cors = Cors(("https://www.foo.com",), ("GET", "PUT"), ("x-header-1",), credentials=True, max_age=3600)
    request = asked(method="OPTIONS", Origin="https://www.foo.com", Access_Control_Request_Method="PUT")
    response = preflight(request, cors)
    assert response is not None
    assert response.headers.as_dict() == {
        "Access-Control-Allow-Origin": "https://www.foo.com",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET, PUT",
        "Access-Control-Allow-Headers": "x-header-1",
        "Access-Control-Max-Age": "3600",
    }
    stranger = preflight(asked(method="OPTIONS", Origin="https://x.com", Access_Control_Request_Method="PUT"), cors)
    assert stranger is not None
    assert not stranger.headers.as_dict()
    assert preflight(asked(method="OPTIONS"), cors) is None


def test_an_answer_is_readable_only_for_origins_that_are_allowed() -> None:
    cors = Cors(("https://www.foo.com",), exposed=("x-seen",))
    there = with_cors(asked(Origin="https://www.foo.com"), Response(200), cors)
    assert there.headers.get("Access-Control-Expose-Headers") == "x-seen"
    assert with_cors(asked(Origin="https://x.com"), Response(200), cors) == Response(200)
