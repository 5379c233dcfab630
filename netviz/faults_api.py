"""What can be broken: the menu of a place of the picture (docs/http-api.md)."""

from django.http import HttpRequest, HttpResponse

from netviz import subjects
from netviz import workspaces as work
from netviz.answers import api, json_answer
from netviz.refusal import Refusal


@api("GET")
def breakable(request: HttpRequest, slug: str) -> HttpResponse:
    """The faults that can be had at an element of the picture: ?at=node:node-a."""
    at = request.GET.get("at") or ""
    if not at or len(at) > 512:
        raise Refusal(400, "bad-question", "Where?", "Say at=, as in ?at=node:node-a or ?at=pod:default/web-0.")
    return json_answer(work.ask(subjects.subject(request, slug), "breakable", at))
