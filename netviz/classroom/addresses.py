"""Where a class is joined: addresses that the site was told, never the Host that a request happened to come under."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from netviz.classroom import codes


def sites(request: HttpRequest) -> tuple[str, ...]:
    """The addresses of this site that others can reach, best first.

    NETVIZ_PUBLIC_URLS names them; `netviz serve` sets it to what it listens on. Only a site that runs behind a proxy
    without it has nothing but the host it was asked under, which ALLOWED_HOSTS has let through.
    """
    told: list[str] = settings.NETVIZ_PUBLIC_URLS
    return tuple(url.rstrip("/") for url in told) or (request.build_absolute_uri("/").rstrip("/"),)


def join_urls(request: HttpRequest, code: str) -> tuple[str, ...]:
    return tuple(site + reverse("class-follow", args=[codes.shown(code)]) for site in sites(request))


def here_only(urls: Iterable[str]) -> bool:
    """Whether no other machine can join: the site listens for its own machine alone."""
    hosts = [urlsplit(url).hostname or "" for url in urls]
    return all(host in ("localhost", "::1") or host.startswith("127.") for host in hosts)
