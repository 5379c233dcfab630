"""The labs' pages: the map of the course, and a lab."""

from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from netviz import learners
from netviz.labs import library
from netviz.labs.model import Lab

SESSIONS = {
    1: "From one pod to a Service",
    2: "Across the nodes, in from the street and out again",
    3: "Who may, by which door, and what is broken",
}


@require_safe
def labs(request: HttpRequest) -> HttpResponse:
    """The course as a map: three sessions, and what is to choose from besides."""
    found = library.labs()
    parts = [
        {"number": number, "title": title, "labs": [_row(lab) for lab in _of(found, number)]}
        for number, title in SESSIONS.items()
    ]
    parts += [{"number": None, "title": "Besides", "labs": [_row(lab) for lab in found if lab.session not in SESSIONS]}]
    told = [part for part in parts if part["labs"]]
    return render(request, "labs.html", {"sessions": told, "boot": {"labs": [_boot(lab) for lab in found]}})


def _of(labs: tuple[Lab, ...], session: int) -> list[Lab]:
    return [lab for lab in labs if lab.session == session]


def _row(lab: Lab) -> dict[str, Any]:
    return {
        "slug": lab.slug, "number": lab.number, "title": lab.title, "summary": lab.summary, "minutes": lab.minutes,
        "optional": lab.optional, "url": reverse("lab", args=[lab.slug]),
    }  # fmt: skip


def _boot(lab: Lab) -> dict[str, Any]:
    return {"slug": lab.slug, "tasks": library.tasks(lab), "optional": lab.optional, "session": lab.session}


@require_safe
@csp_update({"style-src": [NONCE]})  # type: ignore[arg-type]
def lab(request: HttpRequest, slug: str) -> HttpResponse:
    """One lab; its screens come by the API."""
    course = library.labs()
    found = next((lab for lab in course if lab.slug == slug), None)
    own = None if found else learners.own_lab(slug)
    if found is None and own is None:
        raise Http404
    after = course[course.index(found) + 1 :] if found else ()
    boot = {
        "slug": slug,
        "api": reverse("api-lab", args=[slug]).rstrip("/"),
        "nonce": str(request.csp_nonce),  # type: ignore[attr-defined]
        "next": {"title": after[0].title, "url": reverse("lab", args=[after[0].slug])} if after else None,
        "labs": [_boot(one) for one in sorted(course, key=lambda one: one.number or 999)] if found else [],
    }
    return render(request, "lab.html", {"lab": found or own, "count": len(course), "boot": boot})


@require_safe
def drills(request: HttpRequest) -> HttpResponse:
    """Fault drills; each comes by the API, by its seed."""
    return render(request, "drills.html")
