"""One conversation for each test: who may say what in a class, and who hears it."""

import pytest
from asgiref.sync import sync_to_async

from netviz.classroom import rooms, tries
from netviz.classroom.models import Classroom, Member
from tests.netviz.classroom.conftest import FLOW, Person

pytestmark = pytest.mark.django_db(transaction=True)


def at(step: int):
    return lambda state: state["step"] == step


async def test_who_joins_gets_the_whole_state_first(klass) -> None:
    async with Person(klass["code"]) as follower:
        state = await follower.hear()
    assert state["type"] == "class.state"
    assert state["revision"] == 1
    assert state["poll"] is None


async def test_everybody_goes_where_the_presenter_goes(klass) -> None:
    async with Person(klass["code"], token=klass["token"]) as teacher, Person(klass["code"]) as follower:
        await follower.hear()
        await teacher.go(12)
        seen = await follower.wait("class.state", at(12))
        late = Person(klass["code"])
        async with late:
            first = await late.hear()
    assert seen["flow"]["from"] == FLOW["from"]
    assert seen["revision"] > 1
    assert first == seen


async def test_nothing_that_a_follower_says_moves_the_class(klass) -> None:
    async with Person(klass["code"]) as follower:
        before = await follower.hear()
        await follower.go(3)
        refusal = await follower.wait("error")
        async with Person(klass["code"]) as other:
            after = await other.hear()
    assert refusal["code"] == "not-the-presenter"
    assert after == before


async def asked(teacher: Person) -> str:
    await teacher.say({"type": "class.ask", "question": "Where next?", "choices": ["here", "there"], "answer": 1})
    state = await teacher.wait("class.state", lambda state: state["poll"] is not None)
    return state["poll"]["id"]


async def test_one_person_has_one_vote_that_may_be_changed_until_the_poll_closes(klass) -> None:
    async with Person(klass["code"], token=klass["token"]) as teacher, Person(klass["code"], key="ada") as phone:
        poll = await asked(teacher)
        async with Person(klass["code"], key="ada") as laptop:
            for choice, screen in enumerate((phone, laptop)):
                await screen.say({"type": "class.vote", "poll": poll, "choice": choice})
                await screen.wait("class.voted")
        counts = await teacher.wait("class.counts", lambda counts: bool(counts["votes"]))
        await teacher.say({"type": "class.close", "poll": poll})
        await phone.wait("class.state", lambda state: bool(state["poll"]) and state["poll"]["status"] == "closed")
        await phone.say({"type": "class.vote", "poll": poll, "choice": 0})
        refusal = await phone.wait("error")
    assert counts["votes"] == {"1": 1}
    assert refusal["code"] == "poll-closed"


async def test_nobody_sees_the_answer_before_it_is_revealed(klass) -> None:
    async with Person(klass["code"], token=klass["token"]) as teacher, Person(klass["code"]) as follower:
        poll = await asked(teacher)
        opened = await follower.wait("class.state", lambda state: state["poll"] is not None)
        await teacher.say({"type": "class.reveal", "poll": poll})
        shown = await follower.wait("class.state", lambda state: state["poll"]["status"] == "revealed")
    assert opened["poll"]["answer"] is None
    assert shown["poll"]["answer"] == 1


@pytest.mark.parametrize(
    ("vote", "code"),
    [
        ({"poll": "p99", "choice": 0}, "unknown-poll"),
        ({"poll": "nothing", "choice": 0}, "unknown-poll"),
        ({"poll": "p1", "choice": 7}, "unknown-choice"),
        ({"poll": "p1", "choice": -1}, "bad-message"),
        ({"poll": "p1"}, "bad-message"),
    ],
)
async def test_a_vote_for_what_is_not_asked_is_refused_with_words(klass, vote, code) -> None:
    async with Person(klass["code"], token=klass["token"]) as teacher, Person(klass["code"]) as follower:
        await asked(teacher)
        await follower.say({"type": "class.vote", **vote})
        refusal = await follower.wait("error")
    assert refusal["code"] == code
    assert refusal["message"]
    assert refusal["hint"]


async def test_a_code_of_ten_thousand_characters_is_refused_with_words(made) -> None:
    there = Person("A" * 10_000)
    assert await there.open() == (True, None)
    refusal = await there.hear()
    assert refusal["code"] == "bad-code"
    assert "10,000" in refusal["message"]
    assert await there.hear() == {"closed": 4404}


async def refusal_of(code: str, **who: str) -> str:
    """What somebody is told who is not let in."""
    there = Person(code, **who)
    assert await there.open() == (True, None)
    refused: str = (await there.hear())["code"]
    return refused


async def test_a_right_code_opens_its_class_however_many_wrong_ones_came_from_there(klass, settings) -> None:
    settings.NETVIZ_MAX_WRONG_CODES = 3
    told = [await refusal_of("22222222") for _ in range(5)]
    assert told == ["unknown-class"] * 3 + ["too-many-tries"] * 2
    for newcomer in ("ada", "grace", None):
        async with Person(klass["code"], key=newcomer) as right:
            assert (await right.hear())["type"] == "class.state"
    assert await refusal_of("22222222") == "too-many-tries", "right ones have not been counted"


