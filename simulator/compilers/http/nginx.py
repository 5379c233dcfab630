"""ingress-nginx: what its annotations make of an Ingress, as far as it is routing.

internal/ingress/annotations/*; internal/ingress/controller/template/template.go:buildLocation(), buildProxyPass();
rootfs/etc/nginx/template/nginx.tmpl; rootfs/etc/nginx/lua/lua_ingress.lua:rewrite()
"""

from collections.abc import Iterator, Mapping, Sequence

from simulator.cluster.http.annotations import PREFIX, TRUE, number, origin, split, text, truth, words
from simulator.cluster.http.ingress_model import Ingress, IngressPath
from simulator.compilers.http import nginx_access, nginx_snippets
from simulator.programs.routes import (
    Backend,
    Canary,
    Cors,
    Filter,
    HeaderChange,
    Match,
    PathChange,
    PathKind,
    PathMatch,
    Redirect,
    Rewrite,
    Sticky,
    Upstream,
)

REDIRECT_CODE = 308
REDIRECT_CODES = ("301", "302", "307", "308")
"""http-redirect-code"""
CORS_METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS"
CORS_HEADERS = (
    "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization"
)
CORS_MAX_AGE = 1728000
COOKIE = "INGRESSCOOKIE"
CHALLENGE = "/.well-known/acme-challenge"
"""no-tls-redirect-locations: paths that stay with plain HTTP."""
LEAST_TOTAL = 100
"""canary-weight-total counts from here on."""


