"""Classes in the database. Everything here blocks: sockets call it through `database_sync_to_async`."""

import hashlib
import hmac
import unicodedata
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils import timezone

from netviz import quotas
from netviz.classroom import codes, tries
from netviz.classroom.messages import ClassState, LessonFrom
from netviz.classroom.models import Classroom, Member
from netviz.classroom.shelf import Answer, shelf
from netviz.models import Workspace
from netviz.pool import pool, value_of
from netviz.protocol import connections
from netviz.refusal import Refusal
from netviz.security import address_hash, new_token, token_hash, token_matches
from netviz.work import Ask, BundleNeeded, TraceQuestion


class Tokens(NamedTuple):
    """What is shown once: the presenter's token, and the audience view's."""

    presenter: str
    audience: str


class Known(NamedTuple):
    """A class as a room needs it."""

    pk: int
    state: ClassState
    claim: str
    locked: bool


def create(
    workspace: Workspace, state: ClassState, title: str, notes: str, address: str, lab: LessonFrom | None = None
) -> tuple[Classroom, Tokens]:
    """A class that plays the workspace as it is now; its lab is where it came from, if it did from one."""
    delete_expired()
    _make_room(address, workspace.size)
    token = new_token()
    tokens = Tokens(token, audience_token(token))
    state = msgspec.structs.replace(state, revision=1, snapshot=workspace.snapshot)
    fields = {
        "token_hash": token_hash(tokens.presenter),
        "audience_hash": token_hash(tokens.audience),
        "address_hash": address_hash(address),
        "title": title,
        "snapshot": workspace.snapshot,
        "bundle": bytes(workspace.bundle),
        "size": workspace.size,
        "notes": notes,
        "lesson": {} if lab is None else msgspec.to_builtins(lab),
        "state": msgspec.json.encode(state).decode(),
        "revision": state.revision,
        "visited": timezone.now(),
    }
    while True:
        try:
            with transaction.atomic():
                return Classroom.objects.create(code=codes.new_code(), **fields), tokens
        except IntegrityError:
            continue  # the code is taken: one in a million million


def audience_token(token: str) -> str:
    """The audience view's token follows from the presenter's, never the other way round."""
    return hmac.new(token.encode("utf-8", "surrogateescape"), b"netviz audience", hashlib.sha256).hexdigest()


def _make_room(address: str, size: int) -> None:
    mine = Classroom.objects.filter(address_hash=address_hash(address)).count()
    if mine >= settings.NETVIZ_MAX_CLASSES_PER_ADDRESS:
        raise Refusal(
            429,
            "quota",
            "There is no room for more classes made from your address: {mine:,} is the limit here.",
            "End a class that is over, or raise NETVIZ_MAX_CLASSES_PER_ADDRESS.",
            mine=mine,
        )
    stored = Classroom.objects.aggregate(stored=Sum("size"))["stored"] or 0
    quotas.check_stored(size + stored)


def oldest_visit() -> datetime:
    return timezone.now() - timedelta(days=settings.NETVIZ_CLASS_DAYS)


def delete_expired() -> int:
    """Delete the classes that nobody has opened for too long; says how many."""
    _, by_model = Classroom.objects.filter(visited__lt=oldest_visit()).delete()
    return by_model.get("classroom.Classroom", 0)


def find(text: str, address: str, key: str = "") -> Classroom:
    """The class of a code as somebody typed it. Wrong tries are counted; a right one is heard all the same."""
    code = codes.read(text)
    if tries.stormed() and not _is_at_home(code, address, key):
        raise codes.too_many_tries("Somebody guesses codes. Try again in a minute.")
    found = Classroom.objects.defer("bundle").filter(code=code, visited__gte=oldest_visit()).first()
    if found is None:
        raise tries.wrong(address)
    now = timezone.now()
    if now - found.visited > quotas.VISIT_GRAIN:
        Classroom.objects.filter(pk=found.pk).update(visited=now)
    return found


def _is_at_home(code: str, address: str, key: str) -> bool:
    """Who was in the class before, or sits where it was made."""
    made_here = Classroom.objects.filter(code=code, address_hash=address_hash(address))
    was_there = Member.objects.filter(classroom__code=code, key_hash=key_hash(code, key))
    return made_here.exists() or (bool(key) and was_there.exists())


def present(found: Classroom, token: str) -> Classroom:
    """The class, if the token is its presenter's."""
    if not token_matches(token, found.token_hash):
        raise not_the_presenter()
    return found


def not_the_presenter() -> Refusal:
    return Refusal(
        403,
        "not-the-presenter",
        "Only the presenter of this class may do that.",
        "Open the presenter's own link; the code that everybody has is for following.",
    )


