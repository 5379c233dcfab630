"""Wrong class codes of the last minute, by address and in all, in the database: all processes count together.

Right ones are never counted, as a whole school sits behind one address. While there have been too many, nobody is told
whether a code is right.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from netviz.classroom import codes
from netviz.classroom.models import WrongTry
from netviz.security import address_hash

MINUTE = timedelta(minutes=1)


def check(address: str) -> None:
    """Refuse while there have been too many."""
    now = timezone.now()
    for from_here in (Q(address_hash=address_hash(address)), Q()):
        began = _limit_reached(from_here, now)
        if began is not None:
            raise codes.too_many_tries(int((began + MINUTE - now).total_seconds()) + 1)


def _limit_reached(which: Q, now: datetime) -> datetime | None:
    """When the oldest of the tries was made that are one too many; None where there is room for another."""
    most = settings.NETVIZ_MAX_WRONG_CODES
    recent = WrongTry.objects.filter(which, made__gt=now - MINUTE).order_by("-made")
    made = list(recent.values_list("made", flat=True)[:most])
    return made[-1] if len(made) >= most else None


def wrong(address: str) -> None:
    """One more. Those of more than a minute ago are forgotten."""
    now = timezone.now()
    WrongTry.objects.filter(made__lte=now - MINUTE).delete()
    WrongTry.objects.create(address_hash=address_hash(address), made=now)
