"""A trace as a file: a page that plays it, a capture, a diagram, a report."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli.failure import Failure

if TYPE_CHECKING:
    from simulator.cluster.cluster import Cluster
    from simulator.linux.network import Network
    from simulator.trace.model import Trace

TAKEN_AWAY = ("html", "pcapng", "mermaid", "markdown")
UNREADABLE = {
    "pcapng": ("A capture is not for a terminal.", "Give --output FILE, or pipe it: | tshark -r -"),
    "html": ("A page is not for a terminal.", "Give --output FILE.html, and open that in a browser."),
}


def taken(
    found: "Trace", cluster: "Cluster", network: "Network", texts: Mapping[str, str], args: argparse.Namespace
) -> bytes:
    """The bytes of the form that was asked for; a page holds the picture and the lines of the manifests, too."""
    if args.format != "html":
        from simulator.trace.export import exported

        return exported(found, args.format, texts)
    from netviz.bundle import NoBundle
    from netviz.elements import graph_of
    from netviz.replay_page import replay_page
    from simulator.trace.export.page import Spoken

    graph = graph_of(cluster, network, tuple(texts.items()), len(cluster.problems), "")
    try:
        return replay_page(found, Spoken(args.source, args.target, args.protocol), graph, texts)
    except NoBundle as missing:
        raise Failure(missing.message, missing.hint) from None


def put(data: bytes, args: argparse.Namespace) -> None:
    """Into the file of --output, or to standard output; a capture or a page is nothing for a terminal."""
    if args.output is None:
        if sys.stdout.isatty() and args.format in UNREADABLE:
            raise Failure(*UNREADABLE[args.format])
        sys.stdout.buffer.write(data)
        return
    try:
        Path(args.output).write_bytes(data)
    except OSError as error:
        raise Failure(f"{args.output}: cannot be written: {error.strerror}.") from None
