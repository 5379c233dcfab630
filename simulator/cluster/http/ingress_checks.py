"""Problems of Ingresses: classes that nobody has, backends that lead nowhere, Secrets that are missing, doubles."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from simulator.cluster.http.annotation_checks import check_annotations, check_canaries, check_paths
from simulator.cluster.http.ingress_model import GCE, NGINX, WELL_KNOWN, Ingress, IngressBackend, port_of
from simulator.cluster.http.owners import flavour_of
from simulator.cluster.http.web import Web
from simulator.cluster.model import Service
from simulator.cluster.problems import Problems, listed
from simulator.manifests.manifest import Path

BY_ANNOTATION = "use-annotation"
"""The port of a backend that is no Service, but an action that the AWS load balancer controller finds in an annotation.

https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
"""
CANARY = "nginx.ingress.kubernetes.io/canary"


def check_ingresses(web: Web, services: Mapping[str, Service], problems: Problems) -> None:
    for ingress in web.ingresses.values():
        _class(web, ingress, problems)
        for backend in backends(ingress):
            _backend(ingress, backend, services, flavour_of(web, ingress), problems)
        _secrets(web, ingress, problems)
        flavour = flavour_of(web, ingress)
        check_annotations(ingress, flavour, problems)
        if flavour == NGINX:
            check_paths(ingress, problems)
        for rule in ingress.rules:
            _host(ingress, rule.host, rule.path, problems)
            for path in rule.paths:
                if path.value and not path.value.startswith("/"):
                    _tell(problems, ingress, "ingress-path-relative", f'The path "{path.value}" does not start with /.',
                          "Start it with a slash.", (*path.path, "path"))  # fmt: skip
    check_canaries((one for one in web.ingresses.values() if flavour_of(web, one) == NGINX), problems)
    _doubles(web, problems)


def backends(ingress: Ingress) -> Iterator[IngressBackend]:
    if ingress.default is not None:
        yield ingress.default
    yield from (path.backend for rule in ingress.rules for path in rule.paths if path.backend is not None)


def _class(web: Web, ingress: Ingress, problems: Problems) -> None:
    manifest = ingress.source.manifest if ingress.source else None
    if manifest is None or ingress.class_name in web.ingress_classes:
        return
    names = listed(sorted(web.ingress_classes))
    if ingress.class_name is None:
        if web.ingress_classes:
            problems.warning(
                "ingress-without-class", "This Ingress names no class and none is the default, so no controller serves "
                "it.", f"Write ingressClassName ({names}), or mark one IngressClass as the default.", manifest,
                ("spec",),
            )  # fmt: skip
        else:
            problems.info(
                "ingress-without-class", "This Ingress names no class; a controller that serves such is assumed.",
                "Write ingressClassName: most controllers pass by an Ingress without one.", manifest, ("spec",),
            )  # fmt: skip
        return
    if not web.ingress_classes and ingress.class_name in WELL_KNOWN:
        return
    close = get_close_matches(ingress.class_name, list(web.ingress_classes), 1)
    hint = f"Did you mean {close[0]}?" if close else "Add the IngressClass, which comes with the controller."
    if web.ingress_classes and not close:
        hint = f"There is {names}. Correct the name, or add the IngressClass."
    problems.warning(
        "unknown-ingress-class", f"There is no IngressClass {ingress.class_name} in the upload.", hint, manifest,
        ("spec", "ingressClassName"),
    )  # fmt: skip


def _backend(
    ingress: Ingress, to: IngressBackend, services: Mapping[str, Service], flavour: str, problems: Problems
) -> None:
    if to.resource is not None:
        _tell(problems, ingress, "ingress-resource-backend",
              f"The backend is {to.resource}, not a Service: hardly any controller serves that, and none is modelled.",
              "Refer to a Service.", to.path)  # fmt: skip
        return
    if to.port == BY_ANNOTATION:
        return
    service = services.get(f"{ingress.namespace}/{to.service}")
    if service is None:
        _tell(problems, ingress, "backend-not-found",
              f"There is no Service {ingress.namespace}/{to.service}. Requests for it get 503.",
              _near(ingress, to, services), to.path)  # fmt: skip
        return
    if port_of(service, to.port, flavour) is None:
        ports = ", ".join(f"{p.port}" + (f" ({p.name})" if p.name else "") for p in service.ports) or "none"
        what = f"has no port {to.port}" if to.port is not None else "needs a port here"
        _tell(problems, ingress, "backend-not-found",
              f"The Service {service.key} {what}. Requests for it get 503.", f"Its ports are: {ports}.",
              to.path)  # fmt: skip


def _near(ingress: Ingress, to: IngressBackend, services: Mapping[str, Service]) -> str:
    elsewhere = sorted(key for key, service in services.items() if service.name == to.service)
    if elsewhere:
        return f"There is {elsewhere[0]}, but an Ingress can only name Services of its own namespace."
    close = get_close_matches(to.service, [s.name for s in services.values() if s.namespace == ingress.namespace], 1)
    return f"Did you mean {close[0]}?" if close else "Correct the name, or add the Service."


def _secrets(web: Web, ingress: Ingress, problems: Problems) -> None:
    for tls in ingress.tls:
        if tls.secret and ("Secret", f"{ingress.namespace}/{tls.secret}") not in web.present:
            manifest = ingress.source.manifest if ingress.source else None
            if manifest is not None:
                problems.warning(
                    "tls-secret-missing", f"There is no Secret {ingress.namespace}/{tls.secret} in the upload; without "
                    "it the controller shows a certificate of its own, which browsers refuse.",
                    "Add it (kubectl create secret tls), or let cert-manager make it.", manifest,
                    (*tls.path, "secretName"),
                )  # fmt: skip


def _host(ingress: Ingress, host: str, at: Path, problems: Problems) -> None:
    if "*" in host and (not host.startswith("*.") or "*" in host[1:]):
        _tell(problems, ingress, "invalid-host", f'The host "{host}" is no wildcard that is allowed; the API server '
              "refuses it.", "Write *. and a name: the star stands for exactly one label.", (*at, "host"))  # fmt: skip


def _doubles(web: Web, problems: Problems) -> None:
    """The same host and path twice under one class: the older Ingress keeps it. With GCE they never meet."""
    owner: dict[tuple[str | None, str, str, str], Ingress] = {}
    for ingress in sorted(web.ingresses.values(), key=lambda i: (i.created, i.key)):
        if ingress.annotations.get(CANARY) == "true" or flavour_of(web, ingress) == GCE:
            continue
        for rule in ingress.rules:
            for path in rule.paths:
                key = (ingress.class_name, rule.host, path.value or "/", path.kind)
                first = owner.setdefault(key, ingress)
                if first is not ingress and ingress.source is not None:
                    problems.warning(
                        "ingress-conflict", f"{first.ref} has {rule.host or 'any host'}{path.value or '/'} already, "
                        "and keeps it; this path gets no requests.", "Give one of them another host or path.",
                        ingress.source.manifest, path.path,
                    )  # fmt: skip


def _tell(problems: Problems, ingress: Ingress, id_: str, message: str, hint: str, at: Path) -> None:
    if ingress.source is not None:
        problems.error(id_, message, hint, ingress.source.manifest, at)
