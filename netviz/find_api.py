"""The HTTP interface of the find box: one address, one question."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

from netviz import subjects
from netviz import workspaces as work
from netviz.answers import api, json_answer
from netviz.folding import filter_of
from netviz.refusal import Refusal

LONGEST = 300
"""A question is a line; whoever pastes a file into the box has missed it."""
USUAL, MOST = 6, 60


@gzip_page
@api("GET")
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """?q= what is typed, ?most= how many of a kind; namespace=, node=, kind= and label= (repeatable) narrow it."""
    query = request.GET
    text = query.get("q", "")
    if len(text) > LONGEST:
        message = "A question may have {most} characters."
        raise Refusal(400, "bad-question", message, "Ask for less at once.", most=LONGEST)
    wanted = query.get("most", "")
    most = min(MOST, int(wanted)) if wanted.isdecimal() else USUAL
    only = filter_of(query.getlist)
    return json_answer(work.ask(subjects.subject(request, slug), "find", text, only, most, settings.NETVIZ_MAX_MATRIX))
