"""What a rule does to a request and to its answer: header changes, rewrites, redirects, CORS, access.

Gateway API: apis/v1/httproute_types.go (HTTPRouteFilter); ingress-nginx: internal/ingress/annotations.
"""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from msgspec.structs import replace

from simulator.programs.http import DEFAULT_PORT, Headers, Request, Response
from simulator.programs.matching import compiled
from simulator.programs.routes import Allow, Answer, Cors, HeaderChange, PathChange, Redirect, Rewrite
from simulator.programs.variables import expanded

WEB_SCHEME = {"grpc": "http", "grpcs": "https"}


def change_headers(headers: Headers, change: HeaderChange) -> Headers:
    """Set replaces, add appends, remove takes away."""
    for name, value in change.set:
        headers = headers.set(name, value)
    for name, value in change.add:
        headers = headers.add(name, value)
    for name in change.remove:
        headers = headers.remove(name)
    return headers


def with_values(change: HeaderChange, request: Request) -> HeaderChange:
    """The change for one request: nginx's variables replaced by what they stand for."""
    if not change.variables:
        return change
    pairs = [tuple((name, expanded(value, request)) for name, value in one) for one in (change.set, change.add)]
    return replace(change, set=pairs[0], add=pairs[1])


def change_path(path: str, change: PathChange) -> str:
    """The new path. Of a prefix: apis/v1/httproute_types.go (HTTPPathModifier.ReplacePrefixMatch) has the table."""
    if change.regex is not None:
        return _substituted(path, change)
    if change.prefix is None:
        return change.value or "/"
    rest = path[len(change.prefix.rstrip("/")) :]
    if not rest.lstrip("/"):
        ends = rest and not change.value.endswith("/")
        return (change.value + "/" if ends else change.value) or "/"
    return f"{change.value.rstrip('/')}/{rest.lstrip('/')}"


def _substituted(path: str, change: PathChange) -> str:
    """nginx's rewrite: $1 to $9 are what the pattern has caught. The rest of the path is gone."""
    assert change.regex is not None
    pattern = compiled(change.regex.value, change.regex.ignore_case)
    found = pattern.match(path) if pattern else None
    value = change.value
    for number in range(9, 0, -1):
        caught = ""
        if found is not None and pattern is not None and number <= pattern.groups:
            caught = found.group(number) or ""
        value = value.replace(f"${number}", caught)
    return value


def redirect(request: Request, change: Redirect, port: int, trusts: bool = False) -> Response | None:
    """The answer; None where this request is not meant. `port` is the listener's; `trusts` what X-Forwarded-Proto says,
    where a proxy before this one has opened the TLS."""
    told = request.headers.get("X-Forwarded-Proto") if trusts else None
    if change.when == "insecure" and (request.secure or told == "https"):
        return None
    if change.only_path is not None and request.path != change.only_path:
        return None
    written = expanded(change.location, request) if change.location else None
    location = written or _location(request, change, port)
    return Response(change.status, Headers((("Location", location),)))


def _location(request: Request, change: Redirect, port: int) -> str:
    """The port: the one written, else the scheme's own where a scheme is written, else the listener's."""
    own = WEB_SCHEME.get(request.scheme, request.scheme)
    scheme = change.scheme or own
    wanted = change.port or (DEFAULT_PORT.get(scheme) if change.scheme else port)
    host = change.host or request.host
    shown = f"[{host}]" if ":" in host else host
    place = shown if wanted is None or wanted == DEFAULT_PORT.get(scheme) else f"{shown}:{wanted}"
    path = change_path(request.path, change.path) if change.path else request.path
    query = "" if request.query is None else f"?{request.query}"
    path = path[:-1] if change.trim and not query and path.endswith("/") else path
    return f"{scheme}://{place}{path}{query}"


def rewrite(request: Request, change: Rewrite) -> Request:
    if change.host is not None:
        request = replace(request, host=change.host, authority=change.host)
    if change.path is not None:
        path, _, query = change_path(request.path, change.path).partition("?")
        query = "&".join(piece for piece in (query, request.query) if piece)
        request = replace(request, path=path, query=query or request.query)
    return request


def refused_by(change: Allow, client: str | None) -> str | None:
    """Why a client's address does not come in. ngx_http_access_module: the first rule that matches decides."""
    if client is None:
        return None
    if _within(client, change.denied):
        return f"{client} is in a denied range"
    if change.allowed and not _within(client, change.allowed):
        return f"{client} is in none of the allowed ranges ({', '.join(change.allowed)})"
    return None


