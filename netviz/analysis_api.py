"""The HTTP interface of what is asked about many flows: who reaches whom, what would mend it, what has changed."""

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.gzip import gzip_page

from netviz import subjects
from netviz import workspaces as work
from netviz.api import api, json_answer, keep_token, workspace_address
from netviz.models import Workspace
from netviz.protocol import FixWanted
from netviz.refusal import Refusal
from netviz.upload import Upload, checked


@gzip_page
@api("GET")
def connectivity(request: HttpRequest, slug: str) -> HttpResponse:
    """Who reaches whom, all pairs."""
    found = subjects.subject(request, slug)
    etag = f'"{found.snapshot}-{settings.NETVIZ_MAX_MATRIX}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    response = json_answer(work.ask(found, "connectivity", settings.NETVIZ_MAX_MATRIX))
    response.headers["ETag"] = etag
    return response


@gzip_page
@api("GET", "POST")
def fixes(request: HttpRequest, slug: str) -> HttpResponse:
    """What would mend a flow: ?from=&to=&protocol=; by POST, a copy of the workspace that is mended so.

    ?compare=no answers at once, without the other flows that would change.
    """
    if request.method == "POST":
        return _mended(request, work.find(slug))
    found = subjects.subject(request, slug)
    query = request.GET
    if not query.get("from") or not query.get("to"):
        raise Refusal(400, "bad-question", "Who asks whom?", "Say from= and to=, as in ?from=default/client&to=web:80.")
    compared = query.get("compare") != "no"
    return json_answer(work.ask(found, "fixes", query["from"], query["to"], query.get("protocol") or "TCP", compared))


def _mended(request: HttpRequest, found: Workspace) -> HttpResponse:
    """The original stays as it is."""
    try:
        wanted = msgspec.json.decode(request.body, type=FixWanted)
    except (msgspec.DecodeError, RecursionError):
        hint = 'Send {"from": ..., "to": ..., "protocol": "TCP", "number": 0} as JSON.'
        raise Refusal(400, "bad-question", "This does not say which change is wanted.", hint) from None
    files = work.ask(found, "mended-files", wanted.source, wanted.target, wanted.protocol, wanted.number)
    upload = checked(Upload(files, copy=found.slug))
    made, token, taken = work.create(upload, request.META.get("REMOTE_ADDR", ""))
    url = workspace_address(request, made)
    answer = {"slug": made.slug, "edit_token": token, "url": url, "problems": msgspec.Raw(taken.problems)}
    response = json_answer(msgspec.json.encode(answer), status=201)
    response.headers["Location"] = reverse("api-workspace", args=[made.slug])
    keep_token(request, response, made, token)
    return response


@gzip_page
@api("GET")
def diff(request: HttpRequest, slug: str) -> HttpResponse:
    """Which flows are answered otherwise than before: ?against=SLUG, ?before=VERSION, or ?draft= against the saved."""
    before, after = subjects.compared(request, slug)
    return json_answer(work.ask(after, "diff", against=before))
