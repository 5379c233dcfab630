"""What a reverse proxy decides, given a table: connection, listener, rule, filters, backend, and the way back."""

from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from msgspec.structs import replace

from simulator.chance import Option
from simulator.programs.canary import canary_says
from simulator.programs.decision import Decision
from simulator.programs.http import Headers, Request, Response
from simulator.programs.http_server import Served, seconds, serve
from simulator.programs.reverse_proxy import decide, finish
from simulator.programs.routes import (
    Answer,
    Backend,
    Canary,
    Fault,
    HeaderChange,
    Listener,
    Match,
    Mirror,
    PathKind,
    PathMatch,
    Redirect,
    Rewrite,
    Rule,
    Style,
    Table,
    Target,
    Timeouts,
    Upstream,
)


def upstream(name: str, *addresses: str, **changes) -> Upstream:
    targets = tuple(Target(ip_address(a), 8080, f"shop/{name}-{i}", f"shop/{name}") for i, a in enumerate(addresses))
    return Upstream(f"shop/{name}", 80, targets, **changes)


WEB, API = upstream("web", "10.0.0.1"), upstream("api", "10.0.0.2")


def rule(name: str, path: str = "/", *backends: Upstream, host: str = "", **changes) -> Rule:
    match = Match(PathMatch(PathKind.PREFIX, path))
    return Rule(name, "HTTPRoute", "shop/r", host, match, backends=tuple(Backend(b) for b in backends), **changes)


def table(*listeners: Listener, **style: bool) -> Table:
    return Table("Gateway shop/door", listeners, Style(**style))


def http(*rules: Rule, host: str = "", name: str = "http") -> Listener:
    return Listener(name, 80, "HTTP", host, rules)


def ask(told: Table, path: str = "/", pick: int = 0, **changes) -> Decision:
    request = Request(**{"scheme": "http", "method": "GET", "host": "shop.example", "port": 80, "path": path,
                         "authority": "shop.example", "client": "198.51.100.7"} | changes)  # fmt: skip

    def choose(options: Sequence[Option]) -> int:
        assert abs(sum(option.probability for option in options) - 1) < 1e-9
        return min(pick, len(options) - 1)

    return decide(told, request, choose)


def test_the_first_rule_that_matches_is_taken_and_those_before_it_say_why_not() -> None:
    decision = ask(table(http(rule("api", "/api", API), rule("web", "/", WEB))), "/cart")
    assert decision.rule is not None
    assert decision.rule.name == "web"
    assert [(c.rule, c.failed) for c in decision.considered] == [("api", "the path /cart is not /api or below it")]
    assert decision.target is not None
    assert decision.target.pod == "shop/web-0"


def test_the_backend_sees_the_client_in_a_header_only() -> None:
    request = ask(table(http(rule("web", "/", WEB)))).request
    assert request is not None
    assert request.headers.as_dict() == {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "http"}


def test_a_client_cannot_choose_its_address_for_ingress_nginx() -> None:
    said = Headers((("X-Forwarded-For", "10.9.9.9"),))
    own = ask(table(http(rule("web", "/", WEB)), nginx=True), headers=said).request
    assert own is not None
    assert own.headers.get("X-Forwarded-For") == "198.51.100.7"
    assert own.headers.get("X-Original-Forwarded-For") == "10.9.9.9"
    trusted = ask(table(http(rule("web", "/", WEB)), nginx=True, trusts_address=True), headers=said).request
    assert trusted is not None
    assert trusted.headers.get("X-Real-IP") == "10.9.9.9"


@pytest.mark.parametrize(("host", "status"), [("a.example", 200), ("b.example", 404), ("c.org", 200)])
def test_a_listener_keeps_what_is_for_its_name_even_if_it_has_no_rule(host: str, status: int) -> None:
    told = table(
        http(rule("only a", "/", WEB, host="a.example"), host="*.example"), http(rule("any", "/", API), name="any")
    )
    decision = ask(told, host=host)
    assert (decision.response.status if decision.response else 200) == status


