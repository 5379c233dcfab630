"""The pool: work is done elsewhere, within limits, and a worker that fails is replaced."""

import logging

import pytest

from netviz.pool import Limits, Pool, value_of
from netviz.refusal import Refusal
from netviz.work import Ask, BundleNeeded, Done, OutOfMemory

BUNDLE = b'{"files": [["a.yaml", "kind: Pod"]], "settings": {}}'
OTHER = b'{"files": [["b.yaml", "kind: Pod"]], "settings": {}}'


@pytest.fixture
def limits(settings) -> Limits:
    settings.NETVIZ_ENGINE = "tests.netviz.fake_engine"
    settings.NETVIZ_WORKERS = 1
    return Limits()


@pytest.fixture
def pool_of():
    started = []

    def start(limits: Limits) -> Pool:
        started.append(Pool(limits))
        return started[-1]

    yield start
    for pool in started:
        pool.close()


def ask(pool: Pool, operation: str, *arguments, bundle=BUNDLE, snapshot="one", owner="somebody"):
    return pool.submit(owner, Ask(operation, snapshot, arguments, bundle)).result()


def test_a_question_is_answered_by_another_process(pool_of, limits):
    import os

    pid = ask(pool_of(limits), "pid").value
    assert pid != os.getpid()


def test_a_worker_asks_for_a_snapshot_that_it_does_not_know_and_keeps_it(pool_of, limits):
    pool = pool_of(limits)
    assert ask(pool, "echo", "x", bundle=None) == BundleNeeded()
    assert ask(pool, "echo", "x") == Done("x")
    assert ask(pool, "echo", "y", bundle=None) == Done("y")
    assert ask(pool, "loads") == Done(1)


def test_only_the_latest_snapshots_are_kept(pool_of, limits):
    pool = pool_of(limits)
    for number in range(9):
        ask(pool, "echo", "x", snapshot=f"number {number}")
    assert ask(pool, "echo", "x", bundle=None, snapshot="number 0") == BundleNeeded()
    assert ask(pool, "echo", "x", bundle=None, snapshot="number 8") == Done("x")


def test_a_worker_over_its_time_is_killed_and_replaced(pool_of, limits):
    pool = pool_of(limits)
    before = ask(pool, "pid").value
    limits.seconds = 0.1
    with pytest.raises(Refusal) as refused:
        ask(pool, "sleep", 600)
    assert refused.value.code == "too-slow"
    assert "NETVIZ_ENGINE_SECONDS" in refused.value.hint
    limits.seconds = 60
    assert ask(pool, "pid").value != before


def test_a_worker_over_its_memory_is_replaced(pool_of, limits):
    limits.memory_mb = 256
    pool = pool_of(limits)
    before = ask(pool, "pid").value
    reply = ask(pool, "eat-memory")
    assert reply == OutOfMemory()
    with pytest.raises(Refusal, match="too-big") as refused:
        value_of(reply, limits)
    assert "NETVIZ_ENGINE_MEMORY_MB" in refused.value.hint
    assert ask(pool, "pid").value != before


def test_a_worker_that_dies_fails_its_job_and_is_replaced(pool_of, limits):
    pool = pool_of(limits)
    with pytest.raises(Refusal, match="internal-error"):
        value_of(ask(pool, "die"), limits)
    assert ask(pool, "echo", "still here") == Done("still here")


def test_a_fault_is_logged_by_kind_and_place_but_never_with_its_message(pool_of, limits, caplog):
    pool = pool_of(limits)
    bundle = b'{"files": [["a.yaml", "does not load"]], "settings": {}}'
    with caplog.at_level(logging.DEBUG), pytest.raises(Refusal, match="internal-error"):
        value_of(ask(pool, "echo", "x", bundle=bundle), limits)
    assert "ValueError" in caplog.text
    assert "fake_engine.py" in caplog.text
    assert "a-secret-in-an-exception" not in caplog.text


def test_one_owner_never_takes_all_workers(pool_of, limits):
    limits.workers = 2
    pool = pool_of(limits)
    greedy = [pool.submit("greedy", Ask("sleep", "one", (600,), BUNDLE)) for _ in range(5)]
    assert ask(pool, "echo", "in between", owner="modest") == Done("in between")
    assert not any(job.done() for job in greedy)


def test_too_many_waiting_questions_of_one_owner_are_refused(pool_of, limits):
    limits.queue = 2
    pool = pool_of(limits)
    pool.submit("greedy", Ask("echo", "one", ("x",), BUNDLE)).result()
    running = pool.submit("greedy", Ask("sleep", "one", (600,), BUNDLE))
    while not running.running():
        pass
    for _ in range(2):
        pool.submit("greedy", Ask("echo", "one", ("x",), BUNDLE))
    with pytest.raises(Refusal, match="busy") as refused:
        pool.submit("greedy", Ask("echo", "one", ("x",), BUNDLE))
    assert "NETVIZ_ENGINE_QUEUE" in refused.value.hint


def test_a_process_that_knows_the_snapshot_is_preferred(pool_of, limits):
    limits.workers = 2
    pool = pool_of(limits)
    first = ask(pool, "pid", snapshot="one").value
    ask(pool, "pid", snapshot="two", bundle=OTHER)
    assert {ask(pool, "pid", snapshot="one").value for _ in range(5)} == {first}


def test_a_closed_pool_refuses_what_still_waits(pool_of, limits):
    pool = pool_of(limits)
    pool.submit("somebody", Ask("sleep", "one", (600,), BUNDLE))
    waiting = pool.submit("somebody", Ask("echo", "one", ("x",), BUNDLE))
    pool.close()
    with pytest.raises(Refusal):
        waiting.result()
