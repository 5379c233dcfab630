"""Wrong class codes are counted in all, wherever they come in, and forgotten after a minute."""

from datetime import timedelta

import pytest
from django.utils import timezone

from netviz.classroom import tries
from netviz.classroom.models import WrongTry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(settings) -> None:
    settings.NETVIZ_MAX_WRONG_CODES = 2


def later(seconds: float) -> None:
    """As if all tries had been made so long ago."""
    for one in WrongTry.objects.all():
        one.made -= timedelta(seconds=seconds)
        one.save()


def test_who_types_too_many_wrong_ones_is_told_so() -> None:
    told = [tries.wrong("here").code for _ in range(3)]
    assert told == ["unknown-class", "unknown-class", "too-many-tries"]
    assert tries.wrong("elsewhere").code == "too-many-tries", "from many places is as bad"


def test_tries_are_forgotten_after_a_minute() -> None:
    tries.wrong("here")
    tries.wrong("here")
    later(60.1)
    assert tries.wrong("here").code == "unknown-class"
    assert WrongTry.objects.count() == 1


def test_a_storm_of_guesses_is_another_thing_than_a_class_that_types() -> None:
    for _ in range(99):
        tries.wrong("here")
    assert not tries.stormed()
    tries.wrong("here")
    assert tries.stormed()
    tries.wrong("here")
    assert WrongTry.objects.count() == 100, "a storm fills no database"


def test_no_address_is_kept() -> None:
    tries.wrong("192.0.2.7")
    (kept,) = WrongTry.objects.all()
    assert "192.0.2.7" not in kept.address_hash
    assert kept.made <= timezone.now()
