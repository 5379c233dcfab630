"""What is printed can be shown anywhere: control characters are written out, colour is for terminals that want it."""

import sys

import pytest

from simulator.cli.output import GREEN, clean, paint


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Grüße 網路", "Grüße 網路"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("two\nlines", "two\\nlines"),
        ("right\u202eleft", "right\\u202eleft"),
    ],
)
def test_control_characters_are_written_out(text: str, shown: str):
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(monkeypatch, terminal: bool, environment: dict[str, str], coloured: bool):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert paint("x", GREEN) == ("\x1b[32mx\x1b[0m" if coloured else "x")
