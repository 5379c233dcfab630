"""Frames that are made once."""

from websockets.frames import Frame, Opcode

from netviz.frames import text_frame


def test_a_frame_is_what_a_server_sends() -> None:
    for text in ("{}", "ü" * 100, "x" * 70_000):
        assert text_frame(text) == Frame(Opcode.TEXT, text.encode(), fin=True).serialize(mask=False)
    assert text_frame("ab") == b"\x81\x02ab"
