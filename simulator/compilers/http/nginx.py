"""ingress-nginx: what its annotations make of an Ingress, as far as it is routing.

internal/ingress/annotations/*; internal/ingress/controller/template/template.go:buildLocation(), buildProxyPass();
rootfs/etc/nginx/template/nginx.tmpl; rootfs/etc/nginx/lua/lua_ingress.lua:rewrite()
"""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network

from simulator.cluster.http.ingress_model import Ingress, IngressPath
from simulator.origin import Origins
from simulator.programs.routes import (
    Allow,
    Answer,
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
)

ANNOTATION = "nginx.ingress.kubernetes.io/"
REDIRECT_CODE = 308
REDIRECT_CODES = ("301", "302", "307", "308")
"""http-redirect-code"""
CORS_METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS"
CORS_HEADERS = (
    "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization"
)
CORS_MAX_AGE = 1728000
TRUE = ("true", "1", "t", "T", "TRUE", "True")
"""strconv.ParseBool"""


class Nginx:
    """The annotations of the Ingresses that one controller takes, and the controller's ConfigMap.

    docs/user-guide/nginx-configuration/configmap.md
    """

    def __init__(self, ingresses: Sequence[Ingress], config: Mapping[str, str]) -> None:
        self.config = config
        self.trusts_client = config.get("use-forwarded-headers") in TRUE
        self.trusts_address = self.trusts_client or config.get("enable-real-ip") in TRUE
        self.aliases = {
            alias.lower(): rule.host
            for ingress in ingresses for rule in ingress.rules for alias in words(ingress, "server-alias") if rule.host
        }  # fmt: skip
        self._canaries: dict[tuple[str, str], list[tuple[Ingress, IngressPath]]] = {}
        for ingress in ingresses:
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

    def filters(self, ingress: Ingress, path: IngressPath, match: Match, secure: bool) -> Iterator[Filter]:
        """In the order of nginx's phases: rewrite module, then the redirect to TLS, then access, then the proxy."""
        yield from self._redirects(ingress, path, secure)
        yield from self._access(ingress)
        yield from self._rewrites(ingress, match)

    def _access(self, ingress: Ingress) -> Iterator[Filter]:
        """An annotation counts more than the ConfigMap's entry of the same name; one that can't be read denies all.

        internal/ingress/annotations/ipallowlist/main.go: LocationDeniedError, which nginx.tmpl makes "return 503"
        """
        keys = ("whitelist-source-range", "allowlist-source-range", "denylist-source-range")
        for key in keys:
            wrong = next((word for word in words(ingress, key) if not is_range(word)), None)
            if wrong is not None:
                yield Answer(503, f'{key} says "{wrong}", which is no range of addresses, so nobody comes in: 503.',
                             origins=origin(ingress, key))  # fmt: skip
        one, other, denied = (words(ingress, key) or split(self.config.get(key, "")) for key in keys)
        blocked = split(self.config.get("block-cidrs", ""))
        if one or other or denied or blocked:
            origins = tuple(found for key in keys for found in origin(ingress, key))
            yield Allow(tuple(one or other), (*blocked, *denied), origins)

    def _redirects(self, ingress: Ingress, path: IngressPath, secure: bool) -> Iterator[Filter]:
        root = text(ingress, "app-root")
        if root.startswith("/"):
            yield Redirect(path=PathChange(root), status=302, only_path=path.value or "/",
                           origins=origin(ingress, "app-root"))  # fmt: skip
        if truth(ingress, "enable-cors"):
            yield cors(ingress)
        for name, default in (("permanent-redirect", 301), ("temporal-redirect", 302)):
            location = text(ingress, name)
            if location:
                code = number(ingress, f"{name}-code", default)
                yield Redirect(location=location, status=code if 300 <= code <= 308 else default,
                               origins=origin(ingress, name))  # fmt: skip
        forced = truth(ingress, "force-ssl-redirect", default=self.config.get("force-ssl-redirect") in TRUE)
        wanted = truth(ingress, "ssl-redirect", default=self.config.get("ssl-redirect", "true") in TRUE)
        if forced or (secure and wanted):
            key = "force-ssl-redirect" if forced else "ssl-redirect"
            origins = origin(ingress, key) or ingress.origin("spec", "tls")
            wanted_code = self.config.get("http-redirect-code", "")
            yield Redirect(scheme="https", status=int(wanted_code) if wanted_code in REDIRECT_CODES else REDIRECT_CODE,
                           when="insecure", trim=True, origins=origins)  # fmt: skip

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

    def canary(self, ingress: Ingress, backend: Backend) -> Canary:
        """internal/ingress/annotations/canary/main.go"""
        return Canary(
            backend, number(ingress, "canary-weight", 0), number(ingress, "canary-weight-total", 100),
            text(ingress, "canary-by-header") or None, text(ingress, "canary-by-header-value") or None,
            text(ingress, "canary-by-header-pattern") or None, text(ingress, "canary-by-cookie") or None,
            origin(ingress, "canary"),
        )  # fmt: skip


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


def text(ingress: Ingress, name: str) -> str:
    return ingress.annotations.get(ANNOTATION + name, "").strip()


def truth(ingress: Ingress, name: str, default: bool = False) -> bool:
    value = text(ingress, name)
    return value in TRUE if value else default


def number(ingress: Ingress, name: str, default: int) -> int:
    value = text(ingress, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else default


def words(ingress: Ingress, name: str) -> list[str]:
    return split(text(ingress, name))


def split(listed: str) -> list[str]:
    return [word for piece in listed.split(",") if (word := piece.strip())]


def is_range(word: str) -> bool:
    """An address, or a network."""
    try:
        ip_network(word, strict=False)
    except ValueError:
        return False
    return True


def origin(ingress: Ingress, name: str) -> Origins:
    if ANNOTATION + name not in ingress.annotations:
        return ()
    return ingress.origin("metadata", "annotations", ANNOTATION + name)
