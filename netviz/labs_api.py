"""The labs' part of the HTTP interface: decode, have a worker do it, encode."""

from typing import Annotated, Any, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse

from netviz import learners
from netviz.answers import address_of, api, encoded, json_answer
from netviz.asking import seed_of
from netviz.labs import library
from netviz.labs.desk import Variant
from netviz.labs.model import Lab
from netviz.pool import pool, value_of
from netviz.refusal import Refusal
from netviz.security import address_hash
from netviz.work import LabWork

T = TypeVar("T")
MOST_BYTES = 512 * 1024
Screen = Annotated[int, msgspec.Meta(ge=0, le=1000)]


class Prediction(msgspec.Struct, frozen=True):
    """The number of a choice, or the number that was asked for."""

    screen: Screen
    answer: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0


class Edited(msgspec.Struct, frozen=True):
    """Files as somebody has changed them; `check` is the one whose trace is wanted."""

    screen: Screen
    files: dict[str, str]
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    check: str = ""


def listed(lab: Lab) -> dict[str, Any]:
    """A lab in the map of the course."""
    return {
        "slug": lab.slug, "number": lab.number, "session": lab.session, "title": lab.title, "summary": lab.summary,
        "minutes": lab.minutes, "optional": lab.optional, "tasks": library.tasks(lab),
    }  # fmt: skip


@api("GET")
def labs(request: HttpRequest) -> HttpResponse:
    return encoded({"labs": [listed(lab) for lab in library.labs()]})


@api("GET")
def lab(request: HttpRequest, slug: str) -> HttpResponse:
    return _worked(request, slug, "page", _seed(request))


@api("GET")
def scene(request: HttpRequest, slug: str) -> HttpResponse:
    return _worked(request, slug, "scene", _seed(request), _number(request, "screen"))


@api("GET")
def hint(request: HttpRequest, slug: str) -> HttpResponse:
    return _worked(request, slug, "hint", _seed(request), _number(request, "screen"), _number(request, "depth"))


@api("GET")
def end(request: HttpRequest, slug: str) -> HttpResponse:
    return _worked(request, slug, "end", _seed(request))


@api("GET")
def files(request: HttpRequest, slug: str) -> HttpResponse:
    return _worked(request, slug, "files", _seed(request), _number(request, "screen"))


@api("POST")
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    given = read_json(request, Prediction)
    return _worked(request, slug, "answer", given.seed, given.screen, str(given.answer))


@api("POST")
def checks(request: HttpRequest, slug: str) -> HttpResponse:
    given = read_json(request, Edited)
    return _worked(request, slug, "checks", given.seed, given.screen, given.files)


@api("POST")
def show(request: HttpRequest, slug: str) -> HttpResponse:
    given = read_json(request, Edited)
    return _worked(request, slug, "show", given.seed, given.screen, given.files, given.check)


def _worked(request: HttpRequest, slug: str, operation: str, seed: int, *arguments: Any) -> HttpResponse:
    """About a lab of NetViz, or one that somebody has brought along."""
    own = learners.own_lab(slug)
    variant = Variant(slug, seed, learners.variant_files(own) if own else None)
    return json_answer(worked(request, operation, seed, variant, *arguments))


def worked(request: HttpRequest, operation: str, seed: int, *arguments: Any) -> bytes:
    """Done by a worker. Each variant waits in a line of its own: neighbours behind one address wait for nobody."""
    engine = pool()
    owner = f"lab {seed} {address_hash(address_of(request))}"
    made = value_of(engine.submit(owner, LabWork(operation, arguments)).result(), engine.limits)
    assert isinstance(made, bytes)
    return made


def _seed(request: HttpRequest) -> int:
    return seed_of(request.GET.get("seed") or "0")


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not text.isdecimal() or len(text) > 4:
        hint = "Add {name}=0 to the address."
        raise Refusal(400, "bad-request", "{name}= is a whole number from 0.", hint, name=name)
    return int(text)


def read_json(request: HttpRequest, kind: type[T]) -> T:
    if len(request.body) > MOST_BYTES:
        raise Refusal(413, "upload-too-large", "These files are too large for a lab.",
                      "A lab takes up to {most} KiB.", most=MOST_BYTES // 1024)  # fmt: skip
    try:
        return msgspec.json.decode(request.body, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        message = "This is not what a lab is asked: {error}."
        raise Refusal(400, "bad-request", message, "Send JSON.", error=error) from None
