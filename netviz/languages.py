"""In which language somebody is answered where no middleware of Django's looks after that: at websockets."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils.translation import get_language_from_request, override

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]


def language_of(scope: Scope) -> str:
    """The language that was chosen on a page, else the one that the browser asks for."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get(b"cookie", ""))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get(b"accept-language", "")
    return get_language_from_request(request)


class InTheirLanguage:
    """Answers a connection in the language of whoever opened it."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        with override(language_of(scope)):
            await self.application(scope, receive, send)
