"""Gateways to tables: every listener with the rules of the routes attached to it, in the order of precedence.

Precedence: sigs.k8s.io/gateway-api/apis/v1/httproute_types.go (HTTPRouteRule.Matches), grpcroute_types.go
"""

import re
from collections.abc import Iterator

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.gateway_model import Gateway, Route, RouteMatch, RouteRule
from simulator.cluster.http.status_model import Attachment, Served
from simulator.compilers.http.route_filters import Compiler
from simulator.origin import Origins
from simulator.programs.matching import host_rank
from simulator.programs.routes import (
    Backend,
    Fault,
    Filter,
    Listener,
    Match,
    PathKind,
    PathMatch,
    Rule,
    Style,
    Table,
    Timeouts,
    ValueMatch,
)

Key = tuple[object, ...]
PATH_KINDS = {"Exact": PathKind.EXACT, "PathPrefix": PathKind.PREFIX, "RegularExpression": PathKind.REGEX}
PATH_ORDER = {PathKind.EXACT: 0, PathKind.REGEX: 1, PathKind.PREFIX: 2}
NO_BACKENDS = Fault("NoBackends", "The rule has no backends and no redirect: 500.")
NO_TRAFFIC = Fault("NoBackends", "Every backend of the rule has weight 0: 500.")


def gateway_table(cluster: Cluster, gateway: Gateway) -> Table:
    """What the proxy of a Gateway is told. Listeners that are not programmed are not opened."""
    compiler = Compiler(cluster)
    served = cluster.web.status.served.get(gateway.key, ())
    listeners = tuple(_listener(compiler, one) for one in served if one.programmed)
    return Table(gateway.ref, listeners, Style(), gateway.origin())


def _listener(compiler: Compiler, served: Served) -> Listener:
    listener = served.listener
    entries = [entry for attached in served.attached for entry in rules_of(compiler, attached)]
    entries.sort(key=lambda entry: entry[0])
    return Listener(
        name=f"{listener.name} of {served.owner.ref}", port=listener.port, protocol=listener.protocol,
        host=listener.hostname, rules=tuple(rule for _, rule in entries), certificates=served.certificates,
        passthrough=listener.mode == "Passthrough", origins=served.owner.origin(*listener.path),
    )  # fmt: skip


def rules_of(compiler: Compiler, attached: Attachment) -> Iterator[tuple[Key, Rule]]:
    """A rule for each hostname and match, with the key that sorts it."""
    route = attached.route
    for number, rule in enumerate(route.rules):
        for at, match in enumerate(rule.matches):
            made = _match(route, match)
            backends = tuple(compiler.backend(route, ref, match) for ref in rule.backends)
            for host in attached.hosts or ("",):
                filters = tuple(compiler.filters(route, rule.filters, match))
                key = (host_rank(host), *_precedence(route, match, made), route.created, route.key, number, at)
                yield key, _rule(route, rule, host, made, filters, backends, route.origin(*_place(match, rule)))


def _place(match: RouteMatch, rule: RouteRule) -> tuple[str | int, ...]:
    return match.path or rule.path


def _rule(
    route: Route, rule: RouteRule, host: str, match: Match, filters: tuple[Filter, ...],
    backends: tuple[Backend, ...], origins: Origins,
) -> Rule:  # fmt: skip
    number = rule.path[-1] if rule.path and isinstance(rule.path[-1], int) else 0
    label = f' "{rule.name}"' if rule.name else ""
    return Rule(
        name=f"{route.ref}, rule {int(number) + 1}{label}", kind=route.kind, owner=route.key, host=host, match=match,
        filters=filters, backends=backends, timeouts=Timeouts(rule.request_timeout, rule.backend_timeout),
        empty=NO_TRAFFIC if backends else NO_BACKENDS, origins=origins,
    )  # fmt: skip


def _precedence(route: Route, match: RouteMatch, made: Match) -> Key:
    """Exact path, longest prefix, method, most headers, most query parameters; of gRPC longest service and method.

    Where patterns come is left to implementations: after what is exact, before what is a prefix.
    """
    if route.kind == "GRPCRoute":
        service, rpc = match.service or "", match.rpc or ""
        if match.path_type == "RegularExpression":
            return (1, -len(service), -len(rpc), 0, -len(match.headers), 0)
        rank = (0, 0, 0) if service and rpc else (2, -len(f"/{service}/") if service else -1, -len(rpc))
        return (*rank, 0, -len(match.headers), 0)
    assert made.path is not None
    return (
        PATH_ORDER[made.path.kind], -len(match.path_value), 0, 0 if match.method else 1, -len(match.headers),
        -len(match.query),
    )  # fmt: skip


def _match(route: Route, match: RouteMatch) -> Match:
    if route.kind not in ("HTTPRoute", "GRPCRoute"):
        return Match(PathMatch(PathKind.PREFIX, "/"))
    headers = tuple(ValueMatch(h.name, h.value, h.regex) for h in match.headers)
    if route.kind == "GRPCRoute":
        return Match(_grpc_path(match), None, headers)
    kind = PATH_KINDS[match.path_type]
    query = tuple(ValueMatch(q.name, q.value, q.regex) for q in match.query)
    return Match(PathMatch(kind, match.path_value, whole=True), match.method, headers, query)


def _grpc_path(match: RouteMatch) -> PathMatch:
    """A gRPC call is a POST to /package.Service/Method."""
    service, rpc = match.service, match.rpc
    if match.path_type == "RegularExpression":
        pattern = f"/{service or '[^/]+'}/{rpc or '[^/]+'}"
        return PathMatch(PathKind.REGEX, pattern, whole=True)
    if service and rpc:
        return PathMatch(PathKind.EXACT, f"/{service}/{rpc}")
    if service:
        return PathMatch(PathKind.PREFIX, f"/{service}")
    if rpc:
        return PathMatch(PathKind.REGEX, f"/[^/]+/{re.escape(rpc)}", whole=True)
    return PathMatch(PathKind.PREFIX, "/")
