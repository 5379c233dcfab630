"""The sockets' connection to the database stays open, and is opened anew where it broke."""

import pytest
from django import db

from netviz.classroom.database import in_database

pytestmark = pytest.mark.django_db(transaction=True)


def one() -> int:
    with db.connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return int(cursor.fetchone()[0])


async def test_a_connection_that_broke_is_opened_anew(monkeypatch) -> None:
    tried = []

    def work() -> int:
        tried.append(1)
        if len(tried) == 1:
            one()
            monkeypatch.setattr(db.connection, "is_usable", lambda: False)
            raise db.OperationalError("server closed the connection unexpectedly")
        monkeypatch.undo()
        return one()

    assert await in_database(work) == 1
    assert len(tried) == 2


async def test_what_else_goes_wrong_is_not_tried_again() -> None:
    tried = []

    def work() -> None:
        tried.append(1)
        one()
        raise db.OperationalError("database is locked")

    with pytest.raises(db.OperationalError):
        await in_database(work)
    assert tried == [1]
