"""The site as a Django application."""

from django.apps import AppConfig
from django.conf import settings

from netviz.catalogue import compile_stale


class NetVizConfig(AppConfig):
    name = "netviz"

    def ready(self) -> None:
        from netviz import checks  # noqa: F401  registers them

        if settings.STATIC_FROM_SOURCE:
            for folder in settings.LOCALE_PATHS:
                compile_stale(folder)
