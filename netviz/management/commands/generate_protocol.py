"""`manage.py generate_protocol`: write the TypeScript types of the protocol."""

from typing import Any

from django.core.management.base import BaseCommand

from netviz.typescript import TARGET, render


class Command(BaseCommand):
    help = "Write static/src/protocol.ts from the Python structs of the protocol."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        TARGET.write_text(render(), encoding="utf-8")
        self.stdout.write(f"Wrote {TARGET}")
