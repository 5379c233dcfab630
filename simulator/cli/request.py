"""netviz request: an HTTP request through an Ingress or a Gateway: which rule takes it, and what the backend sees."""

import argparse
from collections.abc import Iterable, Iterator
from typing import Any

from simulator.analysis.flow_error import FlowError
from simulator.analysis.http_request import Exchange, Question, Way, exchange, ways
from simulator.chance import Random
from simulator.cli.failure import Failure
from simulator.cli.inputs import load
from simulator.cli.output import BOLD, DIM, GREEN, RED, clean, paint, write, write_bytes
from simulator.origin import Origin
from simulator.programs.http import Field, Request

OK = 0
NO = 1
MOST_CONSIDERED = 12


def run(args: argparse.Namespace) -> int:
    cluster = load(args.paths, args.settings)
    question = Question(
        args.url, args.method, tuple(_fields(args.header)), args.via, args.sni,
        tuple(_fields(args.backend_response_header)), args.client,
        tuple(_pairs(args.controller_config)), args.source,
    )  # fmt: skip
    try:
        if args.branches:
            found = ways(cluster, question)
        else:
            found = [Way(1.0, (), exchange(cluster, question, Random(args.seed).choose))]
    except FlowError as error:
        raise Failure(f"{error.message} ({error.code})", error.hint) from None
    if args.format == "json":
        _print_json(found, every=bool(args.branches))
    else:
        _print_text(found, every=bool(args.branches))
    met = args.expect is None or all(outcome(way.exchange) == args.expect for way in found)
    return OK if met else NO


def outcome(answer: Exchange) -> str:
    """The status as text, or "rejected"; what --expect is compared with."""
    if answer.decision.rejected is not None:
        return "rejected"
    return str(answer.response.status) if answer.response else "delivered"


def _fields(words: Iterable[str]) -> Iterator[Field]:
    for word in words:
        name, colon, value = word.partition(":")
        if not colon or not name.strip():
            raise Failure(f'A header is NAME:VALUE, not "{word}".', "For example --header x-version:2.")
        yield name.strip(), value.strip()


def _pairs(words: Iterable[str]) -> Iterator[Field]:
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise Failure(f'--controller-config wants KEY=VALUE, not "{word}".', "For example ssl-redirect=false.")
        yield key, value


# JSON


def _print_json(found: list[Way], every: bool) -> None:
    from simulator.trace.encode import to_json

    if not every:
        write_bytes(to_json(as_json(found[0].exchange)))
        return
    branches = [
        {"probability": round(w.probability, 9), "picks": w.picks, "answer": as_json(w.exchange)} for w in found
    ]
    write_bytes(to_json({"branches": branches}))


def as_json(answer: Exchange) -> dict[str, Any]:
    """The answer in the terms of the HTTP conformance checker, and beside them how it came about."""
    made: dict[str, Any] = {"proxy": answer.table.name}
    decision = answer.decision
    if decision.rejected is not None:
        made["rejected"] = True
    if decision.rule is not None:
        made["rule"] = decision.rule.name
        if decision.rule.kind == "Ingress":
            made["ingress"] = decision.rule.owner
    made |= _backend(answer)
    if answer.response is not None and not answer.request.raw:
        made["status"] = answer.response.status
        made["response"] = {"headers": answer.response.headers.as_dict()}
        location = answer.response.headers.get("Location")
        if location is not None and decision.target is None:
            made["redirect"] = {"location": location}
        if answer.response.grpc is not None:
            made["grpc_code"] = answer.response.grpc
    listener = decision.listener
    if answer.request.secure and listener is not None and listener.certificates:
        made["certificate_for"] = answer.request.sni
    made["decision"] = [{"text": note.text, "origins": note.origins} for note in decision.notes]
    made["considered"] = [
        {"rule": one.rule, "failed": one.failed, "origins": one.origins} for one in decision.considered
    ]
    made["assumptions"] = answer.assumptions
    return made


def _backend(answer: Exchange) -> dict[str, Any]:
    decision, made = answer.decision, dict[str, Any]()
    if decision.shares:
        shares: dict[str, float] = {}
        for share in decision.shares:
            shares[share.name] = shares.get(share.name, 0.0) + share.share
        made["weights"] = shares
    if decision.mirrors:
        made["mirrored_to"] = [one.workload or one.name for one in decision.mirrors]
    upstream, target = decision.upstream, decision.target
    if upstream is None or target is None or decision.request is None:
        return made
    made |= {
        "backend": upstream.name, "workload": target.workload, "pod": target.pod,
        "endpoint": f"{target.address}:{target.port}", "endpoints": [str(t.address) for t in upstream.targets],
        "backend_is_tls": upstream.tls, "sni": upstream.sni,
    }  # fmt: skip
    if not answer.request.raw:
        made["seen_by_backend"] = _seen(decision.request) | {"sni": upstream.sni}
    return made


def _seen(request: Request) -> dict[str, Any]:
    return {
        "method": request.method, "host": request.authority, "path": request.path, "query": request.query,
        "headers": request.headers.as_dict(),
    }  # fmt: skip


# Text


def _print_text(found: list[Way], every: bool) -> None:
    asked = found[0].exchange.request
    write(paint(clean(f"{asked.method} {asked.scheme}://{asked.authority}{asked.target}"), BOLD))
    write(clean(f"to {found[0].exchange.table.name}, port {asked.port}"))
    for way in found:
        if every:
            write()
            picks = f" ({', '.join(way.picks)})" if way.picks else ""
            write(paint(clean(f"{way.probability:.1%}{picks}"), BOLD))
        for line in story(way.exchange):
            write(line)


def story(answer: Exchange) -> Iterator[str]:
    """Each decision on the way, the manifest line behind it, and the end."""
    decision = answer.decision
    for one in decision.considered[:MOST_CONSIDERED]:
        yield paint(clean(f"     not {one.rule}: {one.failed}{_places(one.origins)}"), DIM)
    if len(decision.considered) > MOST_CONSIDERED:
        yield paint(f"     and {len(decision.considered) - MOST_CONSIDERED} more that do not match", DIM)
    for number, note in enumerate(decision.notes, 1):
        yield f"{number:>3}  {clean(note.text)}"
        for origin in note.origins:
            yield paint(f"     from {clean(_place(origin))}", DIM)
    if decision.request is not None:
        yield from _seen_text(decision.request)
    yield _end(answer)
    for assumption in answer.assumptions:
        yield clean(f"taken for granted: {assumption}")


def _places(origins: tuple[Origin, ...]) -> str:
    return f" ({_place(origins[0])})" if origins else ""


def _place(origin: Origin) -> str:
    return f"{origin.file}:{origin.line} {origin.object} {origin.field}".rstrip()


def _seen_text(request: Request) -> Iterator[str]:
    if request.raw:
        return
    yield clean(f"     the backend sees {request.method} {request.target}, Host {request.authority}")
    for name, value in request.headers:
        yield paint(clean(f"     {name}: {value}"), DIM)


def _end(answer: Exchange) -> str:
    decision, response = answer.decision, answer.response
    if decision.rejected is not None:
        return paint(clean("rejected: no connection"), RED)
    by = f" from {decision.target.pod or decision.target.address}" if decision.target else f" from {answer.table.name}"
    if response is None or answer.request.raw:
        return paint(clean(f"delivered{by}"), GREEN)
    grpc = "" if response.grpc is None else f", gRPC status {response.grpc}"
    good = response.status < 400 and not response.grpc
    return paint(clean(f"{response.status}{by}{grpc}"), GREEN if good else RED)
