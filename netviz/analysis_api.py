"""The HTTP interface of what is asked about many flows: who reaches whom, what would mend it, what has changed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

from netviz import subjects
from netviz import workspaces as work
from netviz.answers import api, decoded, json_answer, unless_known
from netviz.api import created
from netviz.asking import flow
from netviz.models import Workspace
from netviz.protocol import FixWanted
from netviz.refusal import Refusal
from netviz.upload import Upload, checked


@gzip_page
@api("GET")
def connectivity(request: HttpRequest, slug: str) -> HttpResponse:
    """Who reaches whom, all pairs."""
    found = subjects.subject(request, slug)
    most: int = settings.NETVIZ_MAX_MATRIX
    return unless_known(request, f"{found.snapshot}-{most}", lambda: work.ask(found, "connectivity", most))


@gzip_page
@api("GET", "POST")
def fixes(request: HttpRequest, slug: str) -> HttpResponse:
    """What would mend a flow: ?from=&to=&protocol=; by POST, a copy of the workspace that is mended so.

    ?compare=no answers at once, without the other flows that would change.
    """
    if request.method == "POST":
        return _mended(request, work.find(slug))
    found = subjects.subject(request, slug)
    compared = request.GET.get("compare") != "no"
    return json_answer(work.ask(found, "fixes", *flow(request), compared))


def _mended(request: HttpRequest, found: Workspace) -> HttpResponse:
    """The original stays as it is."""
    hint = 'Send {"from": ..., "to": ..., "protocol": "TCP", "number": 0} as JSON.'
    unclear = Refusal(400, "bad-question", "This does not say which change is wanted.", hint)
    wanted = decoded(request, FixWanted, unclear)
    files = work.ask(found, "mended-files", wanted.source, wanted.target, wanted.protocol, wanted.number)
    return created(request, checked(Upload(files, copy=found.slug)))


@gzip_page
@api("GET")
def diff(request: HttpRequest, slug: str) -> HttpResponse:
    """Which flows are answered otherwise than before: ?against=SLUG, ?before=VERSION, or ?draft= against the saved."""
    before, after = subjects.compared(request, slug)
    return json_answer(work.ask(after, "diff", against=before))
