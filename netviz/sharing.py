"""Giving a trace to others: the page that other sites may show in a frame, and an address as a code for phones."""

import io
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

import segno
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from netviz import workspaces as work
from netviz.answers import api
from netviz.examples import by_slug
from netviz.refusal import Refusal, page

LONGEST_CODE = 1500
"""Characters of an address; a denser code is no longer read from a screen."""


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that the sites of NETVIZ_EMBED_ANCESTORS may show in a frame, and nobody else."""

    @wraps(view)
    def shown(request: HttpRequest, slug: str) -> HttpResponse:
        allowed = list(settings.NETVIZ_EMBED_ANCESTORS)
        response = view(request, slug)
        fonts = ["data:"] if response.status_code == 200 else ["'self'"]  # a refusal is a page like any other
        csp_replace({"frame-ancestors": allowed or ["'none'"], "font-src": fonts})(lambda _: response)(request)
        if allowed:
            # X-Frame-Options knows only "nobody" and "ourselves"; browsers that know frame-ancestors go by that alone.
            response.xframe_options_exempt = True
        return response

    return shown


@framed
@require_safe
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """A trace to look at: no upload, no change, no cookie. The question is in the address, as on its page."""
    example = by_slug(slug)
    try:
        found = work.open_example(example) if example else work.find(slug)
    except Refusal as refusal:
        return page(refusal, request)
    api_url = reverse("api-workspace", args=[found.slug])
    asked = {
        "from": request.GET.get("from") or (example.source if example else ""),
        "to": request.GET.get("to") or (example.target if example else ""),
        "protocol": request.GET.get("protocol") or (example.protocol if example else "TCP"),
    }
    boot = {
        "graphUrl": f"{api_url}/graph",
        "traceUrl": f"{api_url}/trace",
        "pageUrl": reverse("workspace", args=[found.slug]),
        **asked,
    }
    return render(request, "embed.html", {"boot": boot})


@api("GET")
def code(request: HttpRequest) -> HttpResponse:
    """?path=/w/...: that address of this site, as a QR code (SVG)."""
    path = request.GET.get("path", "")
    if not _is_own_path(path):
        hint = "Say ?path=/w/<slug>/?from=...#step=3, as the address bar has it after the host."
        raise Refusal(400, "bad-path", "This is no address of this site.", hint)
    if len(path) > LONGEST_CODE:
        hint = "A code holds {most} characters of an address here. Copy the link instead."
        raise Refusal(400, "path-too-long", "This address is too long for a code.", hint, most=LONGEST_CODE)
    drawn = io.BytesIO()
    made = segno.make(request.build_absolute_uri("/").rstrip("/") + path, error="l", micro=False)
    made.save(drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


def _is_own_path(path: str) -> bool:
    """Nothing that a browser would read as another site's address ("//host", "/\\host") or as something invisible."""
    if not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable():
        return False
    try:
        parts = urlsplit(path)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc
