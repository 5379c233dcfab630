"""Ingresses to the tables of their controllers: a server for each host, its paths in the order of precedence.

Paths: staging/src/k8s.io/api/networking/v1/types.go (HTTPIngressPath); ingress-nginx
internal/ingress/controller/controller.go:getBackendServers(), location.go:updateServerLocations()
"""

from collections.abc import Iterator, Mapping

import msgspec

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.ingress_checks import BY_ANNOTATION
from simulator.cluster.http.ingress_model import (
    GCE,
    NGINX,
    TRAEFIK,
    Ingress,
    IngressBackend,
    IngressPath,
    IngressTls,
    port_of,
)
from simulator.cluster.http.owners import Controller
from simulator.compilers.http.backends import missing, upstream
from simulator.compilers.http.nginx import Nginx
from simulator.origin import Origins
from simulator.programs.matching import host_matches, host_rank
from simulator.programs.routes import (
    Backend,
    Fault,
    Listener,
    Match,
    PathKind,
    PathMatch,
    Rule,
    Style,
    Table,
    Upstream,
)

EMPTY: Mapping[str, str] = {}
HTTP_PORT, HTTPS_PORT = 80, 443
ALLOW_HTTP = "kubernetes.io/ingress.allow-http"
CERTIFICATES = ("ingress.gcp.kubernetes.io/pre-shared-cert", "networking.gke.io/managed-certificates")
"""Annotations of GKE: certificates that are no Secrets."""
ORDER = {PathKind.EXACT: 0, PathKind.PREFIX: 1, PathKind.TEXT: 1, PathKind.REGEX: 1}


NO_PATH = IngressPath("", "Exact", None, ())
"""A rule with a host and nothing else: its requests go to the default backend."""


def ingress_table(cluster: Cluster, controller: Controller, config: Mapping[str, str] = EMPTY) -> Table:
    """What the proxy of a controller is told; `config` counts more than what ingress-nginx's ConfigMap says."""
    return _Writer(cluster, controller, {**cluster.web.nginx_settings, **config}).table()


class Entry(msgspec.Struct, frozen=True):
    """A path of an Ingress under one of its hosts; NO_PATH for a host that has none of its own."""

    ingress: Ingress
    host: str
    path: IngressPath


