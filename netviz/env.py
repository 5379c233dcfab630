"""Settings from the environment, typed: nonsense is an error that names the variable."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_BOOLEANS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}

_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*(:(\d{1,5}|\*))?", re.IGNORECASE | re.ASCII)
"""What frame-ancestors takes as the source of a host (CSP 3, section 2.3.1); a path would not be looked at there."""


def env_bool(name: str, default: bool) -> bool:
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text not in _BOOLEANS:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {os.environ[name]!r}.")
    return _BOOLEANS[text]


def env_int(name: str, default: int, least: int = 1) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {least}, not {text!r}.")
    return int(text)


def env_list(name: str, default: list[str]) -> list[str]:
    text = os.environ.get(name)
    return default if text is None else [item.strip() for item in text.split(",") if item.strip()]


def env_hosts(name: str, default: list[str]) -> list[str]:
    """Host names that the site answers to; a wildcard for all would open it to DNS rebinding."""
    hosts = env_list(name, default)
    if "*" in hosts or "." in hosts:
        raise ImproperlyConfigured(f"{name} may not admit every name: list yours, as in netviz.example.org.")
    return hosts


def env_origins(name: str) -> tuple[str, ...]:
    """Sites by scheme and host, as in https://wiki.example.org or https://*.example.org; "self" is this one."""
    found = env_list(name, [])
    for origin in found:
        if origin != "self" and not _ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(f"{name} lists sites as in https://wiki.example.org, not {origin!r}.")
    return tuple("'self'" if origin == "self" else origin for origin in found)


def env_database(name: str, data_dir: Path) -> dict[str, Any]:
    """SQLite in the data folder, or PostgreSQL: postgres://user:password@host:5432/name."""
    url = os.environ.get(name, "").strip()
    if not url:
        return _sqlite(data_dir / "netviz.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgres://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON",
        },
    }


def secret_key(name: str, data_dir: Path) -> str:
    """From the environment, else the data folder's own, made on first use."""
    given = os.environ.get(name, "").strip()
    if given:
        return given
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        _write_once(path, os.urandom(32).hex())
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, text: str) -> None:
    """Write a file that only we may read; of two processes that race, the first one's text stays."""
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(mine, path)
    except FileExistsError:
        pass
    finally:
        mine.unlink()
