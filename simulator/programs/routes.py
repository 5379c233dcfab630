"""The configuration of a reverse proxy: listeners, rules in the order they are tried, filters, backends.

What ingress controllers and gateways write for their proxy (nginx.conf, Envoy's xDS), in one form for all of them.
Rules come sorted: the first that matches is taken, so precedence is the compiler's work.
"""

from enum import Enum

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress


class PathKind(Enum):
    EXACT = "Exact"
    PREFIX = "PathPrefix"
    """Whole elements: /foo matches /foo and /foo/bar, not /foobar."""
    TEXT = "Prefix"
    """Any text that starts so, as a plain nginx location: /foo matches /foobar, too."""
    REGEX = "RegularExpression"


class PathMatch(msgspec.Struct, frozen=True):
    """Of a pattern, `whole`: it has to match to the path's end (Envoy), and `ignore_case` as in nginx's `~*`."""

    kind: PathKind
    value: str
    ignore_case: bool = False
    whole: bool = False


class ValueMatch(msgspec.Struct, frozen=True):
    """A header or query parameter by name and value."""

    name: str
    value: str
    regex: bool = False


class Match(msgspec.Struct, frozen=True):
    """Every part that is there has to match."""

    path: PathMatch | None = None
    method: str | None = None
    headers: tuple[ValueMatch, ...] = ()
    query: tuple[ValueMatch, ...] = ()


class PathChange(msgspec.Struct, frozen=True):
    """`prefix`: only the matched prefix is replaced. `regex`: $1 in `value` stands for what the pattern caught."""

    value: str
    prefix: str | None = None
    regex: PathMatch | None = None


class HeaderChange(msgspec.Struct, frozen=True, tag=True):
    """Request headers, or with `response` those that go back. `variables`: the values have nginx's ($host)."""

    set: tuple[tuple[str, str], ...] = ()
    add: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    response: bool = False
    variables: bool = False
    origins: Origins = ()


class Redirect(msgspec.Struct, frozen=True, tag=True):
    """An answer that sends the client elsewhere. What is None stays as it was.

    `location` is the whole header, in place of its parts. `when`: only for these ("insecure": plain HTTP).
    `only_path`: only for this path. `trim`: without a slash at the end.
    """

    scheme: str | None = None
    host: str | None = None
    port: int | None = None
    path: PathChange | None = None
    status: int = 302
    location: str | None = None
    when: str | None = None
    only_path: str | None = None
    trim: bool = False
    origins: Origins = ()


class Rewrite(msgspec.Struct, frozen=True, tag=True):
    """The path or host that the backend sees."""

    host: str | None = None
    path: PathChange | None = None
    origins: Origins = ()


class Cors(msgspec.Struct, frozen=True, tag=True):
    """https://fetch.spec.whatwg.org/#http-cors-protocol

    `style` "nginx": ingress-nginx answers every preflight and always says its methods and headers.
    """

    origins_allowed: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int = 5
    style: str = "gateway"
    origins: Origins = ()


class Allow(msgspec.Struct, frozen=True, tag=True):
    """Only these source ranges come in (none listed: everybody), and never those of `denied`."""

    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    origins: Origins = ()


class Answer(msgspec.Struct, frozen=True, tag=True):
    """An answer of the proxy itself. `unless_header`: only where that header is missing."""

    status: int
    why: str
    unless_header: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    origins: Origins = ()


class Fault(msgspec.Struct, frozen=True):
    """Why a backend can't be used: a reason in one word, a sentence, and what a client gets."""

    reason: str
    text: str
    status: int = 500


class Target(msgspec.Struct, frozen=True):
    """One endpoint: a pod's, or a node's port. `refuses`: nobody listens there. `program` is what runs in it, by its
    image."""

    address: IPAddress
    port: int
    pod: str | None = None
    node: str | None = None
    workload: str | None = None
    refuses: bool = False
    program: str = ""
    origins: Origins = ()

    @property
    def name(self) -> str:
        """One word for it."""
        return self.pod or self.node or f"{self.address}:{self.port}"


