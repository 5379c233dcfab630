"""Web: everything of a cluster that speaks of HTTP, and of connections that a gateway takes."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from simulator.cluster.http.gateway_model import (
    GATEWAY_GROUP,
    BackendTLSPolicy,
    Gateway,
    GatewayClass,
    ListenerSet,
    Present,
    ReferenceGrant,
    Route,
)
from simulator.cluster.http.ingress_model import Ingress, IngressClass
from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Manifest

if TYPE_CHECKING:
    from simulator.cluster.http.status_model import Status

INGRESS_GROUPS = ("networking.k8s.io", "extensions")
EXPERIMENTAL_GROUP = "gateway.networking.x-k8s.io"
REFERRED_TO = ("Secret", "ConfigMap")
NAME_LABEL, NGINX_NAME = "app.kubernetes.io/name", "ingress-nginx"
ROUTE_KINDS = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")


class Web:
    """Nothing in here changes. Objects are found by "namespace/name", those without a namespace by name."""

    def __init__(self) -> None:
        self.ingress_classes: dict[str, IngressClass] = {}
        self.ingresses: dict[str, Ingress] = {}
        self.gateway_classes: dict[str, GatewayClass] = {}
        self.gateways: dict[str, Gateway] = {}
        self.listener_sets: dict[str, ListenerSet] = {}
        self.routes: list[Route] = []
        self.grants: list[ReferenceGrant] = []
        self.tls_policies: list[BackendTLSPolicy] = []
        self.present: dict[tuple[str, str], Present] = {}
        self._status: Status | None = None

    @property
    def status(self) -> "Status":
        """What gateway controllers say of all this; written once, when everything is read."""
        assert self._status is not None
        return self._status

    @status.setter
    def status(self, status: "Status") -> None:
        self._status = status

    @property
    def nginx_settings(self) -> dict[str, str]:
        """The ConfigMap of ingress-nginx, where the upload has it; of several the first by name."""
        found = sorted((key, one.settings) for key, one in self.present.items() if one.settings)
        return dict(found[0][1]) if found else {}

    @property
    def empty(self) -> bool:
        return not (self.ingresses or self.gateways or self.routes or self.listener_sets)


def read_web(manifests: Iterable[Manifest], problems: Problems) -> Web:
    """The objects among many that belong here."""
    mine: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        kind = _kind(manifest)
        if kind is not None:
            mine.setdefault(kind, []).append(manifest)
    web = Web()
    if set(mine) <= set(REFERRED_TO):
        return web
    _read_ingresses(web, mine, problems)
    _read_gateways(web, mine, problems)
    for kind in REFERRED_TO:
        for manifest in mine.get(kind, ()):
            web.present[kind, f"{manifest.namespace}/{manifest.name}"] = _present(manifest)
    return web


def _kind(manifest: Manifest) -> str | None:
    group = manifest.api_version.rpartition("/")[0]
    if manifest.kind in ("Ingress", "IngressClass"):
        return manifest.kind if group in INGRESS_GROUPS else None
    if manifest.kind in REFERRED_TO:
        return manifest.kind if group == "" else None
    if group == GATEWAY_GROUP:
        return manifest.kind
    return "ListenerSet" if manifest.kind == "XListenerSet" and group == EXPERIMENTAL_GROUP else None


def _read_ingresses(web: Web, mine: Mapping[str, list[Manifest]], problems: Problems) -> None:
    from simulator.cluster.http.read_ingress import read_class, read_ingress

    for manifest in _sorted(mine.get("IngressClass", ())):
        web.ingress_classes[manifest.name] = read_class(manifest, problems)
    for manifest in _sorted(mine.get("Ingress", ())):
        web.ingresses[f"{manifest.namespace}/{manifest.name}"] = read_ingress(manifest, web.ingress_classes, problems)


def _read_gateways(web: Web, mine: Mapping[str, list[Manifest]], problems: Problems) -> None:
    from simulator.cluster.http import read_gateway
    from simulator.cluster.http.read_routes import read_route

    for manifest in _sorted(mine.get("GatewayClass", ())):
        web.gateway_classes[manifest.name] = read_gateway.read_class(manifest, problems)
    for manifest in _sorted(mine.get("Gateway", ())):
        web.gateways[f"{manifest.namespace}/{manifest.name}"] = read_gateway.read_gateway(manifest, problems)
    for manifest in _sorted(mine.get("ListenerSet", ())):
        web.listener_sets[f"{manifest.namespace}/{manifest.name}"] = read_gateway.read_listener_set(manifest, problems)
    web.routes = [read_route(m, problems) for kind in ROUTE_KINDS for m in _sorted(mine.get(kind, ()))]
    web.grants = [read_gateway.read_grant(m, problems) for m in _sorted(mine.get("ReferenceGrant", ()))]
    web.tls_policies = [read_gateway.read_tls_policy(m, problems) for m in _sorted(mine.get("BackendTLSPolicy", ()))]


def _sorted(manifests: Iterable[Manifest]) -> list[Manifest]:
    return sorted(manifests, key=lambda m: (m.namespace or "", m.name))


def _present(manifest: Manifest) -> Present:
    body = manifest.body
    keys = frozenset(key for field in ("data", "stringData", "binaryData") for key in (body.get(field) or {}))
    return Present(keys, _settings(manifest))


def _settings(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    """Of the ConfigMap of ingress-nginx, known by the labels that its Helm chart and its manifests give it."""
    metadata = manifest.body.get("metadata") or {}
    if manifest.kind != "ConfigMap" or (metadata.get("labels") or {}).get(NAME_LABEL) != NGINX_NAME:
        return ()
    return tuple((key, value) for key, value in (manifest.body.get("data") or {}).items() if isinstance(value, str))
