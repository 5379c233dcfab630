"""Frames that are made once, as RFC 6455 has them: final, text, unmasked, the length in 7, 16 or 64 bits."""

import pytest

from netviz.frames import text_frame


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("ab", b"\x81\x02"),
        ("ü" * 100, b"\x81\x7e\x00\xc8"),
        ("x" * 70_000, b"\x81\x7f" + (70_000).to_bytes(8, "big")),
    ],
)
def test_a_frame_is_what_a_server_sends(text: str, head: bytes) -> None:
    assert text_frame(text) == head + text.encode()
