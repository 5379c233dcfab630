"""The websocket of a workspace: one conversation a test."""

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from netviz import pool
from netviz.models import Question, Workspace
from tests.netviz.conversation import Conversation
from tests.netviz.fake_engine import POD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake_engine")]
API = "/api/v1/workspaces"
START = {"type": "trace.start", "id": "a1", "flow": {"from": "client", "to": "web:80"}}
STEPS = 5


@pytest.fixture
def workspace(made):
    return made


def talk(workspace) -> Conversation:
    return Conversation(f"/ws/workspaces/{workspace['slug']}/")


async def replace(client: Client, workspace, data: bytes) -> None:
    put = sync_to_async(client.put, thread_sensitive=True)
    assert (await put(f"{API}/{workspace['slug']}", data, content_type="text/yaml")).status_code == 200


async def test_a_trace_begins_steps_in_order_and_ends(workspace):
    async with talk(workspace) as there:
        await there.say(START)
        begin, *steps, end = await there.hear_until("trace.end")
    assert (begin["type"], begin["id"], begin["steps"]) == ("trace.begin", "a1", STEPS)
    assert begin["trace"]["key"]
    assert "steps" not in begin["trace"]
    assert [(step["type"], step["id"], step["seq"]) for step in steps] == [
        ("trace.step", "a1", n) for n in range(STEPS)
    ]
    assert all(step["step"]["seq"] == step["seq"] for step in steps)
    assert end == {"type": "trace.end", "id": "a1", "disposition": "delivered"}


async def test_answers_carry_the_id_of_their_question(workspace):
    async with talk(workspace) as there:
        await there.say(START)
        await there.say({**START, "id": "a2"})
        first = await there.hear_until("trace.end")
        second = await there.hear_until("trace.end")
    assert {message["id"] for message in first} == {"a1"}
    assert {message["id"] for message in second} == {"a2"}


async def test_a_bad_message_is_an_error_and_the_socket_stays_open(workspace):
    bad = [
        "",
        "nonsense",
        "[]",
        "7",
        "[" * 5000,
        '{"type": "trace.start"}',
        {"type": "trace.stop", "id": "b1"},
        {"id": "b1"},
        {**START, "id": "b1", "seed": "many"},
        {**START, "id": "b1", "seed": -1},
        {**START, "id": "b1", "flow": {"from": "client"}},
        {"type": "trace.resume", "id": "b1", "after": -2},
    ]
    async with talk(workspace) as there:
        for message in bad:
            await there.say(message)
            answer = await there.hear()
            assert (answer["type"], answer["code"]) == ("error", "bad-message")
            assert answer["id"] == (message.get("id") if isinstance(message, dict) else None)
            assert answer["message"]
            assert answer["hint"]
        await there.say(START)
        assert (await there.hear())["type"] == "trace.begin"


async def test_bytes_are_no_message(workspace):
    async with talk(workspace) as there:
        await there.send(bytes=b"\x00\xff")
        assert (await there.hear())["code"] == "bad-message"


async def test_a_message_over_the_limit_is_refused_by_name_and_the_socket_stays_open(workspace, settings):
    settings.NETVIZ_MAX_MESSAGE_BYTES = 1000
    async with talk(workspace) as there:
        await there.say("x" * 1001)
        answer = await there.hear()
        assert answer["code"] == "message-too-long"
        assert "NETVIZ_MAX_MESSAGE_BYTES" in answer["hint"]
        await there.say(START)
        assert (await there.hear())["type"] == "trace.begin"


async def test_a_question_that_cannot_be_asked_is_a_coded_error(workspace):
    async with talk(workspace) as there:
        await there.say({**START, "flow": {"from": "unknown", "to": "web:80"}})
        assert await there.hear() == {
            "type": "error",
            "id": "a1",
            "code": "unknown-pod",
            "message": "There is no pod unknown.",
            "hint": "Its pods are: client.",
        }


async def test_a_fault_of_ours_is_an_error_without_its_insides_and_the_socket_stays_open(workspace):
    async with talk(workspace) as there:
        await there.say({**START, "flow": {"from": "fault", "to": "web:80"}})
        answer = await there.hear()
        assert answer["code"] == "internal-error"
        assert "a-secret" not in str(answer)
        await there.say(START)
        assert (await there.hear())["type"] == "trace.begin"


