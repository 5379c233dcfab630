"""Affinity by cookie: who set it is found again, and nobody else."""

from ipaddress import ip_address

from simulator.programs.affinity import belongs, set_cookie, stuck
from simulator.programs.http import Headers, Request
from simulator.programs.routes import Sticky, Target, Upstream

SEAT = Sticky("seat", "/")
ONE, TWO = (Target(ip_address(f"10.0.0.{number}"), 80) for number in (1, 2))
WEB, API = Upstream("default/web", 80, (ONE, TWO)), Upstream("default/api", 80, (ONE, TWO))


def asked(cookie: str = "") -> Request:
    return Request("http", "GET", "a.example", 80, headers=Headers((("Cookie", cookie),) if cookie else ()))


def cookie_of(upstream: Upstream, target: Target) -> str:
    ((_, value),) = set_cookie(SEAT, asked(), upstream, target).add
    return value.partition(";")[0]


def test_a_cookie_names_its_endpoint_and_its_backend() -> None:
    back = asked(cookie_of(WEB, TWO))
    assert stuck(SEAT, back, WEB) is TWO
    assert (belongs(SEAT, back, WEB), belongs(SEAT, back, API)) == (True, False)


def test_an_endpoint_that_has_gone_and_a_cookie_of_somebody_else_say_nothing() -> None:
    assert stuck(SEAT, asked(cookie_of(WEB, TWO)), Upstream("default/web", 80, (ONE,))) is None
    assert stuck(SEAT, asked("seat=else"), WEB) is None
    assert stuck(SEAT, asked(), WEB) is None