class _Writer:
    def __init__(self, cluster: Cluster, controller: Controller, config: Mapping[str, str]) -> None:
        self.cluster = cluster
        self.controller = controller
        self.ingresses = sorted(controller.ingresses, key=lambda i: (i.created, i.key))
        self.nginx = Nginx(self.ingresses, config) if controller.flavour == NGINX else None
        if self.nginx is not None:
            self.ingresses = self.nginx.ingresses

    def table(self) -> Table:
        entries = self.entries()
        listeners = [one for host in entries for one in self.server(host, entries[host])]
        listeners += [one for host in self.moved_hosts(entries) for one in self.moved_server(host)]
        listeners.sort(key=lambda one: host_rank(one.host))
        style = Style(
            one_label=True,
            any_sni=True,
            falls_through=self.controller.flavour == TRAEFIK,
            nginx=self.nginx is not None,
            trusts_client=self.nginx is not None and self.nginx.trusts_client,
            trusts_address=self.nginx is not None and self.nginx.trusts_address,
        )
        return Table(self.controller.name, tuple(listeners), style, self.controller.origins)

    def entries(self) -> dict[str, list[Entry]]:
        """The paths of each host, "" for any; a canary has none of its own."""
        found: dict[str, list[Entry]] = {"": []}
        for ingress in self.ingresses:
            if self.nginx and self.nginx.is_canary(ingress):
                continue
            for rule in ingress.rules:
                own = found.setdefault(rule.host, [])
                own += [Entry(ingress, rule.host, path) for path in rule.paths or (NO_PATH,)]
        for alias, host in self.nginx.aliases.items() if self.nginx else ():
            found.setdefault(alias, [Entry(e.ingress, alias, e.path) for e in found.get(host, ())])
        return found

    def server(self, host: str, entries: list[Entry]) -> Iterator[Listener]:
        """The paths of a host on both ports."""
        origins = entries[0].ingress.origin("spec", "rules") if entries else ()
        yield from self.listeners(host, tuple(self.rules(host, entries)), origins, self.fallback(host, entries))

    def moved_hosts(self, entries: Mapping[str, list[Entry]]) -> list[str]:
        """Names that only lead to another one."""
        return [host for host in self.nginx.moved if host not in entries] if self.nginx else []

    def moved_server(self, host: str) -> Iterator[Listener]:
        assert self.nginx is not None
        to, ingress = self.nginx.moved[host]
        rule = Rule(
            name=f"{ingress.ref}, from-to-www-redirect", kind="Ingress", owner=ingress.key, host=host,
            filters=(self.nginx.moved_filter(to, ingress),), origins=ingress.origin("spec", "rules"),
        )  # fmt: skip
        yield from self.listeners(host, (rule,), rule.origins, None)

    def listeners(
        self, host: str, rules: tuple[Rule, ...], origins: Origins, fallback: Rule | None
    ) -> Iterator[Listener]:
        """The same rules on both ports; TLS with a Secret's certificate, or with one of the controller's own."""
        secrets = tuple(self.certificates(host))
        label = host or "any host"
        for port, protocol in self.ports():
            own = secrets if protocol == "HTTPS" else ()
            yield Listener(f"{protocol.lower()} server for {label}", port, protocol, host, rules, own,
                           fallback=fallback, origins=origins)  # fmt: skip

    def ports(self) -> Iterator[tuple[int, str]]:
        """Both; Google's load balancers take plain HTTP unless told otherwise, and TLS with a certificate only."""
        google = self.controller.flavour == GCE
        if not google or any(i.annotations.get(ALLOW_HTTP) != "false" for i in self.ingresses):
            yield HTTP_PORT, "HTTP"
        if not google or any(i.tls or any(key in i.annotations for key in CERTIFICATES) for i in self.ingresses):
            yield HTTPS_PORT, "HTTPS"

    def rules(self, host: str, entries: list[Entry]) -> list[Rule]:
        entries = [entry for entry in entries if entry.path is not NO_PATH]
        regex = self.nginx is not None and any(self.nginx.wants_regex(e.ingress, e.path) for e in entries)
        made = []
        for number, entry in enumerate(entries):
            for match in self.matches(entry, regex):
                assert match.path is not None
                key = (ORDER[match.path.kind], -len(match.path.value), entry.path.kind != "Exact", number)
                made.append((key, self.rule(entry, match)))
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
            case "Prefix" if self.controller.flavour != TRAEFIK:
                yield Match(PathMatch(PathKind.PREFIX, value))
            case _:
                yield Match(self.own_way(value))

    def own_way(self, value: str) -> PathMatch:
        """ImplementationSpecific: GCE knows a star at the end, others elements. Traefik takes any text that starts so,
        and of type Prefix, too: its provider's strictPrefixMatching is off by default.
        """
        if self.controller.flavour == GCE:
            if value.endswith("/*"):
                return PathMatch(PathKind.TEXT, value[:-1])
            return PathMatch(PathKind.PREFIX if value == "/" else PathKind.EXACT, value)
        return PathMatch(PathKind.TEXT if self.controller.flavour == TRAEFIK else PathKind.PREFIX, value)

    def rule(self, entry: Entry, match: Match) -> Rule:
        ingress, path = entry.ingress, entry.path
        number = [at for at in path.path if isinstance(at, int)]
        place = f"rule {number[0] + 1}, path {path.value or '/'}" if number else path.value
        made = Rule(
            name=f"{ingress.ref}, {place}", kind="Ingress", owner=ingress.key, host=entry.host, match=match,
            backends=(self.backend(ingress, path.backend, path.path),), origins=ingress.origin(*path.path),
        )  # fmt: skip
        return made if self.nginx is None else self.by_annotations(self.nginx, entry, made)

    def by_annotations(self, nginx: Nginx, entry: Entry, rule: Rule) -> Rule:
        """What ingress-nginx makes of a rule beyond what is in the Ingress's spec."""
        ingress, path = entry.ingress, entry.path
        servers = [one for one in self.ingresses if any(r.host == entry.host for r in one.rules)]
        backends = tuple(self.or_default(nginx, ingress, one) for one in rule.backends)
        filters = (
            *nginx.snippets(ingress, servers, rule.backends[0].upstream),
            *nginx.filters(ingress, path, rule.match, self.wants_tls(entry.host), self.cluster.web.present),
        )
        canaries = tuple(
            nginx.canary(other, self.backend(other, their.backend, their.path))
            for other, their in nginx.canaries(entry.host, path)
        )
        return msgspec.structs.replace(
            rule, backends=backends, filters=filters, canaries=canaries, sticky=nginx.sticky(ingress, path)
        )

    def or_default(self, nginx: Nginx, ingress: Ingress, backend: Backend) -> Backend:
        """The default backend of an annotation in place of one without endpoints."""
        wanted = self.cluster.services.get(f"{ingress.namespace}/{nginx.default_backend(ingress)}")
        if backend.upstream.targets or wanted is None or not wanted.ports:
            return backend
        default = upstream(self.cluster, wanted, wanted.ports[0])
        if not default.targets:
            return backend
        filters = nginx.default_filters(ingress, backend.upstream)
        return msgspec.structs.replace(backend, upstream=default, filters=filters)

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

    def tls_of(self, host: str) -> Iterator[tuple[Ingress, IngressTls]]:
        """What Ingresses say of TLS for a host, by name or wildcard; without hosts it is for those of their rules."""
        for ingress in self.ingresses:
            for tls in ingress.tls:
                named = any(one and host_matches(one, host, one_label=True) for one in tls.hosts)
                if named or (not tls.hosts and any(rule.host == host for rule in ingress.rules)):
                    yield ingress, tls

    def wants_tls(self, host: str) -> bool:
        """Whether a host is among those of a tls section; its Secret may be missing."""
        return any(True for _ in self.tls_of(host))

    def certificates(self, host: str) -> Iterator[str]:
        for ingress, tls in self.tls_of(host):
            key = f"{ingress.namespace}/{tls.secret}"
            there = self.cluster.web.present.get(("Secret", key))
            if there is not None and {"tls.crt", "tls.key"} <= there.keys:
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
        if to.port == BY_ANNOTATION:
            text = f"The backend is the action {to.service} of an annotation, which is not modelled"
            return missing(to.service, Fault("Action", text, 501), origins)
        key = f"{ingress.namespace}/{to.service}"
        service = self.cluster.services.get(key)
        if service is None:
            return missing(key, Fault("BackendNotFound", f"There is no Service {key}", 503), origins)
        port = port_of(service, to.port, self.controller.flavour)
        if port is None:
            text = f"The Service {key} has no port {to.port}"
            return missing(key, Fault("BackendNotFound", text, 503), origins)
        tls = self.nginx is not None and self.nginx.speaks_tls(ingress)
        return upstream(self.cluster, service, port, tls=tls)