def _within(client: str, ranges: Iterable[str]) -> bool:
    try:
        address = ip_address(client)
        return any(address in ip_network(cidr, strict=False) for cidr in ranges)
    except ValueError:
        return False


def answer(request: Request, own: Answer) -> Response | None:
    if own.unless_header is not None and request.headers.get(own.unless_header) is not None:
        return None
    return Response(own.status, Headers(own.headers))


def preflight(request: Request, cors: Cors) -> Response | None:
    """The proxy's own answer to a preflight request; None where this is none."""
    if request.method != "OPTIONS":
        return None
    asked = request.headers.get("Access-Control-Request-Method")
    if cors.style == "nginx":
        return Response(204, _nginx_cors(request, cors))
    origin = request.headers.get("Origin")
    if origin is None or asked is None:
        return None
    if not allowed_origin(origin, cors.origins_allowed):
        return Response(204)
    headers = _allow_origin(Headers(), origin, cors)
    headers = _allow(headers, "Access-Control-Allow-Methods", cors.methods, asked, cors.credentials)
    wanted = request.headers.get("Access-Control-Request-Headers")
    headers = _allow(headers, "Access-Control-Allow-Headers", cors.headers, wanted, cors.credentials)
    return Response(204, headers.set("Access-Control-Max-Age", str(cors.max_age)))


def _allow(headers: Headers, name: str, values: tuple[str, ...], asked: str | None, credentials: bool) -> Headers:
    """A list; of "*" what was asked for, where credentials forbid the star itself."""
    if not values:
        return headers
    if "*" not in values:
        return headers.set(name, ", ".join(values))
    if not credentials:
        return headers.set(name, "*")
    return headers.set(name, asked) if asked else headers


def with_cors(request: Request, response: Response, cors: Cors) -> Response:
    """The answer of a backend, as a browser is allowed to read it."""
    if cors.style == "nginx":
        added = _nginx_cors(request, cors)
        headers = response.headers
        for name, value in added:
            headers = headers.set(name, value)
        return replace(response, headers=headers)
    origin = request.headers.get("Origin")
    if origin is None or not allowed_origin(origin, cors.origins_allowed):
        return response
    headers = _allow_origin(response.headers, origin, cors)
    if cors.exposed:
        headers = headers.set("Access-Control-Expose-Headers", ", ".join(cors.exposed))
    return replace(response, headers=headers)


def _allow_origin(headers: Headers, origin: str, cors: Cors) -> Headers:
    star = "*" in cors.origins_allowed and not cors.credentials
    headers = headers.set("Access-Control-Allow-Origin", "*" if star else origin)
    return headers.set("Access-Control-Allow-Credentials", "true") if cors.credentials else headers


def _nginx_cors(request: Request, cors: Cors) -> Headers:
    """rootfs/etc/nginx/template/nginx.tmpl: CORS"""
    origin = request.headers.get("Origin")
    star = "*" in cors.origins_allowed
    if not star and (origin is None or not allowed_origin(origin, cors.origins_allowed)):
        return Headers()
    headers = Headers((("Access-Control-Allow-Origin", "*" if star else origin or "*"),))
    if cors.credentials:
        headers = headers.set("Access-Control-Allow-Credentials", "true")
    headers = headers.set("Access-Control-Allow-Methods", ", ".join(cors.methods))
    headers = headers.set("Access-Control-Allow-Headers", ",".join(cors.headers))
    headers = headers.set("Access-Control-Max-Age", str(cors.max_age))
    return headers.set("Access-Control-Expose-Headers", ",".join(cors.exposed)) if cors.exposed else headers


def allowed_origin(origin: str, allowed: Iterable[str]) -> bool:
    """Whether an Origin is meant: as written, or by a star that stands for one or more labels, or for everything."""
    wanted = _with_port(origin.lower())
    return any(pattern == "*" or _origin_matches(_with_port(pattern.lower()), wanted) for pattern in allowed)


def _with_port(origin: str) -> str:
    """An origin without a port means its scheme's own."""
    scheme, colon, host = origin.partition("://")
    if not colon or host.rpartition(":")[2].isdigit():
        return origin
    return f"{origin}:{DEFAULT_PORT.get(scheme, '')}"


def _origin_matches(pattern: str, origin: str) -> bool:
    if pattern == origin:
        return True
    head, star, tail = pattern.partition("*")
    middle = origin[len(head) : len(origin) - len(tail)]
    fits = origin.startswith(head) and origin.endswith(tail) and len(origin) > len(head) + len(tail)
    return bool(star) and fits and "/" not in middle
