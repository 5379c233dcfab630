"""The page that compares two states: two versions of a workspace, or two workspaces by their slugs."""

from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from netviz import subjects, versions
from netviz import workspaces as work
from netviz.examples import by_slug
from netviz.models import Workspace
from netviz.protocol import CompareBoot
from netviz.refusal import Refusal, page


@require_safe
def comparison(request: HttpRequest, slug: str, other: str = "") -> HttpResponse:
    """`slug` is what is now. Before: another workspace, or ?before=VERSION of this one; ?version= another now."""
    try:
        found = _open(slug)
        boot = _of_workspaces(found, _open(other)) if other else _of_versions(request, found)
    except Refusal as refusal:
        return page(refusal, request)
    context = {"boot": msgspec.to_builtins(boot), "slug": slug}
    return render(request, "compare.html", context)


def _open(slug: str) -> Workspace:
    example = by_slug(slug)
    return work.open_example(example) if example else work.find(slug)


def _of_workspaces(now: Workspace, before: Workspace) -> CompareBoot:
    api = reverse("api-workspace", args=[now.slug])
    return CompareBoot(
        api_url=api,
        query=urlencode({"against": before.slug}),
        before=_name(before),
        after=_name(now),
        before_url=reverse("workspace", args=[before.slug]),
        after_url=reverse("workspace", args=[now.slug]),
        versions=False,
    )


def _of_versions(request: HttpRequest, found: Workspace) -> CompareBoot:
    """Only for those who may change the workspace."""
    work.find_to_edit(found.slug, request)
    before = subjects.number_of(request.GET.get("before", ""))
    after = subjects.number_of(request.GET.get("version") or str(found.version))
    for number in (before, after):
        versions.find(found, number)
    here = reverse("workspace", args=[found.slug])
    return CompareBoot(
        api_url=reverse("api-workspace", args=[found.slug]),
        query=urlencode({"before": before, "version": after}),
        before=str(before),
        after=str(after),
        before_url=here,
        after_url=here,
        versions=True,
    )


def _name(found: Workspace) -> str:
    """What a workspace is called: its first file, and how many more."""
    files = [str(file["path"]) for file in found.files]
    if not files:
        return found.slug
    return files[0] if len(files) == 1 else f"{files[0]} (+{len(files) - 1})"
