"""Ingresses to the tables of their controllers: a server for each host, its paths in the order of precedence.

Paths: staging/src/k8s.io/api/networking/v1/types.go (HTTPIngressPath); ingress-nginx
internal/ingress/controller/controller.go:getBackendServers(), location.go:updateServerLocations()
"""

from collections.abc import Iterator

import msgspec

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.ingress_model import (
    GCE,
    NGINX,
    OTHER,
    TRAEFIK,
    WELL_KNOWN,
    Ingress,
    IngressBackend,
    IngressPath,
    IngressRule,
)
from simulator.compilers.http.backends import missing, upstream
from simulator.compilers.http.nginx import ANNOTATION, Nginx
from simulator.origin import Origins
from simulator.programs.matching import host_rank
from simulator.programs.routes import (
    Backend,
    Canary,
    Fault,
    Filter,
    Listener,
    Match,
    PathKind,
    PathMatch,
    Rule,
    Style,
    Table,
    Upstream,
)

HTTP_PORT, HTTPS_PORT = 80, 443
ORDER = {PathKind.EXACT: 0, PathKind.PREFIX: 1, PathKind.TEXT: 1, PathKind.REGEX: 1}


NO_PATH = IngressPath("", "Exact", None, ())
"""A rule with a host and nothing else: its requests go to the default backend."""


class Controller(msgspec.Struct, frozen=True):
    """An ingress controller, the names of its classes and what it takes. `assumed`: nobody wrote its IngressClass."""

    name: str
    classes: tuple[str, ...]
    flavour: str
    ingresses: tuple[Ingress, ...]
    assumed: bool = False
    origins: Origins = ()


def controllers(cluster: Cluster) -> tuple[Controller, ...]:
    """Those of the IngressClasses that are there; then, for Ingresses that nobody takes, one that is assumed."""
    web = cluster.web
    found: list[Controller] = []
    for controller in dict.fromkeys(one.controller for one in web.ingress_classes.values()):
        classes = [one for one in web.ingress_classes.values() if one.controller == controller]
        names = {one.name for one in classes}
        taken = tuple(i for i in web.ingresses.values() if i.class_name in names)
        label = "IngressClass " + ", ".join(sorted(names))
        found.append(Controller(label, tuple(sorted(names)), classes[0].flavour, taken, origins=classes[0].origin()))
    left = [i for i in web.ingresses.values() if i.class_name not in web.ingress_classes]
    if web.ingress_classes:
        left = [i for i in left if i.class_name is not None]
    for name in dict.fromkeys(i.class_name for i in left):
        taken = tuple(i for i in left if i.class_name == name)
        label = f"the class {name}" if name else "an ingress controller"
        found.append(Controller(label, (name,) if name else (), _flavour(name, taken), taken, assumed=True))
    return tuple(found)


def _flavour(name: str | None, ingresses: tuple[Ingress, ...]) -> str:
    if name is None and any(key.startswith(ANNOTATION) for i in ingresses for key in i.annotations):
        return NGINX
    return WELL_KNOWN.get(name or "", OTHER)


def ingress_table(cluster: Cluster, controller: Controller) -> Table:
    return _Writer(cluster, controller).table()


class Entry(msgspec.Struct, frozen=True):
    """A path of an Ingress under one of its hosts; NO_PATH for a host that has none of its own."""

    ingress: Ingress
    host: str
    path: IngressPath


