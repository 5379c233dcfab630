"""Polls as they are taken away."""

import csv
import io

import pytest

from netviz.classroom import polls, store
from netviz.classroom.messages import ClassOffer, PollChoice
from netviz.classroom.models import Classroom

pytestmark = pytest.mark.django_db


def test_results_are_rows_without_names_and_without_formulas(klass) -> None:
    known = Classroom.objects.get()
    choices = (PollChoice("=1+1"), PollChoice("10.244.1.1", "node-a"))
    poll = polls.open_poll(known.pk, ClassOffer("own", "Which?", choices, 1, "", 0), 6, 1)
    for key, choice in (("a", 0), ("b", 1), ("c", 1)):
        member = store.join(known.pk, known.code, key)
        store.rename(member, "Ada")
        polls.vote(known.pk, poll.id, member.pk, choice)
    text = polls.as_csv(known.pk)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["text"], row["votes"], row["right"]) for row in rows] == [
        ("'=1+1", "1", "no"),
        ("10.244.1.1", "2", "yes"),
    ]
    assert "Ada" not in text


def test_who_was_removed_does_not_count(klass) -> None:
    known = Classroom.objects.get()
    poll = polls.open_poll(known.pk, ClassOffer("own", "?", (PollChoice("a"), PollChoice("b")), 0, "", 0), 0, None)
    member = store.join(known.pk, known.code, "a")
    polls.vote(known.pk, poll.id, member.pk, 0)
    store.moderate(known.pk, member.pk, None, True)
    assert polls.votes(known.pk, poll.id) == {}


def test_a_new_question_closes_the_one_before(klass) -> None:
    known = Classroom.objects.get()
    offer = ClassOffer("own", "?", (PollChoice("a"), PollChoice("b")), 0, "", 0)
    first, second = (polls.open_poll(known.pk, offer, 0, None) for _ in range(2))
    assert polls.find_poll(known.pk, first.id).status == "closed"
    assert polls.find_poll(known.pk, second.id).status == "open"
