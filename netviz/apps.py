"""The site as a Django application."""

from django.apps import AppConfig


class NetVizConfig(AppConfig):
    name = "netviz"

    def ready(self) -> None:
        from netviz import checks  # noqa: F401  registers them
