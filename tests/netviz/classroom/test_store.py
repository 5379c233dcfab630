"""What a class keeps: over a kill, over a locked database, on PostgreSQL."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.netviz.classroom.servers import Person, Postgres, Site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def site(data) -> Iterator[Site]:
    running = Site(data)
    running.start()
    yield running
    running.stop()


def vote_and_step(site: Site, klass: dict[str, str], screens: list[Person]) -> str:
    """A class at step 4 with a poll that one follower has voted in, on these screens."""
    teacher, follower = site.present(klass), site.join(klass["code"], "pupil")
    screens += [teacher, follower]
    teacher.go(4)
    teacher.ask()
    poll: str = follower.poll()["id"]
    follower.vote(poll, 1)
    follower.wait("class.voted")
    return poll


def test_a_killed_server_brings_the_class_back(site) -> None:
    klass = site.new_class()
    poll = vote_and_step(site, klass, [])
    site.kill()
    site.start()
    follower = site.join(klass["code"], "pupil")
    state = follower.hear()
    assert (state["step"], state["poll"]["id"]) == (4, poll)
    assert follower.wait("class.you")["choice"] == 1
    teacher = site.present(klass)
    assert teacher.wait("class.counts", lambda counts: counts["votes"])["votes"] == {"1": 1}
    teacher.go(6)
    follower.at(6)


def test_a_locked_database_stops_no_class(site, data) -> None:
    klass = site.new_class()
    teacher, follower = site.present(klass), site.join(klass["code"], "pupil")
    follower.wait("class.you")
    other = sqlite3.connect(data / "netviz.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    teacher.go(8)
    follower.at(8)
    assert "written later" in follower.wait("class.notice")["message"]
    other.execute("ROLLBACK")
    assert follower.wait("class.notice")["message"] == ""
    (kept,) = other.execute("SELECT state FROM classroom_classroom WHERE code = ?", [klass["code"].replace("-", "")])
    other.close()
    assert json.loads(kept[0])["step"] == 8


def test_postgresql_holds_workspaces_and_classes(tmp_path) -> None:
    database = Postgres()
    try:
        database.start()
        site = Site(tmp_path, DATABASE_URL=database.url)
        site.start()
        klass = site.new_class()
        screens: list[Person] = []
        poll = vote_and_step(site, klass, screens)
        for screen in screens:
            screen.close()  # the last one out closes the room; the next one opens it from the database
        state = site.join(klass["code"]).hear()
        assert (state["step"], state["poll"]["id"]) == (4, poll)
        assert site.ask(f"/api/v1/classes/{klass['code']}/graph")["pods"][0]["name"] == "client"
        site.stop()
    finally:
        database.stop()
    assert not (tmp_path / "netviz.sqlite3").exists()
