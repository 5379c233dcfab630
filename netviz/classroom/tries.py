"""Wrong class codes of the last minute, in the database: all processes count together.

Right ones are never counted, and a whole school sits behind one address: a right code opens its class however many
wrong ones came before. Only in a storm of guesses, which might hit one, a class is open to those alone who were in it
or sit where it was made.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from netviz.classroom import codes
from netviz.classroom.models import WrongTry
from netviz.refusal import Refusal
from netviz.security import address_hash

MINUTE = timedelta(minutes=1)
STORM = 50
"""So many times the limit is no school's mistyping: somebody guesses."""


def stormed() -> bool:
    """Whether somebody guesses."""
    return _recent() >= settings.NETVIZ_MAX_WRONG_CODES * STORM


def _recent() -> int:
    """From everywhere, which is never less than from one address."""
    return WrongTry.objects.filter(made__gt=timezone.now() - MINUTE).count()


def wrong(address: str) -> Refusal:
    """One more, and what it is told. Those of more than a minute ago are forgotten."""
    now = timezone.now()
    WrongTry.objects.filter(made__lte=now - MINUTE).delete()
    before = _recent()
    if before < settings.NETVIZ_MAX_WRONG_CODES * STORM:  # more of them say no more
        WrongTry.objects.create(address_hash=address_hash(address), made=now)
    if before < settings.NETVIZ_MAX_WRONG_CODES:
        return codes.unknown_class()
    return codes.too_many_tries("Look at the code again: the right one still opens its class.")
