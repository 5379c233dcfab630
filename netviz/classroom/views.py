"""The pages of a class: enter a code, follow, present, the audience view."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from netviz.classroom import addresses, api, codes, qr
from netviz.classroom import board as board_
from netviz.classroom.messages import ClassBoot
from netviz.classroom.models import Classroom
from netviz.refusal import Refusal, page
from netviz.views import PROTOCOLS


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Enter a code. Works as a plain form: /join/?code=K7QF-3M2P."""
    typed = request.GET.get("code", "")
    if not typed.strip():
        return _join(request)
    try:
        found = api.class_of(request, typed)
    except Refusal as refusal:
        return _join(request, refusal, typed)
    return redirect("class-follow", code=codes.shown(found.code))


def _join(request: HttpRequest, refusal: Refusal | None = None, typed: str = "") -> HttpResponse:
    context = {"error": refusal, "typed": typed[: codes.LONGEST]}
    return render(request, "classroom/join.html", context, status=refusal.status if refusal else 200)


@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """A follower's page: /c/K7QF-3M2P/."""
    try:
        found = api.class_of(request, code)
    except Refusal as refusal:
        return _join(request, refusal, code)
    response = _page(request, found, "classroom/follower.html", front=False)
    api.keep_member(request, response)
    return response


@require_safe
def present(request: HttpRequest, code: str) -> HttpResponse:
    """The presenter's page. What it may do, it may by the token in its address, which no server sees."""
    asking = {"from": "", "to": "", "protocol": "TCP", "protocols": PROTOCOLS, "seed": 0}
    return _for_the_front(request, code, "classroom/presenter.html", picking=asking)


@require_safe
def audience(request: HttpRequest, code: str) -> HttpResponse:
    """What the projector shows."""
    return _for_the_front(request, code, "classroom/audience.html")


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """Who is where in the labs, for the presenter."""
    return _for_the_front(request, code, "classroom/board.html")


def _for_the_front(request: HttpRequest, code: str, template: str, **more: Any) -> HttpResponse:
    try:
        found = api.class_of(request, code)
    except Refusal as refusal:
        return page(refusal, request)
    urls = addresses.join_urls(request, found.code)
    more["codes"] = [{"url": url, "qr": qr.symbol(url)} for url in urls]
    return _page(request, found, template, front=True, alone=addresses.here_only(urls), **more)


def _page(request: HttpRequest, found: Classroom, template: str, front: bool, **more: Any) -> HttpResponse:
    shown = codes.shown(found.code)
    boot = ClassBoot(
        code=shown,
        title=found.title,
        ws_path=f"/ws/classes/{shown}/{'?front' if front else ''}",
        api_url=reverse("api-class", args=[shown]),
        join_urls=addresses.join_urls(request, found.code),
        labs=board_.labs_of(found),
    )
    context = {"boot": msgspec.to_builtins(boot), "code": shown, "title": found.title, **more}
    return render(request, template, context)
