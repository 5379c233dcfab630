"""The site with an engine that is not the subject, or with the real one."""

from collections.abc import Iterator

import pytest
from django.test import Client

from netviz import pool
from tests.netviz.fake_engine import POD


@pytest.fixture
def fake_engine(settings) -> Iterator[None]:
    """Workers run tests/netviz/fake_engine.py."""
    yield from _engine(settings, "tests.netviz.fake_engine")


@pytest.fixture
def real_engine(settings) -> Iterator[None]:
    """Workers run the simulator."""
    yield from _engine(settings, "netviz.engine")


_running: list[str] = []


def _engine(settings, name: str) -> Iterator[None]:
    """Starting workers takes a while, so those of the test before are kept where they do the same."""
    settings.NETVIZ_ENGINE = name
    settings.NETVIZ_WORKERS = 2
    if _running != [name]:
        pool.close()
    _running[:] = [name]
    yield


@pytest.fixture
def client(db) -> Client:
    return Client()


@pytest.fixture
def made(client, fake_engine) -> dict[str, str]:
    """A new workspace: what the API answered."""
    return client.post("/api/v1/workspaces", POD, content_type="text/yaml").json()
