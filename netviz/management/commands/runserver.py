"""`manage.py runserver`: the site for developers; it speaks websockets too and starts anew when the code changes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import uvicorn
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from netviz import pool
from netviz.server import APPLICATION, PortTaken, listen, options

PACKAGES = Path(__file__).resolve().parents[3]


class Command(BaseCommand):
    help = "Run the site with uvicorn; pages, API and websockets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("addrport", nargs="?", default="127.0.0.1:8000", help="[ADDRESS:]PORT")
        parser.add_argument("--noreload", action="store_true", help="Do not start anew when the code changes.")

    def handle(self, *args: Any, **given: Any) -> None:
        host, port = _address(given["addrport"])
        try:
            listen(host, port).close()
        except PortTaken as taken:
            raise CommandError(f"{taken} Choose another, as in: manage.py runserver {host}:{port + 1}") from None
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write(f"NetViz is at http://{host}:{port}/ (Ctrl-C ends it)")
        self.stdout.flush()
        reload = not given["noreload"]
        folders = [str(PACKAGES / "netviz"), str(PACKAGES / "simulator")] if reload else None
        try:
            uvicorn.run(APPLICATION, host=host, port=port, reload=reload, reload_dirs=folders, **options())
        finally:
            pool.close()


def _address(text: str) -> tuple[str, int]:
    """[ADDRESS:]PORT, an IPv6 address in brackets."""
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise CommandError(f"{text!r} is not [ADDRESS:]PORT, as in 8000 or 127.0.0.1:8000.")
    return (host or "127.0.0.1").strip("[]"), int(port)
