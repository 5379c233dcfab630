"""Problems of ingress-nginx's Ingresses: annotations that it does not know, that are not modelled, or are for another
controller; patterns where none are read; canaries of nobody.

docs/user-guide/nginx-configuration/annotations.md
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from simulator.cluster.http.annotations import PREFIX, truth
from simulator.cluster.http.ingress_model import NGINX, Ingress
from simulator.cluster.problems import Problems
from simulator.manifests.manifest import Path

MODELLED = frozenset((
    "affinity", "affinity-canary-behavior", "affinity-mode", "allowlist-source-range", "app-root", "auth-realm",
    "auth-secret", "auth-secret-type", "auth-type", "backend-protocol", "canary", "canary-by-cookie",
    "canary-by-header", "canary-by-header-pattern", "canary-by-header-value", "canary-weight", "canary-weight-total",
    "connection-proxy-header", "cors-allow-credentials", "cors-allow-headers", "cors-allow-methods",
    "cors-allow-origin", "cors-expose-headers", "cors-max-age", "default-backend", "denylist-source-range",
    "enable-cors", "force-ssl-redirect", "from-to-www-redirect", "permanent-redirect", "permanent-redirect-code",
    "preserve-trailing-slash", "rewrite-target", "server-alias", "session-cookie-domain", "session-cookie-max-age",
    "session-cookie-name", "session-cookie-path", "session-cookie-samesite", "session-cookie-secure", "ssl-redirect",
    "temporal-redirect", "temporal-redirect-code", "upstream-vhost", "use-regex", "whitelist-source-range",
    "x-forwarded-prefix",
))  # fmt: skip
LEFT_OUT = {
    "auth-url": "the program that is asked is taken to say yes",
    "auth-signin": "the program that is asked is taken to say yes",
    "auth-tls-secret": "every client's certificate is taken to be right",
    "auth-tls-verify-client": "every client's certificate is taken to be right",
    "configuration-snippet": "it is read only where the controller allows snippets, and of it only headers and return",
    "server-snippet": "it is read only where the controller allows snippets, and of it only headers and return",
    "stream-snippet": "only HTTP goes through the controller here",
    "auth-snippet": "the program that is asked is taken to say yes",
    "custom-http-errors": "errors are answered as they are",
    "custom-headers": "the ConfigMap's headers are not set",
    "enable-modsecurity": "no request is held back by ModSecurity",
    "modsecurity-snippet": "no request is held back by ModSecurity",
    "enable-owasp-core-rules": "no request is held back by ModSecurity",
    "mirror-target": "no copy of the request is sent",
    "limit-connections": "every request is taken for the first one",
    "limit-rps": "every request is taken for the first one",
    "limit-rpm": "every request is taken for the first one",
    "satisfy": "all conditions have to be met",
    "service-upstream": "the endpoints are dialled, not the Service's address",
    "session-cookie-expires": "there is no clock here: the cookie has no date",
    "ssl-passthrough": "the controller opens the TLS itself, as it does without its flag --enable-ssl-passthrough",
    "upstream-hash-by": "an endpoint is drawn with equal chances",
    "load-balance": "an endpoint is drawn with equal chances",
}  # fmt: skip
"""What is known to change where a request goes, or whether, and what is taken instead."""
PATTERN = frozenset("()[]{}*+?^$|\\")
"""Characters that only patterns have."""
TUNING = frozenset((
    "auth-always-set-cookie", "auth-cache-duration", "auth-cache-key", "auth-keepalive", "auth-keepalive-requests",
    "auth-keepalive-share-vars", "auth-keepalive-timeout", "auth-method", "auth-proxy-set-headers",
    "auth-request-redirect", "auth-response-headers", "auth-signin-redirect-param", "auth-tls-error-page",
    "auth-tls-match-cn", "auth-tls-pass-certificate-to-upstream", "auth-tls-verify-depth", "client-body-buffer-size",
    "disable-proxy-intercept-errors", "enable-access-log", "enable-global-auth", "enable-opentelemetry",
    "enable-opentracing", "enable-rewrite-log", "fastcgi-index", "fastcgi-params-configmap", "http2-push-preload",
    "limit-allowlist", "limit-burst-multiplier", "limit-rate", "limit-rate-after", "limit-whitelist", "mirror-host",
    "mirror-request-body", "modsecurity-transaction-id", "opentelemetry-operation-name",
    "opentelemetry-trust-incoming-span", "opentracing-trust-incoming-span", "proxy-body-size", "proxy-buffer-size",
    "proxy-buffering", "proxy-buffers-number", "proxy-busy-buffers-size", "proxy-connect-timeout",
    "proxy-cookie-domain", "proxy-cookie-path", "proxy-http-version", "proxy-max-temp-file-size",
    "proxy-next-upstream", "proxy-next-upstream-timeout", "proxy-next-upstream-tries", "proxy-read-timeout",
    "proxy-redirect-from", "proxy-redirect-to", "proxy-request-buffering", "proxy-send-timeout", "proxy-ssl-ciphers",
    "proxy-ssl-name", "proxy-ssl-protocols", "proxy-ssl-secret", "proxy-ssl-server-name", "proxy-ssl-verify",
    "proxy-ssl-verify-depth", "relative-redirects", "session-cookie-change-on-failure",
    "session-cookie-conditional-samesite-none", "ssl-ciphers", "ssl-prefer-server-ciphers", "upstream-hash-by-subset",
    "upstream-hash-by-subset-size",
))  # fmt: skip
"""What does not change where a request goes."""
KNOWN = MODELLED | TUNING | set(LEFT_OUT)


def check_annotations(ingress: Ingress, flavour: str, problems: Problems) -> None:
    manifest = ingress.source.manifest if ingress.source else None
    names = [key.removeprefix(PREFIX) for key in ingress.annotations if key.startswith(PREFIX)]
    if manifest is None or not names:
        return
    at = ("metadata", "annotations")
    if flavour != NGINX:
        problems.warning(
            "ingress-annotation-passed-by", f"{PREFIX}{names[0]} is for ingress-nginx; the controller of the class "
            f"{ingress.class_name or 'that serves this Ingress'} passes it by.",
            "Write the class of ingress-nginx, or what this controller has for it.", manifest, (*at, PREFIX + names[0]),
        )  # fmt: skip
        return
    for name in names:
        if name in LEFT_OUT:
            problems.info(
                "ingress-annotation-left-out", f"{name} is out of what is modelled: {LEFT_OUT[name]}.",
                "Nothing has to be changed; only what NetViz shows lacks it.", manifest, (*at, PREFIX + name),
            )  # fmt: skip
        elif name not in KNOWN:
            close = get_close_matches(name, sorted(KNOWN), 1)
            problems.warning(
                "ingress-annotation-unknown", f"ingress-nginx knows no annotation {name}, and passes it by.",
                f"Did you mean {PREFIX}{close[0]}?" if close else "Look the name up in its documentation.", manifest,
                (*at, PREFIX + name),
            )  # fmt: skip


def check_paths(ingress: Ingress, problems: Problems) -> None:
    """Patterns in paths that are no patterns: ConfigMap entry strict-validate-path-type, on since ingress-nginx 1.12.

    pkg/util/ingress, internal/ingress/inspector/rules.go:ValidatePathType()
    """
    manifest = ingress.source.manifest if ingress.source else None
    for path in (path for rule in ingress.rules for path in rule.paths):
        if manifest is not None and path.kind != "ImplementationSpecific" and PATTERN & set(path.value):
            problems.warning(
                "ingress-path-pattern", f'The path "{path.value}" looks like a pattern, but its type is {path.kind}: '
                "ingress-nginx refuses it since 1.12, and takes it as before where strict-validate-path-type is off.",
                "Write pathType: ImplementationSpecific.", manifest, (*path.path, "pathType"),
            )  # fmt: skip


def check_canaries(ingresses: Iterable[Ingress], problems: Problems) -> None:
    """A canary takes a part of what another Ingress of the same host and path gets; alone it gets nothing."""
    every = list(ingresses)
    canaries = [one for one in every if truth(one, "canary")]
    main = {place for one in every if one not in canaries for place, _ in _places(one)}
    for ingress in canaries:
        for (name, host, value), at in _places(ingress):
            if (name, host, value) not in main and ingress.source is not None:
                message = f"No other Ingress has {host or 'any host'}{value}, so this canary gets no requests."
                hint = "Write the same host and path as the main Ingress, or leave canary out."
                problems.warning("ingress-canary-alone", message, hint, ingress.source.manifest, at)


def _places(ingress: Ingress) -> Iterator[tuple[tuple[str | None, str, str], Path]]:
    """Class, host and path of each of its paths, and where that is written."""
    for rule in ingress.rules:
        for path in rule.paths:
            yield (ingress.class_name, rule.host, path.value or "/"), path.path
