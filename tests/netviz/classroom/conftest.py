"""A class of one pod, and the people in it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.netviz.conversation import Conversation

FLOW = {"from": "default/client", "to": "http://web/"}


@pytest.fixture
def klass(client, made) -> dict[str, str]:
    """A new class: what the API answered."""
    return start(client, made["slug"])


def start(client, slug: str, **more: Any) -> dict[str, str]:
    answer = client.post("/api/v1/classes", json.dumps({"workspace": slug, **more}), content_type="application/json")
    assert answer.status_code == 201, answer.content
    return answer.json()


class Person(Conversation):
    """Somebody at a screen of a class."""

    def __init__(self, code: str, key: str | None = None, token: str | None = None, query: str = "") -> None:
        headers = {"cookie": f"netviz-member={key}"} if key else {}
        super().__init__(f"/ws/classes/{code}/", query, **headers)
        self.token = token

    async def __aenter__(self) -> "Person":
        await super().__aenter__()
        if self.token is not None:
            await self.say({"type": "class.claim", "token": self.token})
            await self.hear_until("class.claimed")
        return self

    async def wait(self, kind: str, where: Callable[[dict[str, Any]], bool] = lambda message: True) -> dict[str, Any]:
        """The next message of a type that fits."""
        while True:
            message = await self.hear()
            if message.get("type") == kind and where(message):
                return message

    async def go(self, step: int) -> None:
        await self.say({"type": "class.cursor", "flow": FLOW, "seed": 0, "step": step})
