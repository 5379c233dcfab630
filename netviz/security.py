"""Who may ask: our own pages, and programs that are no browser; tokens; headers."""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils.crypto import salted_hmac

from netviz.refusal import Refusal, answer, wants_json

_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
PRIVATE = ("/w/", "/c/", "/class/", "/e/", "/api/")
"""What lies below is for those who have its address, not for search engines."""


def new_slug() -> str:
    return secrets.token_urlsafe(16)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """A token has 256 random bits, so a plain hash is enough to keep it by."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def token_matches(token: str, kept_hash: str) -> bool:
    return bool(kept_hash) and hmac.compare_digest(token_hash(token), kept_hash)


def address_hash(address: str) -> str:
    """What quotas count by; the address itself is not kept."""
    return salted_hmac("netviz.quotas", address, algorithm="sha256").hexdigest()


def is_own(origin: str | None, fetch_site: str | None, host: str, scheme: str) -> bool:
    """Whether a request was made by a page of this site, or by no page at all (curl sends neither header)."""
    if fetch_site is not None and fetch_site not in ("same-origin", "none"):
        return False
    if origin is None:
        return True
    if origin == "null":
        return fetch_site == "same-origin"  # a form on a page with the policy no-referrer
    try:
        parts = urlsplit(origin)
        there = (parts.hostname, str(parts.port or _DEFAULT_PORTS.get(parts.scheme, "")))
        here = urlsplit(f"{scheme}://{host}")
        own = (here.hostname, str(here.port or _DEFAULT_PORTS[parts.scheme]))
    except (ValueError, KeyError):
        return False
    return there == own


class OwnPagesOnly:
    """Refuses API calls and forms that another site's page makes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        guarded = wants_json(request.path) or request.method not in _SAFE_METHODS
        headers = request.headers
        if guarded and not is_own(
            headers.get("Origin"), headers.get("Sec-Fetch-Site"), request.get_host(), request.scheme or "http"
        ):
            return answer(request, foreign_origin())
        return self.get_response(request)


def foreign_origin() -> Refusal:
    return Refusal(
        403,
        "foreign-origin",
        "Pages of other sites may not use this one.",
        "Open NetViz itself, or call it from a program that sends no Origin header.",
    )


class SecurityHeaders:
    """Headers that every answer has; the Content-Security-Policy is django-csp's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        private = request.path.startswith(PRIVATE)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if not getattr(response, "xframe_options_exempt", False):
            response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # With no-referrer a browser sends "Origin: null" with a plain form, so pages with forms use same-origin.
        response.headers.setdefault("Referrer-Policy", "no-referrer" if private else "same-origin")
        if private:
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


Scope = dict[str, Any]
Application = Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]


class OwnSocketsOnly:
    """Refuses websockets that another site's page opens, or that came under a host name that is not ours."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if self._allowed(headers, scope.get("scheme", "ws")):
            await self.application(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 4403, "reason": "foreign-origin"})

    def _allowed(self, headers: Mapping[str, str], scheme: str) -> bool:
        host = headers.get("host", "")
        if host and not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
            return False
        return is_own(headers.get("origin"), headers.get("sec-fetch-site"), host, scheme)