async def test_resume_on_the_same_socket_sends_the_rest_and_nothing_twice(workspace):
    async with talk(workspace) as there:
        await there.say(START)
        await there.hear_until("trace.end")
        await there.say({"type": "trace.resume", "id": "a1", "after": 2})
        heard = await there.hear_until("trace.end")
    assert [message.get("seq") for message in heard] == [3, 4, None]


async def test_resume_after_a_restart_finds_the_trace_by_its_key(workspace):
    async with talk(workspace) as there:
        await there.say(START)
        key = (await there.hear())["trace"]["key"]
        await there.hear_until("trace.end")
    await sync_to_async(pool.close)()
    async with talk(workspace) as there:
        await there.say({"type": "trace.resume", "id": "new", "key": key, "after": 1})
        heard = await there.hear_until("trace.end")
    assert [message.get("seq") for message in heard] == [2, 3, 4, None]
    assert {message["id"] for message in heard} == {"new"}


async def test_resume_past_the_end_only_ends(workspace):
    async with talk(workspace) as there:
        await there.say(START)
        await there.hear_until("trace.end")
        await there.say({"type": "trace.resume", "id": "a1", "after": 99})
        assert (await there.hear())["type"] == "trace.end"


async def test_resume_after_a_change_says_so_and_begins_anew(client, workspace):
    async with talk(workspace) as there:
        await there.say(START)
        key = (await there.hear())["trace"]["key"]
        await there.hear_until("trace.end")
        await replace(client, workspace, POD + b"# changed\n")
        await there.say({"type": "trace.resume", "id": "a1", "key": key, "after": 3})
        error, begin, *steps, end = await there.hear_until("trace.end")
    assert (error["type"], error["code"], error["id"]) == ("error", "stale-trace", "a1")
    assert begin["trace"]["key"] != key
    assert [step["seq"] for step in steps] == list(range(STEPS))
    assert end["type"] == "trace.end"


async def test_resume_of_a_trace_that_nobody_knows_is_stale(workspace):
    async with talk(workspace) as there:
        for message in ({"key": "9f"}, {}):
            await there.say({"type": "trace.resume", "id": "a1", "after": 0, **message})
            answer = await there.hear()
            assert (answer["type"], answer["code"]) == ("error", "stale-trace")


async def test_a_key_of_another_workspace_is_not_known_here(client, workspace):
    async with talk(workspace) as there:
        await there.say(START)
        key = (await there.hear())["trace"]["key"]
        await there.hear_until("trace.end")
    post = sync_to_async(client.post, thread_sensitive=True)
    other = (await post(API, POD, content_type="text/yaml")).json()
    async with talk(other) as there:
        await there.say({"type": "trace.resume", "id": "a1", "key": key, "after": 0})
        assert (await there.hear())["code"] == "stale-trace"


async def test_a_question_is_written_down_once(workspace):
    async with talk(workspace) as there:
        for _ in range(3):
            await there.say(START)
            await there.hear_until("trace.end")
    assert await Question.objects.acount() == 1


async def test_an_unknown_workspace_is_told_and_the_socket_closed():
    async with Conversation("/ws/workspaces/nothing-here/") as there:
        assert (await there.hear())["code"] == "unknown-workspace"
        assert await there.hear() == {"closed": 4404}


async def test_a_workspace_that_is_deleted_meanwhile_is_an_error(workspace):
    async with talk(workspace) as there:
        await Workspace.objects.all().adelete()
        await there.say(START)
        assert (await there.hear())["code"] == "unknown-workspace"


async def test_there_is_nothing_at_other_addresses():
    assert await Conversation("/ws/nothing/").open() == (False, 4404)


async def test_another_pick_is_another_trace_and_resume_finds_it_again(workspace):
    async with talk(workspace) as there:
        await there.say(START)
        plain = (await there.hear_until("trace.end"))[0]["trace"]["key"]
        after = [{"flow": START["flow"], "seed": 3, "picks": [1]}]
        await there.say({**START, "id": "a2", "picks": [1], "after": after})
        key = (await there.hear_until("trace.end"))[0]["trace"]["key"]
    assert key != plain
    async with talk(workspace) as there:
        await there.say({"type": "trace.resume", "id": "a3", "key": key, "after": 3})
        assert [message.get("seq") for message in await there.hear_until("trace.end")] == [4, None]


async def test_picks_that_are_no_numbers_are_a_bad_message(workspace):
    async with talk(workspace) as there:
        for wrong in ({"picks": [-1]}, {"picks": "0"}, {"after": [{"seed": 0}]}):
            await there.say({**START, **wrong})
            assert (await there.hear())["code"] == "bad-message"
