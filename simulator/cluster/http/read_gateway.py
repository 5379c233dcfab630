"""Gateways, ListenerSets, classes, grants and TLS policies as written, with defaults.

sigs.k8s.io/gateway-api/apis/v1/gateway_types.go, referencegrant_types.go, backendtlspolicy_types.go
"""

from collections.abc import Iterator

from simulator.cluster.http.fields import Fields, common, created, fields_of
from simulator.cluster.http.gateway_model import (
    CORE,
    GATEWAY_GROUP,
    HTTP,
    HTTPS,
    TCP,
    TLS,
    UDP,
    AllowedRoutes,
    BackendTLSPolicy,
    Gateway,
    GatewayClass,
    Grant,
    Listener,
    ListenerSet,
    ObjectRefTo,
    ReferenceGrant,
)
from simulator.cluster.problems import Problems
from simulator.cluster.selectors import selector_of
from simulator.manifests.manifest import Manifest

DEFAULT = "default"
PROTOCOLS = (HTTP, HTTPS, TLS, TCP, UDP)
SOURCES = ("Same", "All", "Selector", "None")


def read_class(manifest: Manifest, problems: Problems) -> GatewayClass:
    controller = fields_of(manifest, problems).part("spec").text("controllerName")
    return GatewayClass(**common(manifest), controller=controller)


def read_gateway(manifest: Manifest, problems: Problems) -> Gateway:
    spec = fields_of(manifest, problems).part("spec")
    allowed = spec.part("allowedListeners").part("namespaces")
    return Gateway(
        **common(manifest), class_name=spec.text("gatewayClassName"), listeners=tuple(_listeners(spec)),
        allowed_listeners=AllowedRoutes(
            allowed.word("from", SOURCES, "None"), selector_of(allowed.part("selector").body)
        ),
        created=created(manifest),
    )  # fmt: skip


def read_listener_set(manifest: Manifest, problems: Problems) -> ListenerSet:
    spec = fields_of(manifest, problems).part("spec")
    parent = reference(spec.part("parentRef"), "Gateway", GATEWAY_GROUP)
    return ListenerSet(**common(manifest), parent=parent, listeners=tuple(_listeners(spec)), created=created(manifest))


def reference(fields: Fields, kind: str, group: str = CORE) -> ObjectRefTo:
    """A reference with its defaults: the namespace is the referring object's own."""
    written = fields.body.get("group")
    return ObjectRefTo(
        written if isinstance(written, str) else group, fields.text("kind", kind),
        fields.text("namespace") or fields.manifest.namespace or DEFAULT, fields.text("name"), fields.path,
        fields.port("port"),
    )  # fmt: skip


def _listeners(spec: Fields) -> Iterator[Listener]:
    names: set[str] = set()
    for item in spec.parts("listeners"):
        port, name = item.port("port"), item.text("name")
        if port is None and item.has("port"):
            continue
        if name in names:
            item.wrong("duplicate-listener", f'Two listeners are called "{name}"; the API server refuses it.',
                       "Give each listener a name of its own.", "name")  # fmt: skip
            continue
        names.add(name)
        yield _listener(item, name, port)


def _listener(item: Fields, name: str, port: int | None) -> Listener:
    protocol = item.text("protocol", HTTP)
    if protocol not in PROTOCOLS and "/" not in protocol:
        item.wrong("invalid-value", f'A listener can\'t speak "{protocol}".',
                   f"Write {', '.join(PROTOCOLS[:-1])} or {PROTOCOLS[-1]}.", "protocol")  # fmt: skip
    tls = item.part("tls")
    secure = protocol in (HTTPS, TLS)
    mode = tls.word("mode", ("Terminate", "Passthrough")) if secure else None
    return Listener(
        name=name, port=port or (443 if secure else 80), protocol=protocol, hostname=item.text("hostname").lower(),
        allowed=_allowed(item.part("allowedRoutes")), path=item.path, mode=mode,
        certificates=tuple(reference(ref, "Secret") for ref in tls.parts("certificateRefs")), tls=item.has("tls"),
    )  # fmt: skip


def _allowed(fields: Fields) -> AllowedRoutes:
    namespaces = fields.part("namespaces")
    kinds = tuple(
        (_group(kind), kind.text("kind")) for kind in fields.parts("kinds")
    )  # fmt: skip
    return AllowedRoutes(namespaces.word("from", SOURCES), selector_of(namespaces.part("selector").body), kinds or None)


def _group(fields: Fields) -> str:
    written = fields.body.get("group")
    return written if isinstance(written, str) else GATEWAY_GROUP


def read_grant(manifest: Manifest, problems: Problems) -> ReferenceGrant:
    spec = fields_of(manifest, problems).part("spec")
    sources = tuple((f.text("group"), f.text("kind"), f.text("namespace")) for f in spec.parts("from"))
    targets = tuple((f.text("group"), f.text("kind"), f.maybe_text("name") or None) for f in spec.parts("to"))
    return ReferenceGrant(**common(manifest), grant=Grant(sources, targets))


def read_tls_policy(manifest: Manifest, problems: Problems) -> BackendTLSPolicy:
    spec = fields_of(manifest, problems).part("spec")
    targets = tuple(
        (f.text("group"), f.text("kind", "Service"), f.text("name"), f.maybe_text("sectionName"))
        for f in spec.parts("targetRefs")
    )
    validation = spec.part("validation")
    return BackendTLSPolicy(
        **common(manifest), targets=targets, hostname=validation.text("hostname"),
        ca=tuple(reference(ref, "ConfigMap") for ref in validation.parts("caCertificateRefs")),
        system_ca=validation.has("wellKnownCACertificates"), created=created(manifest),
    )  # fmt: skip
