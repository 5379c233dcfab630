"""`manage.py delete_expired`: delete the workspaces and classes that nobody visits any more."""

from typing import Any

from django.core.management.base import BaseCommand

from netviz.classroom import store
from netviz.quotas import delete_expired


class Command(BaseCommand):
    help = "Delete workspaces without a visit for NETVIZ_EXPIRY_DAYS days."

    def handle(self, *args: Any, **options: Any) -> None:
        count = delete_expired()
        self.stdout.write(f"Deleted {count} workspace{'' if count == 1 else 's'}.")
        classes = store.delete_expired()
        if classes:
            self.stdout.write(f"Deleted {classes} class{'' if classes == 1 else 'es'}.")
