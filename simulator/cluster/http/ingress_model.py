"""Ingress and IngressClass, completed. staging/src/k8s.io/api/networking/v1/types.go"""

import msgspec

from simulator.cluster.model import Service, ServicePort, Sourced
from simulator.manifests.manifest import Path

OLD_ANNOTATION = "kubernetes.io/ingress.class"
DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
NGINX, GCE, TRAEFIK, OTHER = "nginx", "gce", "traefik", "other"
FLAVOURS = {"k8s.io/ingress-nginx": NGINX, "k8s.io/ingress-gce": GCE, "traefik.io/ingress-controller": TRAEFIK}
"""Controllers whose own behaviour is known here, by IngressClass.spec.controller."""
WELL_KNOWN = {"nginx": NGINX, "gce": GCE, "gce-internal": GCE, "traefik": TRAEFIK}
"""Names of classes that mean a controller although nobody wrote the IngressClass."""


class IngressBackend(msgspec.Struct, frozen=True):
    """A Service and its port, by number or by name; `resource` in words where it is something else."""

    service: str
    port: int | str | None
    path: Path
    resource: str | None = None


class IngressPath(msgspec.Struct, frozen=True):
    value: str
    kind: str
    backend: IngressBackend | None
    path: Path


def port_of(service: Service, wanted: int | str | None, flavour: str) -> ServicePort | None:
    """The Service port that a backend names; ingress-nginx takes a targetPort for its port's name, too.

    ingress-nginx: internal/ingress/controller/controller.go:serviceEndpoints()
    """
    named = next((p for p in service.ports if wanted in (p.port, p.name)), None)
    if named is None and flavour == NGINX:
        return next((p for p in service.ports if wanted == p.target_port), None)
    return named


class IngressRule(msgspec.Struct, frozen=True):
    host: str
    paths: tuple[IngressPath, ...]
    path: Path


class IngressTls(msgspec.Struct, frozen=True):
    hosts: tuple[str, ...]
    secret: str | None
    path: Path


class IngressClass(Sourced, frozen=True, kw_only=True):
    controller: str
    default: bool = False

    @property
    def flavour(self) -> str:
        return FLAVOURS.get(self.controller, OTHER)


class Ingress(Sourced, frozen=True, kw_only=True):
    """`class_name` is what is written or given by default; None where no controller takes it.

    `old`: it was written for an API version that is gone.
    """

    class_name: str | None
    rules: tuple[IngressRule, ...]
    default: IngressBackend | None
    tls: tuple[IngressTls, ...]
    created: str = ""
    old: bool = False

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"