class Nginx:
    """The annotations of the Ingresses that one controller takes, and the controller's ConfigMap.

    docs/user-guide/nginx-configuration/configmap.md
    """

    def __init__(self, ingresses: Sequence[Ingress], config: Mapping[str, str]) -> None:
        self.config = config
        self.ingresses = [one for one in ingresses if not self.is_dropped(one)]
        self.trusts_client = config.get("use-forwarded-headers") in TRUE
        self.trusts_address = self.trusts_client or config.get("enable-real-ip") in TRUE
        named = [(ingress, rule.host) for ingress in self.ingresses for rule in ingress.rules if rule.host]
        self.aliases = {alias.lower(): host for one, host in named for alias in words(one, "server-alias")}
        self.moved = {_www(host): (host, one) for one, host in named if truth(one, "from-to-www-redirect")}
        self._canaries: dict[tuple[str, str], list[tuple[Ingress, IngressPath]]] = {}
        for ingress in self.ingresses:
            if self.is_canary(ingress):
                for rule in ingress.rules:
                    for path in rule.paths:
                        self._canaries.setdefault((rule.host, path.value or "/"), []).append((ingress, path))

    def is_canary(self, ingress: Ingress) -> bool:
        return truth(ingress, "canary")

    def speaks_tls(self, ingress: Ingress) -> bool:
        """Whether nginx speaks TLS to the backend."""
        return text(ingress, "backend-protocol").upper() in ("HTTPS", "GRPCS")

    def canaries(self, host: str, path: IngressPath) -> list[tuple[Ingress, IngressPath]]:
        return self._canaries.get((host, path.value or "/"), [])

    def wants_regex(self, ingress: Ingress, path: IngressPath) -> bool:
        """One path with a pattern makes patterns of all paths of its host."""
        target = text(ingress, "rewrite-target")
        return truth(ingress, "use-regex") or bool(target and target != (path.value or "/"))

    def locations(self, ingress: Ingress, path: IngressPath, regex: bool) -> Iterator[PathMatch]:
        value = path.value or "/"
        if regex:
            split = path.kind == "Prefix" and value != "/" and not self.wants_regex(ingress, path)
            for one in (f"{value.rstrip('/')}/", value.rstrip("/")) if split else (value,):
                yield PathMatch(PathKind.REGEX, f"^{one}", ignore_case=True)
        elif path.kind == "Exact":
            yield PathMatch(PathKind.EXACT, value)
        elif path.kind == "Prefix" and value != "/":
            yield PathMatch(PathKind.TEXT, f"{value.rstrip('/')}/")
            yield PathMatch(PathKind.EXACT, value.rstrip("/"))
        else:
            yield PathMatch(PathKind.TEXT, value)

    def is_dropped(self, ingress: Ingress) -> bool:
        """Whether an annotation has a word that the ConfigMap forbids: such an Ingress is passed by as a whole.

        internal/ingress/controller/store/store.go: checkBadAnnotations
        """
        forbidden = split(self.config.get("annotation-value-word-blocklist", ""))
        values = [value for key, value in ingress.annotations.items() if key.startswith(PREFIX)]
        return any(word in value for value in values for word in forbidden)

    def filters(
        self, ingress: Ingress, path: IngressPath, match: Match, secure: bool, secrets: nginx_access.Secrets
    ) -> Iterator[Filter]:
        """In the order of nginx's phases: rewrite module, then the redirect to TLS, then access, then the proxy."""
        yield from self._redirects(ingress, path)
        yield from self._to_tls(ingress, path, secure)
        yield from nginx_access.by_address(ingress, self.config)
        yield from nginx_access.by_password(ingress, secrets)
        yield from nginx_access.by_question(ingress)
        yield from self._rewrites(ingress, match)

    def snippets(self, ingress: Ingress, servers: Sequence[Ingress], backend: Upstream) -> Iterator[Filter]:
        """Of the ConfigMap, of the first Ingress of the host that has one for its server, and of the Ingress itself."""
        if self.config.get("allow-snippet-annotations") not in TRUE:
            return
        known = location_variables(ingress, backend)
        yield from nginx_snippets.filters(self.config.get("server-snippet", ""), known, ())
        names = [(one, "server-snippet") for one in servers if text(one, "server-snippet")][:1]
        for one, name in (*names, (ingress, "configuration-snippet")):
            yield from nginx_snippets.filters(text(one, name), known, origin(one, name))

    def default_backend(self, ingress: Ingress) -> str:
        """The Service that answers where that of the rule has no endpoints; "" for none."""
        return text(ingress, "default-backend")

    def default_filters(self, ingress: Ingress, wanted: Upstream) -> tuple[Filter, ...]:
        """What the default backend is told of the request that it gets. rootfs/etc/nginx/template/nginx.tmpl"""
        known = location_variables(ingress, wanted)
        told = (
            ("X-Code", "503"), ("X-Format", "$http_accept"), ("X-Namespace", known["namespace"]),
            ("X-Ingress-Name", known["ingress_name"]), ("X-Service-Name", known["service_name"]),
            ("X-Service-Port", known["service_port"]),
        )  # fmt: skip
        return (HeaderChange(set=told, variables=True, origins=origin(ingress, "default-backend")),)

    def moved_filter(self, host: str, ingress: Ingress) -> Redirect:
        """from-to-www-redirect: the name with www. leads to that without, or the other way round."""
        return Redirect(
            host=host, status=self.redirect_code, trim=True, origins=origin(ingress, "from-to-www-redirect")
        )

    def _redirects(self, ingress: Ingress, path: IngressPath) -> Iterator[Filter]:
        """internal/ingress/annotations/redirect/redirect.go: temporal before permanent, and only one of them."""
        root = text(ingress, "app-root")
        if root.startswith("/"):
            yield Redirect(path=PathChange(root), status=302, only_path=path.value or "/",
                           origins=origin(ingress, "app-root"))  # fmt: skip
        if truth(ingress, "enable-cors"):
            yield cors(ingress)
        for name, default in (("temporal-redirect", 302), ("permanent-redirect", 301)):
            location = text(ingress, name)
            if location:
                code = number(ingress, f"{name}-code", default)
                yield Redirect(location=location, status=code if 300 <= code <= 308 else default,
                               origins=origin(ingress, name))  # fmt: skip
                return

    def _to_tls(self, ingress: Ingress, path: IngressPath, secure: bool) -> Iterator[Filter]:
        """rootfs/etc/nginx/lua/lua_ingress.lua:redirect_to_https()"""
        forced = truth(ingress, "force-ssl-redirect", default=self.config.get("force-ssl-redirect") in TRUE)
        wanted = truth(ingress, "ssl-redirect", default=self.config.get("ssl-redirect", "true") in TRUE)
        spared = split(self.config.get("no-tls-redirect-locations", CHALLENGE))
        spares = any((path.value or "/").startswith(one) for one in spared)
        if not forced and not (secure and wanted and not spares):
            return
        key = "force-ssl-redirect" if forced else "ssl-redirect"
        origins = origin(ingress, key) or ingress.origin("spec", "tls")
        yield Redirect(scheme="https", status=self.redirect_code, when="insecure",
                       trim=not truth(ingress, "preserve-trailing-slash"), origins=origins)  # fmt: skip

    @property
    def redirect_code(self) -> int:
        written = self.config.get("http-redirect-code", "")
        return int(written) if written in REDIRECT_CODES else REDIRECT_CODE

    def sticky(self, ingress: Ingress, path: IngressPath) -> Sticky | None:
        """internal/ingress/annotations/sessionaffinity/main.go"""
        if text(ingress, "affinity") != "cookie":
            return None

        def own(name: str) -> str:
            return text(ingress, f"session-cookie-{name}")

        return Sticky(
            own("name") or COOKIE, own("path") or path.value or "/", own("domain"), own("max-age"), own("samesite"),
            truth(ingress, "session-cookie-secure"), origin(ingress, "affinity"),
        )  # fmt: skip

    def _rewrites(self, ingress: Ingress, match: Match) -> Iterator[Filter]:
        target = text(ingress, "rewrite-target")
        assert match.path is not None
        if target and match.path.kind is PathKind.REGEX and match.path.value != f"^{target}":
            yield Rewrite(path=PathChange(target, regex=match.path), origins=origin(ingress, "rewrite-target"))
            prefix = text(ingress, "x-forwarded-prefix")
            if prefix:
                yield HeaderChange(set=(("X-Forwarded-Prefix", prefix),), origins=origin(ingress, "x-forwarded-prefix"))
        host = text(ingress, "upstream-vhost")
        if host:
            yield Rewrite(host=host, origins=origin(ingress, "upstream-vhost"))
        kept = text(ingress, "connection-proxy-header")
        if kept:
            yield HeaderChange(set=(("Connection", kept),), origins=origin(ingress, "connection-proxy-header"))

    def canary(self, ingress: Ingress, backend: Backend) -> Canary:
        """internal/ingress/annotations/canary/main.go"""
        return Canary(
            backend, number(ingress, "canary-weight", 0),
            max(LEAST_TOTAL, number(ingress, "canary-weight-total", LEAST_TOTAL)),
            text(ingress, "canary-by-header") or None, text(ingress, "canary-by-header-value") or None,
            text(ingress, "canary-by-header-pattern") or None, text(ingress, "canary-by-cookie") or None,
            text(ingress, "affinity-canary-behavior") != "legacy", origin(ingress, "canary"),
        )  # fmt: skip


