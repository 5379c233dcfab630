"""The HTTP interface of the editor: drafts, versions, undo, and one flow in two states side by side."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

from netviz import completion, drafts, subjects, versions
from netviz import workspaces as work
from netviz.answers import address_of, api, encoded, json_answer, unless_known
from netviz.asking import question
from netviz.models import Workspace
from netviz.protocol import VersionLine, Versions
from netviz.security import address_hash
from netviz.upload import nothing_sent, read_upload

A_DAY = "public, max-age=86400"


@gzip_page
@api("GET")
def schema(request: HttpRequest) -> HttpResponse:
    """Kinds and fields, for completion; the same for everybody until the server is another one."""
    return unless_known(request, completion.mark(), completion.body, A_DAY)


@gzip_page
@api("GET")
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """All files with their masked texts."""
    return json_answer(work.ask(subjects.subject(request, slug), "texts"))


@api("POST")
def held(request: HttpRequest, slug: str) -> HttpResponse:
    """Unsaved files, to be asked about: ?instead= is the draft before them. Nothing is saved."""
    found = work.find(slug)
    upload = read_upload(request)
    if upload.files is None and upload.settings is None:
        raise nothing_sent()
    asker = address_hash(address_of(request))
    base = bytes(found.bundle)
    draft, taken = drafts.hold(found.slug, upload, base, request.GET.get("instead", ""), asker)
    answer = {"draft": draft.key, "snapshot": draft.snapshot, "problems": msgspec.Raw(taken.problems)}
    return encoded(answer, 201)


@api("DELETE")
def dropped(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Nobody needs this draft any more."""
    drafts.forget(work.find(slug).slug, key)
    return HttpResponse(status=204)


@gzip_page
@api("GET")
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """One flow in two states: ?draft=, ?version=, ?against=, ?before= and the flow as for a trace."""
    before, after = subjects.compared(request, slug)
    return json_answer(work.ask(after, "compared", question(request), against=before))


@api("GET")
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """What the workspace was, the newest first; only for those who may change it."""
    return encoded(_versions(work.find_to_edit(slug, request)))


@api("POST")
def undo(request: HttpRequest, slug: str) -> HttpResponse:
    found = work.find_to_edit(slug, request)
    versions.undo(found)
    return encoded(_versions(found))


@api("POST")
def redo(request: HttpRequest, slug: str) -> HttpResponse:
    found = work.find_to_edit(slug, request)
    versions.redo(found)
    return encoded(_versions(found))


@api("POST")
def restored(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """An earlier version in force again, as a new one."""
    found = work.find_to_edit(slug, request)
    versions.restore(found, subjects.number_of(number))
    return encoded(_versions(found))


def _versions(found: Workspace) -> Versions:
    lines = tuple(
        VersionLine(
            number=each.number,
            parent=each.parent,
            made_by=each.made_by,
            made=each.made.isoformat(),
            files=len(each.files),
            lines=sum(file["lines"] for file in each.files),
        )
        for each in versions.listed(found)
    )
    undo, redo = versions.ways(found)
    return Versions(found.version, found.snapshot, undo, redo, lines)
