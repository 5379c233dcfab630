"""The status that gateway controllers write: which routes are attached to which listeners, and why the others are not.

GEP-1364 and sigs.k8s.io/gateway-api/apis/v1/shared_types.go, gateway_types.go (conditions and their reasons)
"""

from collections.abc import Iterator, Mapping

import msgspec

from simulator.cluster.http import references
from simulator.cluster.http.gateway_model import (
    CORE,
    GATEWAY_GROUP,
    HTTP,
    HTTPS,
    TCP,
    TLS,
    UDP,
    AllowedRoutes,
    Gateway,
    Listener,
    ListenerSet,
    MirrorFilter,
    ObjectRefTo,
    ParentRef,
    Route,
)
from simulator.cluster.http.hostnames import intersection
from simulator.cluster.http.references import Wrong
from simulator.cluster.http.web import Web
from simulator.cluster.model import Namespace, Service
from simulator.manifests.manifest import Path

KINDS_OF_PROTOCOL = {
    HTTP: ("HTTPRoute", "GRPCRoute"), HTTPS: ("HTTPRoute", "GRPCRoute"), TLS: ("TLSRoute", "TCPRoute"),
    TCP: ("TCPRoute",), UDP: ("UDPRoute",),
}  # fmt: skip
"""The kinds of routes that a listener can serve, by its protocol."""
NAMED = ("HTTPRoute", "GRPCRoute", "TLSRoute")
"""Routes that have hostnames."""


class Condition(msgspec.Struct, frozen=True):
    """One line of a status. `parent` of a route's, and which of its parentRefs (`number`); `section` of a listener's;
    `at` is where the cause is written."""

    object: "Gateway | ListenerSet | Route"
    type: str
    status: bool
    reason: str
    message: str = ""
    hint: str = ""
    parent: str | None = None
    section: str | None = None
    number: int = 0
    at: Path = ()


class Attachment(msgspec.Struct, frozen=True):
    """A route on a listener, and the names that it answers there ("" for any)."""

    route: Route
    hosts: tuple[str, ...]
    parent: ParentRef


class Served:
    """A listener of a Gateway, its own or a ListenerSet's, and what is attached to it."""

    def __init__(self, gateway: Gateway, owner: "Gateway | ListenerSet", listener: Listener) -> None:
        self.gateway = gateway
        self.owner = owner
        self.listener = listener
        self.attached: list[Attachment] = []
        self.kinds: tuple[str, ...] = ()
        self.certificates: tuple[str, ...] = ()
        self.conflict: str | None = None
        self.unresolved: Wrong | None = None

    @property
    def programmed(self) -> bool:
        """Whether the proxy serves it: no conflict, and what it needs is there."""
        return self.conflict is None and (self.unresolved is None or self.unresolved.reason == "InvalidRouteKinds")