def role_of(pk: int, token: str) -> str | None:
    """What a token gives the right to: "presenter", "audience" or nothing."""
    found = Classroom.objects.filter(pk=pk).values_list("token_hash", "audience_hash").first()
    if found is None:
        return None
    presenter, audience = found
    if token_matches(token, presenter):
        return "presenter"
    return "audience" if token_matches(token, audience) else None


# State


def load(code: str) -> Known | None:
    """What a room begins with, and comes back to after a pause."""
    found = Classroom.objects.filter(code=code).values_list("pk", "state", "claim", "locked").first()
    if found is None:
        return None
    pk, state, claim, locked = found
    return Known(pk, msgspec.json.decode(state, type=ClassState), claim, locked)


def keep(pk: int, state: ClassState) -> None:
    """Write a state down, unless a later one is there."""
    text = msgspec.json.encode(state).decode()
    Classroom.objects.filter(pk=pk, revision__lt=state.revision).update(
        state=text, revision=state.revision, visited=timezone.now()
    )


def claim(pk: int, name: str) -> None:
    Classroom.objects.filter(pk=pk).update(claim=name)


def lock(pk: int, locked: bool) -> None:
    Classroom.objects.filter(pk=pk).update(locked=locked)


# Members


def key_hash(code: str, key: str) -> str:
    """Keys come from one cookie; hashed with the code, nobody can tell who was in two classes."""
    return hmac.new(code.encode(), key.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def member_of(pk: int, code: str, key: str) -> Member | None:
    return Member.objects.filter(classroom_id=pk, key_hash=key_hash(code, key)).first()


def join(pk: int, code: str, key: str) -> Member:
    """The member of a key; a new one gets the next number."""
    hashed = key_hash(code, key)
    while True:
        found = Member.objects.filter(classroom_id=pk, key_hash=hashed).first()
        if found is not None:
            return found
        highest = Member.objects.filter(classroom_id=pk).aggregate(n=Max("number"))["n"] or 0
        if highest >= settings.NETVIZ_MAX_CLASS_MEMBERS:
            raise class_full()
        try:
            with transaction.atomic():
                return Member.objects.create(classroom_id=pk, key_hash=hashed, number=highest + 1)
        except IntegrityError:
            continue  # somebody else got that number, or the same one came twice


def class_full() -> Refusal:
    return Refusal(
        503,
        "class-full",
        "This class is full.",
        "NETVIZ_MAX_CLASS_MEMBERS (now {limit:,}) says how many may come.",
        limit=settings.NETVIZ_MAX_CLASS_MEMBERS,
    )


MOST_MARKS = 2
"""On one letter; Vietnamese needs two."""


def plain_name(name: str) -> str:
    """A name on one line, without what would turn or hide it, or climb over its neighbours."""
    kept: list[str] = []
    marks = 0
    for letter in name:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if letter.isprintable() and marks <= MOST_MARKS:
            kept.append(letter)
    return " ".join("".join(kept).split())[:40]


def rename(member: Member, name: str) -> None:
    """Their own name for themselves; the one that the presenter has given them stays."""
    if member.removed:
        raise codes.removed()
    if member.named:
        raise Refusal(403, "named", "The presenter calls you {name}.", "Ask them for another name.", name=member.name)
    Member.objects.filter(pk=member.pk).update(name=plain_name(name))


def moderate(pk: int, member: int, name: str | None, removed: bool | None) -> None:
    changes: dict[str, Any] = {}
    if name is not None:
        changes |= {"name": plain_name(name), "named": True}
    if removed is not None:
        changes["removed"] = removed
    if changes and not Member.objects.filter(classroom_id=pk, pk=member).update(**changes):
        raise Refusal(404, "unknown-member", "Nobody of that number is in this class.", "Read the list again.")


def members(pk: int) -> list[Member]:
    return list(Member.objects.filter(classroom_id=pk).order_by("number"))


# The snapshot


def answer(found: Classroom, operation: str, *arguments: Any) -> Answer:
    """What a worker answers about the class's snapshot; it never changes, so it is asked once."""
    return shelf.get((found.snapshot, operation, arguments), lambda: _ask(found, operation, *arguments))


def _ask(found: Classroom, operation: str, *arguments: Any) -> Any:
    engine = pool()
    job = Ask(operation, found.snapshot, arguments)
    reply = engine.submit(f"class {found.code}", job).result()
    if isinstance(reply, BundleNeeded):
        bundle = Classroom.objects.values_list("bundle", flat=True).get(pk=found.pk)
        reply = engine.submit(f"class {found.code}", job._replace(bundle=bytes(bundle))).result()
    return value_of(reply, engine.limits)


def asked(state: ClassState) -> TraceQuestion:
    """The question that a state shows, as the engine is asked."""
    assert state.flow is not None
    source, target, protocol = msgspec.structs.astuple(state.flow)
    after = connections(state.after)
    return TraceQuestion(source, target, protocol, state.seed, state.picks, after, state.faults, state.size)
