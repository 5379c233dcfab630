"""HTTPRoute, GRPCRoute, TLSRoute, TCPRoute and UDPRoute as written, with defaults.

sigs.k8s.io/gateway-api/apis/v1/httproute_types.go, grpcroute_types.go, tlsroute_types.go;
v1alpha2/tcproute_types.go, udproute_types.go
"""

import re
from collections.abc import Iterator

from simulator.cluster.http.fields import Fields, common, created, fields_of
from simulator.cluster.http.gateway_model import (
    GATEWAY_GROUP,
    BackendRef,
    CorsFilter,
    MirrorFilter,
    Modifier,
    ParentRef,
    PathModifier,
    RedirectFilter,
    RewriteFilter,
    Route,
    RouteFilter,
    RouteMatch,
    RouteRule,
    RouteValue,
    UnknownFilter,
)
from simulator.cluster.http.read_gateway import reference
from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Manifest

ROUTE_KINDS = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
PATH_TYPES = ("PathPrefix", "Exact", "RegularExpression")
VALUE_TYPES = ("Exact", "RegularExpression")
DEFAULT_MAX_AGE = 5
NOT_MODELLED = {
    "sessionPersistence": "every request is balanced anew, by weight and by chance",
    "retry": "a request that fails is not sent again",
}
"""Fields of a rule that change nothing here. GEP-1619 and GEP-1731"""
_DURATION = re.compile(r"(\d+)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def read_route(manifest: Manifest, problems: Problems) -> Route:
    fields = fields_of(manifest, problems).part("spec")
    parents = tuple(
        ParentRef(reference(p, "Gateway", GATEWAY_GROUP), p.maybe_text("sectionName"), p.port("port"))
        for p in fields.parts("parentRefs")
    )
    rules = tuple(_rule(rule, manifest.kind) for rule in fields.parts("rules"))
    if not rules and manifest.kind == "HTTPRoute" and not fields.has("rules"):
        rules = (RouteRule(path=fields.path, matches=(RouteMatch(path=fields.path),)),)
    return Route(
        **common(manifest), kind=manifest.kind, parents=parents,
        hostnames=tuple(host.lower() for host in fields.texts("hostnames")), rules=rules, created=created(manifest),
    )  # fmt: skip


def _rule(rule: Fields, kind: str) -> RouteRule:
    read = _grpc_match if kind == "GRPCRoute" else _http_match
    matches = tuple(read(match) for match in rule.parts("matches"))
    timeouts = rule.part("timeouts")
    _tell_left_out(rule)
    return RouteRule(
        path=rule.path, name=rule.maybe_text("name"), matches=matches or (RouteMatch(path=rule.path),),
        filters=tuple(_filters(rule)), backends=tuple(_backends(rule)),
        request_timeout=_duration(timeouts, "request"), backend_timeout=_duration(timeouts, "backendRequest"),
    )  # fmt: skip


def _tell_left_out(rule: Fields) -> None:
    for field, words in NOT_MODELLED.items():
        if rule.has(field):
            rule.problems.info(
                "route-field-not-modelled", f"{field} is out of what is modelled: {words}.",
                "Nothing has to be changed; only what NetViz shows lacks it.", rule.manifest, (*rule.path, field),
            )  # fmt: skip


def _http_match(match: Fields) -> RouteMatch:
    path = match.part("path")
    return RouteMatch(
        path_type=path.word("type", PATH_TYPES), path_value=path.text("value", "/"), method=match.maybe_text("method"),
        headers=tuple(_values(match, "headers", fold=True)), query=tuple(_values(match, "queryParams")),
        path=match.path,
    )  # fmt: skip


def _grpc_match(match: Fields) -> RouteMatch:
    method = match.part("method")
    return RouteMatch(
        path_type=method.word("type", VALUE_TYPES), headers=tuple(_values(match, "headers", fold=True)),
        service=method.maybe_text("service"), rpc=method.maybe_text("method"), path=match.path,
    )  # fmt: skip


def _values(match: Fields, key: str, fold: bool = False) -> Iterator[RouteValue]:
    """Of entries with the same name only the first counts; names of headers are equal whatever their case."""
    seen: set[str] = set()
    for item in match.parts(key):
        name = item.text("name")
        known = name.lower() if fold else name
        if known not in seen:
            seen.add(known)
            yield RouteValue(name, item.text("value"), item.word("type", VALUE_TYPES) == "RegularExpression")


def _backends(rule: Fields) -> Iterator[BackendRef]:
    for item in rule.parts("backendRefs"):
        weight = item.number("weight")
        yield BackendRef(reference(item, "Service"), 1 if weight is None else max(0, weight), tuple(_filters(item)))


def _filters(owner: Fields) -> Iterator[RouteFilter]:
    for item in owner.parts("filters"):
        yield _filter(item)


def _filter(item: Fields) -> RouteFilter:
    kind = item.text("type")
    match kind:
        case "RequestHeaderModifier":
            return _modifier(item.part("requestHeaderModifier"), response=False)
        case "ResponseHeaderModifier":
            return _modifier(item.part("responseHeaderModifier"), response=True)
        case "RequestRedirect":
            return _redirect(item.part("requestRedirect"))
        case "URLRewrite":
            rewrite = item.part("urlRewrite")
            return RewriteFilter(rewrite.maybe_text("hostname"), _path_modifier(rewrite), rewrite.path)
        case "RequestMirror":
            mirror = item.part("requestMirror")
            return MirrorFilter(reference(mirror.part("backendRef"), "Service"), _percent(mirror), mirror.path)
        case "CORS":
            return _cors(item.part("cors"))
    item.problems.warning(
        "unknown-filter", f'The filter "{kind}" is not known here: requests that meet it get 500.',
        "An extension's filter depends on the gateway; leave it out to see the rest.", item.manifest, item.path,
    )  # fmt: skip
    return UnknownFilter(kind, item.path)


def _modifier(fields: Fields, response: bool) -> Modifier:
    return Modifier(response, tuple(_pairs(fields, "set")), tuple(_pairs(fields, "add")), fields.texts("remove"),
                    fields.path)  # fmt: skip


def _pairs(fields: Fields, key: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for item in fields.parts(key):
        name = item.text("name")
        if name and name.lower() not in seen:
            seen.add(name.lower())
            yield name, item.text("value")


def _redirect(fields: Fields) -> RedirectFilter:
    return RedirectFilter(
        fields.maybe_text("scheme"), fields.maybe_text("hostname"), fields.port("port"), _path_modifier(fields),
        fields.number("statusCode") or 302, fields.path,
    )  # fmt: skip


def _path_modifier(fields: Fields) -> PathModifier | None:
    path = fields.part("path")
    if not path.body:
        return None
    prefix = path.word("type", ("ReplaceFullPath", "ReplacePrefixMatch")) == "ReplacePrefixMatch"
    return PathModifier(prefix, path.text("replacePrefixMatch" if prefix else "replaceFullPath"))


def _percent(mirror: Fields) -> float:
    percent = mirror.number("percent")
    if percent is not None:
        return float(percent)
    fraction = mirror.part("fraction")
    numerator = fraction.number("numerator")
    if numerator is None:
        return 100.0
    return 100.0 * numerator / (fraction.number("denominator") or 100)


def _cors(fields: Fields) -> CorsFilter:
    age = fields.number("maxAge")
    return CorsFilter(
        fields.texts("allowOrigins"), fields.texts("allowMethods"), fields.texts("allowHeaders"),
        fields.texts("exposeHeaders"), fields.truth("allowCredentials"), DEFAULT_MAX_AGE if age is None else age,
        fields.path,
    )  # fmt: skip


def _duration(fields: Fields, key: str) -> float | None:
    """GEP-2257: "1h30m", "500ms"; 0s is no limit."""
    text = fields.text(key)
    if not text:
        return None
    found = _DURATION.findall(text)
    if not found or "".join(number + unit for number, unit in found) != text:
        fields.wrong("invalid-duration", f'"{text}" is no duration.', 'Write one like "500ms", "10s" or "1m30s".', key)
        return None
    return sum(int(number) * _SECONDS[unit] for number, unit in found) or None