class Status:
    """Listeners by Gateway, and all conditions."""

    def __init__(self) -> None:
        self.served: dict[str, list[Served]] = {}
        self.conditions: list[Condition] = []
        self.mesh: dict[str, list[Attachment]] = {}

    def of(self, owner: "Gateway | ListenerSet") -> list[Served]:
        """The listeners that an object itself has."""
        return [one for many in self.served.values() for one in many if one.owner is owner]


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
            _conflicts(many)
            for served in many:
                self.resolve(served)
        for route in self.web.routes:
            self.attach(route)
        for many in self.status.served.values():
            for served in many:
                self.status.conditions += _listener_conditions(served)
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

    def resolve(self, served: Served) -> None:
        """Kinds and certificates of a listener."""
        listener = served.listener
        possible = KINDS_OF_PROTOCOL.get(listener.protocol, ())
        if listener.allowed.kinds is None:
            served.kinds = possible
        else:
            served.kinds = tuple(k for g, k in listener.allowed.kinds if g == GATEWAY_GROUP and k in possible)
            if len(served.kinds) < len(listener.allowed.kinds):
                wrong = [k for g, k in listener.allowed.kinds if g != GATEWAY_GROUP or k not in possible]
                served.unresolved = Wrong(
                    "InvalidRouteKinds", f"a {listener.protocol} listener can't serve {', '.join(wrong)}",
                    f"It can serve {', '.join(possible) or 'nothing'}.",
                )  # fmt: skip
        if listener.mode == "Terminate":
            self.certificates(served)

    def certificates(self, served: Served) -> None:
        found, wrong = [], None
        for ref in served.listener.certificates:
            said = self.certificate(served.owner, ref)
            if said is None:
                found.append(f"{ref.namespace}/{ref.name}")
            wrong = wrong or said
        if not served.listener.certificates:
            wrong = Wrong("InvalidCertificateRef", "it has to open TLS, but names no certificate",
                          "Write tls.certificateRefs with a Secret of type kubernetes.io/tls.")  # fmt: skip
        served.certificates = tuple(found)
        if wrong is not None and not found:
            served.unresolved = wrong
        elif wrong is not None:
            served.unresolved = served.unresolved or Wrong("PartiallyInvalid", wrong.message, wrong.hint)

    def certificate(self, owner: "Gateway | ListenerSet", ref: ObjectRefTo) -> Wrong | None:
        kind = type(owner).__name__
        if (ref.group, ref.kind) != (CORE, "Secret"):
            return Wrong("InvalidCertificateRef", f"{ref.kind} {ref.name} is no Secret", "Refer to a Secret.")
        if not references.permitted(self.web.grants, GATEWAY_GROUP, kind, owner.namespace or "", ref):
            return Wrong(
                "RefNotPermitted",
                f"no ReferenceGrant in {ref.namespace} lets a {kind} of {owner.namespace} use the Secret {ref.name}",
                f"Add a ReferenceGrant in {ref.namespace}: from {kind} in {owner.namespace}, to Secret {ref.name}.",
            )
        there = self.web.present.get(("Secret", f"{ref.namespace}/{ref.name}"))
        if there is None:
            return Wrong("InvalidCertificateRef", f"there is no Secret {ref.namespace}/{ref.name}",
                         "Add the Secret, or correct the name: kubectl create secret tls")  # fmt: skip
        if not {"tls.crt", "tls.key"} <= there.keys:
            return Wrong("InvalidCertificateRef", f"the Secret {ref.namespace}/{ref.name} lacks tls.crt or tls.key",
                         "A TLS Secret has both: kubectl create secret tls")  # fmt: skip
        return None

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

    def parent(self, to: ObjectRefTo) -> "Gateway | ListenerSet | None":
        key = f"{to.namespace}/{to.name}"
        if to.group != GATEWAY_GROUP:
            return None
        return self.web.gateways.get(key) if to.kind == "Gateway" else self.web.listener_sets.get(key)

    def accept(self, route: Route, parent: ParentRef, owner: "Gateway | ListenerSet") -> Condition:
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
        attached = False
        for one in willing:
            hosts = intersection(one.listener.hostname, route.hostnames) if route.kind in NAMED else ("",)
            if hosts:
                attached = True
                one.attached.append(Attachment(route, hosts, parent))
        if not attached:
            names = ", ".join(one.listener.hostname for one in willing)
            return _refused(route, parent, "NoMatchingListenerHostname",
                            f"its names ({', '.join(route.hostnames)}) are not among the listeners' ({names})",
                            "Give the route a hostname that a listener has.", ("spec", "hostnames"))  # fmt: skip
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


def _conflicts(many: list[Served]) -> None:
    """Listeners of one port that can't be told apart: within an object all lose, of two objects the later one's."""
    for index, one in enumerate(many):
        for other in many[:index]:
            reason = _clash(other.listener, one.listener)
            lost = other.conflict is not None and isinstance(other.owner, ListenerSet) and other.owner is not one.owner
            if reason is None or lost:
                continue
            one.conflict = one.conflict or reason
            if other.owner is one.owner:
                other.conflict = other.conflict or reason


def _clash(one: Listener, other: Listener) -> str | None:
    if one.port != other.port or (one.protocol == UDP) != (other.protocol == UDP):
        return None
    families = {HTTP: 1, HTTPS: 2, TLS: 2, TCP: 3, UDP: 4}
    if families.get(one.protocol) != families.get(other.protocol):
        return "ProtocolConflict"
    return "HostnameConflict" if one.hostname == other.hostname else None


def _listener_conditions(served: Served) -> Iterator[Condition]:
    name, at = served.listener.name, served.listener.path
    wrong = served.unresolved

    def condition(type_: str, status: bool, reason: str, message: str = "", hint: str = "") -> Condition:
        return Condition(served.owner, type_, status, reason, message, hint, section=name, at=at)

    if served.conflict is not None:
        text = f"the listener {name} can't be told from another one on port {served.listener.port}"
        hint = "Give it a port or a hostname of its own."
        yield condition("Conflicted", True, served.conflict, text, hint)
        yield condition("Accepted", False, served.conflict, text, hint)
    else:
        yield condition("Conflicted", False, "NoConflicts")
        yield condition("Accepted", True, "Accepted")
    if wrong is None or wrong.reason == "PartiallyInvalid":
        yield condition("ResolvedRefs", True, "ResolvedRefs")
    else:
        yield condition("ResolvedRefs", False, wrong.reason, wrong.message, wrong.hint)
    yield condition("Programmed", served.programmed, "Programmed" if served.programmed else "Invalid")
