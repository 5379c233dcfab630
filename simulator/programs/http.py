"""HTTP as programs see it: URLs, headers, requests and responses. RFC 9110, RFC 3986."""

from collections.abc import Iterator, Sequence

import msgspec

DEFAULT_PORT = {"http": 80, "https": 443, "grpc": 80, "grpcs": 443, "tls": 443}
"""The port that a URL means where it names none."""
SECURE = frozenset({"https", "grpcs", "tls"})
"""Schemes whose connection starts with a TLS handshake."""
RAW = frozenset({"tls", "tcp", "udp"})
"""Schemes where nobody between the two ends reads HTTP."""

Field = tuple[str, str]


class Headers(msgspec.Struct, frozen=True):
    """Header fields in their order; names are compared without case. RFC 9110, 5.1"""

    fields: tuple[Field, ...] = ()

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def get(self, name: str) -> str | None:
        """All values of a name as one, as any recipient may combine them. RFC 9110, 5.2"""
        found = [value for key, value in self.fields if key.lower() == name.lower()]
        return ",".join(found) if found else None

    def set(self, name: str, value: str) -> "Headers":
        """One value in place of all that were there."""
        return Headers((*self.remove(name).fields, (name, value)))

    def add(self, name: str, value: str) -> "Headers":
        """One more value, after those that were there."""
        old = self.get(name)
        return self.set(name, value if old is None else f"{old},{value}")

    def remove(self, name: str) -> "Headers":
        return Headers(tuple((key, value) for key, value in self.fields if key.lower() != name.lower()))

    def as_dict(self) -> dict[str, str]:
        """By the first spelling of each name."""
        names: dict[str, str] = {}
        for key, _ in self.fields:
            names.setdefault(key.lower(), key)
        return {name: self.get(name) or "" for name in names.values()}


class Request(msgspec.Struct, frozen=True):
    """What a client sends, and over which connection. `host` is the name without a port, `port` where it dials.

    `authority` is the Host header (or `:authority`) as sent. `sni` is the name in the TLS handshake.
    """

    scheme: str
    method: str
    host: str
    port: int
    path: str = "/"
    query: str | None = None
    headers: Headers = Headers()
    sni: str | None = None
    authority: str = ""
    client: str | None = None

    @property
    def secure(self) -> bool:
        return self.scheme in SECURE

    @property
    def raw(self) -> bool:
        return self.scheme in RAW

    @property
    def target(self) -> str:
        """The path with its query."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    def params(self) -> tuple[Field, ...]:
        """The query's parameters, decoded."""
        return tuple(split_query(self.query or ""))

    def cookie(self, name: str) -> str | None:
        for piece in (self.headers.get("Cookie") or "").split(";"):
            key, equals, value = piece.strip().partition("=")
            if equals and key == name:
                return value
        return None


class Response(msgspec.Struct, frozen=True):
    """What comes back. `grpc` is the gRPC status code, where the request was one."""

    status: int
    headers: Headers = Headers()
    grpc: int | None = None


class Url(msgspec.Struct, frozen=True):
    """A URL in its parts; `port` is always there."""

    scheme: str
    host: str
    port: int
    path: str
    query: str | None
    authority: str


class UrlError(ValueError):
    """A text that is no URL of a kind that is known here."""


def parse_url(text: str) -> Url:
    """Raises UrlError."""
    scheme, colon, rest = text.partition("://")
    scheme = scheme.lower()
    if not colon or (scheme not in DEFAULT_PORT and scheme not in RAW):
        raise UrlError("it has to start with http://, https://, grpc://, tls://, tcp:// or udp://")
    rest = rest.partition("#")[0]
    cut = min((i for i in (rest.find("/"), rest.find("?")) if i >= 0), default=len(rest))
    authority, tail = rest[:cut].rpartition("@")[2], rest[cut:]
    path, mark, query = tail.partition("?")
    host, port = split_authority(authority)
    if not host:
        raise UrlError("it names no host")
    number = port if port is not None else DEFAULT_PORT.get(scheme)
    if number is None:
        raise UrlError(f"{scheme}:// needs a port")
    return Url(scheme, host.lower().rstrip("."), number, path or "/", query if mark else None, authority)


def split_authority(text: str) -> tuple[str, int | None]:
    """A host and its port: "web:80", "[::1]:80", "web". Raises UrlError."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise UrlError(f"{text} is no address in brackets")
        port = rest[1:]
    else:
        host, _, port = text.partition(":")
    if not port:
        return host, None
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise UrlError(f"{port} is no port number")
    return host, int(port)


def split_query(text: str) -> Iterator[Field]:
    """name=value pairs of a query, decoded. https://url.spec.whatwg.org/#urlencoded-parsing"""
    for piece in text.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            yield decode(name.replace("+", " ")), decode(value.replace("+", " "))


def decode(text: str) -> str:
    """Percent-decoding; what is no valid escape stays. RFC 3986, 2.1"""
    if "%" not in text:
        return text
    head, *pieces = text.encode("utf-8", "surrogatepass").split(b"%")
    found = [head]
    for piece in pieces:
        digits = piece[:2]
        if len(digits) == 2 and all(c in b"0123456789abcdefABCDEF" for c in digits):
            found.append(bytes([int(digits, 16)]) + piece[2:])
        else:
            found.append(b"%" + piece)
    return b"".join(found).decode("utf-8", "replace")


def headers_of(pairs: Sequence[Field]) -> Headers:
    """Fields with repeated names combined, in order."""
    found = Headers()
    for name, value in pairs:
        found = found.add(name, value)
    return found
