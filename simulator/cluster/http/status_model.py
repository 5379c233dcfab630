"""A status as values: conditions, and listeners with what is attached to them. Who comes to them: status.py.

sigs.k8s.io/gateway-api/apis/v1/shared_types.go, gateway_types.go
"""

import msgspec

from simulator.cluster.http.gateway_model import (
    HTTP,
    HTTPS,
    TCP,
    TLS,
    UDP,
    Gateway,
    Listener,
    ListenerSet,
    ParentRef,
    Route,
)
from simulator.cluster.http.references import Wrong
from simulator.manifests.manifest import Path

KINDS_OF_PROTOCOL = {
    HTTP: ("HTTPRoute", "GRPCRoute"), HTTPS: ("HTTPRoute", "GRPCRoute"), TLS: ("TLSRoute", "TCPRoute"),
    TCP: ("TCPRoute",), UDP: ("UDPRoute",),
}  # fmt: skip
"""The kinds of routes that a listener can serve, by its protocol."""


class Condition(msgspec.Struct, frozen=True):
    """One line of a status. `parent` of a route's, and which of its parentRefs (`number`); `section` of a listener's;
    `at` is where the cause is written."""

    object: Gateway | ListenerSet | Route
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

    def __init__(self, gateway: Gateway, owner: Gateway | ListenerSet, listener: Listener) -> None:
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
        """Whether the proxy serves it: no conflict, a protocol that it speaks, and what it needs is there."""
        lacks = self.unresolved is not None and self.unresolved.reason != "InvalidRouteKinds"
        return self.conflict is None and self.spoken and not lacks

    @property
    def spoken(self) -> bool:
        """Whether the protocol is one that gateways know; others are an extension's."""
        return self.listener.protocol in KINDS_OF_PROTOCOL


class Status:
    """Listeners by Gateway, and all conditions."""

    def __init__(self) -> None:
        self.served: dict[str, list[Served]] = {}
        self.conditions: list[Condition] = []
        self.mesh: dict[str, list[Attachment]] = {}

    def of(self, owner: Gateway | ListenerSet) -> list[Served]:
        """The listeners that an object itself has."""
        return [one for many in self.served.values() for one in many if one.owner is owner]