class _Writer:
    def __init__(self, cluster: Cluster, controller: Controller) -> None:
        self.cluster = cluster
        self.controller = controller
        self.ingresses = sorted(controller.ingresses, key=lambda i: (i.created, i.key))
        self.nginx = Nginx(cluster, self.ingresses) if controller.flavour == NGINX else None

    def table(self) -> Table:
        entries: dict[str, list[Entry]] = {"": []}
        for ingress in self.ingresses:
            if self.nginx and self.nginx.is_canary(ingress):
                continue
            for rule in ingress.rules:
                for host in self.hosts(ingress, rule):
                    own = entries.setdefault(host, [])
                    own += [Entry(ingress, host, path) for path in rule.paths or (NO_PATH,)]
        hosts = sorted(entries, key=host_rank)
        listeners = [one for host in hosts for one in self.server(host, entries[host])]
        style = Style(
            one_label=True, any_sni=True, falls_through=self.controller.flavour == TRAEFIK, nginx=self.nginx is not None
        )
        return Table(self.controller.name, tuple(listeners), style, self.controller.origins)

    def hosts(self, ingress: Ingress, rule: IngressRule) -> tuple[str, ...]:
        return (rule.host, *(self.nginx.aliases(ingress) if self.nginx and rule.host else ()))

    def server(self, host: str, entries: list[Entry]) -> Iterator[Listener]:
        """The same rules on both ports; TLS with a Secret's certificate, or with one of the controller's own."""
        rules = tuple(self.rules(host, entries))
        fallback = self.fallback(host, entries)
        secrets = tuple(self.certificates(host))
        label = host or "any host"
        origins = entries[0].ingress.origin("spec", "rules") if entries else ()
        for port, protocol in ((HTTP_PORT, "HTTP"), (HTTPS_PORT, "HTTPS")):
            own = secrets if protocol == "HTTPS" else ()
            yield Listener(f"{protocol.lower()} server for {label}", port, protocol, host, rules, own,
                           fallback=fallback, origins=origins)  # fmt: skip

    def rules(self, host: str, entries: list[Entry]) -> list[Rule]:
        entries = [entry for entry in entries if entry.path is not NO_PATH]
        regex = self.nginx is not None and any(self.nginx.wants_regex(e.ingress, e.path) for e in entries)
        made = []
        for number, entry in enumerate(entries):
            for match in self.matches(entry, regex):
                assert match.path is not None
                made.append(((ORDER[match.path.kind], -len(match.path.value), number), self.rule(entry, match)))
        made.sort(key=lambda pair: pair[0])
        return [rule for _, rule in made]

    def matches(self, entry: Entry, regex: bool) -> Iterator[Match]:
        value = entry.path.value or "/"
        if self.nginx is not None:
            yield from (Match(path) for path in self.nginx.locations(entry.ingress, entry.path, regex))
            return
        match entry.path.kind:
            case "Exact":
                yield Match(PathMatch(PathKind.EXACT, value))
            case "Prefix":
                yield Match(PathMatch(PathKind.PREFIX, value))
            case _:
                yield Match(self.own_way(value))

    def own_way(self, value: str) -> PathMatch:
        """ImplementationSpecific: GCE knows a star at the end, Traefik any text that starts so, others elements."""
        if self.controller.flavour == GCE:
            if value.endswith("/*"):
                return PathMatch(PathKind.TEXT, value[:-1])
            return PathMatch(PathKind.PREFIX if value == "/" else PathKind.EXACT, value)
        return PathMatch(PathKind.TEXT if self.controller.flavour == TRAEFIK else PathKind.PREFIX, value)

    def rule(self, entry: Entry, match: Match) -> Rule:
        ingress, path = entry.ingress, entry.path
        number = [at for at in path.path if isinstance(at, int)]
        place = f"rule {number[0] + 1}, path {path.value or '/'}" if number else path.value
        filters: tuple[Filter, ...] = ()
        canaries: tuple[Canary, ...] = ()
        backend = self.backend(ingress, path.backend, path.path)
        if self.nginx is not None:
            secure = bool(list(self.certificates(entry.host)))
            filters = tuple(self.nginx.filters(ingress, path, match, secure))
            canaries = tuple(
                self.nginx.canary(other, self.backend(other, their.backend, their.path))
                for other, their in self.nginx.canaries(entry.host, path)
            )
        return Rule(
            name=f"{ingress.ref}, {place}", kind="Ingress", owner=ingress.key, host=entry.host, match=match,
            filters=filters, backends=(backend,), canaries=canaries, origins=ingress.origin(*path.path),
        )  # fmt: skip

    def fallback(self, host: str, entries: list[Entry]) -> Rule | None:
        """The default backend: of an Ingress for this host, else of one that has no rules."""
        own = [e.ingress for e in entries if e.ingress.default is not None]
        everybody = [i for i in self.ingresses if i.default is not None and not i.rules]
        others = [] if self.controller.flavour == NGINX else [i for i in self.ingresses if i.default is not None]
        ingress = next(iter([*own, *everybody, *others]), None)
        if ingress is None or ingress.default is None:
            return None
        backend = self.backend(ingress, ingress.default, ingress.default.path)
        return Rule(
            name=f"{ingress.ref}, default backend", kind="Ingress", owner=ingress.key, host=host, backends=(backend,),
            origins=ingress.origin(*ingress.default.path),
        )  # fmt: skip

    def certificates(self, host: str) -> Iterator[str]:
        for ingress in self.ingresses:
            for tls in ingress.tls:
                key = f"{ingress.namespace}/{tls.secret}"
                covers = host in tls.hosts or (not tls.hosts and any(rule.host == host for rule in ingress.rules))
                if tls.secret and covers and ("Secret", key) in self.cluster.web.present:
                    yield key

    def backend(self, ingress: Ingress, to: IngressBackend | None, place: tuple[str | int, ...]) -> Backend:
        origins = ingress.origin(*(to.path if to else place))
        return Backend(self.upstream(ingress, to, origins), origins=origins)

    def upstream(self, ingress: Ingress, to: IngressBackend | None, origins: Origins) -> Upstream:
        if to is None:
            return missing(ingress.key, Fault("NoBackend", "The path has no backend", 503), origins)
        if to.resource is not None:
            text = f"The backend is {to.resource}, no Service: this controller does not serve resources"
            return missing(to.resource, Fault("ResourceBackend", text, 404), origins)
        key = f"{ingress.namespace}/{to.service}"
        service = self.cluster.services.get(key)
        if service is None:
            return missing(key, Fault("BackendNotFound", f"There is no Service {key}", 503), origins)
        port = next((p for p in service.ports if to.port in (p.port, p.name)), None)
        if port is None:
            text = f"The Service {key} has no port {to.port}"
            return missing(key, Fault("BackendNotFound", text, 503), origins)
        return upstream(self.cluster, service, port)
