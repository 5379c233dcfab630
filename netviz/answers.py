"""What every view of the API does: take its methods, read what it is sent, and answer in JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from netviz.refusal import Refusal, json_refusal

View = Callable[..., HttpResponse]
T = TypeVar("T")


def api(*methods: str) -> Callable[[View], View]:
    """A view of the API: these methods only, refusals as JSON."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                response = json_refusal(wrong_method(methods))
                response.headers["Allow"] = ", ".join(methods)
                return response
            try:
                return view(request, *args, **kwargs)
            except Refusal as refusal:
                return json_refusal(refusal)

        return answered

    return decorate


def wrong_method(methods: tuple[str, ...]) -> Refusal:
    hint = "It takes {methods}."
    return Refusal(405, "wrong-method", "This address does not take that method.", hint, methods=", ".join(methods))


def json_answer(body: bytes, status: int = 200) -> HttpResponse:
    """An answer that is JSON already, as the workers make it."""
    return HttpResponse(body, content_type="application/json", status=status)


def encoded(value: Any, status: int = 200) -> HttpResponse:
    return json_answer(msgspec.json.encode(value), status)


def unless_known(request: HttpRequest, mark: str, make: Callable[[], bytes], keep: str = "") -> HttpResponse:
    """What `make` answers, or nothing where the client has what bears this mark already; `keep` is for how long."""
    etag = f'"{mark}"'
    told = parse_etags(request.headers.get("If-None-Match", ""))
    known = etag in (one.removeprefix("W/") for one in told)  # what was sent compressed has a weak one
    response = HttpResponse(status=304) if known else json_answer(make())
    response.headers["ETag"] = etag
    if keep:
        response.headers["Cache-Control"] = keep
    return response


def decoded(request: HttpRequest, kind: type[T], refusal: Refusal) -> T:
    """The body of a request, which is JSON of this kind, or refused so."""
    try:
        return msgspec.json.decode(request.body, type=kind)
    except (msgspec.DecodeError, RecursionError):
        raise refusal from None


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