async def test_while_somebody_guesses_a_class_is_open_to_those_who_were_in_it(klass, settings) -> None:
    settings.NETVIZ_MAX_WRONG_CODES = 1
    async with Person(klass["code"], key="ada") as member:
        await member.wait("class.you")
    for _ in range(tries.STORM):
        await refusal_of("22222222")
    assert await refusal_of(klass["code"], key="grace") == "too-many-tries"
    async with Person(klass["code"], key="ada") as back:
        assert (await back.hear())["type"] == "class.state"


async def test_a_wrong_token_presents_nothing(klass) -> None:
    async with Person(klass["code"]) as follower:
        await follower.say({"type": "class.claim", "token": "guessed"})
        assert (await follower.wait("error"))["code"] == "not-the-presenter"
        await follower.say({"type": "class.claim", "token": klass["audience_token"]})
        assert (await follower.wait("error"))["code"] == "not-the-presenter"


async def test_the_later_of_two_presenters_takes_over_and_both_are_told(klass) -> None:
    there = {"code": klass["code"], "token": klass["token"]}
    async with Person(**there) as first, Person(**there) as second:
        assert (await first.wait("error"))["code"] == "taken-over"
        await first.go(3)
        assert (await first.wait("error"))["code"] == "not-the-presenter"
        await second.go(5)
        assert (await second.wait("class.state", at(5)))["step"] == 5


async def test_the_presenter_removes_somebody_and_locks_the_door(klass) -> None:
    async with Person(klass["code"], token=klass["token"]) as teacher, Person(klass["code"], key="rude") as rude:
        await rude.say({"type": "class.hello", "name": "<b>\u202erude</b>"})
        you = await rude.wait("class.you", lambda you: bool(you["name"]))
        await teacher.say({"type": "class.moderate", "member": await member_named(you["name"]), "removed": True})
        assert (await rude.wait("error"))["code"] == "removed"
        assert await rude.hear() == {"closed": 4410}
        back = Person(klass["code"], key="rude")
        await back.open()
        assert (await back.wait("error"))["code"] == "removed"
        await teacher.say({"type": "class.lock", "locked": True})
        await teacher.wait("class.counts", lambda counts: counts["locked"])
        async with Person(klass["code"], key="new") as new:
            assert (await new.hear())["code"] == "class-locked"
            await teacher.say({"type": "class.lock", "locked": False})
            assert (await new.hear())["type"] == "class.state"
    assert you["name"] == "<b>rude</b>"


async def test_the_name_that_the_presenter_gives_stays(klass) -> None:
    async with Person(klass["code"], token=klass["token"]) as teacher, Person(klass["code"], key="rude") as rude:
        await rude.say({"type": "class.hello", "name": "rude"})
        await rude.wait("class.you", lambda you: you["name"] == "rude")
        member = await member_named("rude")
        await teacher.say({"type": "class.moderate", "member": member, "name": "Robin"})
        assert (await rude.wait("class.you"))["name"] == "Robin"
        await rude.say({"type": "class.hello", "name": "rude"})
        assert (await rude.wait("error"))["code"] == "named"
    assert await member_named("Robin") == member


async def test_a_screen_that_asks_where_the_class_is_hears_the_state_again(klass) -> None:
    async with Person(klass["code"]) as follower:
        first = await follower.hear()
        await follower.say({"type": "class.where"})
        assert await follower.hear() == first


async def test_who_reloads_the_page_while_nobody_else_is_there_stays_in_the_same_room(klass) -> None:
    """The new socket comes before the old one has gone; the room must not be closed in between."""
    before = Person(klass["code"], token=klass["token"])
    await before.__aenter__()
    async with Person(klass["code"], token=klass["token"]) as after:
        await before.__aexit__()
        async with Person(klass["code"]) as follower:
            await follower.hear()
            await after.go(5)
            await follower.wait("class.state", at(5))


async def test_a_front_page_has_no_seat_until_it_claims_it(klass) -> None:
    async with Person(f"{klass['code']}", query="front") as page:
        await page.say({"type": "class.where"})
        assert (await page.hear())["code"] == "not-the-presenter"
        await page.say({"type": "class.claim", "token": klass["token"]})
        assert (await page.hear())["type"] == "class.state"


async def test_a_class_that_has_ended_says_so_to_everybody_and_closes(klass) -> None:
    async with Person(klass["code"], token=klass["token"]) as teacher, Person(klass["code"]) as follower:
        await sync_to_async(Classroom.objects.all().delete)()
        await rooms.look_round(klass["code"].replace("-", ""))
        for screen in (teacher, follower):
            assert (await screen.wait("error"))["code"] == "class-ended"
            assert await screen.hear() == {"closed": 4404}


@sync_to_async
def member_named(name: str) -> int:
    return Member.objects.get(name=name).pk


async def test_a_flood_is_not_heard_and_ends(klass, settings) -> None:
    settings.NETVIZ_CLASS_MESSAGES_PER_SECOND = 1
    async with Person(klass["code"]) as follower:
        await follower.hear()
        for _ in range(300):
            await follower.say("{}")
        heard = await follower.hear()
        while "closed" not in heard and heard.get("code") != "flooded":
            heard = await follower.hear()
        assert heard["code"] == "flooded"
        while "closed" not in (heard := await follower.hear()):
            pass
    assert heard == {"closed": 4430}
