"""Problems of Gateways and routes: every condition that a controller would set to False, and what nobody refers to."""

from collections.abc import Iterable
from difflib import get_close_matches

import msgspec

from simulator.cluster.http.gateway_model import GATEWAY_GROUP, Gateway, ListenerSet, Route
from simulator.cluster.http.refused import Refusal, refused_listeners, refused_route
from simulator.cluster.http.status_model import Condition, Served
from simulator.cluster.http.tls_policy import conflicts, invalid
from simulator.cluster.http.web import Web
from simulator.cluster.problems import Problems, listed

IDS = {
    "RefNotPermitted": "reference-not-granted",
    "BackendNotFound": "backend-not-found",
    "InvalidKind": "backend-not-a-service",
    "UnsupportedValue": "backend-without-port",
    "InvalidCertificateRef": "tls-secret-missing",
    "InvalidRouteKinds": "listener-route-kinds",
    "HostnameConflict": "listener-conflict",
    "ProtocolConflict": "listener-conflict",
    "UnsupportedProtocol": "listener-protocol",
    "NoMatchingParent": "route-without-listener",
    "RouteConflict": "route-kind-conflict",
    "NotAllowedByListeners": "route-not-allowed",
    "NoMatchingListenerHostname": "route-hostname-unmatched",
    "NotAllowed": "listener-set-not-allowed",
    "ParentNotAccepted": "listener-set-without-gateway",
}
"""The id of a problem, by the reason of a condition."""
WRONG_IF = {"Conflicted": True}
"""The status that means trouble; False for all others."""


def check_gateways(web: Web, problems: Problems) -> None:
    for gateway in web.gateways.values():
        _class(web, gateway, problems)
        if not gateway.listeners:
            _tell(problems, gateway, "gateway-without-listeners", "This Gateway has no listeners.",
                  "Give it at least one, with a name, a port and a protocol.", ("spec",))  # fmt: skip
    owners: list[Gateway | ListenerSet] = [*web.gateways.values(), *web.listener_sets.values()]
    for owner in owners:
        _refused(owner, refused_listeners(owner), problems)
    for route in web.routes:
        _refused(route, refused_route(route), problems)
    for condition in web.status.conditions:
        _condition(condition, problems)
    for route in web.routes:
        _parents(web, route, problems)
    _tls_policies(web, problems)
    for many in web.status.served.values():
        for served in many:
            _doubles(served, problems)


def _doubles(served: Served, problems: Problems) -> None:
    """The same request wanted by two routes of a listener: the older one gets it, then the first by name."""
    owner: dict[tuple[object, ...], Route] = {}
    for attached in sorted(served.attached, key=lambda a: (a.route.created, a.route.key)):
        route = attached.route
        for rule in route.rules:
            for match in rule.matches:
                wants = msgspec.structs.replace(match, path=())
                for host in attached.hosts:
                    first = owner.setdefault((route.kind, host, wants), route)
                    if first is not route and route.source is not None:
                        problems.warning(
                            "route-conflict", f"{first.ref} wants the same requests of the listener "
                            f"{served.listener.name}, and gets them: this match never takes one.",
                            "Give one of them another hostname or match.", route.source.manifest,
                            match.path or rule.path,
                        )  # fmt: skip


def _class(web: Web, gateway: Gateway, problems: Problems) -> None:
    if gateway.class_name in web.gateway_classes or gateway.source is None:
        return
    close = get_close_matches(gateway.class_name, list(web.gateway_classes), 1)
    hint = (
        f"Did you mean {close[0]}?" if close else "Add the GatewayClass, which comes with the gateway's installation."
    )
    problems.warning(
        "unknown-gateway-class", f"There is no GatewayClass {gateway.class_name} in the upload; a gateway that follows "
        "the specification is taken to serve it.", hint, gateway.source.manifest, ("spec", "gatewayClassName"),
    )  # fmt: skip


def _condition(condition: Condition, problems: Problems) -> None:
    id_ = IDS.get(condition.reason)
    if id_ is None or condition.status is not WRONG_IF.get(condition.type, False):
        return
    message = f"{condition.message[:1].upper()}{condition.message[1:]}"
    effect = {"Accepted": "It is not attached there.", "ResolvedRefs": _effect(condition)}.get(condition.type, "")
    _tell(problems, condition.object, id_, f"{message}. {effect}".strip(), condition.hint, condition.at)


def _tls_policies(web: Web, problems: Problems) -> None:
    for policy in web.tls_policies:
        wrong = invalid(web, policy)
        if wrong is not None and policy.source is not None:
            message = f"{wrong.message[:1].upper()}{wrong.message[1:]}. Requests for its Services get 502."
            problems.error("tls-policy-invalid", message, wrong.hint, policy.source.manifest, ("spec", "validation"))
    for policy, first, at in conflicts(web):
        if policy.source is not None:
            problems.warning(
                "tls-policy-conflict", f"{first.ref} has this target already, and keeps it.",
                "Let one policy speak of a Service, or write sectionName.", policy.source.manifest,
                ("spec", "targetRefs", at),
            )  # fmt: skip


def _refused(about: Gateway | ListenerSet | Route, refusals: Iterable[Refusal], problems: Problems) -> None:
    for one in refusals:
        message = f"The API server refuses this: {one.why}."
        _tell(problems, about, "gateway-api-refused", message, one.hint, one.at)


def _effect(condition: Condition) -> str:
    return "Requests for it get 500." if isinstance(condition.object, Route) else "The listener is not opened."


def _tell(
    problems: Problems, about: Gateway | ListenerSet | Route, id_: str, message: str, hint: str,
    at: tuple[str | int, ...],
) -> None:  # fmt: skip
    if about.source is not None:
        problems.error(id_, message, hint, about.source.manifest, at)


def _parents(web: Web, route: Route, problems: Problems) -> None:
    """Routes that refer to no Gateway, or to one that is not there."""
    if not route.parents:
        _tell(problems, route, "route-without-parent", "This route has no parentRefs, so no Gateway serves it.",
              "Write parentRefs with the name of a Gateway.", ("spec",))  # fmt: skip
    known = {"Gateway": set(web.gateways), "ListenerSet": set(web.listener_sets)}
    for parent in route.parents:
        to = parent.to
        there = known.get(to.kind)
        if to.group != GATEWAY_GROUP or there is None or f"{to.namespace}/{to.name}" in there:
            continue
        same = sorted(key for key in there if key.endswith(f"/{to.name}"))
        near = get_close_matches(f"{to.namespace}/{to.name}", sorted(there), 1)
        hint = f"There is {listed(same or near)}." if same or near else f"Add the {to.kind}, or correct the name."
        _tell(problems, route, "route-parent-unknown",
              f"There is no {to.kind} {to.namespace}/{to.name}, so nobody serves this route.", hint,
              to.path)  # fmt: skip
