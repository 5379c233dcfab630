"""Progress and own labs by HTTP, and drills: decode, ask, encode."""

from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse

from netviz import learners
from netviz.answers import api, encoded, json_answer
from netviz.asking import seed_of
from netviz.labs_api import MOST_BYTES, read_json, worked
from netviz.refusal import Refusal
from netviz.workspaces import reading_limits
from simulator.manifests import Limits

MOST_ARCHIVE = 2 * 1024 * 1024


class Asked(msgspec.Struct, frozen=True, rename={"source": "from", "target": "to"}):
    """A trace of a drill's cluster."""

    source: Annotated[str, msgspec.Meta(max_length=300)]
    target: Annotated[str, msgspec.Meta(max_length=300)]


class Named(msgspec.Struct, frozen=True):
    """The fault, by the number of its choice; `asked` counts the traces that it took."""

    choice: Annotated[int, msgspec.Meta(ge=0, le=100)]
    asked: Annotated[int, msgspec.Meta(ge=0, le=10_000)]


@api("POST", "GET", "PUT", "DELETE")
def progress(request: HttpRequest) -> HttpResponse:
    """POST begins a private link, GET and PUT read and keep what is under it, DELETE ends it."""
    if request.method == "POST":
        _, token = learners.create(read_json(request, learners.Course))
        return encoded({"token": token, "url": f"/labs/#mine={token}"}, 201)
    found = learners.find(request)
    if request.method == "DELETE":
        learners.forget(found)
        return HttpResponse(status=204)
    if request.method == "PUT":
        learners.keep(found, read_json(request, learners.Course))
    return encoded(learners.told(found))


@api("POST")
def own_labs(request: HttpRequest) -> HttpResponse:
    """A lab as an archive: checked under a few seeds, kept where it is sound."""
    owner = learners.find(request)
    sent = request.FILES.get("lab")
    if sent is None or isinstance(sent, list):
        raise Refusal(400, "no-archive", "No lab was sent.", "Send its archive as the field lab.")
    if (sent.size or 0) > MOST_ARCHIVE:
        raise Refusal(413, "upload-too-large", "This archive is too large for a lab.",
                      "A lab takes up to {most} KiB.", most=MOST_ARCHIVE // 1024)  # fmt: skip
    limits = Limits(**reading_limits() | {"total_bytes": MOST_BYTES * 2})
    texts = learners.unpacked(sent.name or "lab.zip", sent.read(), limits)
    told = msgspec.json.decode(worked(request, "own", 0, tuple(sorted(texts.items())), "lab"))
    if told["problems"]:
        return encoded({"code": "bad-lab", "message": "This lab is not sound yet.",
                      "hint": "netviz lab check FOLDER says the same on your machine.", **told}, 400)  # fmt: skip
    made = learners.bring(owner, told["title"], texts, told["tasks"])
    return encoded({"slug": made.key, "url": f"/labs/{made.key}/", "problems": []}, 201)


@api("DELETE")
def own_lab(request: HttpRequest, slug: str) -> HttpResponse:
    """A lab of one's own is taken back."""
    learners.remove(learners.find(request), slug)
    return HttpResponse(status=204)


@api("GET")
def drill(request: HttpRequest, seed: str) -> HttpResponse:
    return json_answer(worked(request, "drill", seed_of(seed), seed_of(seed)))


@api("POST")
def drill_trace(request: HttpRequest, seed: str) -> HttpResponse:
    given = read_json(request, Asked)
    return json_answer(worked(request, "drill-ask", seed_of(seed), seed_of(seed), given.source, given.target))


@api("POST")
def drill_answer(request: HttpRequest, seed: str) -> HttpResponse:
    given = read_json(request, Named)
    return json_answer(worked(request, "drill-name", seed_of(seed), seed_of(seed), given.choice, given.asked))
