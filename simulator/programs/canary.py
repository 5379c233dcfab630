"""Canaries: some requests go to another backend, by a header, a cookie or chance.

ingress-nginx: rootfs/etc/nginx/lua/balancer.lua:route_to_alternative_balancer()
"""

from simulator.programs.http import Request
from simulator.programs.matching import compiled
from simulator.programs.routes import Canary


def canary_says(canary: Canary, request: Request) -> tuple[bool, str] | None:
    """What header and cookie decide, and the words for it; None where they leave it to chance."""
    if canary.header:
        value = request.headers.get(canary.header)
        found = _by_header(canary, value)
        if found is not None:
            return found, f"The header {canary.header} is {value}"
    if canary.cookie:
        value = request.cookie(canary.cookie)
        if value in ("always", "never"):
            return value == "always", f"The cookie {canary.cookie} is {value}"
    return None


def _by_header(canary: Canary, value: str | None) -> bool | None:
    if not value:
        return None
    if canary.header_value:
        return True if value == canary.header_value else None
    if canary.header_pattern:
        pattern = compiled(canary.header_pattern)
        return True if pattern is not None and pattern.search(value) else None
    return {"always": True, "never": False}.get(value)
