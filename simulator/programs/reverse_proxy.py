"""A reverse proxy, sans-IO: given its table and a request, what it decides and why.

connection   which listener takes it (port, protocol, SNI); none: no connection
listener     by the Host header, the most specific one
rule         the first that matches, in the order of the table; those before it say why they don't
filters      in their order; one of them may answer by itself
backend      by weight, canaries first; its own filters; an endpoint of it
"""

import msgspec
from msgspec.structs import replace

from simulator.chance import Choose
from simulator.origin import Origins
from simulator.programs.decision import Considered, Decision, Note
from simulator.programs.draw import Draw, named
from simulator.programs.filters import (
    answer,
    change_headers,
    preflight,
    redirect,
    refused_by,
    rewrite,
    with_cors,
    with_values,
)
from simulator.programs.forwarded import believed, nginx_headers
from simulator.programs.http import Request, Response
from simulator.programs.http_server import Served
from simulator.programs.matching import failed, host_matches, host_rank
from simulator.programs.routes import (
    Allow,
    Answer,
    Backend,
    Cors,
    Filter,
    HeaderChange,
    Listener,
    Mirror,
    Redirect,
    Rewrite,
    Rule,
    Table,
    Timeouts,
    Upstream,
)

GRPC_UNIMPLEMENTED, GRPC_UNAVAILABLE = 12, 14
GRPC_OF_STATUS = {
    400: 13, 401: 16, 403: 7, 404: GRPC_UNIMPLEMENTED, 429: 14, 500: GRPC_UNAVAILABLE, 502: 14, 503: 14, 504: 4,
}  # fmt: skip
"""https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md; a backend that can't be used is
UNAVAILABLE (apis/v1/grpcroute_types.go, BackendRefs), too late DEADLINE_EXCEEDED, what is not here UNKNOWN."""
GRPC_UNKNOWN = 2
UNAVAILABLE = 503
"""The answer for a Service without endpoints."""


class ReverseProxy(msgspec.Struct, frozen=True):
    """The program in a proxy's pod: its table, and the port that the client has dialled.

    `label` is what to call it where that is not its machine's name; `balancer` the Service whose load balancer it is.
    """

    table: Table
    port: int
    label: str = ""
    balancer: str = ""


def decide(table: Table, request: Request, choose: Choose, dials: bool = False) -> Decision:
    """What the proxy does with a request. `dials`: whoever asks opens the connection to the backend itself, and sees
    whether it is refused."""
    return _Proxy(table, request, choose, dials).run()


def finish(decision: Decision, asked: Request, served: Served) -> Decision:
    """The answer on its way back: too late, or with its headers changed."""
    limits = [s for s in (decision.timeouts.request, decision.timeouts.backend) if s]
    if limits and served.seconds > min(limits):
        late = Note(f"The backend needs {served.seconds:g} s, the rule allows {min(limits):g} s: 504.")
        return replace(decision, response=own_response(asked, 504), notes=(*decision.notes, late))
    return replace(decision, response=changed_response(asked, served.response, decision.after))


def changed_response(asked: Request, response: Response, after: tuple[HeaderChange | Cors, ...]) -> Response:
    for change in after:
        if isinstance(change, Cors):
            response = with_cors(asked, response, change)
        else:
            response = replace(response, headers=change_headers(response.headers, change))
    return response


def own_response(request: Request, status: int) -> Response:
    """An answer of the proxy; a gRPC client gets 200 and the status in a trailer."""
    if not request.scheme.startswith("grpc"):
        return Response(status)
    return Response(200, grpc=GRPC_OF_STATUS.get(status, GRPC_UNKNOWN))


