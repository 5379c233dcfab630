"""One conversation for each test: who may say what in a class, and who hears it."""

import pytest

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
