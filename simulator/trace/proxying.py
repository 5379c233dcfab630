"""Proxying: a reverse proxy has read the client's request. It decides, asks a backend over a connection of its own, and
hands the answer on. Two connections, so the backend sees the proxy's address; the client's stands in a header only.
"""

from collections.abc import Callable, Sequence

import msgspec

from simulator.chance import Option
from simulator.datapath.session import Session
from simulator.datapath.skb import Skb
from simulator.datapath.walk import step
from simulator.linux.netns import Netns
from simulator.origin import Origins
from simulator.packet.headers import Protocol
from simulator.packet.packet import Packet
from simulator.programs.decision import Decision
from simulator.programs.http import Request, UrlError, parse_url
from simulator.programs.http_server import serve
from simulator.programs.reverse_proxy import ReverseProxy, decide, finish, own_response
from simulator.programs.routes import Rule, Table, Target
from simulator.steps import Chance, Considered, Layer, Outcome, RuleRef, Step, StepKind
from simulator.trace.legs import Said
from simulator.trace.model import Flow, LegKind

PROXY_PORT = 50000
"""The source port of a proxy's own connection."""
MOST_CONSIDERED = 20
MOST_PASSED = 4
"""So many proxies in a row hand a connection on; one of them may be its own backend."""
STATUS = {Outcome.TIMEOUT: 504}
"""What a client gets when the backend can't be reached; 502 for all other ways to fail."""
BAD_GATEWAY = 502
NOT_READ = ("TLSRoute", "TCPRoute", "UDPRoute", "Service")
"""Kinds of rules that take connections, whatever is said on them."""

Connect = Callable[[Session, Said, Flow, int, Sequence[Step], LegKind, bool], Said]
"""Opens a connection of a proxy's own; the last one: whether a proxy behind it is asked, too."""


class Handed(msgspec.Struct, frozen=True):
    """What the proxy says to its client: the steps before it, and the status; None where it just hangs up."""

    steps: tuple[Step, ...]
    status: int | None = None
    silent: bool = False


def proxied(
    session: Session, said: Said, flow: Flow, server: Netns, seen: Packet, program: ReverseProxy, connect: Connect
) -> Handed:
    """From the request that the proxy has read, to the answer that it gives."""
    request = request_of(flow, seen, program)
    chances: list[Chance] = []

    def choose(options: Sequence[Option]) -> int:
        picked = session.choose(options)
        chances.append(Chance(tuple(options), picked))
        return picked

    decision = decide(program.table, request, choose, dials=True)
    tls = _handshake(server, seen, program, request, decision)
    if decision.rejected is not None:
        return Handed((_step(server, seen, program, decision, "proxy.hang-up", request, chances),), silent=True)
    if decision.target is None or decision.request is None:
        told = _step(server, seen, program, decision, "proxy.answer", request, chances)
        return Handed((*tls, told), decision.response.status if decision.response else None)
    asked = _step(server, seen, program, decision, "proxy.forward", request, chances)
    onward = Flow(
        source=server.name, target=decision.upstream.name if decision.upstream else "",
        address=decision.target.address, port=decision.target.port,
        protocol=flow.protocol,
    )  # fmt: skip
    if request.raw:
        # What is not read is handed on as it is: whoever gets it reads what the client has asked for.
        onward = msgspec.structs.replace(onward, target=flow.target, http_path=flow.http_path)
    passed = sum(leg.kind is LegKind.PROXIED for leg in said.legs)
    asks = request.raw and passed < MOST_PASSED
    inner = connect(session, Said(legs=said.legs), onward, PROXY_PORT, (*tls, asked), LegKind.PROXIED, asks)
    return _handed(server, seen, program, decision, request, inner)


def _handshake(
    server: Netns, seen: Packet, program: ReverseProxy, request: Request, decision: Decision
) -> tuple[Step, ...]:
    """Which certificate the name in the handshake has chosen, or that it is passed on unopened. RFC 8446, RFC 6066."""
    listener = decision.listener
    if request.scheme != "https" or listener is None:
        return ()
    text = "proxy.tls" if listener.certificates else "proxy.tls-own"
    if listener.protocol == "TLS":
        text = "proxy.tls-through"
    params = {
        "owner": program.label or server.name, "sni": request.sni or request.host, "listener": listener.name,
        "certificate": ", ".join(listener.certificates),
    }  # fmt: skip
    return (
        step(server, Skb(seen), StepKind.PROXY, Layer.APPLICATION, text, _TLS[program.table.style.nginx], params,
             origins=listener.origins),
    )  # fmt: skip


def _handed(
    server: Netns, seen: Packet, program: ReverseProxy, decision: Decision, request: Request, inner: Said
) -> Handed:
    assert decision.request is not None
    assert decision.target is not None
    if inner.outcome is Outcome.DELIVERED:
        done = finish(decision, request, serve(decision.request, decision.target.program))
        status = inner.status if request.raw else _status(done, request)
        return Handed((_step(server, seen, program, done, "proxy.back", request),), status)
    response = None if request.raw else own_response(request, STATUS.get(inner.outcome, BAD_GATEWAY))
    failed = msgspec.structs.replace(decision, response=response)
    text = "proxy.failed" if response is not None else "proxy.hang-up"
    return Handed((_step(server, seen, program, failed, text, request),), _status(failed, request), response is None)


