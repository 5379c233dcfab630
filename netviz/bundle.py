"""Where the browser's built code lies: in a checkout beside manage.py, in an installed package beside this file."""

from pathlib import Path

from simulator.trace.export.page import Player

PACKAGE = Path(__file__).resolve().parent


class NoBundle(Exception):
    """The browser's code was never built here."""

    message = "The browser's code is not built, so there is nothing that could play a trace."
    hint = "In a checkout, make setup or npm run build makes it; an installed package brings it along."


def folder() -> Path:
    """static/dist of this checkout or package."""
    checkout = PACKAGE.parent
    root = checkout if (checkout / "manage.py").is_file() else PACKAGE
    return root / "static" / "dist"


def player() -> Player:
    """What plays a trace without a server."""
    try:
        script, style = ((folder() / f"standalone.{ending}").read_text("utf-8") for ending in ("js", "css"))
    except OSError:
        raise NoBundle from None
    return Player(script, style)
