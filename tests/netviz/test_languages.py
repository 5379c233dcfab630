"""Sockets answer in the language of whoever opened them."""

import asyncio
from typing import Any

import pytest
from django.utils.translation import get_language

from netviz.languages import InTheirLanguage, language_of


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ([], "en"),
        ([(b"accept-language", b"de-CH,de;q=0.9")], "de"),
        ([(b"Accept-Language", b"fr")], "en"),
        ([(b"accept-language", b"de"), (b"cookie", b"other=1; netviz_language=en")], "en"),
        ([(b"cookie", b"netviz_language=\xff")], "en"),
    ],
    ids=["nobody says", "the browser asks", "one that is not spoken", "the chosen one comes first", "nonsense"],
)
def test_the_language_is_the_chosen_one_or_what_the_browser_asks_for(
    headers: list[tuple[bytes, bytes]], language: str
) -> None:
    assert language_of({"headers": headers}) == language


def test_a_connection_is_answered_in_it_and_the_next_one_is_not() -> None:
    spoken: list[str | None] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        spoken.append(get_language())

    async def both() -> None:
        german = {"headers": [(b"accept-language", b"de")]}
        await asyncio.gather(*(InTheirLanguage(application)(scope, None, None) for scope in (german, {"headers": []})))

    asyncio.run(both())
    assert spoken == ["de", "en"]
