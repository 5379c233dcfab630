"""Workspaces: made, found, changed and asked. Here the database and the pool of workers meet."""

import asyncio
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from netviz import quotas, versions
from netviz.examples import Example
from netviz.models import Draft, Question, Version, Workspace
from netviz.pool import pool, value_of
from netviz.refusal import Refusal, no_such_workspace
from netviz.security import address_hash, new_slug, new_token, token_hash, token_matches
from netviz.upload import Upload, nothing_sent
from netviz.work import Answers, Ask, BundleNeeded, Connection, Take, Taken, TraceQuestion

Kept = Workspace | Version | Draft
"""What questions are asked about."""
MAX_QUESTIONS = 500
"""How many questions of a workspace are remembered for clients that come back."""


def find(slug: str) -> Workspace:
    """The workspace of a slug, visited now; its bundle is read only when somebody asks for it."""
    workspace = Workspace.objects.defer("bundle").filter(slug=slug).first()
    if workspace is None or workspace.visited < quotas.oldest_visit():
        raise no_such_workspace()
    now = timezone.now()
    if now - workspace.visited > quotas.VISIT_GRAIN:
        Workspace.objects.filter(pk=workspace.pk).update(visited=now)
    return workspace


def find_to_edit(slug: str, request: HttpRequest) -> Workspace:
    """The workspace of a slug, if the request has the right to change it."""
    workspace = find(slug)
    if not may_edit(workspace, request):
        raise Refusal(
            403,
            "not-editable",
            "This workspace can be read here, not changed.",
            "Send its edit_token in the header X-NetViz-Edit, or make a copy of your own.",
        )
    return workspace


EDIT_COOKIE = "netviz-edit"
EDIT_HEADER = "X-NetViz-Edit"


def may_edit(workspace: Workspace, request: HttpRequest) -> bool:
    token = request.headers.get(EDIT_HEADER) or request.COOKIES.get(EDIT_COOKIE, "")
    return token_matches(token, workspace.edit_token_hash)


class NothingInIt(Refusal):
    """An upload in which there is not one object; `problems` says why, as JSON."""

    def __init__(self, problems: bytes) -> None:
        super().__init__(
            400,
            "no-objects",
            "There is no Kubernetes object in this upload.",
            "Manifests are YAML or JSON with apiVersion, kind and metadata.name.",
        )
        self.problems = problems


def create(upload: Upload, address: str, empty_allowed: bool = True) -> tuple[Workspace, str, Taken]:
    """A new workspace, its edit token and what was read."""
    base = bytes(find(upload.copy).bundle) if upload.copy is not None else None
    if upload.files is None and base is None:
        raise nothing_sent()
    owner = address_hash(address)
    quotas.make_room(owner, 0)
    taken = take(owner, upload, base)
    if not taken.objects and not empty_allowed:
        raise NothingInIt(taken.problems)
    quotas.make_room(owner, len(taken.bundle))
    token = new_token()
    workspace = Workspace.objects.create(
        slug=new_slug(),
        edit_token_hash=token_hash(token),
        address_hash=owner,
        original=upload.copy or "",
        snapshot=taken.snapshot,
        bundle=taken.bundle,
        files=taken.files,
        size=len(taken.bundle),
        visited=timezone.now(),
    )
    return workspace, token, taken


def open_example(example: Example) -> Workspace:
    """The workspace that everybody who looks at an example shares; nobody may change it."""
    found = Workspace.objects.filter(slug=example.slug).first()
    if found is not None:
        return found
    taken = take(example.slug, Upload([(example.file, example.text.encode())]), None)
    kept, _ = Workspace.objects.get_or_create(
        slug=example.slug,
        defaults={
            "snapshot": taken.snapshot,
            "bundle": taken.bundle,
            "files": taken.files,
            "size": len(taken.bundle),
            "visited": timezone.now(),
        },
    )
    return kept