class Upstream(msgspec.Struct, frozen=True):
    """A Service port as the proxy knows it: "default/web", 80 and the endpoints behind."""

    name: str
    port: int | None = None
    targets: tuple[Target, ...] = ()
    fault: Fault | None = None
    tls: bool = False
    sni: str | None = None
    origins: Origins = ()

    @property
    def workload(self) -> str | None:
        return next((t.workload for t in self.targets if t.workload), None)


class Mirror(msgspec.Struct, frozen=True, tag=True):
    """A copy of the request, whose answer nobody waits for."""

    upstream: Upstream
    percent: float = 100.0
    origins: Origins = ()


Filter = HeaderChange | Redirect | Rewrite | Cors | Allow | Answer | Mirror


class Backend(msgspec.Struct, frozen=True):
    upstream: Upstream
    weight: int = 1
    filters: tuple[Filter, ...] = ()
    origins: Origins = ()


class Canary(msgspec.Struct, frozen=True):
    """Another backend for some requests: by header first, then by cookie, then by weight.

    `sticky`: where the rule knows clients again, they stay with the canary, or without it.

    ingress-nginx: rootfs/etc/nginx/lua/balancer.lua:route_to_alternative_balancer()
    """

    backend: Backend
    weight: int = 0
    weight_total: int = 100
    header: str | None = None
    header_value: str | None = None
    header_pattern: str | None = None
    cookie: str | None = None
    sticky: bool = True
    origins: Origins = ()


class Sticky(msgspec.Struct, frozen=True):
    """A cookie by which a client is known again, and goes to the endpoint that it had. `secure`: over TLS only."""

    name: str
    path: str
    domain: str = ""
    max_age: str = ""
    same_site: str = ""
    secure: bool = False
    origins: Origins = ()


class Timeouts(msgspec.Struct, frozen=True):
    """Seconds; None for no limit."""

    request: float | None = None
    backend: float | None = None


class Rule(msgspec.Struct, frozen=True):
    """`name` is for people, `owner` the object ("default/web") and `kind` its kind."""

    name: str
    kind: str
    owner: str
    host: str = ""
    match: Match = Match()
    filters: tuple[Filter, ...] = ()
    backends: tuple[Backend, ...] = ()
    canaries: tuple[Canary, ...] = ()
    timeouts: Timeouts = Timeouts()
    sticky: Sticky | None = None
    empty: Fault | None = None
    origins: Origins = ()


class Listener(msgspec.Struct, frozen=True):
    """One name on one port. `protocol` is HTTP, HTTPS, TLS, TCP or UDP; of TLS, `passthrough` is not opened.

    `fallback` answers what no rule matches.
    """

    name: str
    port: int
    protocol: str
    host: str = ""
    rules: tuple[Rule, ...] = ()
    certificates: tuple[str, ...] = ()
    passthrough: bool = False
    fallback: Rule | None = None
    origins: Origins = ()


class Style(msgspec.Struct, frozen=True):
    """How a proxy differs from others.

    `one_label`: *.example.com stands for one label only. `any_sni`: a TLS handshake for any name is answered (with a
    certificate of the proxy's own), and a Host that another listener would serve is not told 421. `falls_through`: what
    the most specific host has no rule for, less specific ones are asked. `nginx`: it tells the backend of the client as
    ingress-nginx does; only where it `trusts_client`, it believes a client's own X-Forwarded headers, and only where it
    `trusts_address` the address in X-Forwarded-For.
    """

    one_label: bool = False
    any_sni: bool = False
    falls_through: bool = False
    nginx: bool = False
    trusts_client: bool = False
    trusts_address: bool = False


class Table(msgspec.Struct, frozen=True):
    """All that a proxy knows. `name` is "Gateway default/web" or "IngressClass nginx"."""

    name: str
    listeners: tuple[Listener, ...] = ()
    style: Style = Style()
    origins: Origins = ()
