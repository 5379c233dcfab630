"""The HTTP interface. Each view decodes, asks and encodes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page

from netviz import subjects
from netviz import workspaces as work
from netviz.folding import view_of
from netviz.models import Workspace
from netviz.protocol import MAX_FAULTS, MAX_SIZE, EarlierQuestion, FaultTexts, Pick, Seed, Size, connections
from netviz.refusal import Refusal, json_refusal
from netviz.upload import read_upload
from netviz.work import Connection, TraceQuestion

TAKEN_AWAY = {
    "html": ("text/html; charset=utf-8", "html"),
    "pcapng": ("application/x-pcapng", "pcapng"),
    "mermaid": ("text/plain; charset=utf-8", "mmd"),
    "markdown": ("text/markdown; charset=utf-8", "md"),
}
"""What a trace may be taken away as: the type of its content, and how the file's name ends."""

View = Callable[..., HttpResponse]
_COOKIE_SECONDS = str(400 * 24 * 3600)  # as long as browsers keep one


def api(*methods: str) -> Callable[[View], View]:
    """A view of the API: these methods only, refusals as JSON."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                response = json_refusal(wrong_method(methods))
                response.headers["Allow"] = ", ".join(methods)
                return response
            try:
                return view(request, *args, **kwargs)
            except Refusal as refusal:
                return json_refusal(refusal)

        return answered

    return decorate


def wrong_method(methods: tuple[str, ...]) -> Refusal:
    return Refusal(405, "wrong-method", "This address does not take that method.", f"It takes {', '.join(methods)}.")


def json_answer(body: bytes, status: int = 200) -> HttpResponse:
    return HttpResponse(body, content_type="application/json", status=status)


@api("POST")
def workspaces(request: HttpRequest) -> HttpResponse:
    """A new workspace from the files of the request."""
    made, token, taken = work.create(read_upload(request), request.META.get("REMOTE_ADDR", ""))
    answer = {
        "slug": made.slug,
        "edit_token": token,
        "url": workspace_address(request, made),
        "problems": msgspec.Raw(taken.problems),
    }
    response = json_answer(msgspec.json.encode(answer), status=201)
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
    return json_answer(msgspec.json.encode(answer))


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
    return json_answer(msgspec.json.encode(answer))


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
    etag = f'"{found.snapshot}"' if view is None else f'"{found.snapshot}-{view.mark}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    response = json_answer(work.ask(found, "graph", view))
    response.headers["ETag"] = etag
    return response


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
        raise Refusal(400, "bad-format", "There is no such format.", f"It is json, {', '.join(TAKEN_AWAY)}.")
    content_type, ending = TAKEN_AWAY[form]
    body: bytes = work.ask(subjects.subject(request, slug), "exported-trace", form, asked)
    headers = {"Content-Disposition": f'attachment; filename="netviz-trace.{ending}"'}
    return HttpResponse(body, content_type=content_type, headers=headers)


def question(request: HttpRequest) -> TraceQuestion:
    """The question in the query of an address."""
    query = request.GET
    if not query.get("from") or not query.get("to"):
        raise Refusal(400, "bad-question", "Who asks whom?", "Say from= and to=, as in ?from=default/client&to=web:80.")
    return TraceQuestion(
        query["from"],
        query["to"],
        query.get("protocol") or "TCP",
        seed_of(query.get("seed") or "0"),
        picks_of(query.get("picks") or ""),
        after_of(query.get("after") or "[]"),
        faults_of(query.getlist("fault")),
        size_of(query.get("size") or "0"),
    )


def seed_of(text: str) -> int:
    try:
        return msgspec.convert(text, Seed, strict=False)
    except msgspec.ValidationError:
        raise Refusal(400, "bad-seed", "A seed is a whole number from 0.", "Leave seed= out for 0.") from None


def picks_of(text: str) -> tuple[int, ...]:
    """ "0,1": the first option at the first choice, the second at the second."""
    try:
        return msgspec.convert(text.split(",") if text else [], tuple[Pick, ...], strict=False)
    except msgspec.ValidationError:
        raise Refusal(
            400,
            "bad-pick",
            "Picks are whole numbers from 0, with commas between.",
            "Leave picks= out and the seed draws.",
        ) from None


def faults_of(texts: list[str]) -> tuple[str, ...]:
    """What is broken first, one fault= each."""
    try:
        return msgspec.convert(texts, FaultTexts)
    except msgspec.ValidationError:
        raise Refusal(400, "too-many-faults", f"{MAX_FAULTS} things may be broken at once.", "Undo some.") from None


def size_of(text: str) -> int:
    try:
        return msgspec.convert(text, Size, strict=False)
    except msgspec.ValidationError:
        hint = "Leave size= out for a few bytes."
        raise Refusal(400, "bad-size", f"A size is a number of bytes from 0 to {MAX_SIZE}.", hint) from None


def after_of(text: str) -> tuple[Connection, ...]:
    """The connections that the session held before, as the websocket's messages have them."""
    try:
        return connections(msgspec.json.decode(text, type=tuple[EarlierQuestion, ...]))
    except (msgspec.DecodeError, RecursionError):
        hint = 'Send after=[{"flow": {"from": ..., "to": ...}, "seed": 0, "picks": []}].'
        raise Refusal(400, "bad-question", "after= is no list of connections.", hint) from None


def workspace_address(request: HttpRequest, found: Workspace) -> str:
    return request.build_absolute_uri(reverse("workspace", args=[found.slug]))


def _cookie_paths(found: Workspace) -> tuple[str, str]:
    """The cookie goes only where this workspace lives, so one browser can hold many."""
    return reverse("workspace", args=[found.slug]), reverse("api-workspace", args=[found.slug]).rstrip("/")


def keep_token(request: HttpRequest, response: HttpResponse, found: Workspace, token: str) -> None:
    """Let the browser that made a workspace change it; scripts can't read the cookie."""
    patch_vary_headers(response, ["Cookie"])
    for path in _cookie_paths(found):
        _add_cookie(response, path, token, secure=request.is_secure())


def _add_cookie(response: HttpResponse, path: str, token: str, secure: bool) -> None:
    """Django keeps one cookie per name; two that differ by path need two headers."""
    key = f"{work.EDIT_COOKIE} {path}"
    response.cookies[work.EDIT_COOKIE] = token
    morsel = response.cookies.pop(work.EDIT_COOKIE)
    morsel.update({"path": path, "httponly": "true", "samesite": "Lax", "max-age": _COOKIE_SECONDS})
    if secure:
        morsel["secure"] = True
    dict.__setitem__(response.cookies, key, morsel)


def forget_token(response: HttpResponse, found: Workspace) -> None:
    for path in _cookie_paths(found):
        _add_cookie(response, path, "", secure=False)
        response.cookies[f"{work.EDIT_COOKIE} {path}"]["max-age"] = 0
