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


STICKY = (
    "affinity: cookie; session-cookie-name: seat; session-cookie-domain: shop.example; session-cookie-max-age: '60'"
)
TWO_PODS = WEB.replace("kind: Pod, metadata: {name: web,", "kind: Pod, metadata: {name: web-2,") + WEB


def cookie(answer: Exchange) -> str:
    assert answer.response is not None
    return answer.response.headers.get("Set-Cookie") or ""


def test_a_client_without_a_cookie_gets_one_with_the_path_of_its_rule() -> None:
    answer = ask(annotated(STICKY, "/cart Prefix web"), "/cart/1")
    name, *parts = cookie(answer).split("; ")
    assert name.startswith("seat=")
    assert parts == ["Max-Age=60", "Domain=shop.example", "Path=/cart", "HttpOnly"]


def test_over_tls_the_cookie_is_for_tls_only() -> None:
    assert "; Secure" in cookie(ask(annotated(STICKY, more=TLS), scheme="https"))
    assert "; Secure" in cookie(ask(annotated(f"{STICKY}; session-cookie-secure: 'true'")))


@pytest.mark.parametrize("seed", range(6))
def test_a_client_with_its_cookie_goes_to_the_endpoint_that_it_had(seed: int) -> None:
    text = ingress_class("nginx") + TWO_PODS + ingress("/ Prefix web", annotations=STICKY)
    first = ask(text)
    told = cookie(first).partition(";")[0]
    again = ask(text, headers=(("Cookie", told),), seed=seed)
    assert again.decision.target == first.decision.target
    assert cookie(again) == ""


@pytest.mark.parametrize(("behaviour", "result"), [("sticky", "api"), ("legacy", "web")])
def test_a_client_that_was_with_the_canary_stays_there(behaviour: str, result: str) -> None:
    canary = f"canary: 'true'; canary-by-header: try; affinity-canary-behavior: {behaviour}"
    text = annotated(STICKY) + ingress("/ Prefix api", name="canary", annotations=canary)
    told = cookie(ask(text, headers=(("try", "always"),))).partition(";")[0]
    assert to(ask(text, headers=(("Cookie", told),))) == result


def test_a_canarys_weight_is_at_least_of_a_hundred() -> None:
    canary = "canary: 'true'; canary-weight: '10'; canary-weight-total: '10'"
    answer = ask(annotated("") + ingress("/ Prefix api", name="canary", annotations=canary))
    assert {one.name: one.share for one in answer.decision.shares}["default/api"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("annotations", "secret", "headers", "result"),
    [
        ("auth-type: basic; auth-secret: users", "", (), 503),
        ("auth-type: basic; auth-secret: users", "{other: eA==}", (), 503),
        ("auth-type: basic; auth-secret: users", "{auth: eA==}", (), 401),
        ("auth-type: basic; auth-secret: default/users", "{auth: eA==}", (("Authorization", "Basic eDp5"),), "web"),
        ("auth-type: basic; auth-secret: users; auth-secret-type: auth-map", "{me: eA==}", (), 401),
        ("auth-url: 'https://in..valid/'", "", (), 503),
        ("auth-url: 'https://login.example/'", "", (), "web"),
    ],
)
def test_who_may_come_in_is_by_password(annotations: str, secret: str, headers, result: object) -> None:
    text = annotated(annotations)
    text += f"\n---\n{{apiVersion: v1, kind: Secret, metadata: {{name: users}}, data: {secret}}}" if secret else ""
    assert to(ask(text, headers=headers)) == result


def test_a_forbidden_word_in_an_annotation_drops_the_whole_ingress() -> None:
    text = annotated("configuration-snippet: 'return 200;'") + ingress("/ok Prefix api", name="other")
    forbidden = (("annotation-value-word-blocklist", "lua, return"),)
    assert [to(ask(text, path, config=forbidden)) for path in ("/", "/ok")] == [404, "api"]


SNIPPETS = (("allow-snippet-annotations", "true"), ("server-snippet", 'more_set_headers "Where: $host";'))


