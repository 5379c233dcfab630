"""The HTTP interface of classes. Each view decodes, asks and encodes."""

import secrets
from typing import Annotated

import msgspec
from asgiref.sync import async_to_sync
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from netviz import workspaces as work
from netviz.answers import address_of, api, decoded, encoded, unless_known
from netviz.asking import question
from netviz.classroom import addresses, board, codes, lesson, polls, rooms, store
from netviz.classroom.messages import ClassCreated, ClassMember, ClassState, Faults, LessonFrom, StepIndex
from netviz.classroom.models import Classroom
from netviz.classroom.notes import notes_of
from netviz.classroom.socket import MEMBER_COOKIE, locked
from netviz.protocol import EarlierQuestion, FlowQuestion, Pick, Seed, Size, Words
from netviz.refusal import Refusal

PRESENTER_HEADER = "X-NetViz-Presenter"
A_DAY = 24 * 3600


class NewClass(msgspec.Struct, frozen=True):
    """What a class begins with: a workspace, and what is being looked at in it."""

    workspace: Words
    title: Annotated[str, msgspec.Meta(max_length=200)] = ""
    notes: Annotated[str, msgspec.Meta(max_length=100_000)] = ""
    flow: FlowQuestion | None = None
    seed: Seed = 0
    step: StepIndex = 0
    picks: tuple[Pick, ...] = ()
    after: tuple[EarlierQuestion, ...] = ()
    faults: Faults = ()
    size: Size = 0
    lab: LessonFrom | None = None


def class_of(request: HttpRequest, code: str) -> Classroom:
    return store.find(code, address_of(request), request.COOKIES.get(MEMBER_COOKIE, ""))


def presented(request: HttpRequest, code: str) -> Classroom:
    """The class, for its presenter only."""
    return store.present(class_of(request, code), request.headers.get(PRESENTER_HEADER, ""))


@api("POST")
def classes(request: HttpRequest) -> HttpResponse:
    """A new class from a workspace as it is now."""
    unclear = Refusal(400, "bad-class", "A class begins with a workspace.", 'Send JSON: {"workspace": "its slug"}.')
    asked = decoded(request, NewClass, unclear)
    workspace = work.find(asked.workspace)
    state = ClassState(
        revision=1, snapshot=workspace.snapshot, flow=asked.flow, seed=asked.seed, step=asked.step,
        picks=asked.picks, after=asked.after, faults=asked.faults, size=asked.size,
    )  # fmt: skip
    notes = asked.notes
    if asked.lab is not None and not notes:
        notes = lesson.lesson(asked.lab, f"class {address_of(request)}").notes
    made, tokens = store.create(workspace, state, asked.title, notes, address_of(request), asked.lab)
    answer = _links(request, made.code, tokens)
    response = encoded(answer, 201)
    response.headers["Location"] = answer.join_url
    return response


def _links(request: HttpRequest, code: str, tokens: store.Tokens) -> ClassCreated:
    shown = codes.shown(code)
    return ClassCreated(
        code=shown,
        join_url=addresses.join_urls(request, code)[0],
        presenter_url=f"{request.build_absolute_uri(reverse('class-present', args=[shown]))}#{tokens.presenter}",
        audience_url=f"{request.build_absolute_uri(reverse('class-audience', args=[shown]))}#{tokens.audience}",
        token=tokens.presenter,
        audience_token=tokens.audience,
    )


@api("GET")
def links(request: HttpRequest, code: str) -> HttpResponse:
    """The links of a class again, for its presenter."""
    found = presented(request, code)
    token = request.headers[PRESENTER_HEADER]
    return encoded(_links(request, found.code, store.Tokens(token, store.audience_token(token))))


@api("GET", "DELETE")
def class_(request: HttpRequest, code: str) -> HttpResponse:
    """What a class is called; or its end, by its presenter."""
    if request.method == "DELETE":
        found = presented(request, code)
        found.delete()
        async_to_sync(rooms.look_round)(found.code)
        return HttpResponse(status=204)
    found = class_of(request, code)
    return encoded({"code": codes.shown(found.code), "title": found.title})


