"""HTTP's nouns: URLs, headers, queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.programs.http import Headers, Request, Url, UrlError, decode, parse_url, split_query


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://shop.example", Url("http", "shop.example", 80, "/", None, "shop.example")),
        ("https://Shop.Example:8443/a?b=c", Url("https", "shop.example", 8443, "/a", "b=c", "Shop.Example:8443")),
        ("http://[fd00::1]:80/", Url("http", "fd00::1", 80, "/", None, "[fd00::1]:80")),
        ("http://shop?x", Url("http", "shop", 80, "/", "x", "shop")),
        ("http://me:secret@shop/#top", Url("http", "shop", 80, "/", None, "shop")),
        ("tcp://192.0.2.1:5432", Url("tcp", "192.0.2.1", 5432, "/", None, "192.0.2.1:5432")),
    ],
)
def test_a_url_falls_into_its_parts(text: str, url: Url) -> None:
    assert parse_url(text) == url


@pytest.mark.parametrize(
    "text", ["shop.example", "ftp://shop/", "http:///path", "http://shop:99999/", "http://shop:x/", "tcp://shop", ""]
)
def test_what_is_no_url_is_said(text: str) -> None:
    with pytest.raises(UrlError):
        parse_url(text)


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_not_one(text: str) -> None:
    try:
        url = parse_url(text)
    except UrlError:
        return
    assert url.host
    assert 1 <= url.port <= 65535
    assert url.path.startswith("/")


def test_names_of_headers_have_no_case_and_values_are_joined() -> None:
    headers = Headers((("X-A", "1"), ("x-a", "2"), ("Other", "3")))
    assert headers.get("x-A") == "1,2"
    assert headers.set("X-a", "9").as_dict() == {"Other": "3", "X-a": "9"}
    assert headers.add("other", "4").get("Other") == "3,4"
    assert headers.remove("X-A").as_dict() == {"Other": "3"}
    assert headers.get("missing") is None


def test_a_query_is_decoded() -> None:
    assert list(split_query("a=1&b=x+y&c=%C3%A4&&d")) == [("a", "1"), ("b", "x y"), ("c", "ä"), ("d", "")]


@given(st.text(max_size=40))
def test_decoding_takes_any_text(text: str) -> None:
    assert isinstance(decode(text), str)
    if "%" not in text:
        assert decode(text) == text


def test_a_cookie_is_found_by_its_name() -> None:
    request = Request("http", "GET", "shop", 80, headers=Headers((("Cookie", "a=1; canary=always"),)))
    assert request.cookie("canary") == "always"
    assert request.cookie("b") is None
