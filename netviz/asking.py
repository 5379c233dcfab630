"""The question about a trace in the query of an address: ?from=&to=&protocol=&seed=&picks=&after=&fault=&size=."""

import msgspec
from django.http import HttpRequest

from netviz.protocol import MAX_FAULTS, MAX_SIZE, EarlierQuestion, FaultTexts, Pick, Seed, Size, connections
from netviz.refusal import Refusal
from netviz.work import Connection, TraceQuestion


def flow(request: HttpRequest) -> tuple[str, str, str]:
    """Who asks whom, and by which protocol."""
    query = request.GET
    if not query.get("from") or not query.get("to"):
        raise Refusal(400, "bad-question", "Who asks whom?", "Say from= and to=, as in ?from=default/client&to=web:80.")
    return query["from"], query["to"], query.get("protocol") or "TCP"


def question(request: HttpRequest) -> TraceQuestion:
    """The whole question."""
    query = request.GET
    return TraceQuestion(
        *flow(request),
        seed_of(query.get("seed") or "0"),
        picks_of(query.get("picks") or ""),
        after_of(query.get("after") or "[]"),
        faults_of(query.getlist("fault")),
        size_of(query.get("size") or "0"),
    )


def seed_of(text: str) -> int:
    try:
        return msgspec.convert(text, Seed, strict=False)
    except msgspec.ValidationError:
        raise Refusal(400, "bad-seed", "A seed is a whole number from 0.", "Leave seed= out for 0.") from None


def picks_of(text: str) -> tuple[int, ...]:
    """ "0,1": the first option at the first choice, the second at the second."""
    try:
        return msgspec.convert(text.split(",") if text else [], tuple[Pick, ...], strict=False)
    except msgspec.ValidationError:
        raise Refusal(
            400,
            "bad-pick",
            "Picks are whole numbers from 0, with commas between.",
            "Leave picks= out and the seed draws.",
        ) from None


def faults_of(texts: list[str]) -> tuple[str, ...]:
    """What is broken first, one fault= each."""
    try:
        return msgspec.convert(texts, FaultTexts)
    except msgspec.ValidationError:
        message = "{most} things may be broken at once."
        raise Refusal(400, "too-many-faults", message, "Undo some.", most=MAX_FAULTS) from None


def size_of(text: str) -> int:
    try:
        return msgspec.convert(text, Size, strict=False)
    except msgspec.ValidationError:
        hint = "Leave size= out for a few bytes."
        raise Refusal(400, "bad-size", "A size is a number of bytes from 0 to {most}.", hint, most=MAX_SIZE) from None


def after_of(text: str) -> tuple[Connection, ...]:
    """The connections that the session held before, as the websocket's messages have them."""
    try:
        return connections(msgspec.json.decode(text, type=tuple[EarlierQuestion, ...]))
    except (msgspec.DecodeError, RecursionError):
        hint = 'Send after=[{"flow": {"from": ..., "to": ...}, "seed": 0, "picks": []}].'
        raise Refusal(400, "bad-question", "after= is no list of connections.", hint) from None
