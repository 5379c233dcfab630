"""Affinity by cookie: a client that comes back with the cookie goes to the endpoint that it had.

ingress-nginx: rootfs/etc/nginx/lua/balancer/sticky.lua:balance(), set_cookie(). The value is the endpoint's key, a bar
and the backend's key, as there; the keys themselves are made otherwise.
"""

from simulator.programs.http import Request
from simulator.programs.routes import HeaderChange, Sticky, Target, Upstream

DELIMITER = "|"


def stuck(sticky: Sticky, request: Request, upstream: Upstream) -> Target | None:
    """The endpoint that the client's cookie names, while it is there."""
    key = _cookie(sticky, request)[0]
    return next((one for one in upstream.targets if key == endpoint_key(one)), None)


def belongs(sticky: Sticky, request: Request, upstream: Upstream) -> bool:
    """Whether the cookie says that the client has been with this backend before."""
    return _cookie(sticky, request)[1] == backend_key(upstream)


def set_cookie(sticky: Sticky, request: Request, upstream: Upstream, target: Target) -> HeaderChange:
    value = f"{endpoint_key(target)}{DELIMITER}{backend_key(upstream)}"
    parts = [f"{sticky.name}={value}"]
    parts += [f"Max-Age={sticky.max_age}"] if sticky.max_age else []
    parts += [f"Domain={sticky.domain}"] if sticky.domain else []
    parts += [f"Path={sticky.path}"]
    parts += ["Secure"] if sticky.secure or request.secure else []
    parts += ["HttpOnly"]
    parts += [f"SameSite={sticky.same_site}"] if sticky.same_site else []
    return HeaderChange(add=(("Set-Cookie", "; ".join(parts)),), response=True, origins=sticky.origins)


def _cookie(sticky: Sticky, request: Request) -> tuple[str, str]:
    key, _, backend = (request.cookie(sticky.name) or "").partition(DELIMITER)
    return key, backend


def endpoint_key(target: Target) -> str:
    return _digest(f"{target.address}:{target.port}")


def backend_key(upstream: Upstream) -> str:
    return _digest(f"{upstream.name}:{upstream.port}")


def _digest(text: str) -> str:
    from hashlib import sha1

    return sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]
