"""Ingresses and IngressClasses as written, with defaults; texts of old versions are read as what took their place.

staging/src/k8s.io/api/networking/v1/types.go; pkg/apis/networking/v1beta1/conversion.go (serviceName, servicePort);
plugin/pkg/admission/network/defaultingressclass/admission.go
"""

from collections.abc import Iterable, Iterator, Mapping

from simulator.cluster.http.fields import Fields, common, created, fields_of
from simulator.cluster.http.ingress_model import (
    DEFAULT_CLASS,
    OLD_ANNOTATION,
    Ingress,
    IngressBackend,
    IngressClass,
    IngressPath,
    IngressRule,
    IngressTls,
)
from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Manifest

V1 = "networking.k8s.io/v1"
PATH_TYPES = ("ImplementationSpecific", "Prefix", "Exact")


def read_class(manifest: Manifest, problems: Problems) -> IngressClass:
    fields = fields_of(manifest, problems)
    own = common(manifest)
    default = own["annotations"].get(DEFAULT_CLASS) == "true"
    return IngressClass(**own, controller=fields.part("spec").text("controller"), default=default)


def default_class(classes: Iterable[IngressClass]) -> IngressClass | None:
    """Of several the newest, then the first by name."""
    found = [one for one in classes if one.default]
    found.sort(key=lambda one: one.name)
    found.sort(key=_age, reverse=True)
    return found[0] if found else None


def _age(one: IngressClass) -> str:
    return created(one.source.manifest).replace("~", "") if one.source else ""


def read_ingress(manifest: Manifest, classes: Mapping[str, IngressClass], problems: Problems) -> Ingress:
    spec = fields_of(manifest, problems).part("spec")
    old = manifest.api_version != V1
    backend = "backend" if old and spec.has("backend") else "defaultBackend"
    if old:
        _tell_converted(manifest, problems)
    return Ingress(
        **common(manifest), class_name=_class_name(spec, classes), rules=tuple(_rules(spec)),
        default=_backend(spec.part(backend)) if spec.has(backend) else None,
        tls=tuple(IngressTls(t.texts("hosts"), t.maybe_text("secretName"), t.path) for t in spec.parts("tls")),
        created=created(manifest), old=old,
    )  # fmt: skip


def _class_name(spec: Fields, classes: Mapping[str, IngressClass]) -> str | None:
    """The field, else the annotation of old, else the default class."""
    written = spec.maybe_text("ingressClassName")
    annotations = (spec.manifest.body.get("metadata") or {}).get("annotations") or {}
    annotated = annotations.get(OLD_ANNOTATION)
    if written and annotated:
        spec.problems.error(
            "ingress-class-twice", f"The class is written as ingressClassName and as the annotation {OLD_ANNOTATION}; "
            "the API server refuses this Ingress.", "Leave the annotation out.", spec.manifest,
            ("metadata", "annotations", OLD_ANNOTATION),
        )  # fmt: skip
    if written or annotated:
        return written or annotated
    default = default_class(classes.values())
    return default.name if default else None


def _rules(spec: Fields) -> Iterator[IngressRule]:
    for rule in spec.parts("rules"):
        paths = tuple(_path(item) for item in rule.part("http").parts("paths"))
        yield IngressRule(rule.text("host").lower(), paths, rule.path)


def _path(item: Fields) -> IngressPath:
    backend = _backend(item.part("backend")) if item.has("backend") else None
    return IngressPath(item.text("path"), item.word("pathType", PATH_TYPES), backend, item.path)


def _backend(fields: Fields) -> IngressBackend:
    """In v1 service.name and service.port, before serviceName and servicePort."""
    if fields.has("resource"):
        resource = fields.part("resource")
        return IngressBackend("", None, fields.path, f"{resource.text('kind', 'object')} {resource.text('name')}")
    if fields.has("service"):
        service = fields.part("service")
        port = service.part("port")
        number = port.number("number")
        return IngressBackend(service.text("name"), number if number is not None else port.maybe_text("name"),
                              service.path)  # fmt: skip
    old = fields.body.get("servicePort")
    port_of_old = int(old) if isinstance(old, str) and old.isdigit() else old
    return IngressBackend(fields.text("serviceName"), port_of_old if isinstance(port_of_old, int | str) else None,
                          fields.path)  # fmt: skip


def _tell_converted(manifest: Manifest, problems: Problems) -> None:
    problems.info(
        "ingress-converted", f"This Ingress of {manifest.api_version} is read as {V1}: backend.serviceName and "
        "servicePort as service.name and service.port, spec.backend as defaultBackend, and a path without pathType as "
        "ImplementationSpecific.",
        f"Write apiVersion: {V1} and the new fields; clusters since 1.22 refuse the old ones.", manifest,
        ("apiVersion",),
    )  # fmt: skip
