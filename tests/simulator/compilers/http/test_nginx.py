"""ingress-nginx's annotations, where they decide which way a request goes."""

import pytest

from tests.simulator.compilers.http.test_ingress import API, OLD, WEB, Exchange, ask, ingress, ingress_class, to

BASE = ingress_class("nginx") + WEB + API
TLS = "tls: [{hosts: [shop.example], secretName: cert}]"


def annotated(annotations: str, path: str = "/ Prefix web", more: str = "") -> str:
    return BASE + ingress(path, annotations=annotations, more=more)


def location(answer: Exchange) -> tuple[int, str | None]:
    assert answer.response is not None
    return answer.response.status, answer.response.headers.get("Location")


@pytest.mark.parametrize(
    ("path", "target", "asked", "seen"),
    [
        ("/something Prefix web", "/", "/something/new", "/"),
        ("/something(/|$)(.*) ImplementationSpecific web", "/$2", "/something/new", "/new"),
        ("/something(/|$)(.*) ImplementationSpecific web", "/$2", "/SOMETHING", "/"),
        ("/ Prefix web", "/", "/as/it/is", "/as/it/is"),
    ],
)
def test_rewrite_target(path: str, target: str, asked: str, seen: str) -> None:
    request = ask(annotated(f"rewrite-target: {target}", path), asked).decision.request
    assert request is not None
    assert request.path == seen


def test_one_pattern_makes_patterns_of_all_paths_of_its_host() -> None:
    text = annotated("rewrite-target: /$1", "/api/(.*) ImplementationSpecific api")
    text += ingress("/foo Exact web", name="other")
    assert to(ask(text, "/FOO/bar")) == "web"
    assert to(ask(BASE + ingress("/foo Exact web", name="other"), "/FOO/bar")) == 404


@pytest.mark.parametrize(
    ("annotations", "more", "scheme", "result"),
    [
        ("", TLS, "http", (308, "https://shop.example/a")),
        ("", TLS, "https", "web"),
        ("ssl-redirect: 'false'", TLS, "http", "web"),
        ("", "x: y", "http", "web"),
        ("force-ssl-redirect: 'true'", "x: y", "http", (308, "https://shop.example/a")),
    ],
)
def test_plain_http_is_sent_to_tls_where_the_host_has_it(annotations, more: str, scheme: str, result: object) -> None:
    answer = ask(annotated(annotations, more=more), "/a", scheme=scheme)
    assert (location(answer) if isinstance(result, tuple) else to(answer)) == result


def test_the_controllers_config_map_sets_the_default() -> None:
    answer = ask(annotated("", more=TLS), "/a", config=(("ssl-redirect", "false"),))
    assert to(answer) == "web"
    other = ask(annotated("", more=TLS), "/a/", config=(("http-redirect-code", "301"),))
    assert location(other) == (301, "https://shop.example/a")


def test_app_root_and_redirects() -> None:
    root = annotated("app-root: /start")
    assert location(ask(root)) == (302, "http://shop.example/start")
    assert to(ask(root, "/other")) == "web"
    assert location(ask(annotated("permanent-redirect: https://new.example/"), "/x")) == (301, "https://new.example/")
    coded = annotated("temporal-redirect: https://new.example/; temporal-redirect-code: '307'")
    assert location(ask(coded)) == (307, "https://new.example/")


@pytest.mark.parametrize(
    ("annotations", "client", "result"),
    [
        ("whitelist-source-range: '10.0.0.0/8, 192.0.2.1'", "192.0.2.1", "web"),
        ("whitelist-source-range: '10.0.0.0/8, 192.0.2.1'", "192.0.2.2", 403),
        ("whitelist-source-range: 'office, 192.0.2.1'", "192.0.2.1", 503),
        ("denylist-source-range: 192.0.2.0/24", "192.0.2.2", 403),
        ("denylist-source-range: 192.0.2.0/24", "198.51.100.1", "web"),
    ],
)
def test_who_may_come_in_is_by_address(annotations: str, client: str, result: object) -> None:
    assert to(ask(annotated(annotations), client=client)) == result


CANARY = ingress("/ Prefix api", name="canary", annotations="canary: 'true'; canary-by-header: X-Try")


@pytest.mark.parametrize(("value", "result"), [("always", "api"), ("never", "web"), ("else", "web")])
def test_a_canary_shares_the_host_and_path_of_its_main_ingress(value: str, result: str) -> None:
    assert to(ask(BASE + ingress("/ Prefix web") + CANARY, headers=(("X-Try", value),))) == result


def test_a_canary_alone_serves_nothing() -> None:
    assert to(ask(BASE + CANARY, headers=(("X-Try", "always"),))) == 404


def test_an_alias_is_another_name_of_the_whole_server() -> None:
    text = (
        BASE + ingress("/a Prefix web") + ingress("/b Prefix api", name="b", annotations="server-alias: 'also.example'")
    )
    assert [to(ask(text, path, host="also.example")) for path in ("/a", "/b", "/c")] == ["web", "api", 404]


def test_the_host_for_the_backend_can_be_another() -> None:
    request = ask(annotated("upstream-vhost: inner.example")).decision.request
    assert request is not None
    assert request.authority == "inner.example"


@pytest.mark.parametrize(("kind", "result"), [("nginx", "web"), ("traefik", 503)])
def test_ingress_nginx_takes_a_target_port_for_a_port(kind: str, result: object) -> None:
    moved = WEB.replace("port: 80}", "port: 9000, targetPort: 80}")
    text = ingress_class(kind) + moved + ingress("/ Prefix web", kind=kind).replace("{name: http}", "{number: 80}")
    assert to(ask(text)) == result


@pytest.mark.parametrize(
    ("setting", "address", "host"),
    [("enable-real-ip", "1.2.3.4", "shop.example"), ("use-forwarded-headers", "1.2.3.4", "other.example")],
)
def test_a_real_address_is_all_that_enable_real_ip_believes(setting: str, address: str, host: str) -> None:
    said = (("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-Host", "other.example"))
    request = ask(annotated(""), headers=said, config=((setting, "true"),)).decision.request
    assert request is not None
    assert (request.headers.get("X-Forwarded-For"), request.headers.get("X-Forwarded-Host")) == (address, host)
    assert request.headers.get("X-Original-Forwarded-Host") == "other.example"


def test_of_two_canaries_the_older_one_alone_is_asked() -> None:
    def canary(name: str, service: str, value: str) -> str:
        told = f"canary: 'true'; canary-by-header: who; canary-by-header-value: {value}"
        return ingress(f"/ Prefix {service}", name=name, annotations=told)

    text = BASE + OLD + ingress("/ Prefix web") + canary("one", "api", "me") + canary("two", "old", "you")
    assert to(ask(text, headers=(("who", "me"),))) == "api"
    assert to(ask(text, headers=(("who", "you"),))) == "web"
