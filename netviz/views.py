"""The pages: home, a workspace, an example. They work without JavaScript as far as a page can."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from netviz import protocol
from netviz import workspaces as work
from netviz.answers import address_of
from netviz.asking import seed_of
from netviz.documents import document, problem_file
from netviz.edit_cookie import keep_token
from netviz.examples import Example, by_name, by_slug, gallery
from netviz.models import Workspace
from netviz.protocol import Boot
from netviz.refusal import Refusal, not_found, page
from netviz.security import PRIVATE
from netviz.upload import Upload, nothing_sent, read_upload

PROTOCOLS = ("TCP", "UDP", "SCTP", "ICMP")


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """What NetViz is, the upload form, the gallery. The form also works as a plain form."""
    if request.method != "POST":
        return _home(request)
    try:
        upload = read_upload(request)
        if upload.files is None:
            raise nothing_sent()
        made, token, _ = work.create(upload, address_of(request), empty_allowed=False)
    except work.NothingInIt as refusal:
        return _home(request, refusal, msgspec.json.decode(refusal.problems))
    except Refusal as refusal:
        return _home(request, refusal)
    response = redirect("workspace", slug=made.slug)
    response.status_code = 303
    keep_token(request, response, made, token)
    return response


def _home(
    request: HttpRequest, refusal: Refusal | None = None, problems: Sequence[dict[str, Any]] = ()
) -> HttpResponse:
    """The home page; after a refused form with what is wrong, and the pasted text still there."""
    context = {
        "examples": [{"slug": e.name, "title": e.title, "summary": e.summary, "kind": e.kind} for e in gallery()],
        "error": refusal,
        "problems": problems,
        "text": _pasted(request, refusal),
        "max_upload_bytes": settings.NETVIZ_MAX_UPLOAD_BYTES,
    }
    return render(request, "home.html", context, status=refusal.status if refusal else 200)


def _pasted(request: HttpRequest, refusal: Refusal | None) -> str:
    """What was pasted, unless it could not even be read."""
    if refusal is None or refusal.code in ("too-many-files", "upload-too-large", "bad-upload"):
        return ""
    return str(request.POST.get("text", ""))


@require_safe
def workspace(request: HttpRequest, slug: str) -> HttpResponse:
    """A workspace: the page loads the graph by HTTP and asks its questions by websocket."""
    example = by_slug(slug)
    try:
        found = work.open_example(example) if example else work.find(slug)
    except Refusal as refusal:
        return page(refusal, request)
    boot = boot_of(request, found, example)
    context = {
        "slug": found.slug,
        "editable": boot.editable,
        "files": found.files,
        "files_url": boot.files_url,
        "example": example,
        "boot": msgspec.to_builtins(boot),
    }
    return render(request, "workspace.html", context)


def boot_of(request: HttpRequest, found: Workspace, example: Example | None) -> Boot:
    """What the page knows before it asks; a question in the address comes before the example's."""
    query = request.GET
    api = reverse("api-workspace", args=[found.slug])
    editable = work.may_edit(found, request)
    original = found.original if editable and found.original else None
    return Boot(
        version=protocol.PROTOCOL_VERSION,
        slug=found.slug,
        ws_path=f"/ws/workspaces/{found.slug}/",
        graph_url=f"{api}/graph",
        files_url=f"{api}/files/",
        problems_url=f"{api}/problems",
        trace_url=f"{api}/trace",
        workspace_url=api,
        editable=editable,
        original=original,
        original_url=reverse("workspace", args=[original]) if original else None,
        embed_url=reverse("embed", args=[found.slug]),
        embed_sites=settings.NETVIZ_EMBED_ANCESTORS,
        source=query.get("from") or (example.source if example else ""),
        target=query.get("to") or (example.target if example else ""),
        protocol=query.get("protocol") or (example.protocol if example else "TCP"),
        protocols=PROTOCOLS,
        seed=_seed(query.get("seed", "")),
        example=protocol.Example(example.name, example.title, example.summary, example.notice) if example else None,
    )


def _seed(text: str) -> int:
    """A seed in the address of a page; nonsense counts as none."""
    try:
        return seed_of(text)
    except Refusal:
        return 0


@require_http_methods(["GET", "HEAD", "POST"])
def example(request: HttpRequest, name: str) -> HttpResponse:
    """GET opens an example to look at; POST makes a copy that may be changed."""
    found = by_name(name)
    if found is None:
        return not_found(request, LookupError(name))
    try:
        if request.method != "POST":
            return redirect("workspace", slug=work.open_example(found).slug)
        upload = Upload([(found.file, found.text.encode())])
        made, token, _ = work.create(upload, address_of(request))
    except Refusal as refusal:
        return page(refusal, request)
    response = redirect(boot_address(made, found))
    response.status_code = 303
    keep_token(request, response, made, token)
    return response


def boot_address(made: Workspace, example: Example) -> str:
    """The address of a copy, with the example's question in it."""
    question = {"from": example.source, "to": example.target, "protocol": example.protocol}
    return reverse("workspace", args=[made.slug], query=question)


BADGES = (
    (
        "verified",
        gettext_noop("Held against a real kernel and the real programs, by a scenario that the tests replay."),
    ),
    (
        "modelled",
        gettext_noop("Written after documentation and source code, and not held against a recording in this set-up."),
    ),
    (
        "assumed",
        gettext_noop("The manifests do not say. A default was taken, is shown with the trace, and can be changed."),
    ),
)


@require_safe
def fidelity(request: HttpRequest) -> HttpResponse:
    """What is modelled, what is not, and what it is held against: docs/fidelity.md."""
    badges = [(badge, gettext(badge), gettext(words)) for badge, words in BADGES]
    context = {"title": "Fidelity", "blocks": document("fidelity"), "badges": badges}
    return render(request, "document.html", context)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every problem that can be told: docs/problems/README.md."""
    return render(request, "document.html", {"title": gettext("Problems"), "blocks": document("problems/README")})


@require_safe
def problem(request: HttpRequest, name: str) -> HttpResponse:
    """What a problem means, an example, and how to mend it."""
    if not problem_file(name).is_file():
        return not_found(request, LookupError(name))
    return render(request, "document.html", {"title": name, "blocks": document(f"problems/{name}")})


@require_GET
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
