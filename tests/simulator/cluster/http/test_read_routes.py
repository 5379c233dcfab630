"""Routes as written: defaults, what repeats, and what has the wrong type."""

from collections.abc import Callable

import pytest

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.gateway_model import CorsFilter, MirrorFilter, RedirectFilter, Route, UnknownFilter
from simulator.diagnostics import Problem

ClusterOf = Callable[..., Cluster]


def route(cluster_of: ClusterOf, rules: str, kind: str = "HTTPRoute") -> Route:
    text = f"{{apiVersion: gateway.networking.k8s.io/v1, kind: {kind}, metadata: {{name: r}}, spec: {{{rules}}}}}"
    (found,) = cluster_of(text).web.routes
    return found


def test_a_rule_without_matches_takes_every_path(cluster_of: ClusterOf) -> None:
    (rule,) = route(cluster_of, "rules: [{backendRefs: [{name: web, port: 80}]}]").rules
    (match,) = rule.matches
    assert (match.path_type, match.path_value) == ("PathPrefix", "/")
    (backend,) = rule.backends
    assert (backend.to.kind, backend.to.namespace, backend.weight) == ("Service", "default", 1)


def test_a_header_that_repeats_counts_once_a_query_parameter_by_its_exact_name(cluster_of: ClusterOf) -> None:
    text = "rules: [{matches: [{headers: [{name: A, value: '1'}, {name: a, value: '2'}], queryParams: [{name: A, value: '1'}, {name: a, value: '2'}]}]}]"
    (match,) = route(cluster_of, text).rules[0].matches
    assert [h.value for h in match.headers] == ["1"]
    assert [q.value for q in match.query] == ["1", "2"]


def test_filters_have_their_defaults(cluster_of: ClusterOf) -> None:
    text = """rules: [{filters: [
        {type: RequestRedirect, requestRedirect: {scheme: https}},
        {type: RequestMirror, requestMirror: {backendRef: {name: m, port: 80}, fraction: {numerator: 1, denominator: 8}}},
        {type: CORS, cors: {allowOrigins: ['*']}},
        {type: ExtensionRef, extensionRef: {kind: X, name: x, group: y}}]}]"""
    redirect, mirror, cors, other = route(cluster_of, text).rules[0].filters
    assert isinstance(redirect, RedirectFilter)
    assert redirect.status == 302
    assert isinstance(mirror, MirrorFilter)
    assert mirror.percent == 12.5
    assert isinstance(cors, CorsFilter)
    assert (cors.max_age, cors.credentials) == (5, False)
    assert isinstance(other, UnknownFilter)


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1.0), ("500ms", 0.5), ("1h30m", 5400.0), ("0s", None), ("abc", None)]
)
def test_timeouts_are_durations(cluster_of: ClusterOf, text: str, seconds: float | None) -> None:
    (rule,) = route(cluster_of, f"rules: [{{timeouts: {{request: {text}}}}}]").rules
    assert rule.request_timeout == seconds


def test_what_changes_nothing_here_is_told_by_its_line(problem_of: Callable[..., Problem]) -> None:
    text = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n  rules:\n"
    told = problem_of("route-field-not-modelled", f"{text}  - sessionPersistence: {{type: Cookie}}\n")
    assert (told.line, told.message.partition(" ")[0]) == (6, "sessionPersistence")


@pytest.mark.parametrize(
    "rules",
    ["rules: 5", "rules: [7]", "rules: [{matches: {}}]", "rules: [{matches: [{path: 9}]}]", "parentRefs: [3]",
     "rules: [{backendRefs: [{name: web, port: high}]}]", "rules: [{filters: [{type: 4}]}]", "hostnames: [1]"],
)  # fmt: skip
def test_fields_of_the_wrong_type_are_told(cluster_of: ClusterOf, rules: str) -> None:
    text = f"{{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {{name: r}}, spec: {{{rules}}}}}"
    assert any(p.id == "wrong-type" for p in cluster_of(text).problems)
