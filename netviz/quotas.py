"""How much may be kept, and for how long."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext

from netviz.models import Version, Workspace
from netviz.refusal import Refusal

VISIT_GRAIN = timedelta(hours=1)
"""A visit within this time of the last one is not written down."""


def oldest_visit() -> datetime:
    """Workspaces that nobody has visited since are gone."""
    return timezone.now() - timedelta(days=settings.NETVIZ_EXPIRY_DAYS)


def delete_expired() -> int:
    """Delete what nobody has visited for too long; says how many workspaces that were."""
    _, by_model = Workspace.objects.filter(visited__lt=oldest_visit()).delete()
    return by_model.get("netviz.Workspace", 0)


def make_room(address_hash: str, size: int) -> None:
    """Refuse a new workspace that would break a quota."""
    delete_expired()
    if Workspace.objects.count() >= settings.NETVIZ_MAX_WORKSPACES:
        raise full("workspaces", "NETVIZ_MAX_WORKSPACES", settings.NETVIZ_MAX_WORKSPACES)
    if Workspace.objects.filter(address_hash=address_hash).count() >= settings.NETVIZ_MAX_WORKSPACES_PER_ADDRESS:
        raise full(
            "workspaces made from your address",
            "NETVIZ_MAX_WORKSPACES_PER_ADDRESS",
            settings.NETVIZ_MAX_WORKSPACES_PER_ADDRESS,
            status=429,
        )
    check_stored(size)


def check_stored(size: int) -> None:
    """Refuse to keep more text than there is room for, versions included."""
    stored = sum(kept.objects.aggregate(stored=Sum("size"))["stored"] or 0 for kept in (Workspace, Version))
    if stored + size > settings.NETVIZ_MAX_STORED_BYTES:
        raise full("bytes of manifests", "NETVIZ_MAX_STORED_BYTES", settings.NETVIZ_MAX_STORED_BYTES)


def full(what: str, setting: str, limit: int, status: int = 503) -> Refusal:
    return Refusal(
        status,
        "quota",
        "There is no room for more {what}: {limit:,} is the limit here.",
        "Delete a workspace that is not needed any more, or raise {setting}.",
        what=gettext(what),
        limit=limit,
        setting=setting,
    )
