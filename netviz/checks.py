"""Django checks of our own settings: `manage.py check` says what is wrong before somebody meets it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.staticfiles)
def bundle_is_built(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The browser's code is not in the repository; it is bundled at install."""
    folders = [Path(folder) for folder in settings.STATICFILES_DIRS]
    if any((folder / "dist" / ".stamp").is_file() or (folder / "dist" / "app.js").is_file() for folder in folders):
        return []
    return [
        checks.Warning(
            "The browser's bundle is missing: pages will show no graph.",
            hint="Run `make setup`, or `pip install -e .` in the repository.",
            id="netviz.W001",
        )
    ]


@register(Tags.security)
def hosts_are_named(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A wildcard would let any site's name point at this one (DNS rebinding)."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS admits every host name.",
            hint="List the names of the site in NETVIZ_ALLOWED_HOSTS.",
            id="netviz.E001",
        )
    ]


@register()
def limits_fit(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """An upload must fit into what may be stored at all."""
    if settings.NETVIZ_MAX_UPLOAD_BYTES <= settings.NETVIZ_MAX_STORED_BYTES:
        return []
    return [
        Error(
            "NETVIZ_MAX_STORED_BYTES is smaller than NETVIZ_MAX_UPLOAD_BYTES: the largest upload could not be kept.",
            hint="Raise the one or lower the other.",
            id="netviz.E002",
        )
    ]
