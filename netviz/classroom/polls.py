"""Polls: asked, voted on, closed and revealed. Everything here blocks; the database holds the votes."""

import csv
import io

import msgspec
from django.db import transaction
from django.db.models import Count, Max

from netviz.classroom import lesson, store
from netviz.classroom.messages import ClassAsk, ClassOffer, ClassState, PollChoice, PollShown
from netviz.classroom.models import Classroom, Poll, Vote
from netviz.classroom.questions import offers
from netviz.refusal import Refusal


def offered(found: Classroom, state: ClassState) -> list[ClassOffer]:
    """What the class's lab and the present step have to ask, answered by the engine."""
    own = lesson.offers(found)
    if state.flow is None:
        return own
    trace = msgspec.json.decode(store.answer(found, "whole-trace", store.asked(state)).plain)
    return own + offers(trace, state.step)


def asked(pk: int, state: ClassState, message: ClassAsk) -> PollShown:
    """Open the poll that a presenter asks for."""
    if message.offer is not None:
        found = Classroom.objects.defer("bundle").get(pk=pk)
        offer = next((o for o in offered(found, state) if o.id == message.offer), None)
        if offer is None:
            raise Refusal(404, "unknown-offer", "This step does not ask that.", "Choose another step or question.")
        return open_poll(pk, offer, state.step, offer.answer)
    if not (message.question or "").strip() or len(message.choices) < 2:
        raise Refusal(400, "bad-poll", "A question needs words and at least two choices.", "Say both.")
    if message.answer is not None and message.answer >= len(message.choices):
        raise Refusal(400, "bad-poll", "The answer is not one of the choices.", "They are counted from 0.")
    choices = tuple(PollChoice(text) for text in message.choices)
    own = ClassOffer(
        "own", str(message.question).strip(), choices, message.answer or 0, message.explanation, state.step
    )
    return open_poll(pk, own, state.step, message.answer)


def open_poll(pk: int, offer: ClassOffer, step: int, answer: int | None) -> PollShown:
    """A new poll; the one before it is closed."""
    with transaction.atomic():
        Poll.objects.filter(classroom_id=pk, status="open").update(status="closed")
        highest = Poll.objects.filter(classroom_id=pk).aggregate(n=Max("number"))["n"] or 0
        made = Poll.objects.create(
            classroom_id=pk,
            number=highest + 1,
            question=offer.question[:300],
            choices=msgspec.to_builtins(offer.choices),
            answer=answer,
            explanation=offer.explanation,
            step=step,
        )
    return poll_shown(made)


def set_status(pk: int, poll: str, status: str) -> PollShown:
    """Close or reveal a poll."""
    found = find_poll(pk, poll)
    if status == "closed" and found.status == "revealed":
        return poll_shown(found)
    found.status = status
    found.save(update_fields=["status"])
    return poll_shown(found)


def find_poll(pk: int, poll: str) -> Poll:
    number = poll.removeprefix("p")
    found = None
    if number.isascii() and number.isdigit() and len(number) < 9:
        found = Poll.objects.filter(classroom_id=pk, number=int(number)).first()
    if found is None:
        raise Refusal(404, "unknown-poll", "There is no such question in this class.", "Vote for what is asked now.")
    return found


def poll_shown(poll: Poll) -> PollShown:
    revealed = poll.status == "revealed"
    return PollShown(
        id=f"p{poll.number}",
        question=poll.question,
        choices=msgspec.convert(poll.choices, tuple[PollChoice, ...]),
        status=poll.status,  # type: ignore[arg-type]  # one of the three, by open_poll and set_status
        answer=poll.answer if revealed else None,
        explanation=poll.explanation if revealed else "",
    )


def vote(pk: int, poll: str, member: int, choice: int) -> None:
    """Write a vote down, if it is for something that is being asked."""
    with transaction.atomic():
        found = find_poll(pk, poll)
        if found.status != "open":
            raise Refusal(409, "poll-closed", "This question is closed.", "Votes count until the presenter closes it.")
        if choice >= len(found.choices):
            raise Refusal(
                400,
                "unknown-choice",
                "That is not one of the choices.",
                "They are numbered from 0 to {last}.",
                last=len(found.choices) - 1,
            )
        Vote.objects.update_or_create(poll=found, member_id=member, defaults={"choice": choice})


def voted(pk: int, poll: str, member: int) -> int | None:
    number = int(poll.removeprefix("p"))
    found = Vote.objects.filter(poll__classroom_id=pk, poll__number=number, member_id=member)
    return found.values_list("choice", flat=True).first()


def votes(pk: int, poll: str) -> dict[str, int]:
    """How many chose what; those who were removed don't count."""
    number = int(poll.removeprefix("p"))
    rows = (
        Vote.objects.filter(poll__classroom_id=pk, poll__number=number, member__removed=False)
        .values_list("choice")
        .annotate(n=Count("pk"))
        .order_by("choice")
    )
    return {str(choice): n for choice, n in rows}


def as_csv(pk: int) -> str:
    """All questions of a class with how many chose what; no row names anybody."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["poll", "step", "question", "choice", "text", "note", "votes", "right"])
    for poll in Poll.objects.filter(classroom_id=pk).order_by("number"):
        counted = votes(pk, f"p{poll.number}")
        for index, choice in enumerate(poll.choices):
            right = "" if poll.answer is None else "yes" if poll.answer == index else "no"
            words = [_cell(poll.question), index + 1, _cell(choice["text"]), _cell(choice.get("note", ""))]
            rows.writerow([f"p{poll.number}", poll.step + 1, *words, counted.get(str(index), 0), right])
    return out.getvalue()


def _cell(text: str) -> str:
    """A spreadsheet must not take a text for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
