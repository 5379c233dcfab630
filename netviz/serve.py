"""`netviz serve`: the site on this machine, from nothing to a printed address."""

import os
import signal
import socket
import tempfile
from pathlib import Path

from netviz.lan import bracketed, own_names
from netviz.server import APPLICATION, PortTaken, listen, options
from simulator.cli.failure import Failure

LOCAL = ["localhost", "127.0.0.1", "[::1]"]
ANY = ("0.0.0.0", "::")  # noqa: S104  compared with, not bound to


def serve(
    host: str = "127.0.0.1", port: int = 8000, lan: bool = False, ephemeral: bool = False, data_dir: str | None = None
) -> None:
    """Run the site until Ctrl-C. `lan` admits the whole network; `ephemeral` keeps nothing after the end."""
    host = ANY[0] if lan and host in ("127.0.0.1", "localhost") else host
    try:
        listening = listen(host, port)
    except PortTaken as taken:
        raise Failure(str(taken), taken.hint) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Failure(f"Cannot listen on {host}, port {port}: {reason}.", "Choose another --host or --port.") from None
    names = [*LOCAL, *(own_names(ipv6=":" in host) if lan else []), *([] if host in ANY else [bracketed(host)])]
    with tempfile.TemporaryDirectory(prefix="netviz-") as passing:
        folder = Path(passing if ephemeral else data_dir or default_data_dir())
        _configure(folder, names)
        _tell_where(listening.getsockname()[1], host, names if lan else [])
        _prepare()
        _announce(listening.getsockname()[1], host, names if lan else [])
        _run(listening)


def default_data_dir() -> str:
    """Where the site keeps its data: NETVIZ_DATA_DIR, else .data here."""
    return os.environ.get("NETVIZ_DATA_DIR") or ".data"


def _configure(folder: Path, names: list[str]) -> None:
    """Settings go by the environment, so that worker processes have the same ones."""
    known = [name.strip() for name in os.environ.get("NETVIZ_ALLOWED_HOSTS", "").split(",") if name.strip()]
    os.environ["NETVIZ_DATA_DIR"] = str(folder.resolve())
    os.environ["NETVIZ_ALLOWED_HOSTS"] = ",".join(dict.fromkeys([*known, *names]))
    os.environ["NETVIZ_STATIC_FROM_SOURCE"] = "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netviz.settings")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _tell_where(port: int, host: str, names: list[str]) -> None:
    """Where others reach the site, for the join link of a class: addresses first, as not every phone knows names."""
    local = "localhost" if host in ANY or bracketed(host) in LOCAL else bracketed(host)
    far = [name for name in names if name not in LOCAL and not name.startswith("127.")]
    far.sort(key=lambda name: (name.startswith("["), not name.replace(".", "").isdigit()))  # stable: best first
    urls = [f"http://{name}:{port}" for name in far or [local]]
    os.environ.setdefault("NETVIZ_PUBLIC_URLS", ",".join(urls))


def _prepare() -> None:
    """The database brought up to date, the static files under their hashed names."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["src", "test"])


def _announce(port: int, host: str, names: list[str]) -> None:
    shown = "localhost" if host in ANY or bracketed(host) in LOCAL else bracketed(host)
    print(f"NetViz is at http://{shown}:{port}/ (Ctrl-C ends it)", flush=True)
    for name in names:
        if name not in LOCAL:
            print(f"  also at http://{name}:{port}/", flush=True)


def _run(listening: socket.socket) -> None:
    import uvicorn

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does, with everything cleared away
    server = uvicorn.Server(uvicorn.Config(APPLICATION, **options()))
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        from netviz import pool

        pool.close()
        listening.close()