def test_snippets_set_headers_where_the_administrator_lets_them() -> None:
    text = annotated("configuration-snippet: 'more_set_headers \"To: $service_name\";proxy_set_header From me;'")
    answer = ask(text, config=SNIPPETS)
    assert answer.response is not None
    assert answer.decision.request is not None
    assert (answer.response.headers.get("Where"), answer.response.headers.get("To")) == ("shop.example", "web")
    assert answer.decision.request.headers.get("From") == "me"
    barred = ask(text).response
    assert barred is not None
    assert barred.headers.get("To") is None


def test_a_snippet_may_answer_by_itself() -> None:
    moved = annotated("configuration-snippet: 'return 302 https://new.example$request_uri;'")
    assert location(ask(moved, "/a?b=c", config=SNIPPETS)) == (302, "https://new.example/a?b=c")
    assert to(ask(annotated("server-snippet: 'return 410;'"), config=SNIPPETS)) == 410


def test_the_default_backend_of_an_annotation_answers_for_a_service_without_endpoints() -> None:
    empty = "\n---\n{apiVersion: v1, kind: Service, metadata: {name: empty}, spec: {ports: [{name: http, port: 80}]}}"
    text = annotated("default-backend: api", "/ Prefix empty") + empty
    request = ask(text).decision.request
    assert to(ask(text)) == "api"
    assert request is not None
    assert [request.headers.get(f"X-{name}") for name in ("Code", "Service-Name")] == ["503", "empty"]


def test_of_two_redirects_the_temporal_one_counts() -> None:
    text = annotated("permanent-redirect: https://old.example; temporal-redirect: https://new.example")
    assert location(ask(text)) == (302, "https://new.example")


def test_www_leads_to_the_name_without_it_unless_it_has_rules_of_its_own() -> None:
    text = annotated("from-to-www-redirect: 'true'")
    assert location(ask(text, "/a/", host="www.shop.example")) == (308, "http://shop.example/a")
    taken = text + ingress("/ Prefix api", name="www", host="www.shop.example")
    assert to(ask(taken, host="www.shop.example")) == "api"


@pytest.mark.parametrize(
    ("annotations", "path", "headers", "result"),
    [
        ("preserve-trailing-slash: 'true'", "/a/", (), (308, "https://shop.example/a/")),
        ("", "/a/", (), (308, "https://shop.example/a")),
        ("", "/a", (("X-Forwarded-Proto", "https"),), "web"),
    ],
)
def test_what_the_redirect_to_tls_leaves_alone(annotations: str, path: str, headers, result: object) -> None:
    answer = ask(annotated(annotations, more=TLS), path, headers=headers, config=(("use-forwarded-headers", "true"),))
    assert (location(answer) if isinstance(result, tuple) else to(answer)) == result


def test_the_challenge_for_a_certificate_is_not_sent_to_tls() -> None:
    text = annotated("", "/.well-known/acme-challenge/x Exact web", more=TLS)
    assert to(ask(text, "/.well-known/acme-challenge/x")) == "web"


def test_a_wildcard_of_the_tls_section_covers_one_label() -> None:
    text = annotated("", more="tls: [{hosts: ['*.example'], secretName: cert}]")
    assert location(ask(text, "/a")) == (308, "https://shop.example/a")


def test_a_name_in_the_handshake_makes_a_request_over_tls() -> None:
    assert to(ask(annotated("", more=TLS), sni="shop.example")) == "web"


SETTINGS = """
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ingress-nginx-controller, labels: {app.kubernetes.io/name: NAME}}
data: {ssl-redirect: "false"}
"""


@pytest.mark.parametrize(("name", "result"), [("ingress-nginx", "web"), ("other", 308)])
def test_the_config_map_of_the_upload_counts_unless_the_question_says_otherwise(name: str, result: object) -> None:
    text = annotated("", more=TLS) + SETTINGS.replace("NAME", name)
    assert to(ask(text, "/a")) == result
    assert to(ask(text, "/a", config=(("ssl-redirect", "true"),))) == 308