def test_where_hosts_fall_through_a_less_specific_one_is_asked() -> None:
    told = (http(rule("a", "/a", WEB), host="shop.example"), http(rule("any", "/", API), name="any"))
    assert ask(table(*told), "/b").response == Response(404)
    assert ask(table(*told, falls_through=True), "/b").upstream == API


def test_a_port_where_nobody_listens_refuses() -> None:
    decision = ask(table(http(rule("web", "/", WEB))), port=8080)
    assert decision.rejected == "Gateway shop/door does not listen on port 8080; it listens on 80."


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 503),
        ({"fault": Fault("BackendNotFound", "There is no Service shop/web")}, 500),
        ({"targets": (Target(ip_address("10.0.0.9"), 1, refuses=True),)}, 502),
    ],
)
def test_a_backend_that_cannot_answer_gives_a_status_of_its_own(changes, status: int) -> None:
    told = table(http(rule("web", "/", Upstream("shop/web", 80, **changes))))
    assert ask(told).response == Response(status)
    grpc = ask(told, scheme="grpc").response
    assert grpc is not None
    assert grpc.grpc in (2, 14)


def test_who_dials_by_itself_sees_the_refusal_by_itself() -> None:
    deaf = Upstream("shop/web", 80, (Target(ip_address("10.0.0.9"), 1, refuses=True),))
    request = Request("http", "GET", "shop.example", 80)
    assert decide(table(http(rule("web", "/", deaf))), request, lambda options: 0, dials=True).target is not None


def test_a_rule_without_backends_is_500_and_no_rule_for_grpc_is_unimplemented() -> None:
    assert ask(table(http(rule("empty")))).response == Response(500)
    assert ask(table(http()), scheme="grpc").response == Response(200, grpc=12)


def test_weights_are_a_choice_with_its_probabilities() -> None:
    backends = (Backend(WEB, 7), Backend(API, 3), Backend(upstream("old", "10.0.0.3"), 0))
    told = table(http(replace(rule("split"), backends=backends)))
    assert [ask(told, pick=pick).upstream for pick in (0, 1, 2)] == [WEB, API, API]
    shares = {s.name: s.share for s in ask(told).shares}
    assert shares == pytest.approx({"shop/web": 0.7, "shop/api": 0.3, "shop/old": 0.0})


def test_filters_are_applied_in_their_order() -> None:
    filters = (
        HeaderChange(set=(("X-A", "1"),), remove=("x-gone",)),
        HeaderChange(add=(("X-A", "2"),)),
        Rewrite(host="inner.example"),
        Mirror(API),
    )
    decision = ask(
        table(http(replace(rule("web", "/", WEB), filters=filters))), headers=Headers((("X-Gone", "x"), ("X-A", "0")))
    )
    assert decision.request is not None
    assert decision.request.headers.get("X-A") == "1,2"
    assert decision.request.headers.get("X-Gone") is None
    assert decision.request.authority == "inner.example"
    assert decision.mirrors == (API,)


def test_a_filter_that_answers_ends_it() -> None:
    filters = (Redirect(scheme="https", status=301), Answer(500, "never reached"))
    decision = ask(table(http(replace(rule("web", "/", WEB), filters=filters))))
    assert decision.response is not None
    assert decision.response.status == 301
    assert decision.target is None


def test_the_answer_gets_its_headers_on_the_way_back() -> None:
    filters = (HeaderChange(set=(("X-Out", "yes"),), remove=("Server",), response=True),)
    decision = ask(table(http(replace(rule("web", "/", WEB), filters=filters))))
    served = Served(Response(200, Headers((("Server", "secret"),))))
    done = finish(decision, Request("http", "GET", "shop.example", 80), served)
    assert done.response is not None
    assert done.response.headers.as_dict() == {"X-Out": "yes"}


@pytest.mark.parametrize(("limit", "status"), [(0.5, 504), (2.0, 200)])
def test_an_answer_that_takes_too_long_is_504(limit: float, status: int) -> None:
    decision = ask(table(http(replace(rule("web", "/", WEB), timeouts=Timeouts(request=limit)))))
    slow = serve(Request("http", "GET", "x", 80, query="delay=1s"), "gateway-api/conformance/echo-basic:v1")
    done = finish(decision, Request("http", "GET", "shop.example", 80), slow)
    assert done.response is not None
    assert done.response.status == status


