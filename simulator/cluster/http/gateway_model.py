"""Gateway API objects, completed with their defaults. sigs.k8s.io/gateway-api/apis/v1, v1alpha2

A place inside an object is kept as `path`, so that everything made from it can point at its line.
"""

import msgspec

from simulator.cluster.model import Sourced
from simulator.cluster.selectors import Selector
from simulator.manifests.manifest import Path

GATEWAY_GROUP = "gateway.networking.k8s.io"
CORE = ""
HTTP, HTTPS, TLS, TCP, UDP = "HTTP", "HTTPS", "TLS", "TCP", "UDP"


class ObjectRefTo(msgspec.Struct, frozen=True):
    """A reference: group, kind, namespace (filled in where not written) and name. `port` of a backend."""

    group: str
    kind: str
    namespace: str
    name: str
    path: Path
    port: int | None = None


class ParentRef(msgspec.Struct, frozen=True):
    to: ObjectRefTo
    section: str | None = None
    port: int | None = None


class AllowedRoutes(msgspec.Struct, frozen=True):
    """`source` is Same, All, Selector or None; `kinds` are (group, kind), None for the protocol's own."""

    source: str = "Same"
    selector: Selector = Selector()
    kinds: tuple[tuple[str, str], ...] | None = None


class Listener(msgspec.Struct, frozen=True):
    """`mode` is Terminate or Passthrough, None where there is no TLS."""

    name: str
    port: int
    protocol: str
    hostname: str
    allowed: AllowedRoutes
    path: Path
    mode: str | None = None
    certificates: tuple[ObjectRefTo, ...] = ()
    tls: bool = False


class GatewayClass(Sourced, frozen=True, kw_only=True):
    controller: str = ""


class Gateway(Sourced, frozen=True, kw_only=True):
    """`allowed_listeners`: whose ListenerSets may join."""

    class_name: str
    listeners: tuple[Listener, ...]
    allowed_listeners: AllowedRoutes = AllowedRoutes("None")
    created: str = ""

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"


class ListenerSet(Sourced, frozen=True, kw_only=True):
    parent: ObjectRefTo
    listeners: tuple[Listener, ...]
    created: str = ""

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"


class Grant(msgspec.Struct, frozen=True):
    """Who (group, kind, namespace) may refer to what (group, kind, name or None for all)."""

    sources: tuple[tuple[str, str, str], ...]
    targets: tuple[tuple[str, str, str | None], ...]


class ReferenceGrant(Sourced, frozen=True, kw_only=True):
    grant: Grant


class RouteValue(msgspec.Struct, frozen=True):
    """A header or query parameter that is wanted."""

    name: str
    value: str
    regex: bool = False


class RouteMatch(msgspec.Struct, frozen=True):
    """`path_type` is Exact, PathPrefix or RegularExpression; of a GRPCRoute, `service` and `rpc` instead."""

    path_type: str = "PathPrefix"
    path_value: str = "/"
    method: str | None = None
    headers: tuple[RouteValue, ...] = ()
    query: tuple[RouteValue, ...] = ()
    service: str | None = None
    rpc: str | None = None
    path: Path = ()


class Modifier(msgspec.Struct, frozen=True, tag=True):
    """RequestHeaderModifier, or with `response` ResponseHeaderModifier."""

    response: bool
    set: tuple[tuple[str, str], ...]
    add: tuple[tuple[str, str], ...]
    remove: tuple[str, ...]
    path: Path


class PathModifier(msgspec.Struct, frozen=True):
    """`prefix`: ReplacePrefixMatch, else ReplaceFullPath."""

    prefix: bool
    value: str


class RedirectFilter(msgspec.Struct, frozen=True, tag=True):
    scheme: str | None
    hostname: str | None
    port: int | None
    change: PathModifier | None
    status: int
    path: Path


class RewriteFilter(msgspec.Struct, frozen=True, tag=True):
    hostname: str | None
    change: PathModifier | None
    path: Path


class MirrorFilter(msgspec.Struct, frozen=True, tag=True):
    to: ObjectRefTo
    percent: float
    path: Path


class CorsFilter(msgspec.Struct, frozen=True, tag=True):
    allowed: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    exposed: tuple[str, ...]
    credentials: bool
    max_age: int
    path: Path


class UnknownFilter(msgspec.Struct, frozen=True, tag=True):
    """An extension, or a type that is not there: requests that meet it get 500."""

    text: str
    path: Path


RouteFilter = Modifier | RedirectFilter | RewriteFilter | MirrorFilter | CorsFilter | UnknownFilter


class BackendRef(msgspec.Struct, frozen=True):
    to: ObjectRefTo
    weight: int = 1
    filters: tuple[RouteFilter, ...] = ()


class RouteRule(msgspec.Struct, frozen=True):
    path: Path
    name: str | None = None
    matches: tuple[RouteMatch, ...] = ()
    filters: tuple[RouteFilter, ...] = ()
    backends: tuple[BackendRef, ...] = ()
    request_timeout: float | None = None
    backend_timeout: float | None = None


class Route(Sourced, frozen=True, kw_only=True):
    """HTTPRoute, GRPCRoute, TLSRoute, TCPRoute or UDPRoute, as `kind` says."""

    kind: str
    parents: tuple[ParentRef, ...]
    hostnames: tuple[str, ...]
    rules: tuple[RouteRule, ...]
    created: str = ""

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def ref(self) -> str:
        return f"{self.kind} {self.key}"


class BackendTLSPolicy(Sourced, frozen=True, kw_only=True):
    """`targets` are (group, kind, name, section); `ca` the references of its certificates, or the system's own."""

    targets: tuple[tuple[str, str, str, str | None], ...]
    hostname: str
    ca: tuple[ObjectRefTo, ...]
    system_ca: bool
    created: str = ""


class Present(msgspec.Struct, frozen=True):
    """An object that is only referred to, a Secret or a ConfigMap: the keys of its data.

    `settings` are the whole data of a ConfigMap that says it is ingress-nginx's.
    """

    keys: frozenset[str]
    settings: tuple[tuple[str, str], ...] = ()
