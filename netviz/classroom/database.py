"""The sockets' way to the database: one thread for all of them, whose connection stays open."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django import db

P = ParamSpec("P")
T = TypeVar("T")


async def in_database(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Like channels' database_sync_to_async, which opens a connection each time: that costs twice what is asked."""
    return await sync_to_async(_asked)(work, *args, **kwargs)


def _asked(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A connection that broke since it was last used is opened anew; all else that goes wrong is the caller's."""
    try:
        return work(*args, **kwargs)
    except db.Error:
        if db.connection.connection is None or db.connection.is_usable():
            raise
        db.connection.close()
    return work(*args, **kwargs)
