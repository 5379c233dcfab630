"""Bytes to text: UTF-8, UTF-16 and UTF-32 with or without a byte order mark, any line ends."""

import codecs

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class NotText(ValueError):
    """The bytes are no text in an encoding that YAML allows."""


def decode(data: bytes) -> str:
    """The text with \\n line ends and no byte order mark (YAML 1.2, 5.2)."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    if data[1:2] == b"\0" and data[:1] != b"\0":
        return _decoded(data, "utf-16-le")
    if data[:1] == b"\0" and data[1:2] != b"\0":
        return _decoded(data, "utf-16-be")
    return _decoded(data, "utf-8")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText(str(error.reason)) from None
    if "\0" in text:
        raise NotText("it holds NUL bytes")
    return text.replace("\r\n", "\n").replace("\r", "\n")