def _cacheable(request: HttpRequest, found: Classroom, operation: str, *arguments: object) -> HttpResponse:
    """A snapshot never changes, so what it answers may be kept; it is packed once for a whole class."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "")

    def body() -> bytes:
        answer = store.answer(found, operation, *arguments)
        return answer.packed if packed else answer.plain

    response = unless_known(request, found.snapshot, body, f"private, max-age={A_DAY}")
    patch_vary_headers(response, ["Accept-Encoding"])
    if packed and response.status_code == 200:
        response.headers["Content-Encoding"] = "gzip"
        response.headers["ETag"] = f"W/{response.headers['ETag']}"
    return response


@api("GET")
def graph(request: HttpRequest, code: str) -> HttpResponse:
    """What the picture is drawn from."""
    return _cacheable(request, class_of(request, code), "graph")


@api("GET")
def trace(request: HttpRequest, code: str) -> HttpResponse:
    """One whole trace: ?from=&to=&protocol=&seed=&picks=&after=&fault=&size=."""
    return _cacheable(request, class_of(request, code), "whole-trace", question(request))


@api("GET")
def members(request: HttpRequest, code: str) -> HttpResponse:
    """Who is in the class, for its presenter."""
    found = presented(request, code)
    here = async_to_sync(rooms.members_here)(found.code)
    rows = [ClassMember(m.pk, m.number, m.name, m.removed, m.pk in here) for m in store.members(found.pk)]
    return encoded({"members": rows})


@api("GET")
def questions(request: HttpRequest, code: str) -> HttpResponse:
    """What the present step has to ask, for the presenter."""
    found = presented(request, code)
    known = store.load(found.code)
    offers = polls.offered(found, known.state) if known is not None else []
    return encoded({"questions": offers})


@api("GET")
def results(request: HttpRequest, code: str) -> HttpResponse:
    """Every question with its votes, as CSV."""
    found = presented(request, code)
    headers = {"Content-Disposition": f'attachment; filename="netviz-class-{codes.shown(found.code)}.csv"'}
    return HttpResponse(polls.as_csv(found.pk), content_type="text/csv; charset=utf-8", headers=headers)


@api("GET", "PUT")
def notes(request: HttpRequest, code: str) -> HttpResponse:
    """The presenter's notes: the Markdown, and as HTML that is safe to show."""
    found = presented(request, code)
    if request.method == "PUT":
        if len(request.body) > settings.NETVIZ_MAX_MESSAGE_BYTES:
            limit = settings.NETVIZ_MAX_MESSAGE_BYTES
            raise Refusal(413, "notes-too-long", "Notes may have {limit:,} bytes here.", "Shorten them.", limit=limit)
        found.notes = request.body.decode("utf-8", "replace").replace("\0", "")
        found.save(update_fields=["notes"])
    return encoded({"text": found.notes, "notes": notes_of(found.notes)})


@api("POST")
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """How far somebody is in a lab; told by the lab's page, for the teacher's board."""
    told = decoded(request, board.Report, board.unclear())
    found = class_of(request, code)
    key = request.COOKIES.get(MEMBER_COOKIE, "") or secrets.token_urlsafe(16)
    known = store.member_of(found.pk, found.code, key)
    if known is None and found.locked:
        raise locked()
    board.report(known or store.join(found.pk, found.code, key), told)
    response = HttpResponse(status=204)
    keep_member(request, response, key)
    return response


@api("GET")
def board_(request: HttpRequest, code: str) -> HttpResponse:
    """Who is where in which lab, and where many fail; for the presenter."""
    return encoded(board.board_of(presented(request, code)))


def keep_member(request: HttpRequest, response: HttpResponse, key: str = "") -> None:
    """Give the browser the word that it is known by in classes."""
    if not request.COOKIES.get(MEMBER_COOKIE):
        response.set_cookie(
            MEMBER_COOKIE,
            key or secrets.token_urlsafe(16),
            max_age=90 * A_DAY,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
