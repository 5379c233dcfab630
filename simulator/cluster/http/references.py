"""What objects refer to: whether it is there, and whether they may. apis/v1/referencegrant_types.go"""

from collections.abc import Iterable, Mapping

import msgspec

from simulator.cluster.http.gateway_model import CORE, GATEWAY_GROUP, ObjectRefTo, ReferenceGrant, Route
from simulator.cluster.http.web import Web
from simulator.cluster.model import Service, ServicePort
from simulator.packet.headers import Protocol

INVALID_KIND, NOT_PERMITTED, NOT_FOUND = "InvalidKind", "RefNotPermitted", "BackendNotFound"
PROTOCOL_OF_ROUTE = {"UDPRoute": Protocol.UDP}


class Wrong(msgspec.Struct, frozen=True):
    """Why a reference leads nowhere: the reason of the ResolvedRefs condition, and a sentence."""

    reason: str
    message: str
    hint: str


class Found(msgspec.Struct, frozen=True):
    """A Service and its port, or what is wrong; the Service may be there although its port is not."""

    service: Service | None = None
    port: ServicePort | None = None
    wrong: Wrong | None = None


def permitted(grants: Iterable[ReferenceGrant], group: str, kind: str, namespace: str, to: ObjectRefTo) -> bool:
    """Whether an object of a kind and namespace may refer to one of another: a grant beside the target says so."""
    if namespace == to.namespace:
        return True
    for one in grants:
        if one.namespace != to.namespace or (group, kind, namespace) not in one.grant.sources:
            continue
        if any(g == to.group and k == to.kind and n in (None, to.name) for g, k, n in one.grant.targets):
            return True
    return False


def backend(web: Web, services: Mapping[str, Service], route: Route, to: ObjectRefTo) -> Found:
    """The Service port behind a backendRef of a route.

    The Service that a mesh's route is for (its parent) may be a backend without a grant: GEP-1294, consumer routes.
    """
    kind, namespace = route.kind, route.namespace or ""
    parents = {(p.to.kind, p.to.namespace, p.to.name) for p in route.parents if p.to.group == CORE}
    if (to.group, to.kind) != (CORE, "Service"):
        return Found(wrong=Wrong(INVALID_KIND, f"{to.group or 'core'}/{to.kind} {to.name} can't be a backend here",
                                 "Refer to a Service."))  # fmt: skip
    own = ("Service", to.namespace, to.name) in parents
    if not own and not permitted(web.grants, GATEWAY_GROUP, kind, namespace, to):
        return Found(wrong=Wrong(
            NOT_PERMITTED,
            f"no ReferenceGrant in {to.namespace} lets {_a(kind)} of {namespace} use the Service {to.name}",
            f"Add a ReferenceGrant in {to.namespace}: from {kind} in {namespace}, to Service {to.name}.",
        ))  # fmt: skip
    service = services.get(f"{to.namespace}/{to.name}")
    if service is None:
        return Found(wrong=Wrong(NOT_FOUND, f"there is no Service {to.namespace}/{to.name}", _near(services, to)))
    return _port(service, kind, to)


def _a(kind: str) -> str:
    """With its article: HTTPRoute begins with "aitch"."""
    return f"an {kind}" if kind.startswith("H") else f"a {kind}"


def _port(service: Service, kind: str, to: ObjectRefTo) -> Found:
    protocol = PROTOCOL_OF_ROUTE.get(kind, Protocol.TCP)
    there = [p for p in service.ports if p.protocol is protocol]
    port = next((p for p in there if p.port == to.port), None)
    if port is not None:
        return Found(service, port)
    numbers = ", ".join(str(p.port) for p in there) or "none"
    if to.port is None:
        wrong = Wrong("UnsupportedValue", "a reference to a Service needs a port", f"Write port: and one of {numbers}.")
    else:
        wrong = Wrong(NOT_FOUND, f"the Service {service.key} has no {protocol.value} port {to.port}",
                      f"Its {protocol.value} ports are: {numbers}.")  # fmt: skip
    return Found(service, None, wrong)


def _near(services: Mapping[str, Service], to: ObjectRefTo) -> str:
    from difflib import get_close_matches

    elsewhere = sorted(key for key, service in services.items() if service.name == to.name)
    if elsewhere:
        return f"There is a Service {elsewhere[0]}: write its namespace (and a ReferenceGrant there)."
    own = [service.name for service in services.values() if service.namespace == to.namespace]
    close = get_close_matches(to.name, own, 1)
    return f"Did you mean {close[0]}?" if close else "Correct the name, or add the Service."
