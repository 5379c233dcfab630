"""Wrong class codes are counted by address and in all, wherever they come in, and forgotten after a minute."""

from datetime import timedelta

import pytest
from django.utils import timezone

from netviz.classroom import tries
from netviz.classroom.models import WrongTry
from netviz.refusal import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(settings) -> None:
    settings.NETVIZ_MAX_WRONG_CODES = 2


def later(seconds: float) -> None:
    """As if all tries had been made so long ago."""
    for one in WrongTry.objects.all():
        one.made -= timedelta(seconds=seconds)
        one.save()


def test_too_many_from_one_address_end_in_a_pause_that_is_told() -> None:
    tries.wrong("here")
    tries.check("here")
    tries.wrong("here")
    later(20)
    with pytest.raises(Refusal) as refused:
        tries.check("here")
    assert refused.value.status == 429
    assert "41 seconds" in refused.value.hint or "40 seconds" in refused.value.hint


def test_too_many_in_all_end_in_a_pause_for_everybody() -> None:
    tries.wrong("here")
    tries.wrong("there")
    with pytest.raises(Refusal):
        tries.check("elsewhere")


def test_tries_are_forgotten_after_a_minute() -> None:
    tries.wrong("here")
    tries.wrong("here")
    later(60.1)
    tries.check("here")
    tries.wrong("here")
    assert WrongTry.objects.count() == 1


def test_no_address_is_kept() -> None:
    tries.wrong("192.0.2.7")
    (kept,) = WrongTry.objects.all()
    assert "192.0.2.7" not in kept.address_hash
    assert kept.made <= timezone.now()