class _Proxy:
    """One request on its way through a table."""

    def __init__(self, table: Table, request: Request, choose: Choose, dials: bool) -> None:
        self.dials = dials
        self.table = table
        self.asked = believed(request) if table.style.trusts_address else request
        self.request = request
        self.choose = choose
        self.considered: list[Considered] = []
        self.notes: list[Note] = []
        self.mirrors: list[Upstream] = []
        self.after: list[HeaderChange | Cors] = []
        self.listener: Listener | None = None
        self.rule: Rule | None = None
        self.draw = Draw(self.asked, choose, self.note)

    def run(self) -> Decision:
        there = [one for one in self.table.listeners if one.port == self.asked.port]
        if not there:
            ports = ", ".join(str(p) for p in sorted({one.port for one in self.table.listeners})) or "no port at all"
            return self.reject(f"{self.table.name} does not listen on port {self.asked.port}; it listens on {ports}.")
        if self.asked.raw:
            return self.connection(there)
        return self.http(there)

    # Connections that are not read

    def connection(self, there: list[Listener]) -> Decision:
        wanted = self.asked.scheme.upper()
        fitting = [one for one in there if one.protocol == wanted]
        if wanted == "TLS":
            fitting = self.by_name(fitting, self.asked.sni or "")
        if not fitting:
            return self.reject(f"No {wanted} listener of {self.table.name} takes {self.server_name()}.")
        return self.forward_raw(fitting[0])

    def server_name(self) -> str:
        name = self.asked.sni
        return f"the name {name} on port {self.asked.port}" if name else f"port {self.asked.port}"

    def forward_raw(self, listener: Listener) -> Decision:
        self.take(listener)
        name = self.asked.sni or ""
        for rule in listener.rules:
            if listener.protocol == "TLS" and not host_matches(rule.host, name, self.table.style.one_label):
                self.pass_by(rule, f"the name {name or '(none)'} is not {rule.host}")
                continue
            self.rule = rule
            return self.to_backend(rule)
        return self.reject(f"No route of {listener.name} takes {self.server_name()}.")

    # HTTP

    def http(self, there: list[Listener]) -> Decision:
        secure = self.asked.secure
        fitting = [one for one in there if one.protocol in (("HTTPS", "TLS") if secure else ("HTTP",))]
        if not fitting:
            found = there[0].protocol
            return self.reject(f"Port {self.asked.port} of {self.table.name} speaks {found}, not {self.asked.scheme}.")
        if secure:
            return self.https(fitting)
        listeners = self.by_name(fitting, self.asked.host)
        return self.route(listeners) if listeners else self.nobody()

    def https(self, fitting: list[Listener]) -> Decision:
        """The handshake's name picks the listener; what Host says then has to be meant for it, too.

        GEP-3567: a Host that a better listener would serve is misdirected (421).
        """
        if self.table.style.any_sni:
            listeners = self.by_name(fitting, self.asked.host)
            return self.route(listeners) if listeners else self.nobody()
        opened = self.by_name(fitting, self.asked.sni or "")
        if not opened:
            return self.reject(f"No listener of {self.table.name} has a certificate for {self.server_name()}.")
        first = opened[0]
        if first.protocol == "TLS":
            return self.forward_raw(first)
        meant = self.by_name([one for one in fitting if one.protocol == "HTTPS"], self.asked.host)
        if meant and meant[0] is not first:
            self.take(first)
            self.note(
                f"The handshake was for {self.asked.sni}, but {self.asked.host} is served by {meant[0].name}: "
                "421, ask again over a connection of its own.", meant[0].origins,
            )  # fmt: skip
            return self.own(421)
        return self.route(opened) if meant else self.nobody()

    def by_name(self, listeners: list[Listener], name: str) -> list[Listener]:
        """Those that a name is meant for; the most specific first."""
        found = [one for one in listeners if host_matches(one.host, name, self.table.style.one_label)]
        return sorted(found, key=lambda one: host_rank(one.host))

    def nobody(self) -> Decision:
        self.note(f"No listener of {self.table.name} on port {self.asked.port} is for {self.asked.host}: 404.")
        return self.own(404)

    def take(self, listener: Listener) -> None:
        self.listener = listener
        host = f" for {listener.host}" if listener.host and listener.host not in listener.name else ""
        self.note(f"The listener {listener.name}{host} takes it.", listener.origins)

    def route(self, listeners: list[Listener]) -> Decision:
        asked = listeners if self.table.style.falls_through else listeners[:1]
        for listener in asked:
            self.take(listener)
            for rule in listener.rules:
                why = self.mismatch(rule)
                if why is None:
                    return self.matched(rule)
                self.pass_by(rule, why)
        fallback = next((one.fallback for one in asked if one.fallback is not None), None)
        if fallback is not None:
            return self.matched(fallback)
        self.note(f"None of {len(self.considered)} rules matches {self.asked.host}{self.asked.target}: 404.")
        return self.own(404)

    def mismatch(self, rule: Rule) -> str | None:
        if not host_matches(rule.host, self.asked.host, self.table.style.one_label):
            return f"the host {self.asked.host} is not {rule.host}"
        return failed(rule.match, self.asked)

    def pass_by(self, rule: Rule, why: str) -> None:
        self.considered.append(Considered(rule.name, why, rule.origins))

    def matched(self, rule: Rule) -> Decision:
        self.rule = rule
        self.note(f"{rule.name} matches.", rule.origins)
        own = self.filtered(rule.filters)
        return own if own is not None else self.to_backend(rule)

    # Filters

    def filtered(self, filters: tuple[Filter, ...]) -> Decision | None:
        """Apply filters in order; a decision where one of them answers."""
        for one in filters:
            response = self.apply(one)
            if response is not None:
                return self.end(response)
        return None

    def apply(self, one: Filter) -> Response | None:
        match one:
            case HeaderChange(response=True):
                self.after.append(with_values(one, self.asked))
            case HeaderChange():
                change = with_values(one, self.asked)
                self.request = replace(self.request, headers=change_headers(self.request.headers, change))
                self.note("Request headers are changed.", one.origins)
            case Rewrite():
                before = self.request
                self.request = rewrite(before, one)
                self.note(
                    f"{before.host}{before.target} becomes {self.request.host}{self.request.target}.", one.origins
                )
            case Redirect():
                return self.redirected(one)
            case Cors():
                return self.cors(one)
            case Allow():
                return self.admitted(one)
            case Answer():
                response = answer(self.request, one)
                if response is not None:
                    self.note(one.why, one.origins)
                return response
            case Mirror():
                self.mirrors.append(one.upstream)
                self.note(f"A copy goes to {one.upstream.name} ({one.percent:g} % of the requests).", one.origins)
        return None

    def redirected(self, one: Redirect) -> Response | None:
        assert self.listener is not None
        response = redirect(self.request, one, self.listener.port, self.table.style.trusts_client)
        if response is not None:
            self.note(f"It is sent on with {response.status} to {response.headers.get('Location')}.", one.origins)
        return response

    def cors(self, one: Cors) -> Response | None:
        response = preflight(self.asked, one)
        if response is None:
            self.after.append(one)
            return None
        self.note("The browser's preflight question is answered by the proxy.", one.origins)
        return response

    def admitted(self, one: Allow) -> Response | None:
        why = refused_by(one, self.asked.client)
        if why is None:
            return None
        self.note(f"{why}: 403.", one.origins)
        return Response(403)

    # Backends

    def to_backend(self, rule: Rule) -> Decision:
        backend = self.draw.backend(rule)
        if backend is None:
            fault = rule.empty
            if fault is None:
                self.note(f"{rule.name} has no backend that gets any traffic: 500.", rule.origins)
                return self.own(500)
            self.note(fault.text, rule.origins)
            return self.own(fault.status)
        own = self.filtered(backend.filters)
        return own if own is not None else self.send(backend, rule.timeouts)

    def send(self, backend: Backend, timeouts: Timeouts) -> Decision:
        upstream = backend.upstream
        if upstream.fault is not None:
            self.note(f"{upstream.fault.text} ({upstream.fault.reason}).", backend.origins or upstream.origins)
            return self.failed_backend(upstream, upstream.fault.status)
        if not upstream.targets:
            self.note(f"{upstream.name} has no endpoint that is ready.", backend.origins or upstream.origins)
            return self.failed_backend(upstream, UNAVAILABLE)
        target = self.draw.endpoint(self.rule.sticky if self.rule is not None else None, upstream)
        self.after += [self.draw.cookie] if self.draw.cookie is not None else []
        place = f"{target.address}:{target.port}"
        if target.refuses and not self.dials:
            self.note(f"Nobody listens on {place} ({named(target)}): it refuses the connection.", target.origins)
            return self.failed_backend(upstream, 502)
        self.note(f"A second connection goes from the proxy to {named(target)} at {place}.", target.origins)
        return replace(
            self.decision(), request=self.forwarded(), upstream=upstream, target=target, timeouts=timeouts
        )  # fmt: skip

    def forwarded(self) -> Request:
        """What the backend is told of the client, whose address it does not see: X-Forwarded-*."""
        style, asked = self.table.style, self.asked
        if asked.raw or asked.client is None or (self.listener is not None and self.listener.passthrough):
            return self.request
        if style.nginx:
            return replace(self.request, headers=nginx_headers(self.request.headers, asked, style.trusts_client))
        scheme = "https" if asked.secure else "http"
        headers = self.request.headers.add("X-Forwarded-For", asked.client).set("X-Forwarded-Proto", scheme)
        return replace(self.request, headers=headers)

    def failed_backend(self, upstream: Upstream, status: int) -> Decision:
        if self.asked.raw:
            return replace(self.reject("The connection is closed: there is nobody to hand it to."), upstream=upstream)
        return replace(self.own(status), upstream=upstream)

    # Ends

    def note(self, text: str, origins: Origins = ()) -> None:
        self.notes.append(Note(text, origins))

    def own(self, status: int) -> Decision:
        return self.end(own_response(self.asked, status))

    def end(self, response: Response) -> Decision:
        changed = changed_response(self.asked, response, tuple(one for one in self.after if isinstance(one, Cors)))
        return replace(self.decision(), response=changed)

    def reject(self, why: str) -> Decision:
        self.note(why)
        return replace(self.decision(), rejected=why)

    def decision(self) -> Decision:
        return Decision(
            listener=self.listener, rule=self.rule, considered=tuple(self.considered), notes=tuple(self.notes),
            shares=self.draw.shares, mirrors=tuple(self.mirrors), after=tuple(self.after),
        )  # fmt: skip