def _status(decision: Decision, request: Request) -> int | None:
    return None if request.raw or decision.response is None else decision.response.status


def request_of(flow: Flow, seen: Packet, program: ReverseProxy) -> Request:
    """What the client asks for, as the proxy reads it: the URL of the flow, from the address that the packet has.

    Without a URL, or where the port speaks TCP only, it is plain bytes; without a URL where it speaks HTTP, a request
    for the address itself.
    """
    client, host = str(seen.ip.src), str(flow.address)
    spoken = {one.protocol for one in program.table.listeners if one.port == program.port}
    raw = "udp" if flow.protocol is Protocol.UDP else "tcp"
    if spoken and spoken <= {"TCP", "UDP"}:
        return Request(raw, "GET", host, program.port, authority=host, client=client)
    try:
        url = parse_url(flow.target)
    except UrlError:
        scheme = "http" if "HTTP" in spoken else "https" if "HTTPS" in spoken else raw
        return Request(scheme, "GET", host, program.port, authority=host, client=client)
    sni = url.host if url.scheme == "https" and not url.host[-1:].isdigit() else None
    return Request(
        url.scheme, "GET", url.host, program.port, url.path, url.query, sni=sni, authority=url.authority, client=client
    )


def _step(
    server: Netns,
    seen: Packet,
    program: ReverseProxy,
    decision: Decision,
    text: str,
    request: Request,
    chances: Sequence[Chance] = (),
) -> Step:
    """One thing that the proxy came to, with the rule that decided and those before it."""
    table, rule = program.table, decision.rule
    params = {
        "owner": program.label or server.name,
        "url": f"{request.scheme}://{request.authority}{'' if request.raw else request.target}",
        "rule": rule.name if rule else "",
        "backend": decision.upstream.name if decision.upstream else "",
        "target": _named(decision.target),
        "status": decision.response.status if decision.response else "",
        "why": decision.notes[-1].text.rstrip(".") if decision.notes else "",
        "passed": len(decision.considered) or "",
        "client": request.client or "",
        "balancer": program.balancer,
        "raw": "yes" if request.raw else "",
        "location": _location(decision),
        "sent": "yes" if _location(decision) else "",
    }
    function = _FUNCTION[table.style.nginx]
    told = step(server, Skb(seen), StepKind.PROXY, Layer.APPLICATION, text, function, params,
                origins=_origins(decision))  # fmt: skip
    return msgspec.structs.replace(
        told, matched=_reference(table, decision, rule) if rule else None, chances=tuple(chances),
        considered=tuple(_considered(table, decision)) if text != "proxy.back" else (),
    )  # fmt: skip


_TLS = {
    True: "nginx: src/event/ngx_event_openssl.c:ngx_ssl_handshake()",
    False: "envoy: source/common/tls/ssl_socket.cc:SslSocket::doHandshake()",
}
_FUNCTION = {
    True: "nginx: src/http/ngx_http_upstream.c:ngx_http_upstream_init_request()",
    False: "envoy: source/common/router/router.cc:Filter::decodeHeaders()",
}


def _location(decision: Decision) -> str:
    """Where the proxy sends the client on to, by itself."""
    response = decision.response
    return (response.headers.get("Location") or "") if response is not None and decision.target is None else ""


def _named(target: Target | None) -> str:
    return target.name if target else ""


def _origins(decision: Decision) -> Origins:
    found = [origin for note in decision.notes for origin in note.origins]
    return tuple(dict.fromkeys(found))


def _reference(table: Table, decision: Decision, rule: Rule) -> RuleRef:
    rules = decision.listener.rules if decision.listener else ()
    number = next((at for at, one in enumerate(rules, 1) if one is rule), 0)
    listener = decision.listener.name if decision.listener else ""
    return RuleRef(table.name, listener, number, _match_text(rule), origins=rule.origins)


def _match_text(rule: Rule) -> str:
    if rule.kind in NOT_READ:
        return f"{rule.name}: every connection{f' for {rule.host}' if rule.host else ''}"
    path = f"{rule.match.path.kind.value} {rule.match.path.value}" if rule.match.path else "everything"
    return f"{rule.name}: {rule.host or 'any host'}, {path}"


def _considered(table: Table, decision: Decision) -> list[Considered]:
    listener = decision.listener
    rules = {rule.name: (at, rule) for at, rule in enumerate(listener.rules if listener else (), 1)}
    found = []
    for one in decision.considered[:MOST_CONSIDERED]:
        number, rule = rules.get(one.rule, (0, None))
        text = _match_text(rule) if rule else one.rule
        reference = RuleRef(table.name, listener.name if listener else "", number, text, origins=one.origins)
        found.append(Considered(reference, one.failed))
    return found
