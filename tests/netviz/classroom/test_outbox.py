"""What goes to one socket: the latest state, whatever the others do."""

import asyncio

from netviz.classroom.outbox import Outbox


class Phone:
    """A socket whose buffer is full until it is read."""

    def __init__(self) -> None:
        self.room = asyncio.Event()
        self.got: list[str] = []

    async def send(self, event) -> None:
        await self.room.wait()
        self.got.append(event["text"])


async def test_a_slow_phone_misses_states_in_between_but_never_the_latest() -> None:
    phone = Phone()
    outbox = Outbox(phone.send)
    for step in range(100):
        outbox.state({"text": f"step {step}"})
    phone.room.set()
    await outbox.flushed()
    assert phone.got == ["step 0", "step 99"]


async def test_a_fast_one_gets_each_at_once_without_a_task() -> None:
    phone = Phone()
    phone.room.set()
    outbox = Outbox(phone.send)
    before = len(asyncio.all_tasks())
    for step in range(3):
        outbox.state({"text": f"step {step}"})
    assert phone.got == ["step 0", "step 1", "step 2"]
    assert len(asyncio.all_tasks()) == before


async def test_answers_to_one_who_never_reads_are_bounded() -> None:
    phone = Phone()
    outbox = Outbox(phone.send)
    for number in range(1000):
        outbox.answer({"text": f"answer {number}"})
    phone.room.set()
    await outbox.flushed()
    assert len(phone.got) < 100
    assert phone.got[-1] == "answer 999"


async def test_a_client_that_has_gone_is_no_error() -> None:
    async def gone(event) -> None:
        raise OSError("gone")

    outbox = Outbox(gone)
    outbox.state({"text": "step 1"})
    assert outbox.closed


async def test_a_state_goes_as_the_frame_that_is_the_same_for_all_where_the_line_has_room() -> None:
    phone, written, room = Phone(), [], [True]

    def write(frame: bytes) -> bool:
        if room[0]:
            written.append(frame)
        return room[0]

    outbox = Outbox(phone.send, write)
    outbox.state({"text": "step 1", "frame": b"1"})
    room[0] = False
    outbox.state({"text": "step 2", "frame": b"2"})
    room[0] = True
    outbox.state({"text": "step 3", "frame": b"3"})
    phone.room.set()
    await outbox.flushed()
    assert written == [b"1"], "nothing overtakes what waits"
    assert phone.got == ["step 2", "step 3"]
