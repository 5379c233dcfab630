"""The status that gateway controllers write: which routes are attached to which listeners, and why the others are not.

GEP-1364 and sigs.k8s.io/gateway-api/apis/v1/shared_types.go, gateway_types.go (conditions and their reasons)
"""

from collections.abc import Iterator, Mapping

import msgspec

from simulator.cluster.http import references
from simulator.cluster.http.gateway_model import (
    CORE,
    GATEWAY_GROUP,
    AllowedRoutes,
    Gateway,
    ListenerSet,
    MirrorFilter,
    ObjectRefTo,
    ParentRef,
    Route,
)
from simulator.cluster.http.hostnames import common, intersection
from simulator.cluster.http.listener_status import conditions, find_conflicts, resolve
from simulator.cluster.http.status_model import Attachment, Condition, Served, Status
from simulator.cluster.http.web import Web
from simulator.cluster.model import Namespace, Service
from simulator.manifests.manifest import Path

NAMED = ("HTTPRoute", "GRPCRoute", "TLSRoute")
"""Routes that have hostnames."""


def status_of(web: Web, services: Mapping[str, Service], namespaces: Mapping[str, Namespace]) -> Status:
    return _Controller(web, services, namespaces).run()


class _Controller:
    def __init__(self, web: Web, services: Mapping[str, Service], namespaces: Mapping[str, Namespace]) -> None:
        self.web = web
        self.services = services
        self.namespaces = namespaces
        self.status = Status()

    def run(self) -> Status:
        for key, gateway in self.web.gateways.items():
            self.status.served[key] = [Served(gateway, gateway, listener) for listener in gateway.listeners]
        for one in sorted(self.web.listener_sets.values(), key=lambda s: (s.created, s.key)):
            self.join(one)
        for many in self.status.served.values():
            find_conflicts(many)
            for served in many:
                resolve(self.web, served)
        for route in sorted(self.web.routes, key=lambda one: (one.created, one.key)):
            self.attach(route)
        for many in self.status.served.values():
            for served in many:
                self.status.conditions += conditions(served)
        return self.status

    # Listeners

    def join(self, one: ListenerSet) -> None:
        """A ListenerSet's listeners go to its Gateway, where that lets it. GEP-1713"""
        gateway = self.web.gateways.get(f"{one.parent.namespace}/{one.parent.name}")
        if gateway is None:
            message = f"there is no Gateway {one.parent.namespace}/{one.parent.name}"
            self.tell_set(one, "ParentNotAccepted", message, "Correct parentRef, or add the Gateway.")
        elif not self.admits(gateway.allowed_listeners, gateway.namespace, one.namespace):
            message = f"{gateway.ref} lets no ListenerSet of {one.namespace} join"
            self.tell_set(one, "NotAllowed", message, "Write allowedListeners.namespaces in the Gateway.")
        else:
            self.status.conditions.append(Condition(one, "Accepted", True, "Accepted"))
            self.status.served[gateway.key] += [Served(gateway, one, listener) for listener in one.listeners]

    def tell_set(self, one: ListenerSet, reason: str, message: str, hint: str) -> None:
        self.status.conditions.append(
            Condition(one, "Accepted", False, reason, message, hint, at=("spec", "parentRef"))
        )  # fmt: skip

    def admits(self, allowed: AllowedRoutes, own: str | None, other: str | None) -> bool:
        match allowed.source:
            case "All":
                return True
            case "Same":
                return own == other
            case "Selector":
                there = self.namespaces.get(other or "")
                return there is not None and allowed.selector.matches(there.labels)
        return False

    # Routes

    def attach(self, route: Route) -> None:
        resolved = self.resolved(route)
        for number, parent in enumerate(route.parents):
            if (parent.to.group, parent.to.kind) == (CORE, "Service"):
                key = f"{parent.to.namespace}/{parent.to.name}"
                self.status.mesh.setdefault(key, []).append(Attachment(route, (), parent))
                continue
            owner = self.parent(parent.to)
            if owner is None:
                continue
            accepted = self.accept(route, parent, owner)
            for condition in (accepted, resolved):
                self.status.conditions.append(msgspec.structs.replace(condition, parent=owner.key, number=number))

    def parent(self, to: ObjectRefTo) -> Gateway | ListenerSet | None:
        key = f"{to.namespace}/{to.name}"
        if to.group != GATEWAY_GROUP:
            return None
        return self.web.gateways.get(key) if to.kind == "Gateway" else self.web.listener_sets.get(key)

    def accept(self, route: Route, parent: ParentRef, owner: Gateway | ListenerSet) -> Condition:
        """Attach a route to every listener that takes it; the condition says which hurdle stopped it."""
        own = self.status.of(owner)
        meant = [
            one for one in own
            if parent.section in (None, one.listener.name) and parent.port in (None, one.listener.port)
        ]  # fmt: skip
        if not meant:
            names = ", ".join(f"{one.listener.name} ({one.listener.port})" for one in own) or "none"
            return _refused(route, parent, "NoMatchingParent", f"{owner.ref} has no such listener",
                            f"Its listeners are: {names}.")  # fmt: skip
        willing = [one for one in meant if self.takes(one, route)]
        if not willing:
            return _refused(route, parent, "NotAllowedByListeners", self.unwilling(meant[0], route),
                            "Widen allowedRoutes of the listener, or move the route.")  # fmt: skip
        shared = [(one, hosts) for one in willing if (hosts := _hosts(one, route))]
        if not shared:
            names = ", ".join(one.listener.hostname for one in willing)
            return _refused(route, parent, "NoMatchingListenerHostname",
                            f"its names ({', '.join(route.hostnames)}) are not among the listeners' ({names})",
                            "Give the route a hostname that a listener has.", ("spec", "hostnames"))  # fmt: skip
        free = [(one, hosts) for one, hosts in shared if _rival(one, route, hosts) is None]
        if not free:
            rival = _rival(shared[0][0], route, shared[0][1])
            assert rival is not None
            return _refused(route, parent, "RouteConflict",
                            f"{rival.ref} is attached there already with such a name, and a listener takes either "
                            "HTTPRoutes or GRPCRoutes for one", "Give one of them a hostname of its own.")  # fmt: skip
        for one, hosts in free:
            one.attached.append(Attachment(route, hosts, parent))
        return Condition(route, "Accepted", True, "Accepted")

    def takes(self, one: Served, route: Route) -> bool:
        kinds = one.kinds
        return route.kind in kinds and self.admits(one.listener.allowed, one.owner.namespace, route.namespace)

    def unwilling(self, one: Served, route: Route) -> str:
        if route.kind not in one.kinds:
            return f"the listener {one.listener.name} ({one.listener.protocol}) takes no {route.kind}"
        return f"the listener {one.listener.name} takes no routes of the namespace {route.namespace}"

    def resolved(self, route: Route) -> Condition:
        for to in _backends(route):
            wrong = references.backend(self.web, self.services, route, to).wrong
            if wrong is not None:
                return Condition(route, "ResolvedRefs", False, wrong.reason, wrong.message, wrong.hint, at=to.path)
        return Condition(route, "ResolvedRefs", True, "ResolvedRefs")


def _hosts(one: Served, route: Route) -> tuple[str, ...]:
    """The names that a route would answer on a listener."""
    return intersection(one.listener.hostname, route.hostnames) if route.kind in NAMED else ("",)


def _rival(one: Served, route: Route, hosts: tuple[str, ...]) -> Route | None:
    """An older route of the other kind with a name in common. apis/v1/grpcroute_types.go (GRPCRouteSpec.Hostnames)"""
    other = {"HTTPRoute": "GRPCRoute", "GRPCRoute": "HTTPRoute"}.get(route.kind)
    for there in one.attached:
        if there.route.kind == other and any(common(a, b) is not None for a in hosts for b in there.hosts):
            return there.route
    return None


def _backends(route: Route) -> Iterator[ObjectRefTo]:
    for rule in route.rules:
        for one in rule.filters:
            if isinstance(one, MirrorFilter):
                yield one.to
        for backend in rule.backends:
            yield backend.to
            yield from (one.to for one in backend.filters if isinstance(one, MirrorFilter))


def _refused(
    route: Route, parent: ParentRef, reason: str, message: str, hint: str, at: Path | None = None
) -> Condition:
    return Condition(route, "Accepted", False, reason, message, hint, at=at or parent.to.path)
