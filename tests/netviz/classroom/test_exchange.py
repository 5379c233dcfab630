"""Several processes hold one class over a real Redis; they lose it, and nothing else."""

from collections.abc import Iterator

import pytest

from tests.netviz.classroom.servers import Redis, Site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def redis(tmp_path_factory) -> Iterator[Redis]:
    running = Redis(tmp_path_factory.mktemp("redis"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def sites(redis, tmp_path_factory) -> Iterator[list[Site]]:
    """Two processes that share a database and a Redis."""
    data = tmp_path_factory.mktemp("data")
    running = [Site(data, REDIS_URL=redis.url) for _ in range(2)]
    for site in running:
        site.start()
    yield running
    for site in running:
        site.stop()


def test_a_class_goes_round_all_processes(sites) -> None:
    klass = sites[0].new_class()
    teacher = sites[0].present(klass)
    followers = [site.join(klass["code"], f"pupil-{n}") for n, site in enumerate([*sites, sites[1]])]
    for follower in followers:
        follower.wait("class.you")
    teacher.go(7)
    assert len({follower.at(7)["revision"] for follower in followers}) == 1
    teacher.wait("class.counts", lambda counts: counts["followers"] == 3)
    teacher.ask()
    for choice, follower in enumerate(followers):
        follower.vote(follower.poll()["id"], choice % 2)
    counts = teacher.wait("class.counts", lambda counts: sum(counts["votes"].values()) == 3)
    assert counts["votes"] == {"0": 2, "1": 1}


def test_the_presenter_may_come_back_by_another_process(sites) -> None:
    klass = sites[0].new_class()
    first = sites[0].present(klass)
    follower = sites[1].join(klass["code"])
    first.go(3)
    follower.at(3)
    second = sites[1].present(klass)
    refusal = first.wait("error")
    assert refusal["code"] == "taken-over"
    second.go(9)
    follower.at(9)
    first.go(4)
    assert first.wait("error")["code"] == "not-the-presenter"


def test_one_class_never_hears_another(sites) -> None:
    one, other = sites[0].new_class(), sites[0].new_class()
    teacher, stranger = sites[0].present(one), sites[1].join(other["code"])
    teacher.go(5)
    sites[1].join(one["code"]).at(5)
    sites[0].present(other).go(7)
    assert {state["step"] for state in stranger.states_until(7)} <= {0, 7}


def test_without_redis_the_class_goes_on_by_the_database(sites, redis) -> None:
    klass = sites[0].new_class()
    teacher, follower = sites[0].present(klass), sites[1].join(klass["code"], "pupil")
    teacher.ask()
    poll = follower.poll()["id"]
    redis.stop()
    assert "can't hear each other" in follower.wait("class.notice", lambda notice: notice["message"])["message"]
    teacher.wait("class.notice", lambda notice: notice["message"])
    follower.vote(poll, 1)
    follower.wait("class.voted")
    teacher.go(11)
    follower.at(11)
    redis.start()
    assert follower.wait("class.notice", lambda notice: notice["about"] == "exchange")["message"] == ""
    teacher.go(12)
    follower.at(12)
    assert teacher.wait("class.counts", lambda counts: counts["votes"])["votes"] == {"1": 1}
