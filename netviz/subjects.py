"""What a request is about: a workspace as it is, an unsaved draft of it, or one of its versions."""

from django.http import HttpRequest

from netviz import drafts, versions
from netviz import workspaces as work
from netviz.models import Version, Workspace
from netviz.refusal import Refusal
from netviz.workspaces import Kept


def subject(request: HttpRequest, slug: str) -> Kept:
    """?draft=KEY or ?version=NUMBER in the address; else the workspace itself."""
    key, number = request.GET.get("draft"), request.GET.get("version")
    if key:
        return drafts.find(work.find(slug).slug, key)
    return version(request, slug, number) if number else work.find(slug)


def version(request: HttpRequest, slug: str, number: str) -> Version:
    """A version, for those who may change the workspace: what was taken back is not for everybody."""
    return versions.find(work.find_to_edit(slug, request), number_of(number))


def compared(request: HttpRequest, slug: str) -> tuple[Kept, Kept]:
    """Before and after: ?against=SLUG or ?before=NUMBER, else the workspace as it is saved; then the subject."""
    other, number = request.GET.get("against"), request.GET.get("before")
    after = subject(request, slug)
    if other:
        return work.find(other), after
    if number:
        return version(request, slug, number), after
    if isinstance(after, Workspace):
        raise Refusal(400, "bad-question", "Against what?", "Say against=SLUG, before=VERSION or draft=KEY.")
    return work.find(slug), after


def number_of(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Refusal(400, "bad-version", "A version is a number from 1.", "As in ?version=3.")
    return int(text)
