"""Refusal: a request that cannot be granted, said in words; and the answers that say so."""

import logging
import re
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.translation import gettext

from netviz.protocol import ErrorAnswer

_log = logging.getLogger("netviz")


_VALUE = re.compile(r"\{(\w+)(:,)?\}")


class Refusal(Exception):
    """`code` is for programs, `message` says what is wrong and `hint` what to do about it.

    Both are texts of the catalogue, said in the language of whoever is answered; `values` stand in them where they
    say {name}, or {name:,} for a number in groups.
    """

    def __init__(self, status: int, code: str, message: str, hint: str, **values: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self._message = message
        self._hint = hint
        self._values = values

    @property
    def message(self) -> str:
        return self._said(self._message)

    @property
    def hint(self) -> str:
        return self._said(self._hint)

    def _said(self, text: str) -> str:
        return _VALUE.sub(self._value, gettext(text)) if text else ""

    def _value(self, found: re.Match[str]) -> str:
        name, grouped = found.groups()
        if name not in self._values:
            return found[0]
        value = self._values[name]
        return number_format(str(value), force_grouping=True) if grouped else str(value)


def no_such_workspace() -> Refusal:
    return Refusal(
        404,
        "unknown-workspace",
        "There is no workspace at this address.",
        "Workspaces are deleted when nobody has visited them for a while. Upload the manifests again.",
    )


def wants_json(path: str) -> bool:
    return path.startswith("/api/")


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as JSON for programs, as a page for people."""
    if wants_json(request.path):
        return json_refusal(refusal)
    return page(refusal, request)


def json_refusal(refusal: Refusal) -> HttpResponse:
    body = msgspec.json.encode(ErrorAnswer(refusal.code, refusal.message, refusal.hint))
    return HttpResponse(body, content_type="application/json", status=refusal.status)


def page(refusal: Refusal, request: HttpRequest | None = None) -> HttpResponse:
    context = {"status": refusal.status, "message": refusal.message, "hint": refusal.hint}
    name = (
        "500.html" if refusal.status == 500 else "error.html"
    )  # 500.html stands alone: what failed may be in base.html
    return HttpResponse(render_to_string(name, context, request), status=refusal.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(
        request,
        Refusal(400, "bad-request", "This request could not be read.", "Check the address and what was sent with it."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(
        request, Refusal(403, "forbidden", "This is not allowed.", "Open the page itself and try from there.")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(
        request,
        Refusal(
            404, "not-found", "There is nothing at this address.", "Check the address, or start from the home page."
        ),
    )


def server_error(request: HttpRequest, *_: Any) -> HttpResponse:
    return answer(request, internal_error())


def internal_error() -> Refusal:
    return Refusal(
        500,
        "internal-error",
        "NetViz made a mistake of its own.",
        "Nothing was lost. Please try again; if it stays, report what you did.",
    )