@pytest.mark.parametrize(("text", "value"), [("1m30s", 90.0), ("250ms", 0.25), ("1", None), ("s", None), ("", None)])
def test_durations(text: str, value: float | None) -> None:
    assert seconds(text) == value


# TLS


def https(host: str, *rules: Rule) -> Listener:
    return Listener(f"https {host}", 443, "HTTPS", host, rules, ("shop/cert",))


SECURE = table(https("a.example", rule("a", "/", WEB)), https("*.example", rule("w", "/", API)))


@pytest.mark.parametrize(
    ("sni", "host", "outcome"),
    [
        ("a.example", "a.example", "shop/web"),
        ("b.example", "b.example", "shop/api"),
        ("a.example", "b.example", 421),
        ("b.example", "a.example", 421),
        ("a.example", "other.org", 404),
        ("other.org", "a.example", None),
    ],
)
def test_the_handshakes_name_and_the_host_have_to_mean_one_listener(sni: str, host: str, outcome: object) -> None:
    decision = ask(SECURE, scheme="https", port=443, sni=sni, host=host)
    found = decision.upstream.name if decision.upstream else decision.response.status if decision.response else None
    assert found == outcome
    assert (decision.rejected is not None) is (outcome is None)


def test_tls_that_is_passed_through_is_routed_by_its_name() -> None:
    pass_ = Listener("tls", 443, "TLS", "", (rule("db", "/", WEB, host="db.example"),), passthrough=True)
    decision = ask(table(pass_), scheme="tls", port=443, sni="db.example")
    assert decision.upstream == WEB
    assert ask(table(pass_), scheme="tls", port=443, sni="x.example").rejected is not None


def test_plain_http_on_a_tls_port_is_refused_and_tcp_goes_through() -> None:
    assert ask(SECURE, port=443).rejected == "Port 443 of Gateway shop/door speaks HTTPS, not http."
    tcp = table(Listener("tcp", 5432, "TCP", "", (rule("db", "/", WEB),)))
    assert ask(tcp, scheme="tcp", port=5432).upstream == WEB
    assert ask(tcp, scheme="udp", port=5432).rejected is not None


# Canaries: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary

CANARY = Canary(Backend(API))


@pytest.mark.parametrize(
    ("canary", "headers", "says"),
    [
        (replace(CANARY, header="X-C"), {"X-C": "always"}, True),
        (replace(CANARY, header="X-C"), {"X-C": "never"}, False),
        (replace(CANARY, header="X-C"), {"X-C": "else"}, None),
        (replace(CANARY, header="X-C", header_value="DE"), {"X-C": "DE"}, True),
        (replace(CANARY, header="X-C", header_value="DE"), {"X-C": "always"}, None),
        (replace(CANARY, header="X-C", header_pattern="^a.c$"), {"X-C": "abc"}, True),
        (replace(CANARY, header="X-C", header_pattern="["), {"X-C": "["}, None),
        (replace(CANARY, cookie="can"), {"Cookie": "x=y; can=always"}, True),
        (replace(CANARY, cookie="can"), {"Cookie": "can=never"}, False),
        (replace(CANARY, header="X-C", cookie="can"), {"X-C": "never", "Cookie": "can=always"}, False),
    ],
)
def test_a_canary_is_asked_by_header_then_cookie(canary: Canary, headers: dict[str, str], says: bool | None) -> None:
    said = canary_says(canary, Request("http", "GET", "x", 80, headers=Headers(tuple(headers.items()))))
    assert (said[0] if said else None) is says


def test_a_canarys_weight_is_of_its_total() -> None:
    told = table(http(replace(rule("web", "/", WEB), canaries=(replace(CANARY, weight=5, weight_total=20),))))
    assert ask(told, pick=0).upstream == API
    assert ask(told, pick=1).upstream == WEB
    assert {s.name: s.share for s in ask(told).shares} == {"shop/api": 0.25, "shop/web": 0.75}
