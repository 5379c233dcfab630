"""Drafts: files that somebody is editing. They are read and masked like an upload, asked about like a workspace, and
forgotten soon. Whose draft it is, a workspace or a lab, is a name to this module.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils import timezone

from netviz import quotas
from netviz.models import Draft
from netviz.refusal import Refusal
from netviz.security import new_slug
from netviz.upload import Upload
from netviz.work import Taken
from netviz.workspaces import take


def hold(
    owner: str, upload: Upload, base: bytes | None = None, instead: str = "", asker: str = ""
) -> tuple[Draft, Taken]:
    """Files as a draft of `owner`: its snapshot can be asked about, its key finds it again.

    What the upload does not speak of is as in `base`, a bundle. `instead` is the key of the draft before it, which is
    forgotten; `asker` is whose turn it is in the pool, the owner's where nobody else is named.
    """
    taken = take(asker or owner, upload, base, draft=True)
    _make_room(owner, instead, len(taken.bundle))
    draft = Draft.objects.create(
        owner=owner,
        key=new_slug(),
        snapshot=taken.snapshot,
        bundle=taken.bundle,
        size=len(taken.bundle),
        made=timezone.now(),
    )
    return draft, taken


def find(owner: str, key: str) -> Draft:
    """The draft of a key, without its bundle."""
    found = Draft.objects.defer("bundle").filter(owner=owner, key=key, made__gte=_oldest()).first()
    if found is None:
        raise Refusal(
            404,
            "unknown-draft",
            "These unsaved changes are not known here (any more).",
            "Send them again; a page does so by itself.",
        )
    return found


def forget(owner: str, key: str) -> None:
    Draft.objects.filter(owner=owner, key=key).delete()


def _oldest() -> datetime:
    return timezone.now() - timedelta(minutes=settings.NETVIZ_DRAFT_MINUTES)


def _make_room(owner: str, instead: str, size: int) -> None:
    """The oldest drafts go first: they can be sent again. Only a draft that is too big by itself is refused."""
    Draft.objects.filter(made__lt=_oldest()).delete()
    if instead:
        forget(owner, instead)
    _drop_all_but(Draft.objects.filter(owner=owner), settings.NETVIZ_MAX_DRAFTS_PER_WORKSPACE - 1)
    _drop_all_but(Draft.objects.all(), settings.NETVIZ_MAX_DRAFTS - 1)
    if size > settings.NETVIZ_MAX_DRAFT_BYTES:
        raise quotas.full("bytes of unsaved changes", "NETVIZ_MAX_DRAFT_BYTES", settings.NETVIZ_MAX_DRAFT_BYTES)
    held = Draft.objects.aggregate(held=Sum("size"))["held"] or 0
    for pk, freed in Draft.objects.order_by("pk").values_list("pk", "size"):
        if held + size <= settings.NETVIZ_MAX_DRAFT_BYTES:
            return
        Draft.objects.filter(pk=pk).delete()
        held -= freed


def _drop_all_but(drafts: QuerySet[Draft], most: int) -> None:
    newest = list(drafts.order_by("-pk").values_list("pk", flat=True)[: max(0, most)])
    drafts.exclude(pk__in=newest).delete()
