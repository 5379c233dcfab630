"""What the API server refuses in Gateways and routes: rules that stand beside the fields, as CEL expressions.

sigs.k8s.io/gateway-api/apis/v1/httproute_types.go, grpcroute_types.go, gateway_types.go (+kubebuilder:validation)
"""

from collections.abc import Iterator

import msgspec

from simulator.cluster.http.gateway_model import (
    HTTP,
    HTTPS,
    TCP,
    TLS,
    UDP,
    CorsFilter,
    Gateway,
    Listener,
    ListenerSet,
    Modifier,
    RedirectFilter,
    RewriteFilter,
    Route,
    RouteFilter,
    RouteMatch,
    RouteRule,
)
from simulator.manifests.manifest import Path

NOT_IN_PATHS = ("//", "/./", "/../", "%2f", "%2F", "#")
NAMES = {RedirectFilter: "RequestRedirect", RewriteFilter: "URLRewrite", CorsFilter: "CORS"}


class Refusal(msgspec.Struct, frozen=True):
    """Why, what to do, and where it is written."""

    why: str
    hint: str
    at: Path


def refused_route(route: Route) -> Iterator[Refusal]:
    for host in route.hostnames:
        if _is_address(host) or "*" in host.removeprefix("*."):
            yield Refusal(f'the hostname "{host}" is no name', "Write a name; a star may only be its first label.",
                          ("spec", "hostnames"))  # fmt: skip
    for rule in route.rules:
        yield from _rule(rule)


def _rule(rule: RouteRule) -> Iterator[Refusal]:
    for match in rule.matches:
        yield from _match(match)
    for filters in (rule.filters, *(backend.filters for backend in rule.backends)):
        yield from _filters(filters, rule)
    redirect = next((one for one in rule.filters if isinstance(one, RedirectFilter)), None)
    if redirect is not None and rule.backends:
        yield Refusal("a rule with RequestRedirect can't have backendRefs", "Leave one of them out.", redirect.path)
    if rule.backend_timeout and rule.request_timeout and rule.backend_timeout > rule.request_timeout:
        yield Refusal("backendRequest is longer than request", "Make it shorter: it is a part of it.",
                      (*rule.path, "timeouts", "backendRequest"))  # fmt: skip


def _match(match: RouteMatch) -> Iterator[Refusal]:
    value, at = match.path_value, (*match.path, "path", "value")
    if match.path_type not in ("Exact", "PathPrefix") or match.service or match.rpc:
        return
    if not value.startswith("/"):
        yield Refusal(f'the path "{value}" does not start with /', "Start it with a slash.", at)
    wrong = next((piece for piece in NOT_IN_PATHS if piece in value), None)
    if wrong is not None or value.endswith(("/.", "/..")):
        yield Refusal(f'the path "{value}" has {wrong or "a dot at its end"}', "Write it in its plain form.", at)


def _filters(filters: tuple[RouteFilter, ...], rule: RouteRule) -> Iterator[Refusal]:
    seen: set[str] = set()
    for one in filters:
        name = _once(one)
        if name in seen:
            yield Refusal(f"{name} is there twice", "Write both into one filter.", one.path)
        seen |= {name} if name else set()
        change = one.change if isinstance(one, RedirectFilter | RewriteFilter) else None
        if change is not None and change.prefix and [m.path_type for m in rule.matches] != ["PathPrefix"]:
            yield Refusal("replacePrefixMatch needs a rule with exactly one match, of type PathPrefix",
                          "Make a rule of each match, or use replaceFullPath.", (*one.path, "path"))  # fmt: skip
    if {"RequestRedirect", "URLRewrite"} <= seen:
        yield Refusal("RequestRedirect and URLRewrite exclude each other", "Leave one of them out.", filters[0].path)


def _once(one: RouteFilter) -> str | None:
    """The type of a filter that may be there once only."""
    if isinstance(one, Modifier):
        return "ResponseHeaderModifier" if one.response else "RequestHeaderModifier"
    return NAMES.get(type(one))


def refused_listeners(owner: Gateway | ListenerSet) -> Iterator[Refusal]:
    for one in owner.listeners:
        yield from _listener(one)


def _listener(one: Listener) -> Iterator[Refusal]:
    if one.tls and one.protocol in (HTTP, TCP, UDP):
        yield Refusal(f"a {one.protocol} listener has no tls", "Leave tls out, or write protocol: HTTPS.",
                      (*one.path, "tls"))  # fmt: skip
    if one.protocol == HTTPS and one.mode == "Passthrough":
        yield Refusal("an HTTPS listener opens the TLS itself", "Write mode: Terminate, or protocol: TLS.",
                      (*one.path, "tls", "mode"))  # fmt: skip
    if one.hostname and one.protocol in (TCP, UDP):
        yield Refusal(f"a {one.protocol} listener has no hostname", "Leave it out: nobody says a name there.",
                      (*one.path, "hostname"))  # fmt: skip
    if one.protocol == TLS and not one.tls:
        yield Refusal("a TLS listener says nothing of tls", "Write tls.mode: Passthrough, or a certificate.", one.path)
    if _is_address(one.hostname) or "*" in one.hostname.removeprefix("*."):
        yield Refusal(f'the hostname "{one.hostname}" is no name', "Write a name; a star may only be its first label.",
                      (*one.path, "hostname"))  # fmt: skip


def _is_address(host: str) -> bool:
    return ":" in host or (host.replace(".", "").isdigit() and host.count(".") == 3)