def replace(workspace: Workspace, upload: Upload, made_by: str = "upload") -> Taken:
    """Other files or settings for a workspace; what the upload does not speak of stays, and what was can be undone."""
    if upload.files is None and upload.settings is None:
        raise nothing_sent()
    taken = take(workspace.slug, upload, bytes(workspace.bundle))
    if taken.snapshot != workspace.snapshot:
        versions.record(workspace, taken, "settings" if upload.files is None else made_by)
    return taken


def take(owner: str, upload: Upload, base: bytes | None, draft: bool = False) -> Taken:
    """Have an upload read by a worker."""
    engine = pool()
    job = Take(upload.files, upload.settings, base, reading_limits(), upload.add, draft)
    taken = value_of(engine.submit(owner, job).result(), engine.limits)
    assert isinstance(taken, Taken)
    return taken


def reading_limits() -> dict[str, int]:
    """The limits of simulator/manifests/limits.py, from the settings that its messages name."""
    return {
        "total_bytes": settings.NETVIZ_MAX_UPLOAD_BYTES,
        "documents": settings.NETVIZ_MAX_DOCUMENTS,
        "depth": settings.NETVIZ_MAX_DEPTH,
        "expanded": settings.NETVIZ_MAX_EXPANDED_VALUES,
        "files": settings.NETVIZ_MAX_FILES,
        "pods": settings.NETVIZ_MAX_PODS,
        "endpoints": settings.NETVIZ_MAX_ENDPOINTS,
    }


def ask(kept: Kept, operation: str, *arguments: Any, against: Kept | None = None) -> Any:
    """Have a worker answer a question about a workspace, `against` another state of it where that is the question."""
    engine = pool()
    job = Ask(operation, kept.snapshot, arguments, against=against.snapshot if against else "")
    reply = engine.submit(kept.slug, job).result()
    if isinstance(reply, BundleNeeded):
        reply = engine.submit(kept.slug, _with_bundles(job, kept, against)).result()
    return value_of(reply, engine.limits)


async def ask_async(kept: Kept, operation: str, *arguments: Any) -> Any:
    """As `ask`, for consumers: neither the database nor a worker keeps the event loop waiting."""
    engine = pool()
    job = Ask(operation, kept.snapshot, arguments)
    reply = await asyncio.wrap_future(engine.submit(kept.slug, job))
    if isinstance(reply, BundleNeeded):
        whole = await database_sync_to_async(_with_bundles)(job, kept, None)
        reply = await asyncio.wrap_future(engine.submit(kept.slug, whole))
    return value_of(reply, engine.limits)


def _with_bundles(job: Ask, kept: Kept, against: Kept | None) -> Ask:
    return job._replace(bundle=_bundle_of(kept), against_bundle=_bundle_of(against) if against else None)


def _bundle_of(kept: Kept) -> bytes:
    """The bundle of the snapshot that was asked about."""
    same = type(kept).objects.filter(pk=kept.pk, snapshot=kept.snapshot)
    found = same.values_list("bundle", flat=True).first()
    if found is None:
        raise Refusal(409, "changed", "The workspace was changed meanwhile.", "Ask again.")
    return bytes(found)


def remember(workspace: Workspace, answers: Answers, question: TraceQuestion) -> None:
    """Write a question down under its key, for clients that come back after a restart."""
    try:
        with transaction.atomic():
            _, new = Question.objects.get_or_create(
                workspace=workspace,
                key=answers.key,
                defaults=question._asdict(),
            )
    except IntegrityError:
        return  # the workspace has been deleted
    if new:
        old = Question.objects.filter(workspace=workspace).order_by("-pk").values_list("pk", flat=True)
        Question.objects.filter(pk__in=list(old[MAX_QUESTIONS : MAX_QUESTIONS + 50])).delete()


def recall(workspace: Workspace, key: str) -> TraceQuestion | None:
    """The question that was answered under a key."""
    found = Question.objects.filter(workspace=workspace, key=key).first()
    if found is None:
        return None
    after = tuple(Connection._make((*words, tuple(picks))) for *words, picks in found.after)
    return TraceQuestion(
        found.source, found.target, found.protocol, found.seed, tuple(found.picks), after, tuple(found.faults),
        found.size,
    )  # fmt: skip