def location_variables(ingress: Ingress, backend: Upstream) -> dict[str, str]:
    """Those that nginx.tmpl sets in each location."""
    namespace, _, name = backend.name.partition("/")
    upstream = f"{namespace}-{name}-{backend.port or ''}"
    return {
        "proxy_host": upstream, "proxy_upstream_name": upstream, "namespace": ingress.namespace or "",
        "ingress_name": ingress.name, "service_name": name, "service_port": str(backend.port or ""),
    }  # fmt: skip


def _www(host: str) -> str:
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def cors(ingress: Ingress) -> Cors:
    """internal/ingress/annotations/cors/main.go"""
    return Cors(
        origins_allowed=tuple(words(ingress, "cors-allow-origin")) or ("*",),
        methods=tuple(one.strip() for one in (text(ingress, "cors-allow-methods") or CORS_METHODS).split(",")),
        headers=tuple(one.strip() for one in (text(ingress, "cors-allow-headers") or CORS_HEADERS).split(",")),
        exposed=tuple(words(ingress, "cors-expose-headers")),
        credentials=truth(ingress, "cors-allow-credentials", default=True),
        max_age=number(ingress, "cors-max-age", CORS_MAX_AGE), style="nginx", origins=origin(ingress, "enable-cors"),
    )  # fmt: skip
