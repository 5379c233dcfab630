"""The HTTP interface. Each view decodes, asks and encodes."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.gzip import gzip_page

from netviz import subjects
from netviz import workspaces as work
from netviz.answers import address_of, api, encoded, json_answer, unless_known
from netviz.asking import question
from netviz.edit_cookie import forget_token, keep_token
from netviz.folding import view_of
from netviz.models import Workspace
from netviz.refusal import Refusal
from netviz.upload import Upload, read_upload

TAKEN_AWAY = {
    "html": ("text/html; charset=utf-8", "html"),
    "pcapng": ("application/x-pcapng", "pcapng"),
    "mermaid": ("text/plain; charset=utf-8", "mmd"),
    "markdown": ("text/markdown; charset=utf-8", "md"),
}
"""What a trace may be taken away as: the type of its content, and how the file's name ends."""


@api("POST")
def workspaces(request: HttpRequest) -> HttpResponse:
    """A new workspace from the files of the request."""
    return created(request, read_upload(request))


def created(request: HttpRequest, upload: Upload) -> HttpResponse:
    made, token, taken = work.create(upload, address_of(request))
    answer = {
        "slug": made.slug,
        "edit_token": token,
        "url": workspace_address(request, made),
        "problems": msgspec.Raw(taken.problems),
    }
    response = encoded(answer, 201)
    response.headers["Location"] = reverse("api-workspace", args=[made.slug])
    keep_token(request, response, made, token)
    return response


@api("GET", "PUT", "DELETE")
def workspace(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a workspace is; other files for it; or its end."""
    if request.method == "PUT":
        return _replaced(request, work.find_to_edit(slug, request))
    if request.method == "DELETE":
        return _deleted(work.find_to_edit(slug, request))
    found = work.find(slug)
    answer = {"slug": found.slug, "url": workspace_address(request, found), "editable": work.may_edit(found, request)}
    return encoded(answer)


def _replaced(request: HttpRequest, found: Workspace) -> HttpResponse:
    """If-Match, the snapshot that was edited, keeps two people from saving over each other; ?save tells a save."""
    refuse_if_changed(request, found)
    taken = work.replace(found, read_upload(request), "save" if "save" in request.GET else "upload")
    answer = {
        "slug": found.slug,
        "url": workspace_address(request, found),
        "snapshot": taken.snapshot,
        "version": found.version,
        "problems": msgspec.Raw(taken.problems),
    }
    return encoded(answer)


def refuse_if_changed(request: HttpRequest, found: Workspace) -> None:
    meant = request.headers.get("If-Match")
    if meant is not None and meant.strip('"') != found.snapshot:
        raise Refusal(
            409,
            "changed-meanwhile",
            "Somebody else has saved this workspace since you opened it.",
            "Look at its versions first; your changes are still here.",
        )


def _deleted(found: Workspace) -> HttpResponse:
    found.delete()
    response = HttpResponse(status=204)
    forget_token(response, found)
    return response


@gzip_page
@api("GET")
def graph(request: HttpRequest, slug: str) -> HttpResponse:
    """What the picture is drawn from: all of it, or with ?view=folded the part that is drawn at first."""
    found = subjects.subject(request, slug)
    view = view_of(request.GET.getlist) if request.GET.get("view") == "folded" else None
    mark = found.snapshot if view is None else f"{found.snapshot}-{view.mark}"
    return unless_known(request, mark, lambda: work.ask(found, "graph", view))


@gzip_page
@api("GET")
def objects(request: HttpRequest, slug: str) -> HttpResponse:
    """The completed cluster."""
    return json_answer(work.ask(subjects.subject(request, slug), "objects"))


@api("GET")
def problems(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that is wrong, by file and line."""
    return json_answer(work.ask(subjects.subject(request, slug), "problems"))


@api("GET")
def file(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """The masked text of a file."""
    text: str = work.ask(subjects.subject(request, slug), "file", path)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@gzip_page
@api("GET")
def trace(request: HttpRequest, slug: str) -> HttpResponse:
    """One whole trace: ?from=&to=&protocol=&seed=&picks=&after=&fault=&size=&format=."""
    asked = question(request)
    form = request.GET.get("format") or "json"
    if form == "json":
        return json_answer(work.ask(subjects.subject(request, slug), "whole-trace", asked))
    if form not in TAKEN_AWAY:
        forms = ", ".join(TAKEN_AWAY)
        raise Refusal(400, "bad-format", "There is no such format.", "It is json, {forms}.", forms=forms)
    content_type, ending = TAKEN_AWAY[form]
    body: bytes = work.ask(subjects.subject(request, slug), "exported-trace", form, asked)
    headers = {"Content-Disposition": f'attachment; filename="netviz-trace.{ending}"'}
    return HttpResponse(body, content_type=content_type, headers=headers)


def workspace_address(request: HttpRequest, found: Workspace) -> str:
    return request.build_absolute_uri(reverse("workspace", args=[found.slug]))
